"""Sanitizes HTML and Markdown outputs: an allowlist of elements and attributes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from marpweave.read.tokens import marp_tokens

ELEMENTS = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt",
    "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"})
SILENT = frozenset({"script", "style", "template", "title", "textarea", "noscript", "xmp", "noembed", "noframes"})
"""Elements whose content is not visible text."""
ATTRIBUTES = {
    **dict.fromkeys(("align", "alt", "border", "class", "colspan", "dir", "height", "lang", "open", "reversed",
                     "rowspan", "scope", "span", "start", "title", "type", "valign", "value", "width"),
                    re.compile(r"[\s\S]*")),
    "href": re.compile(r"(?:https?://|mailto:|#)[\s\S]*", re.IGNORECASE),
    "src": re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*"),
    "style": re.compile(r"(?!.*(?:url|image|expression|position|import))[\w\s:;,.%#()!+-]*", re.IGNORECASE | re.DOTALL),
}
"""Attributes, and what may stand in them."""
CARRIAGE_RETURN = re.compile(r"\r\n?")
LIVE = re.compile(r"<(?:script|iframe|object|embed|form|input|button|video|audio)\b", re.IGNORECASE)


LIVE_TEX = re.compile(r"\\(?:href|url|style|class|cssId|data|mmlToken|bbox|require|csname|[egx]?def|let|"
                      r"(?:re)?newcommand|newenvironment)(?![A-Za-z])")
"""TeX commands that do more than typeset, or define commands."""
LAST = "The end"
"""A final paragraph that stays separate only if all blocks above it are closed."""


def is_live_tex(tex: str) -> bool:
    """Whether a formula has active content."""
    return LIVE_TEX.search(tex) is not None


def is_live(html: str) -> bool:
    """Whether HTML has active content; a slide then shows the plain text instead."""
    return LIVE.search(html) is not None


def passive(html: str) -> str:
    """HTML without scripts, network access and styles that affect other elements."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return "".join(writer.written)


def passive_block(html: str) -> str:
    """Passive HTML as a single Markdown block that its content cannot end or alter."""
    lines = "\n".join(line for line in CARRIAGE_RETURN.sub("\n", passive(html)).split("\n") if line.strip())
    return lines if lines.startswith(("<div", "<table")) else f"<div>\n{lines}\n</div>"


def passive_markdown(text: str) -> str | None:
    """Markdown with passive HTML and unchanged code; None if the two cannot be told apart.

    None also if it would swallow or alter what follows.
    """
    text = CARRIAGE_RETURN.sub("\n", text)
    if ("$" in text and is_live_tex(text)) or not _ends(text):
        return None
    for html in _html_in(text):
        text = text.replace(html, passive(html))
    return text if all(html == passive(html) for html in _html_in(text)) else None


def _ends(markdown: str) -> bool:
    """Whether all blocks of a text end with it: an open fence would turn what follows into code."""
    *_, inline, close = marp_tokens(f"{LAST}\n\n{markdown}\n\n{LAST}\n")
    return (inline.content, close.type, close.level) == (LAST, "paragraph_close", 0)


def _html_in(markdown: str) -> list[str]:
    tokens = [*MarkdownIt("commonmark").parse(markdown), *marp_tokens(markdown)]
    inside = (child for token in tokens for child in token.children or ())
    return [token.content for token in (*tokens, *inside) if token.type in ("html_block", "html_inline")]


class _Writer(HTMLParser):
    """Writes the allowed parts of what it parses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if not self.silent and tag in SILENT:
            self.silent = tag
        elif not self.silent and tag in ELEMENTS:
            kept = (f' {name}="{escape(value or "")}"' for name, value in attrs
                    if name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value or ""))
            self.written.append(f"<{tag}{''.join(kept)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""
        elif not self.silent and tag in ELEMENTS:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.written.append(data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")
