"""Finds solution slides, and what an omitted slide leaves behind for the others. Pure."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from marpweave.model.deck import Deck
from marpweave.read.css import without_comments
from marpweave.read.parse import plain_text
from marpweave.read.tokens import directive_tokens, directives, link_definitions, marp_tokens
from marpweave.read.yaml import Entry
from marpweave.text import split_lines

SOLUTION = "solution"
"""The class of slides, and the tag of cells, that students do not get."""
LOCAL = frozenset({
    "class", "color", "backgroundColor", "backgroundImage", "backgroundPosition", "backgroundRepeat", "backgroundSize",
    "header", "footer", "paginate", "transition"})
"""Directives that apply from their slide on."""
GLOBAL = frozenset({
    "theme", "style", "headingDivider", "lang", "size", "math", "title", "description", "author", "image", "keywords",
    "url"})
"""Directives that apply to the whole deck, wherever they are."""
SCOPED = re.compile(r"\s*<style\b[^>]*\bscoped\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """The tokens and lines of a deck."""

    lines: tuple[str, ...]
    tokens: Sequence[Token]
    starts: tuple[int, ...]
    """0-based first line of each slide."""

    def slide(self, line: int) -> int:
        """Number of the slide that contains a 0-based line."""
        return max(bisect_right(self.starts, line), 1)

    def span(self, number: int) -> range:
        """The 0-based lines of a slide."""
        return range(self.starts[number - 1], (*self.starts[1:], len(self.lines))[number - 1])

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Marp directives, each with the number of its slide."""
        for token, line in directive_tokens(self.tokens):
            reading = directives(token)
            for entry in reading.entries or () if not reading.faults else ():
                yield self.slide(line + entry.line), entry


def layout_of(deck: Deck) -> Layout:
    """The layout of a deck."""
    plain = "".join(split_lines(plain_text(deck)))
    starts = tuple(slide.location.line - 1 for slide in deck.slides)
    return Layout(tuple(split_lines(plain)), marp_tokens(plain), starts)


def solutions(layout: Layout) -> frozenset[int]:
    """Numbers of the slides whose class has ``solution``."""
    return slides_with_class(layout, SOLUTION)


def slides_with_class(layout: Layout, name: str) -> frozenset[int]:
    """Numbers of the slides with a class.

    As in Marp, the last ``_class`` applies, otherwise the last ``class`` of this or an earlier slide.
    """
    return _matching(layout, "class", lambda words: name in words)


def nearly_solutions(layout: Layout) -> frozenset[int]:
    """Numbers of the slides with a class that resembles ``solution``, such as ``Solution`` or ``solutions``."""
    near = {SOLUTION, f"{SOLUTION}s"}
    return _matching(layout, "class", lambda words: any(word.casefold().strip(".,;") in near for word in words))


def _matching(layout: Layout, key: str, fits: Callable[[frozenset[str]], bool]) -> frozenset[int]:
    """Numbers of the slides for which a class directive satisfies ``fits``."""
    carried: dict[int, object] = {}
    spot: dict[int, object] = {}
    for number, entry in layout.entries():
        if entry.key in (key, f"_{key}"):
            (carried if entry.key == key else spot)[number] = entry.value
    numbers, words = set(), frozenset[str]()
    for number in range(1, len(layout.starts) + 1):
        words = _words(carried[number]) if number in carried else words
        if fits(_words(spot[number]) if number in spot else words):
            numbers.add(number)
    return frozenset(numbers)


def pages_left_out(deck: Deck, slides: Sequence[int]) -> tuple[int, ...]:
    """For each slide of a variant, the number of numbered slides omitted before it, and finally the total.

    Slides are identified by their numbers in the full deck; () if none are omitted.
    """
    if deck.full is None or len(deck.full.slides) == len(deck.slides):
        return ()
    layout, kept = layout_of(deck.full), {slide.number for slide in deck.slides}
    uncounted = _matching(layout, "paginate", lambda words: not words.isdisjoint({"hold", "skip"}))
    omitted = [number for number in range(1, len(layout.starts) + 1) if number not in kept | uncounted]
    return tuple(bisect_right(omitted, number) for number in (*slides, len(layout.starts)))


def _words(value: object) -> frozenset[str]:
    values = value if isinstance(value, list) else [value]
    return frozenset(word for each in values if isinstance(each, str) for word in each.split())


def left_behind(number: int, layout: Layout, *, local: bool = True) -> str:
    """What an omitted slide contributes to others: directives, styles and link definitions.

    ``local``: include directives that apply from that slide on, because another slide follows.
    """
    keys = GLOBAL | LOCAL if local else GLOBAL
    values = {entry.key: entry.value for at, entry in layout.entries() if at == number and entry.key in keys}
    return "".join([_comment(values), *_styles(number, layout), *_links(number, layout)])


def _comment(values: dict[str, object]) -> str:
    """Directives as a YAML comment, escaped so that no value closes it."""
    rows = [f"{key}: {'' if value is None else json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(["<!--", *(row.replace(">", "\\u003e") for row in rows), "-->", "", ""]) if rows else ""


def _styles(number: int, layout: Layout) -> Iterator[str]:
    for token in layout.tokens:
        if token.type == "marp_style" and token.map and token.map[0] in layout.span(number):
            style = without_comments("".join(layout.lines[slice(*token.map)]))
            if not SCOPED.match(style):
                yield f"{style.rstrip()}\n\n"


def _links(number: int, layout: Layout) -> Iterator[str]:
    """Link definitions that other slides use; an unused one may itself be a solution."""
    span = layout.span(number)
    others = " ".join("".join([*layout.lines[:span.start], *layout.lines[span.stop:]]).upper().split())
    for label, rows in link_definitions("".join(layout.lines)).items():
        if rows.start in span and f"[{label}]" in others:
            yield "".join(line.lstrip(" >") for line in layout.lines[rows.start:rows.stop]) + "\n"
