"""What weaving gives: Marp Markdown, and where all that is in it comes from. Pure."""

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
    """The lines of the woven text that come from a cell."""

    cell: int
    """Its place among the deck's cells, from 0."""
    first: int
    """From 0."""
    last: int
    """The line behind them."""
    code: bool
    """Whether they begin with its code."""


@dataclass(frozen=True, slots=True)
class WovenDeck:
    """What Marp is given; ``slides[i]`` is the source slide that woven slide i + 1 comes from."""

    text: str
    slides: tuple[int, ...]
    figures: Mapping[str, Figure]
    """Image source as it stands in the text -> the figure drawn for it."""
    marks: tuple[Mark, ...] = ()
    frames: Mapping[str, Frame] = field(default_factory=dict)
    """Image source -> what runs in its place where a page can."""


def marks_of(text: Sequence[str], cells: Mapping[int, Cell]) -> tuple[Mark, ...]:
    """``cells`` by the piece of text that each has become."""
    ends = [0, *accumulate(len(split_lines(piece)) for piece in text)]
    return tuple(Mark(number, ends[at], ends[at + 1], cell.options.display.echo)
                 for number, (at, cell) in enumerate(cells.items()))
