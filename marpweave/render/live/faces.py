"""Fonts of previews: complete files by URL, of which the browser loads the ones it needs.

New characters thus need no subsetting, which is for rendered files.
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
"""URL prefix of font files."""
WEIGHTS = ((FILL, 400), (CODE, 400), (TEXT, 700), (TEXT, 400))


@dataclass(frozen=True, slots=True)
class WholeFace:
    """A complete font file."""

    family: str
    weight: int
    file: Path
    characters: str
    """A ``unicode-range``; for characters missing in the file, browsers continue with the next one."""

    @property
    def rule(self) -> str:
        """The ``@font-face`` rule that links the file."""
        return (f"@font-face {{ font-family: '{self.family}'; font-weight: {self.weight}; font-display: block; "
                f"src: url({PLACE}{self.file.name}); unicode-range: {self.characters}; }}")


def faces_css() -> str:
    """The rules of all fonts."""
    return "\n".join(face.rule for face in whole_faces())


def font_files() -> Mapping[str, Path]:
    """The linked files by name."""
    return {face.file.name: face.file for face in whole_faces()}


@cache
def whole_faces() -> tuple[WholeFace, ...]:
    """All font files, best last: of two with the same character, browsers use the later one."""
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
