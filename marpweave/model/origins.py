"""The source file and line of each line of a deck."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from marpweave.model.finding import Finding
from marpweave.model.location import Location


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read."""

    path: Path
    text: str
    place: Path
    """Its path with all symlinks resolved."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive lines of a deck from one file; it ends where the next stretch begins."""

    first: int
    """1-based line of the deck."""
    file: int
    """0-based index of the file in ``Origins.files``."""
    line: int
    """1-based line of that file."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The source files of a deck, its own first, and the origin of each line; empty if it includes no files."""

    files: tuple[SourceFile, ...] = ()
    """One entry per file, even if several links lead to it."""
    stretches: tuple[Stretch, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stretches)

    def place(self, location: Location) -> Location:
        """Translate a location of the deck to the file that contains it; others are returned unchanged."""
        if not self or location.path != self.files[0].path:
            return location
        stretch = self._stretch(location.line)
        return Location(self.files[stretch.file].path, stretch.line + location.line - stretch.first)

    def in_files(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Translate findings to the files that contain them."""
        return tuple(replace(each, location=self.place(each.location)) if self else each for each in findings)

    def in_tracebacks(self, text: str) -> str:
        """Translate file names and lines in tracebacks."""
        if not self:
            return text
        path = self.files[0].path

        def frame(match: re.Match[str]) -> str:
            place = self.place(Location(path, int(match[1])))
            return f'File "{place.path}", line {place.line}'

        return re.sub(rf'File "{re.escape(str(path))}", line (\d+)', frame, text)

    def number(self, line: int) -> str:
        """A line of the deck for messages: ``12``, ``12 of part.md``."""
        if not self:
            return str(line)
        place = self.place(Location(self.files[0].path, line))
        return f"{place.line} of {place.path.name}"

    def lines(self, place: Location) -> Iterator[int]:
        """The deck's lines that come from a line of a file: several if the file is included more than once."""
        ends = [*(stretch.first for stretch in self.stretches[1:]), None]
        for stretch, end in zip(self.stretches, ends, strict=True):
            line = stretch.first + place.line - stretch.line
            if self.files[stretch.file].place == place.path and line >= stretch.first and (end is None or line < end):
                yield line

    def _stretch(self, line: int) -> Stretch:
        return self.stretches[max(bisect_right(self.stretches, line, key=lambda each: each.first) - 1, 0)]
