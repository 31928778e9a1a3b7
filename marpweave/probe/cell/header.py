"""The first line of a cell's code: what the kernel must know of the cell. Written by the client, read by the kernel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

PREFIX = "# marpweave "


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """How the cell's figures are drawn; None: as the code says."""

    width: float | None = None
    height: float | None = None
    dpi: float | None = None
    format: str = "svg"
    poster: tuple[int, ...] = ()
    """Frames of an animation, from 1, that stand for it where nothing moves; none: the last."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a cell stands and what to watch in it."""

    line: int = 0
    """Line of the deck that holds the code's first line; 0: the code is not the deck's."""
    label: str = ""
    watch: tuple[int, ...] = ()
    """Lines of the deck whose values are recorded."""
    figure: FigureSettings = FigureSettings()

    def before(self, code: str) -> str:
        """The code with this header as its first line."""
        return f"{PREFIX}{json.dumps(asdict(self))}\n{code}"


def read_header(code: str) -> Header:
    """The header of a cell's code; an empty one where there is none."""
    first = code.partition("\n")[0]
    if not first.startswith(PREFIX):
        return Header()
    found = json.loads(first.removeprefix(PREFIX))
    figure = FigureSettings(**{**found["figure"], "poster": tuple(found["figure"]["poster"])})
    return Header(found["line"], found["label"], tuple(found["watch"]), figure)


def without_header(lines: Sequence[str]) -> list[str]:
    """A cell's lines without the header."""
    return list(lines[1:] if lines and lines[0].startswith(PREFIX) else lines)
