"""The pictures an author put into a deck, and the values in its prose, each with its line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from urllib.parse import unquote

from markdown_it.token import Token

from marpweave.read.tokens import directive_tokens, directives, marp_tokens
from marpweave.read.yaml import Entry

URL = re.compile(r"""url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'()]+))\s*\)""", re.IGNORECASE)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TAG = re.compile(r"""<([A-Za-z][\w-]*)((?:[^>"']|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*)(>|\Z)""")
HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""Like a browser, an unclosed tag or comment takes all the rest (and the search stays linear)."""
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
INLINE_VALUE = re.compile(r"\{python\}\s+(.*\S)\s*")
CSS_DIRECTIVES = frozenset({"style", "backgroundImage"})
MARKDOWN_DIRECTIVES = frozenset({"header", "footer"})

Found = tuple[str, str, int]
"""Source, alternative text, 0-based line."""


def find_images(tokens: Sequence[Token]) -> tuple[Found, ...]:
    """Every picture but ``data:`` ones: ``![…](…)``, ``<img>``, and ``url(…)`` in styles and directives."""
    found = [*_in_markdown(tokens), *_in_styles(tokens), *_in_directives(tokens)]
    return tuple(sorted((one for one in found if one[0] and not one[0].lower().startswith("data:")),
                        key=lambda one: one[2]))


def find_inlines(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Values in prose, `` `{python} expr` ``: expression and 0-based line."""
    for token, line in _inline_tokens(tokens):
        value = INLINE_VALUE.fullmatch(token.content) if token.type == "code_inline" else None
        if value:
            yield value[1], line


def _inline_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Tokens inside of paragraphs, headings and table cells that know their start, with their lines."""
    for token in tokens:
        at, line = 0, token.map[0] if token.map else 0
        for child in token.children or () if token.map else ():
            if "start" in child.meta:
                line += token.content.count("\n", at, child.meta["start"])
                at = child.meta["start"]
                yield child, line


def _in_markdown(tokens: Sequence[Token]) -> Iterator[Found]:
    for token, line in _inline_tokens(tokens):
        if token.type == "image":
            yield decoded(str(token.attrGet("src") or "")), token.content, line
        elif token.type == "html_inline":
            yield from _in_html(token.content, line)
    for token in tokens:
        if token.type == "html_block" and token.map:
            yield from _in_html(token.content, token.map[0])


def _in_styles(tokens: Sequence[Token]) -> Iterator[Found]:
    for token in tokens:
        if token.type == "marp_style" and token.map:
            yield from _in_css(token.content, token.map[0] + token.meta["skipped"])


def _in_directives(tokens: Sequence[Token]) -> Iterator[Found]:
    for token, first in directive_tokens(tokens):
        if not any(key in token.content for key in (*CSS_DIRECTIVES, *MARKDOWN_DIRECTIVES)):
            continue
        for entry in directives(token).entries or ():
            for source, alt, _ in _in_value(entry):
                yield source, alt, first + _line_of(source, token.content, entry.line)


def _in_value(directive: Entry) -> Iterable[Found]:
    key = directive.key.removeprefix("_")
    if isinstance(directive.value, str) and key in CSS_DIRECTIVES:
        return _in_css(directive.value, 0)
    if isinstance(directive.value, str) and key in MARKDOWN_DIRECTIVES:
        return _in_markdown(marp_tokens(directive.value))
    return ()


def _line_of(source: str, text: str, line: int) -> int:
    """The 0-based line of ``text`` on which ``source`` stands, ``line`` or below."""
    lines = text.split("\n")
    return next((number for number in range(line, len(lines)) if source in lines[number]), line)


def _in_css(css: str, line: int) -> Iterator[Found]:
    plain = CSS_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), css)
    for url in URL.finditer(plain):
        source = next((group for group in url.groups() if group), "")
        if not source.startswith("#"):
            yield decoded(source), "", line + plain[:url.start()].count("\n")


def decoded(source: str) -> str:
    """A path as it is on disk; addresses on the network stay as they are."""
    return source if SCHEME.match(source) else unquote(source)


def _in_html(html: str, first: int) -> Iterator[Found]:
    plain = HTML_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), html)
    for tag in TAG.finditer(plain):
        values = {key.lower(): unescape(a or b or c) for key, a, b, c in ATTRIBUTE.findall(tag[2])}
        line = first + plain[:tag.start()].count("\n")
        if tag[1].lower() == "img" and tag[3]:
            yield decoded(values.get("src", "").strip()), values.get("alt", ""), line
        yield from _in_css(values.get("style", ""), line)
