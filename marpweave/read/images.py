"""Finds images, inline values and refused HTML tags in a deck, with their lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import unquote

from markdown_it.token import Token

from marpweave.read.css import references
from marpweave.read.tokens import directive_tokens, directives, marp_tokens
from marpweave.read.yaml import Entry, Fault

TAG = re.compile(r"""<([A-Za-z][\w-]*)((?:[^>"']|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*)(>|\Z)""")
HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""As in browsers, an unclosed tag or comment extends to the end; that also keeps the search linear."""
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
MEDIA = {"img": ("src",), "source": ("src",), "video": ("src", "poster"), "audio": ("src",)}
"""HTML tags that Marp allows, with the attributes that name files."""
REFUSED = frozenset({"link", "iframe", "object", "embed", "script"})
"""Tags that would load or run other files; Marp escapes them and component tags such as `v-click`."""
SRCSET = re.compile(r"\s*([^\s,](?:[^\s]*[^\s,])?)\s*(?:\s[^,]*)?(?:,|\Z)")
"""A candidate of ``srcset``: an address without blanks, and a width or density."""
KEYWORD = re.compile(
    r"[\d.]+%|(?:w|width|h|height):\S+|bg|(?:left|right)(?::\S+)?|auto|contain|cover|fit|vertical"
    r"|(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)(?::\S+)?")
"""Marp's keywords in the alternative text of an image."""
REMOTE = ("http://", "https://", "//", "ftp://")
"""Prefixes of network addresses."""
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
INLINE_VALUE = re.compile(r"\{python\}\s+(.*\S)\s*")
CSS_DIRECTIVES = frozenset({"style", "backgroundImage"})
MARKDOWN_DIRECTIVES = frozenset({"header", "footer"})


@dataclass(frozen=True, slots=True)
class ImageUse:
    """A file that a deck shows."""

    source: str
    alt: str | None
    """Alternative text; "": decorative; None: missing."""
    line: int
    """0-based."""


def find_images(tokens: Sequence[Token]) -> tuple[ImageUse, ...]:
    """All files that a deck shows with ``![…](…)``, ``<img>``, ``<video>`` … or CSS, except ``data:`` URIs."""
    images = [*_in_markdown(tokens), *_in_styles(tokens), *_in_directives(tokens)]
    shown = (one for one in images if one.source and not one.source.lower().startswith("data:"))
    return tuple(sorted(shown, key=lambda one: one.line))


def find_inlines(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Inline values, `` `{python} expr` ``: expression and 0-based line."""
    for token, line in _inline_tokens(tokens):
        value = INLINE_VALUE.fullmatch(token.content) if token.type == "code_inline" else None
        if value:
            yield value[1], line


def find_refused(tokens: Sequence[Token]) -> Iterator[Fault]:
    """HTML tags that have an effect elsewhere, but that Marp shows as text."""
    for html, line in _html(tokens):
        for tag in TAG.finditer(_without_comments(html)):
            if tag[1].lower() in REFUSED or "-" in tag[1]:
                yield Fault(line + html[:tag.start()].count("\n"),
                            f"Marp shows <{tag[1].lower()}> as text; remove it")


def _html(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """HTML fragments with the 0-based lines on which they begin."""
    for token, line in _inline_tokens(tokens):
        if token.type == "html_inline":
            yield token.content, line
    for token in tokens:
        if token.type == "html_block" and token.map:
            yield token.content, token.map[0]


def _inline_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """The located tokens in paragraphs, headings and table cells, with their lines."""
    for token in tokens:
        at, line = 0, token.map[0] if token.map else 0
        for child in token.children or () if token.map else ():
            if "start" in child.meta:
                line += token.content.count("\n", at, child.meta["start"])
                at = child.meta["start"]
                yield child, line


def _in_markdown(tokens: Sequence[Token]) -> Iterator[ImageUse]:
    for token, line in _inline_tokens(tokens):
        if token.type == "image":
            yield ImageUse(decoded(str(token.attrGet("src") or "")), _words(token.content), line)
    for html, line in _html(tokens):
        yield from _in_html(html, line)


def words_of(alt: str) -> str:
    """An alternative text without Marp's keywords."""
    return " ".join(word for word in alt.split() if not KEYWORD.fullmatch(word))


def _words(alt: str) -> str | None:
    """The words of an alternative text; "" for a full-slide background, which needs none."""
    keywords = list(filter(KEYWORD.fullmatch, alt.split()))
    decorates = "bg" in keywords and not any(word.startswith(("left", "right")) for word in keywords)
    return words_of(alt) or ("" if decorates else None)


def _in_styles(tokens: Sequence[Token]) -> Iterator[ImageUse]:
    for token in tokens:
        if token.type == "marp_style" and token.map:
            yield from _in_css(token.content, token.map[0] + token.meta["skipped"])


def _in_directives(tokens: Sequence[Token]) -> Iterator[ImageUse]:
    for token, first in directive_tokens(tokens):
        if not any(key in token.content for key in (*CSS_DIRECTIVES, *MARKDOWN_DIRECTIVES)):
            continue
        lines = token.content.split("\n")
        for entry in directives(token).entries or ():
            for image in _in_value(entry):
                yield replace(image, line=first + _line_of(image.source, lines, entry.line + image.line))


def _in_value(directive: Entry) -> Iterable[ImageUse]:
    key = directive.key.removeprefix("_")
    if isinstance(directive.value, str) and key in CSS_DIRECTIVES:
        return _in_css(directive.value, 0)
    if isinstance(directive.value, str) and key in MARKDOWN_DIRECTIVES:
        return _in_markdown(marp_tokens(directive.value))
    return ()


def _line_of(source: str, lines: Sequence[str], line: int) -> int:
    """The first 0-based line from ``line`` on that contains ``source``; otherwise ``line``."""
    return next((number for number in range(line, len(lines)) if source in lines[number]), line)


def _in_css(css: str, line: int) -> Iterator[ImageUse]:
    for reference in references(css):
        yield ImageUse(decoded(reference.source), "", line + css[:reference.start].count("\n"))


def decoded(source: str) -> str:
    """A percent-decoded path; network addresses are returned unchanged."""
    return source if SCHEME.match(source) else unquote(source)


def _in_html(html: str, first: int) -> Iterator[ImageUse]:
    for tag in TAG.finditer(plain := _without_comments(html)):
        values = {key.lower(): unescape(a or b or c) for key, a, b, c in ATTRIBUTE.findall(tag[2])}
        line = first + plain[:tag.start()].count("\n")
        name = tag[1].lower() if tag[3] else ""
        for attribute in MEDIA.get(name, ()):
            yield ImageUse(decoded(values.get(attribute, "").strip()), values.get("alt") if name == "img" else "", line)
        if name in ("img", "source"):
            for source in SRCSET.findall(values.get("srcset", "")):
                yield ImageUse(decoded(source), "", line)
        yield from _in_css(values.get("style", ""), line)


def _without_comments(html: str) -> str:
    """HTML with its comments overwritten by blanks, which preserves positions."""
    return HTML_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), html)
