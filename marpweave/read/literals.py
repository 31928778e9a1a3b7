"""What other tools would read and Marp shows as it is: their syntax in the prose of a slide. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from marpweave.read.yaml import Fault

SYNTAX = (
    (re.compile(r"\{\{[<%].*?[%>]\}\}"), "a shortcode of Quarto", "write what it stands for"),
    (re.compile(r"^ {0,3}:::+.*", re.MULTILINE), "a fenced div",
     "write `<div class=\"…\">` and `</div>`, each with a blank line behind it"),
    (re.compile(r"\[(?:[^\[\]\n]*[\s;])?-?@[A-Za-z_][^\[\]\n]*\](?!\()"), "a citation of Pandoc",
     "write the reference out"),
    (re.compile(r"(?<=\S)[ \t]+\{[#.][^\s{}][^{}\n]*\}[ \t]*$", re.MULTILINE), "an attribute list of Pandoc",
     "use `<!-- _class: … -->` for the slide, or HTML"),
)
"""A pattern, whose syntax it is, and what to write for Marp."""
VERBATIM = ("code_inline", "marp_math_inline", "html_inline", "marp_comment", "image")


def find_literals(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Such syntax with its 0-based line, one piece a line."""
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        found: dict[int, str] = {}
        text = _prose(token)
        for pattern, what, right in SYNTAX:
            for match in pattern.finditer(text):
                line = token.map[0] + text.count("\n", 0, match.start())
                found.setdefault(line, f"{match[0].strip()!r} is {what}, and stands on the slide as it is; {right}")
        yield from map(Fault, found, found.values())


def _prose(token: Token) -> str:
    """What Marp shows of an inline token as text, one line for each of the source."""
    parts = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type in VERBATIM:
            parts.append("\ufffc" + "\n" * child.content.count("\n"))
        else:
            parts.append(child.content)
    return "".join(parts)
