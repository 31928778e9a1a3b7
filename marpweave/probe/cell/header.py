"""The first line of a cell's code, written by the client: what the kernel must know about the cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

PREFIX = "# marpweave "


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """How the cell's figures are drawn; None: as in the code."""

    width: float | None = None
    height: float | None = None
    dpi: float | None = None
    format: str = "svg"
    poster: tuple[int, ...] = ()
    """1-based animation frames to show in static outputs; (): the last one."""


@dataclass(frozen=True, slots=True)
class Header:
    """The location of a cell, and what to record in it."""

    line: int = 0
    """Line of the deck with the first line of the code; 0: not code of the deck."""
    label: str = ""
    watch: tuple[int, ...] = ()
    """Lines of the deck whose values are recorded."""
    figure: FigureSettings = FigureSettings()

    def before(self, code: str) -> str:
        """The code with this header prepended."""
        return f"{PREFIX}{json.dumps(asdict(self))}\n{code}"


def read_header(code: str) -> Header:
    """The header of a cell's code; an empty one if there is none."""
    first = code.partition("\n")[0]
    if not first.startswith(PREFIX):
        return Header()
    found = json.loads(first.removeprefix(PREFIX))
    figure = FigureSettings(**{**found["figure"], "poster": tuple(found["figure"]["poster"])})
    return Header(found["line"], found["label"], tuple(found["watch"]), figure)


def without_header(lines: Sequence[str]) -> list[str]:
    """A cell's lines without the header."""
    return list(lines[1:] if lines and lines[0].startswith(PREFIX) else lines)
