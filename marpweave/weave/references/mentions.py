"""Finds ``@key`` and ``[see @a; -@b, p. 3]`` in prose. Pure.

``mentions(text)`` finds both references and citations in the plain text of a deck; the key tells which it is
(``is_reference``). They are recognised only where Marp reads text: not in code, formulas, links, addresses, mail,
comments or tags, nor after a backslash. A key ends at the first non-ASCII character, unless it starts with one inside
brackets: ``[@斎藤2016]``; in braces it may contain anything: ``@{fig-層}``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from marpweave.read.tokens import link_definitions, marp_markdown, marp_tokens
from marpweave.text import split_lines

REFERENCE = re.compile(r"(?:[Ff]ig|[Tt]bl|[Ll]st|[Ss]ec|[Ee]q)-\S+")
KEY = r"@(?:(?P<name>[A-Za-z0-9]+(?:(?:[:./+]|[_-]+)[A-Za-z0-9]+)*)|\{(?P<braced>[^{}\s\[\]]+)\})"
IN_BRACKETS = KEY.replace("(?P<name>", r"(?P<name>[^\W\x00-\x7f]\w*|")
BEGINS = re.compile(r"@[\w{]")
DEFINITION = re.compile(r"^[ \t>*+\d.)-]*+\[[^\]\n]+\]:", re.MULTILINE)
AHEAD = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][_.+-])"
"""Excludes mail addresses."""
ALONE = re.compile(rf"{AHEAD}(?P<less>-?){KEY}")
LOCATED = re.compile(r"[ \t]?\[(?=(?:[A-Za-z]{1,10}\.?|§§?|¶)?\s*\d)((?:[^\[\]\\`$<@;]|\\.)+)\](?![(\[:])")
"""``[p. 3]`` after a key."""
ITEM = re.compile(rf"(?P<before>[^@]*?){AHEAD}(?P<less>-?){IN_BRACKETS}(?P<after>[^@]*)")
GROUP = re.compile(r"\[((?:[^\[\]\\`$<]|\\.)*+)\]")
ADDRESS = re.compile(r"//|www\.|mailto:", re.IGNORECASE)
GRAPHIC = re.compile(r"[!-~]++\Z")
MAX_ADDRESS = 200
"""Maximum length of an address before an ``@`` in it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One key of a mention, and the words around it in brackets."""

    key: str
    """Without ``@``: ``fig-x``, ``fig-03-network/layers``, ``knuth84``."""
    less: bool = False
    """``-@key``: without the word ``Figure``, or the author's name."""
    before: str = ""
    """``see``; stripped, like ``after``."""
    after: str = ""
    """``, p. 3``."""


@dataclass(frozen=True, slots=True)
class Mention:
    """``@key``, or several keys in brackets."""

    items: tuple[Item, ...]
    start: int
    """Offset in the text."""
    end: int
    bracketed: bool = False

    @property
    def is_reference(self) -> bool:
        """Whether all of its keys are labels of figures, tables, listings, sections or equations."""
        return all(is_reference(item.key) for item in self.items)


def is_reference(key: str) -> bool:
    """Whether a key is the label of a figure, table, listing, section or equation; any other key is a citation."""
    return REFERENCE.fullmatch(key) is not None


def mentions(text: str) -> tuple[Mention, ...]:
    """All references and citations in a text, in order."""
    page = page_of(text)
    blocks = [block for block in inline_blocks(marp_tokens(text), page) if BEGINS.search(block.token.content)] \
        if BEGINS.search(text) else []
    if not blocks:
        return ()
    markdown = _markdown()
    links = link_definitions(text) if DEFINITION.search(text) else {}
    known = {"references": {link: {"href": "", "title": ""} for link in links}}
    result: list[Mention] = []
    for block in blocks:
        tokens: list[Token] = []
        markdown.inline.parse(block.token.content, markdown, known, tokens)
        result += [mention for token in tokens if token.type == "mention" and (mention := _placed(token, block.place))]
    return tuple(result)


# -- where a block's text stands -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """A text with its lines."""

    text: str
    lines: Sequence[str]
    starts: Sequence[int]
    """Offset of each line, and finally of the end of the text."""

    def line(self, position: int) -> int:
        """The 0-based line of an offset."""
        return bisect_right(self.starts, position) - 1


def page_of(text: str) -> Page:
    """Split a text into lines."""
    lines = split_lines(text)
    return Page(text, lines, tuple(accumulate(map(len, lines), initial=0)))


@dataclass(frozen=True, slots=True)
class InlineBlock:
    """A unit of inline Markdown: a paragraph, a heading, a table cell."""

    token: Token
    place: Callable[[int], int]
    """Maps an offset in its content to one in the text; -1 if unknown."""


def inline_blocks(tokens: Sequence[Token], page: Page) -> Iterator[InlineBlock]:
    """All inline blocks of a text whose lines are known."""
    last, since = None, 0
    for token in tokens:
        if token.type == "inline" and token.map:
            if last is None or last.token.map != token.map:
                since = 0
            elif last.token.content:  # the previous cell of the same row
                since = last.place(len(last.token.content) - 1) + 1
            last = InlineBlock(token, placing(token, page, since))
            yield last


def placing(block: Token, page: Page, since: int = 0) -> Callable[[int], int]:
    """A function that maps offsets in a block's content to offsets in the text; -1 if unknown.

    Markdown removes the prefix of lines in lists and quotes, and backslashes before ``|`` in tables. Cells of a row
    share a line: this one begins after ``since``.
    """
    first = block.map[0] if block.map else 0
    inside = block.content.split("\n")
    starts = list(accumulate((len(line) + 1 for line in inside), initial=0))

    @cache
    def row_at(row: int) -> tuple[int, bool] | None:
        """The offset of a line's content, and whether ``|`` is escaped in it."""
        words = inside[row].strip()
        raw, begins = page.lines[first + row].replace("\0", "\ufffd"), page.starts[first + row]
        plain, escaped = (raw.find(each, max(since - begins, 0)) for each in (words, words.replace("|", r"\|")))
        return (begins + max(plain, escaped), plain < 0) if max(plain, escaped) >= 0 else None

    def place(position: int) -> int:
        row = bisect_right(starts, position) - 1
        line = inside[row]
        column = position - starts[row] - (len(line) - len(line.lstrip()))
        match row_at(row):
            case (at, True):
                return at + column + line.strip().count("|", 0, column)
            case (at, False):
                return at + column
        return -1

    return place


def _placed(token: Token, place: Callable[[int], int]) -> Mention | None:
    start, last = place(token.meta["start"]), place(token.meta["end"] - 1)
    if min(start, last) < 0:
        return None
    return Mention(token.meta["items"], start, last + 1, token.markup == "[")


# -- what a mention is ---------------------------------------------------------------


def _markdown() -> MarkdownIt:
    markdown = marp_markdown()
    markdown.inline.ruler.after("link", "mention", _mention)
    return markdown


def _mention(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it's signature
    match = (GROUP if state.src[state.pos] == "[" else ALONE).match(state.src, state.pos)
    if state.linkLevel or not match:
        return False
    bracketed = match.re is GROUP
    located = None if bracketed or is_reference(_item(match).key) else LOCATED.match(state.src, match.end())
    items = _items(match[1]) if bracketed else (_item(match, after=f", {located[1]}" if located else ""),)
    if not items or _is_address(state.src, state.pos):
        return False
    end = (located or match).end()
    if not silent:
        token = state.push("mention", "", 0)
        token.markup = "[" if bracketed else ""
        token.meta = {"items": items, "start": state.pos, "end": end}
    state.pos = end
    return True


def _items(inside: str) -> tuple[Item, ...]:
    """The items of a group in brackets; () if one of them does not have exactly one key."""
    matches = [ITEM.fullmatch(item) for item in inside.split(";")]
    return tuple(_item(item, item["before"].strip(), item["after"].rstrip()) for item in matches if item) \
        if all(matches) else ()


def _item(match: re.Match[str], before: str = "", after: str = "") -> Item:
    return Item(match["name"] or match["braced"], match["less"] == "-", before, after)


def _is_address(text: str, at: int) -> bool:
    """Whether an offset is inside a network address, of which Marp makes a link."""
    run = GRAPHIC.search(text[max(at - MAX_ADDRESS, 0):at])
    return run is not None and ADDRESS.search(run[0]) is not None
