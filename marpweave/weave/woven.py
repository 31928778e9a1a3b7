"""The result of weaving: Marp Markdown, and where its parts come from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from marpweave.model.deck import Cell
from marpweave.model.diagram import Frame
from marpweave.model.outcome import Figure
from marpweave.text import split_lines


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of woven lines that comes from a cell."""

    cell: int
    """0-based index of the cell."""
    first: int
    """0-based first line."""
    last: int
    """One past the last line."""
    code: bool
    """Whether the range begins with the cell's code."""


@dataclass(frozen=True, slots=True)
class WovenDeck:
    """Markdown for Marp; woven slide i + 1 comes from source slide ``slides[i]``."""

    text: str
    slides: tuple[int, ...]
    figures: Mapping[str, Figure]
    """Figures by image source."""
    marks: tuple[Mark, ...] = ()
    frames: Mapping[str, Frame] = field(default_factory=dict)
    """Live pages by the source of the image that they replace."""


def marks_of(text: Sequence[str], cells: Mapping[int, Cell]) -> tuple[Mark, ...]:
    """The ranges of cells, given the index of the text piece of each."""
    ends = [0, *accumulate(len(split_lines(piece)) for piece in text)]
    return tuple(Mark(number, ends[at], ends[at + 1], cell.options.display.echo)
                 for number, (at, cell) in enumerate(cells.items()))
