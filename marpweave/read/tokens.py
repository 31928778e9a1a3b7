"""Tokenizes Markdown, and counts slides, as Marp does. Pure.

Beyond CommonMark, Marp supports tables, strikethrough, front matter, comments with directives, ``<style>`` blocks
and ``$`` formulas, each with its own rule for where a block ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, backtick, html_inline, image
from markdown_it.token import Token

from marpweave.read.yaml import LOOSE_KEYS, LOOSE_KEYS_OF_FRONT_MATTER, Reading, loosened, read_mapping

STYLE = re.compile(r"\s*<style[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)
BLANK = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200b)))
"""The characters that JavaScript's ``trim`` removes."""
INTERRUPTED = {"alt": ["paragraph", "reference", "blockquote", "list"]}

InlineRule = Callable[[StateInline, bool], bool]


@lru_cache(8)  # parsed texts: the deck and, in between, its header and footer
def marp_tokens(text: str) -> list[Token]:
    """The block tokens of a deck; images, code spans, tags and comments have ``meta["start"]``."""
    return marp_markdown().parse(text)


def link_definitions(text: str) -> dict[str, range]:
    """The labels of link definitions in a deck, each with its 0-based lines."""
    env: dict[str, Any] = {}
    marp_markdown().parse(text, env)
    return {label: range(*definition["map"]) for label, definition in env.get("references", {}).items()}


def marp_markdown() -> MarkdownIt:
    """A Markdown parser with Marp's rules."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    block, inline = markdown.block.ruler, markdown.inline.ruler
    block.before("table", "front_matter", _front_matter, INTERRUPTED)  # type: ignore[arg-type]
    block.before("html_block", "marp_comment", _comment)
    block.before("html_block", "marp_style", _style)
    block.after("blockquote", "marp_math", _math_block, INTERRUPTED)  # type: ignore[arg-type]
    inline.after("escape", "marp_math", _math)
    inline.before("html_inline", "marp_comment", _located(_inline_comment))
    for name, rule in (("image", image), ("backticks", backtick), ("html_inline", html_inline)):
        inline.at(name, _located(rule))
    return markdown


def front_matter_token(text: str) -> Token | None:
    """The front matter token; the rest of the text is not parsed."""
    state = StateBlock(re.sub(r"\r\n?", "\n", text), MarkdownIt("commonmark"), {}, [])
    return state.tokens[0] if _front_matter(state, 0, state.lineMax, silent=False) else None


def slide_starts(tokens: Sequence[Token]) -> tuple[int, ...]:
    """0-based first lines of all slides but the first."""
    divided = _heading_tags(tokens)
    starts, content = [], False
    for token in tokens:
        divides = token.type == "heading_open" and token.tag in divided and content
        if token.map and (divides or (token.type == "hr" and token.level == 0)):
            starts.append(token.map[0])
        content = content or not token.hidden
    return tuple(starts)


def directives(token: Token) -> Reading:
    """The directives in a front matter or comment token; a comment that is not a mapping is a speaker note."""
    keys = LOOSE_KEYS_OF_FRONT_MATTER if token.type == "front_matter" else LOOSE_KEYS
    return read_mapping(loosened(token.content, keys))


def directive_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Front matter and comment tokens, with the 0-based line on which their content begins."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type in ("front_matter", "marp_comment"):
            yield token, line + token.meta["skipped"]
        elif token.type == "inline":
            for child in token.children or ():
                if child.type == "marp_comment":
                    yield child, line + token.content[:child.meta["start"]].count("\n") + child.meta["skipped"]


def values_of(key: str, tokens: Sequence[Token]) -> Iterator[tuple[Any, int]]:
    """The values of a directive in front matter and comments, with their 0-based lines."""
    for token, line in directive_tokens(tokens):
        reading = directives(token) if key in token.content else Reading(())
        for entry in reading.entries or () if not reading.faults else ():
            if entry.key == key:
                yield entry.value, line + entry.line


def _heading_tags(tokens: Sequence[Token]) -> frozenset[str]:
    """Heading tags that start a slide; the last ``headingDivider`` of the deck applies."""
    levels: Sequence[int] = ()
    for value, _ in values_of("headingDivider", tokens):
        levels = _levels(value, levels)
    return frozenset(f"h{level}" for level in levels)


def _levels(value: object, before: Sequence[int]) -> Sequence[int]:
    if isinstance(value, list):
        return [level for level in map(_integer, value) if level]
    if value is False or value == "false":
        return ()
    level = _integer(value)
    return range(1, level + 1) if level in range(1, 7) else before


def _integer(value: object) -> int:
    """Parse a number like JavaScript's ``parseInt``; 0 if there is none."""
    match = re.match(r"\s*[+-]?\d+", "" if isinstance(value, bool) else str(value))
    return int(match[0]) if match else 0


# -- block rules -------------------------------------------------------------------


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line]:state.eMarks[line]]


def _push(state: StateBlock, kind: str, first: int, end: int) -> Token:
    token = state.push(kind, "", 0)
    token.map = [first, min(end, state.lineMax)]
    state.line = end
    return token


def _front_matter(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it's signature
    """Opened by three or more dashes (and any text after them), closed by at least as many, or by ``...``."""
    opening = _line(state, first)
    dashes = len(opening) - len(opening.lstrip("-"))
    if first != 0 or not state.src.startswith("-") or dashes < 3:
        return False
    if silent:
        return True
    close = next((line for line in range(first + 1, end) if _closes_front_matter(state, line, dashes)), None)
    dots = next((line for line in range(first + 1, end) if _line(state, line) == "..."), end)
    negative = next((line for line in range(first + 1, end)
                     if _line(state, line) and state.sCount[line] < state.blkIndent), end)
    stop = min(dots + 1, negative, end)
    closed = close is not None and close < stop
    last = close if closed and close is not None else stop
    token = _push(state, "front_matter", first, last + closed)
    behind = opening[dashes + 1:]
    lines = state.src.split("\n")[first + 1:min(last, dots)]
    token.content = "\n".join([behind, *lines] if behind else lines)
    token.meta = {"closed": closed or dots < stop, "skipped": 0 if behind else 1}
    token.hidden = True
    return True


def _closes_front_matter(state: StateBlock, line: int, dashes: int) -> bool:
    text = _line(state, line)
    return state.sCount[line] - state.blkIndent < 4 and re.fullmatch(rf"-{{{dashes},}}[ \t]*", text) is not None


def _comment(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    if not _line(state, first).startswith("<!--"):
        return False
    if silent:
        return True
    last = _last_line(state, first, end, re.compile("-->"))
    token = _push(state, "marp_comment", first, last)
    token.hidden = True
    _fill_comment(token, state.getLines(first, last, state.blkIndent, keepLastLF=True))
    return True


def _style(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    if not re.match(r"<style(?=\s|>|$)", _line(state, first), re.IGNORECASE):
        return False
    if silent:
        return True
    last = _last_line(state, first, end, re.compile("</style>", re.IGNORECASE))
    token = _push(state, "marp_style", first, last)
    token.hidden = True
    markup = state.getLines(first, last, state.blkIndent, keepLastLF=True)
    match = STYLE.match(markup)
    token.content = match[1] if match else ""
    token.meta = {"skipped": markup[:match.start(1)].count("\n") if match else 0}
    return True


def _last_line(state: StateBlock, first: int, end: int, closing: re.Pattern[str]) -> int:
    """One past the line that contains ``closing``, or past the end of the block."""
    if closing.search(_line(state, first)):
        return first + 1
    for line in range(first + 1, end):
        if state.sCount[line] < state.blkIndent:
            return line
        if closing.search(_line(state, line)):
            return line + 1
    return max(end, first + 1)


def _fill_comment(token: Token, markup: str) -> None:
    """Set the content to the text between ``<!--`` and ``-->`` without surrounding dashes and blanks."""
    end = markup.find("-->", len("<!--"))
    inside = markup[len("<!--"):end].lstrip("-") if end >= 0 else ""
    token.content = inside.rstrip("-").strip(BLANK)
    token.meta = {"skipped": inside[:len(inside) - len(inside.lstrip(BLANK))].count("\n")}


def _math_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """``$$`` up to and including a line that ends in ``$$`` or is outdented."""
    opening = _line(state, first)
    if not opening.startswith("$$"):
        return False
    if silent:
        return True
    last = first
    if not opening[2:].strip(BLANK).endswith("$$"):
        last = next((line for line in range(first + 1, end) if _ends_math(state, line)), end)
    _push(state, "marp_math_block", first, last + 1)
    return True


def _ends_math(state: StateBlock, line: int) -> bool:
    text = _line(state, line)
    return bool(text and state.tShift[line] < state.blkIndent) or text.strip(BLANK).endswith("$$")


# -- inline rules ------------------------------------------------------------------


def _located(rule: InlineRule) -> InlineRule:
    """Wrap ``rule`` so that it records the position of its token in the block's content."""

    def located(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
        start, count = state.pos, len(state.tokens)
        matched = rule(state, silent)
        if matched and len(state.tokens) > count:
            state.tokens[-1].meta = {**state.tokens[-1].meta, "start": start}
        return matched

    return located


def _inline_comment(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    if not state.src.startswith("<!--", state.pos):
        return False
    end = state.src.find("-->", state.pos + len("<!--"))
    if end < 0:
        return False
    if not silent:
        token = state.push("marp_comment", "", 0)
        token.hidden = True
        _fill_comment(token, state.src[state.pos:end + len("-->")])
    state.pos = end + len("-->")
    return True


def _math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """``$x$``, but not ``$ x``, ``x $`` or ``$5``, whose dollars are text."""
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    end = _closing_dollar(source, start + 1)
    text = _dollars_of_text(source, start, end)
    if text or end is None:
        if not silent:
            state.append_pending(text)
        state.pos = start + len(text)
        return True
    if not silent:
        token = state.push("marp_math_inline", "math", 0)
        token.content = source[start + 1:end]
    state.pos = end + 1
    return True


def _closing_dollar(source: str, start: int) -> int | None:
    """The position of the next unescaped dollar."""
    at = source.find("$", start)
    while at != -1 and (at - len(source[:at].rstrip("\\"))) % 2:
        at = source.find("$", at + 1)
    return None if at == -1 else at


def _dollars_of_text(source: str, start: int, end: int | None) -> str:
    """The dollars at ``start`` if they do not open a formula, otherwise ""."""
    if source[start + 1:start + 2] in (" ", "\t") or end is None:
        return "$"
    if end == start + 1:
        return "$$"
    opens = source[end - 1] not in " \t" and not re.match("[0-9]", source[end + 1:end + 2])
    return "" if opens else "$"
