"""Where the lines of a deck come from: its own file, and those that it includes."""

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
    """Where it is, whatever links lead there."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of a deck that follow each other in one file; the next stretch ends it."""

    first: int
    """1-based line of the deck."""
    file: int
    """Which file, by its place among all."""
    line: int
    """1-based line of that file."""


@dataclass(frozen=True, slots=True)
class Origins:
    """The files of a deck, its own first, and which lines come from where; nothing at all if it includes none."""

    files: tuple[SourceFile, ...] = ()
    """Of links to one file each."""
    stretches: tuple[Stretch, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stretches)

    def place(self, location: Location) -> Location:
        """A location of the deck in the file that holds it; any other one stays."""
        if not self or location.path != self.files[0].path:
            return location
        stretch = self._stretch(location.line)
        return Location(self.files[stretch.file].path, stretch.line + location.line - stretch.first)

    def in_files(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings of the deck in the files that hold them."""
        return tuple(replace(each, location=self.place(each.location)) if self else each for each in findings)

    def in_tracebacks(self, text: str) -> str:
        """Text whose tracebacks name the files, not the lines of the whole deck."""
        if not self:
            return text
        own = self.files[0].path

        def frame(found: re.Match[str]) -> str:
            place = self.place(Location(own, int(found[1])))
            return f'File "{place.path}", line {place.line}'

        return re.sub(rf'File "{re.escape(str(own))}", line (\d+)', frame, text)

    def number(self, line: int) -> str:
        """A line of the deck as messages name it: ``12``, ``12 of part.md``."""
        if not self:
            return str(line)
        place = self.place(Location(self.files[0].path, line))
        return f"{place.line} of {place.path.name}"

    def lines(self, place: Location) -> Iterator[int]:
        """The lines of the deck that stand for a line of a real file: several where one is included twice."""
        ends = [*(stretch.first for stretch in self.stretches[1:]), None]
        for stretch, end in zip(self.stretches, ends, strict=True):
            line = stretch.first + place.line - stretch.line
            if self.files[stretch.file].place == place.path and line >= stretch.first and (end is None or line < end):
                yield line

    def _stretch(self, line: int) -> Stretch:
        return self.stretches[max(bisect_right(self.stretches, line, key=lambda each: each.first) - 1, 0)]
