"""Fonts of a page that is being edited: whole files by address, of which the browser loads what the text needs.

A new character needs nothing then. Files cut down to a deck's characters are for what is delivered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marpweave.render.fonts import (
    CODE,
    EVERYTHING,
    FILL,
    FIRST,
    PACKAGES,
    TEXT,
    characters_of,
    last_font,
    slices,
    unicode_range,
    unpacked,
)
from marpweave.render.programs.places import modules, unpacked_fonts

PLACE = "/f/"
"""Where the page asks for font files."""
WEIGHTS = ((FILL, 400), (CODE, 400), (TEXT, 700), (TEXT, 400))


@dataclass(frozen=True, slots=True)
class WholeFace:
    """A font file as it is installed."""

    family: str
    weight: int
    file: Path
    characters: str
    """A ``unicode-range``; the browser goes on to the next file where this one lacks a character after all."""

    @property
    def rule(self) -> str:
        """The ``@font-face`` rule that names the file."""
        return (f"@font-face {{ font-family: '{self.family}'; font-weight: {self.weight}; font-display: block; "
                f"src: url({PLACE}{self.file.name}); unicode-range: {self.characters}; }}")


def faces_css() -> str:
    """The rules of all fonts."""
    return "\n".join(face.rule for face in whole_faces())


def font_files() -> Mapping[str, Path]:
    """The files that the rules name."""
    return {face.file.name: face.file for face in whole_faces()}


@cache
def whole_faces() -> tuple[WholeFace, ...]:
    """All font files; of two that have a character the later one draws it, so the best come last."""
    last = WholeFace(FILL, 400, last_font(), unicode_range(characters_of(last_font())))
    faces = (face for family, weight in WEIGHTS for face in _best_last(family, weight))
    return last, *faces


def _best_last(family: str, weight: int) -> Iterator[WholeFace]:
    for package in reversed(PACKAGES[family]):
        folder = modules() / "@fontsource" / package
        for name, spans in reversed([*slices(folder).items()]):
            file = folder / "files" / f"{package}-{name}-{weight}-normal.woff2"
            if name == FIRST or spans == EVERYTHING:
                characters = unicode_range(characters_of(unpacked(folder, file.name, unpacked_fonts())))
            else:
                characters = ",".join(f"U+{span.start:X}-{span.stop - 1:X}" for span in spans)
            yield WholeFace(family, weight, file, characters)
