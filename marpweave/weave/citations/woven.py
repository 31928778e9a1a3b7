"""Replaces citations and lists in a deck by formatted HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import pairwise

from marpweave.model.deck import Cell, Deck, Prose
from marpweave.model.location import Location
from marpweave.text import split_lines
from marpweave.weave.blocks import placed_blocks
from marpweave.weave.citations.citations import Citation, Citations, Listing, Place
from marpweave.weave.passive import passive
from marpweave.weave.references.edits import Edit, edited, escaped

TAG = re.compile(r"(<[^>]*>)")
LINK = re.compile(r"</?a\b[^>]*>")
ESCAPED = re.compile(r"\\(.)")
LETTER = r"[^\W_]"
MEANT = re.compile(r"[`$|@\\\[\]*_~{}]")
"""Characters that would be Markdown even inside HTML: tables, formulas, code."""


@dataclass(frozen=True, slots=True)
class Written:
    """A citation, or a source in a list, as HTML."""

    html: str
    parts: tuple[str, ...] = ()
    """For a citation, the rendering of each of its sources; () if there is only one."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """The citations of a deck, formatted by citation-js."""

    citations: Mapping[Citation, Written]
    entries: Mapping[str, str]
    """Sources as HTML by key, in the order of the list."""


def with_citations(deck: Deck, citations: Citations, formatted: Formatted) -> Deck:
    """The deck with formatted citations and lists; those that could not be formatted are left as written."""
    keys = tuple(formatted.entries)
    page = _Page(formatted, keys, citations.listed(len(keys)), frozenset(citations.keys))
    woven: dict[int, list[Prose | Cell]] = {}
    for placed in placed_blocks(deck):
        block, blocks = placed.block, woven.setdefault(placed.slide, [])
        inside = [place for place in citations.places if placed.start <= place.start < placed.start + len(block.text)]
        if isinstance(block, Cell):
            blocks.append(_captioned(block, inside, page))
        else:
            blocks += _woven(block, inside, placed.start, page) if inside else [block]
    slides = (replace(slide, blocks=tuple(woven.get(slide.number, ()))) for slide in deck.slides)
    return replace(deck, slides=tuple(slides))


@dataclass(frozen=True, slots=True)
class _Page:
    formatted: Formatted
    keys: tuple[str, ...]
    listed: frozenset[int]
    """Indices of the keys that lists contain."""
    cited: frozenset[str]
    """Keys that this variant cites; its lists omit sources cited only on omitted slides."""


def _captioned(cell: Cell, places: Sequence[Place], page: _Page) -> Cell:
    """A cell with formatted citations in its captions; alternative texts get the plain text."""
    display, alt = cell.options.display, cell.options.display.fig_alt or cell.options.display.fig_cap or ""
    captions = {place.option: getattr(display, place.option) for place in places}
    for place in places:
        if isinstance(place.content, Citation):
            html = _cited(place.content, place.written, page)
            captions[place.option] = captions[place.option].replace(place.written, html, 1)
            alt = alt.replace(place.written, unescape(ESCAPED.sub(r"\1", TAG.sub("", html))), 1)
    shown = replace(display, fig_alt=alt or None, **captions) if places else display
    return replace(cell, options=replace(cell.options, display=shown))


def _woven(block: Prose, places: Sequence[Place], offset: int, page: _Page) -> Iterator[Prose]:
    """A block with its citations, split in two at each list so that line numbers are preserved."""
    edits = [Edit(each.start, each.end, _cited(each.content, block.text[each.start - offset:each.end - offset], page))
             for each in places if isinstance(each.content, Citation)]
    at = 0
    lists = [(place.start - offset, place.end - offset, _list(place.content, page)) for place in places
             if isinstance(place.content, Listing)]
    for start, end, html in (*lists, (len(block.text), len(block.text), "")):
        line = block.location.line + len(split_lines(block.text[:at]))
        if start > at:
            yield Prose(edited(block.text[at:start], edits, offset=offset + at), Location(block.location.path, line))
        if html:
            below = block.location.line + len(split_lines(block.text[:start]))
            yield Prose(html, Location(block.location.path, below))
        at = end


def _cited(citation: Citation, written: str, page: _Page) -> str:
    formatted = page.formatted.citations.get(citation)
    keys = [item.id for item in citation.items if item.id in page.formatted.entries]
    if formatted is None or not (formatted.html and keys):
        return written
    html = LINK.sub("", passive(formatted.html))
    parts = [LINK.sub("", passive(part)) for part in formatted.parts]
    pieces = _linked(html, list(zip(parts, keys, strict=False)), page)
    linked = pieces or _link(_text(html), keys[0], page)
    return linked + "\n" * written.count("\n")


def _linked(html: str, parts: Sequence[tuple[str, str]], page: _Page) -> str:
    """A citation of several sources with a link for each; "" if they cannot be told apart, or it contains a link."""
    spans = [(place.start(), place.end(), key) for part, key in parts
             if (place := re.search(rf"(?<!{LETTER}){re.escape(part)}(?!{LETTER})", html))]
    spans.sort()
    if not spans or any(first[1] > second[0] for first, second in pairwise(spans)):
        return ""
    pieces, at = [], 0
    for start, end, key in spans:
        pieces += [_text(html[at:start]), _link(_text(html[start:end]), key, page)]
        at = end
    return "".join([*pieces, _text(html[at:])])


def _link(html: str, key: str, page: _Page) -> str:
    """A link to a source, or just its name if no list contains it; both show the source on hover."""
    number = page.keys.index(key)
    reference = " ".join(unescape(TAG.sub("", passive(page.formatted.entries[key]))).split())
    words = f'class="citation" title="{MEANT.sub(lambda sign: f"&#{ord(sign[0])};", escape(reference))}"'
    if number not in page.listed:
        return f"<span {words}>{html}</span>"
    return f'<a {words} href="#ref-{number + 1}">{html}</a>'


def _text(html: str) -> str:
    """HTML for use in Markdown: Markdown characters in its text are escaped."""
    pieces = TAG.split(html.replace("\n", " "))
    return "".join(piece if number % 2 else escaped(unescape(piece)).replace("&", "&amp;").replace("@", "&#64;")
                   for number, piece in enumerate(pieces))


def _list(listing: Listing, page: _Page) -> str:
    """A list of sources as one block of HTML."""
    shown = range(len(page.keys))[listing.first - 1:listing.last]
    entries = "".join(f'<p><a name="ref-{number + 1}"></a>{_entry(page.formatted.entries[page.keys[number]])}</p>\n'
                      for number in shown if page.keys[number] in page.cited)
    return f'<div class="references">\n{entries}</div>\n\n' if entries else ""


def _entry(html: str) -> str:
    """A source in a paragraph, which cannot contain block elements."""
    return " ".join(re.sub(r"<(/?)div\b", r"<\1span", passive(html)).split()).replace("@", "&#64;")
