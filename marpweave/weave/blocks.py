"""Offsets of the blocks and diagrams of a deck in its text, not counting a byte order mark. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from marpweave.model.deck import Cell, Deck, Prose
from marpweave.model.diagram import Diagram
from marpweave.read.includes import BYTE_ORDER_MARK
from marpweave.text import split_lines


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block of a deck, and its offset in the deck's `plain_text`."""

    block: Prose | Cell
    start: int
    slide: int


def placed_blocks(deck: Deck) -> Iterator[PlacedBlock]:
    """All blocks of a deck with their offsets."""
    start = len(deck.front_matter.text.removeprefix(BYTE_ORDER_MARK))
    for slide in deck.slides:
        for block in slide.blocks:
            yield PlacedBlock(block, start, slide.number)
            start += len(block.text)


def diagrams_in(deck: Deck) -> Iterator[tuple[Diagram, int]]:
    """All diagrams of a deck with their offsets."""
    remaining = list(deck.diagrams)
    for placed in placed_blocks(deck) if remaining else ():
        block = placed.block
        if isinstance(block, Prose):
            last = 0
            for diagram in [each for each in remaining if each.text in block.text]:
                start = _start(diagram, block, last)
                if start >= 0:
                    remaining.remove(diagram)
                    last = start + len(diagram.text)
                    yield diagram, placed.start + start


def _start(diagram: Diagram, block: Prose, last: int) -> int:
    """The offset of a diagram within its block; ``last`` is the end of the previous one in the same block."""
    starts = list(accumulate(map(len, split_lines(block.text)), initial=0))
    row = diagram.location.line - block.location.line
    if 0 <= row < len(starts) and block.text.startswith(diagram.text, starts[row]):
        return starts[row]
    return block.text.find(diagram.text, last) if row >= 0 else -1
