"""Numbers of captions and equations. Pure.

Numbered is what has a label and a caption, and whatever prose refers to; in the order of the full deck, so that
students read the same numbers as everybody.
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
"""Options of a cell."""
Key = tuple[str, str]
"""A kind, and a label as it is written."""
DRAWN = ("fig", "tbl")
"""What stands among a cell's outputs."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """What of a deck has numbers, and what its prose refers to."""

    positions: Positions
    spots: tuple[Spot, ...]
    mentions: tuple[Mention, ...]
    """Of its prose."""
    items: tuple[tuple[int, Item], ...]
    """All that prose and captions of cells refer to, and where."""
    labels: Mapping[tuple[int, str], str]
    """Number of a cell and a kind -> the label of what it shows."""
    first: Mapping[Key, Spot]
    """The first spot of each label."""
    numbers: Mapping[Key, int]

    def named(self, key: str) -> Key | None:
        """What a reference finds: the label ``fig-x``, else ``x``."""
        return named(key, self.first)

    def slide(self, start: int) -> int:
        """The number of the slide of its deck on which a place in the text is."""
        return max(bisect_right(self.positions.slides, start), 1)

    def page(self, spot: Spot, opened: Collection[int]) -> int:
        """The slide on which it stands, where the outputs of these cells open one of their own."""
        cells = (number for number in opened if self.positions.cells[number] < spot.start)
        return bisect_right(self.positions.slides, spot.start) + sum(1 for _ in cells) + \
            (spot.cell in opened and spot.kind in DRAWN)


def numbering_of(deck: Deck) -> Numbering:
    """The numbers of a full deck."""
    positions = positions_of(deck)
    spots = spots_of(deck, positions)
    found = references_in(positions.text)
    items = [(mention.start, item) for mention in found for item in mention.items]
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
    return Numbering(positions, spots, found, tuple(items), labels, first, numbers)


def references_in(text: str) -> tuple[Mention, ...]:
    """What a text mentions, but for citations."""
    return tuple(mention for mention in mentions(text) if mention.is_reference)


def captions_of(cell: Cell) -> Iterator[str]:
    """The captions that a cell gives in its options."""
    yield from filter(None, (getattr(cell.options.display, name) for name in CAPTIONS))


def named(key: str, spots: Collection[Key]) -> Key | None:
    """The spot that a key such as ``fig-x`` names, or one that is called ``x``."""
    kind, _, label = key.partition("-")
    kind = kind.lower()
    return next((found for found in ((kind, f"{kind}-{label}"), (kind, label)) if found in spots), None)
