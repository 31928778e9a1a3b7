"""Replaces references in prose by links, and adds numbers to captions. Pure.

References link to slides, in HTML and PDF; references to other decks are links in HTML only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from posixpath import relpath
from urllib.parse import quote

from marpweave.model.deck import Deck
from marpweave.model.options import OutputLocation
from marpweave.weave.labels import numbered
from marpweave.weave.references.edits import Edit, edited, escaped
from marpweave.weave.references.mentions import Item, Mention
from marpweave.weave.references.numbering import Key, Numbering, numbering_of, references_in
from marpweave.weave.references.spots import NUMBER

SWITCH = "crossref"
"""Front matter key: if false, references are left as written."""


@dataclass(frozen=True, slots=True)
class References:
    """The references of a deck or variant, and their targets."""

    deck: Deck
    full: Numbering
    shown: Numbering
    """The numbering of the variant: its targets that can be linked, with the numbers of the full deck."""
    others: Mapping[str, Numbering] = field(default_factory=dict)
    opened: frozenset[int] | None = None
    """Cells whose outputs get slides of their own; None: there are no slides to link to."""

    def caption(self, cell: int, kind: str, words: str | None, letter: str = "") -> str:
        """The caption of a cell's figures, table or listing, with its number if it has one."""
        return self.captioned(kind, self.shown.labels.get((cell, kind), ""), words, letter)

    def captioned(self, kind: str, label: str, words: str | None, letter: str = "") -> str:
        """A caption with the number of its label, if any; ``letter`` distinguishes several figures."""
        number = self.full.numbers.get((kind, label))
        numbered_word = _strong(kind, f"{number}{letter}", self.deck.lang) if number else ""
        return " ".join([numbered_word, *edited(words or "", self._links(references_in(words or ""))).split()]).strip()

    def plain(self, words: str) -> str:
        """Plain text in which references are replaced by names, without links."""
        return edited(words, replace(self, opened=None)._links(references_in(words)))

    def edits(self) -> tuple[Edit, ...]:
        """The edits of the prose."""
        return (*self._numbers(), *self._links(self.shown.mentions))

    def _numbers(self) -> Iterator[Edit]:
        captioned = {(spot.kind, spot.label) for spot in self.shown.spots if spot.captioned}
        for spot in self.shown.spots:
            key = (spot.kind, spot.label)
            yield from spot.always
            if (number := self.full.numbers.get(key)) and (spot.captioned or key not in captioned):
                word = str(number) if spot.kind == "eq" else _strong(spot.kind, str(number), self.deck.lang)
                yield from (replace(edit, text=edit.text.replace(NUMBER, word)) for edit in spot.edits)

    def _links(self, mentions: Iterable[Mention]) -> Iterator[Edit]:
        for mention in mentions:
            texts = [self._link(item) for item in mention.items]
            if all(texts):
                yield Edit(mention.start, mention.end, numbered("and", self.deck.lang).join(map(str, texts)))

    def _link(self, item: Item) -> str | None:
        """The replacement of ``@fig-x``; None if the label does not exist."""
        name, key = self.resolve(item.key)
        if key is None:
            return None
        numbering = self.others.get(name, self.full)
        text, address = self._text(item, key, numbering), ""
        if name:
            deck, folder = self.deck.others[name], PurePosixPath("/", self.deck.name).parent
            title = escaped(str(deck.front_matter.values.get("title") or name))
            text = numbered("of", self.deck.lang).format(text, title)
            path = relpath(f"/{self.deck.variant.named(deck.name)}", folder)
            address = f"{quote(path)}.html#{numbering.page(numbering.first[key], opening(deck))}"
        elif (spot := self.shown.first.get(key)) and self.opened is not None:
            address = f"#{self.shown.page(spot, self.opened)}"
        return (text if self.opened is None or not address else f"[{text}]({address})") + item.after

    def _text(self, item: Item, key: Key, numbering: Numbering) -> str:
        title = numbering.first[key].title
        number = str(numbering.numbers.get(key) or (escaped(title) if "[" in title else title))
        if item.less or item.before or key[0] == "sec":
            return f"{item.before} {number}".strip()
        return numbered(key[0], self.deck.lang).format(number)

    def resolve(self, key: str) -> tuple[str, Key | None]:
        """The other deck that a reference names, or "", and the label in it."""
        kind, _, rest = key.partition("-")
        name, _, label = rest.rpartition("/")
        if not name:
            return "", self.full.named(key)
        numbering = self.others.get(name)
        target = numbering.named(f"{kind}-{label}") if numbering else None
        return name, target if numbering and target and (target in numbering.numbers or target[0] == "sec") else None


def references_of(deck: Deck) -> References | None:
    """The references of a deck; None if it is foreign or has them switched off."""
    if not _has_numbers(deck):
        return None
    full = numbering_of(deck.full or deck)
    return References(deck, full, numbering_of(deck) if deck.full else full,
                      {name: numbering_of(other) for name, other in deck.others.items() if _has_numbers(other)})


def _has_numbers(deck: Deck) -> bool:
    return deck.adopted and deck.front_matter.values.get(SWITCH) is not False


def named_decks(deck: Deck) -> frozenset[str]:
    """The other decks that the prose of a deck refers to."""
    if not deck.adopted or "/" not in deck.text or "@" not in deck.text:
        return frozenset()
    return frozenset(item.key.partition("-")[2].rpartition("/")[0] for _, item in numbering_of(deck).items) - {""}


def _strong(kind: str, number: str, lang: str) -> str:
    return f"__{numbered(kind, lang).format(number)}__"


def opening(deck: Deck) -> frozenset[int]:
    """The cells whose outputs get slides of their own, as far as is known before they run."""
    return frozenset(cell.number for cell in deck.cells if cell.options.display.include and not cell.prefix
                     and cell.options.display.output_location is OutputLocation.SLIDE)
