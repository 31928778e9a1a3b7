"""Finds the citations and lists of sources in a deck, and what is wrong with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marpweave.model.deck import Cell, Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.read.parse import plain_text
from marpweave.read.tokens import marp_tokens
from marpweave.text import nearest
from marpweave.weave.blocks import placed_blocks
from marpweave.weave.citations.sources import Sources
from marpweave.weave.references.mentions import Item, Mention, mentions, page_of
from marpweave.weave.references.numbering import CAPTIONS

LABELS: Mapping[str, str] = {
    word: label for label, words in {
        "page": ("", "p", "pp", "page", "pages"), "chapter": ("ch", "chap", "chaps", "chapter", "chapters"),
        "section": ("§", "§§", "sec", "secs", "section", "sections"), "figure": ("fig", "figs", "figure", "figures"),
        "volume": ("vol", "vols", "volume", "volumes"), "issue": ("no", "nos", "issue"),
        "line": ("l", "ll", "line", "lines"), "paragraph": ("¶", "para", "paras", "paragraph", "paragraphs"),
    }.items() for word in words}
"""Abbreviations before a number -> CSL locator labels."""
NUMBER = r"\d[\w.:]*(?:\s*[-–—,&]\s*\d[\w.:]*)*"
LOCATOR = re.compile(rf",\s*(?P<label>[A-Za-z]*|§§?|¶)\.?\s*(?P<locator>{NUMBER})(?P<suffix>.*)", re.ASCII | re.DOTALL)
LIST = re.compile(r"references(?:\s*:\s*(?:(?P<one>\d+)|(?P<first>\d*)\s*-\s*(?P<last>\d*)))?")
NOWHERE = "is cited but not listed; put `<!-- references -->` on a slide"


@dataclass(frozen=True, slots=True)
class Cited:
    """One source of a citation, with CSL's terms for its properties."""

    id: str
    prefix: str = ""
    suffix: str = ""
    label: str = ""
    locator: str = ""
    less: bool = False
    """Suppress the author."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One or more sources cited in one place."""

    items: tuple[Cited, ...]
    narrative: bool = False
    """``@key says``: the author's name is part of the sentence."""


@dataclass(frozen=True, slots=True)
class Listing:
    """``<!-- references: 1-8 -->``: a range of the cited sources; ``last`` None: all remaining ones."""

    first: int = 1
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A citation or a list, and its range in the deck's plain text."""

    content: Citation | Listing
    start: int
    end: int
    option: str = ""
    """The option of the cell at ``start`` whose caption contains it; "": prose does."""
    written: str = ""
    """Its source text in the caption."""


@dataclass(frozen=True, slots=True)
class Citations:
    """All citations and lists of a deck, in order."""

    places: tuple[Place, ...] = ()
    nocite: tuple[str, ...] = ()
    """Keys that are listed without being cited."""

    @property
    def distinct(self) -> tuple[Citation, ...]:
        """Each distinct citation once."""
        return tuple(dict.fromkeys(place.content for place in self.places if isinstance(place.content, Citation)))

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys that are cited or listed, known or unknown, each once."""
        cited = (item.id for citation in self.distinct for item in citation.items)
        return tuple(dict.fromkeys((*cited, *self.nocite)))

    def listed(self, count: int) -> frozenset[int]:
        """Indices of the sources that the lists contain, given the number of sources."""
        shown = (place.content for place in self.places if isinstance(place.content, Listing))
        return frozenset(number for each in shown for number in range(count)[each.first - 1:each.last])


def citations_of(deck: Deck, sources: Sources) -> Citations:
    """The citations and lists of a deck; a bare ``@name`` counts only if a bibliography has that key."""
    text = plain_text(deck)
    cited = (Place(_citation(each), each.start, each.end)
             for each in mentions(text) if _is_citation(each, sources))
    captions = _captions(deck, sources)
    nocite = deck.bibliography.nocite
    return Citations(tuple(sorted([*cited, *captions, *_lists(text)], key=lambda place: place.start)),
                 tuple(sources.entries) if "*" in nocite else nocite)


def _captions(deck: Deck, sources: Sources) -> Iterator[Place]:
    for placed in placed_blocks(deck):
        if isinstance(placed.block, Cell):
            for option in CAPTIONS:
                words = getattr(placed.block.options.display, option) or ""
                cited = (each for each in mentions(words) if _is_citation(each, sources))
                yield from (Place(_citation(each), placed.start, placed.start, option,
                                  words[each.start:each.end]) for each in cited)


def _is_citation(mention: Mention, sources: Sources) -> bool:
    known = all(item.key in sources.entries for item in mention.items)
    return known or (mention.bracketed and not mention.is_reference)


def _citation(mention: Mention) -> Citation:
    return Citation(tuple(map(_cited, mention.items)), narrative=not (mention.bracketed or mention.items[0].less))


def _cited(item: Item) -> Cited:
    match = LOCATOR.fullmatch(item.after)
    label = LABELS.get(match["label"].lower()) if match else None
    prefix = f"{item.before} " if item.before else ""
    if match is None or label is None:
        return Cited(item.key, prefix, item.after, less=item.less)
    return Cited(item.key, prefix, match["suffix"], label, match["locator"], item.less)


def _lists(text: str) -> Iterator[Place]:
    if "references" not in text:
        return
    starts = page_of(text).starts
    for token in marp_tokens(text):
        match = LIST.fullmatch(token.content) if token.type == "marp_comment" and token.level == 0 else None
        if match and token.map:
            first, last = (match["one"], match["one"]) if match["one"] else (match["first"], match["last"])
            listing = Listing(max(int(first or 1), 1), int(last) if last else None)
            yield Place(listing, starts[token.map[0]], starts[token.map[1]])


def findings_in(citations: Citations, whole: Citations, sources: Sources, deck: Deck) -> Iterator[Finding]:
    """Unknown keys, and sources missing from the lists; ``whole``: the citations of the full deck."""
    known = [key for key in whole.keys if key in sources.entries]
    for place in citations.places:
        if isinstance(place.content, Citation):
            for item in place.content.items:
                if item.id not in sources.entries:
                    yield _at(place.start, _unknown(item.id, sources), deck)
        elif place.content.first > len(known):
            yield _at(place.start, _nothing(len(known), place.content.first), deck)
    yield from _unlisted(citations, known, deck)
    for key in deck.bibliography.nocite:
        if key not in (*sources.entries, "*"):
            yield Finding(Kind.CITATION, _top(deck), _unknown(key, sources))


def _unlisted(citations: Citations, known: Sequence[str], deck: Deck) -> Iterator[Finding]:
    listed = citations.listed(len(known))
    missing = [key for number, key in enumerate(known) if key in citations.keys and number not in listed]
    if missing:
        others = f"(and {len(missing) - 1} more) " if len(missing) > 1 else ""
        message = f"@{missing[0]} {others}{NOWHERE}"
        starts = (place.start for place in citations.places if isinstance(place.content, Citation)
                  and any(item.id == missing[0] for item in place.content.items))
        start = next(starts, None)
        yield Finding(Kind.WARNING, _top(deck), message) if start is None else _at(start, message, deck, Kind.WARNING)


def _top(deck: Deck) -> Location:
    return Location(deck.path, deck.bibliography.nocite_line or 1)


def _nothing(cited: int, first: int) -> str:
    if not cited:
        return "there is nothing to list: the deck cites no source"
    return f"the deck cites {'1 source' if cited == 1 else f'{cited} sources'}: there is no {first}"


def _unknown(key: str, sources: Sources) -> str:
    near = nearest(key, sources.entries)
    return f"no bibliography has @{key}" + (f"; did you mean @{near}?" if near else "")


def _at(start: int, message: str, deck: Deck, kind: Kind = Kind.CITATION) -> Finding:
    """A finding at an offset of the deck's text, mapped to the line of the file."""
    page = page_of(plain_text(deck))
    placed = max((each for each in placed_blocks(deck) if each.start <= start), key=lambda each: each.start)
    line = placed.block.location.line + page.line(start) - page.line(placed.start)
    return Finding(kind, Location(deck.path, line), message, placed.slide)
