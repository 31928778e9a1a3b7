"""Numbers captions and equations. Pure.

Anything with both label and caption gets a number, as does anything that prose refers to. Numbers are those of the full
deck, so that students see the same ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from marpweave.model.deck import Cell, Deck
from marpweave.weave.references.mentions import Item, Mention, mentions
from marpweave.weave.references.spots import Positions, Spot, positions_of, spots_of

CAPTIONS = ("fig_cap", "tbl_cap", "lst_cap")
"""Caption options of a cell."""
Key = tuple[str, str]
"""A kind, and a label as written."""
DRAWN = ("fig", "tbl")
"""Kinds that are outputs of cells."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The numbers and references of a deck."""

    positions: Positions
    spots: tuple[Spot, ...]
    mentions: tuple[Mention, ...]
    """References in prose."""
    items: tuple[tuple[int, Item], ...]
    """All references in prose and captions, with their offsets."""
    labels: Mapping[tuple[int, str], str]
    """(number of a cell, kind) -> label."""
    first: Mapping[Key, Spot]
    """The first spot with each label."""
    numbers: Mapping[Key, int]

    def named(self, key: str) -> Key | None:
        """The label that a reference resolves to: ``fig-x`` if it exists, otherwise ``x``."""
        return named(key, self.first)

    def slide(self, start: int) -> int:
        """The number of the slide at an offset."""
        return max(bisect_right(self.positions.slides, start), 1)

    def page(self, spot: Spot, opened: Collection[int]) -> int:
        """The slide of a spot, given the cells whose outputs get a slide of their own (``opened``)."""
        cells = (number for number in opened if self.positions.cells[number] < spot.start)
        return bisect_right(self.positions.slides, spot.start) + sum(1 for _ in cells) + \
            (spot.cell in opened and spot.kind in DRAWN)


def numbering_of(deck: Deck) -> Numbering:
    """The numbering of a full deck."""
    positions = positions_of(deck)
    spots = spots_of(deck, positions)
    mentions = references_in(positions.text)
    items = [(mention.start, item) for mention in mentions for item in mention.items]
    items += [(positions.cells[cell.number], item) for cell in deck.cells for caption in captions_of(cell)
             for mention in references_in(caption) for item in mention.items]
    first: dict[Key, Spot] = {}
    for spot in spots:
        first.setdefault((spot.kind, spot.label), spot)
    wanted = {named(item.key, first) for _, item in items}
    wanted |= {(spot.kind, spot.label) for spot in spots if spot.captioned and spot.label}
    counted: Counter[str] = Counter()
    numbers = {}
    for key in first:
        if key in wanted and key[0] != "sec":
            counted[key[0]] += 1
            numbers[key] = counted[key[0]]
    labels = {(spot.cell, spot.kind): spot.label for spot in spots if spot.cell}
    return Numbering(positions, spots, mentions, tuple(items), labels, first, numbers)


def references_in(text: str) -> tuple[Mention, ...]:
    """All references in a text, without citations."""
    return tuple(mention for mention in mentions(text) if mention.is_reference)


def captions_of(cell: Cell) -> Iterator[str]:
    """The captions in the options of a cell."""
    yield from filter(None, (getattr(cell.options.display, name) for name in CAPTIONS))


def named(key: str, spots: Collection[Key]) -> Key | None:
    """The label that a key such as ``fig-x`` resolves to: itself or ``x``."""
    kind, _, label = key.partition("-")
    kind = kind.lower()
    return next((candidate for candidate in ((kind, f"{kind}-{label}"), (kind, label)) if candidate in spots), None)
