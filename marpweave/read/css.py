"""Finds the files that CSS refers to: images, fonts, stylesheets. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

DOUBLE, SINGLE = r'"(?:\\.|[^"\\\n])*+', r"'(?:\\.|[^'\\\n])*+"
STRING = rf"""(?:{DOUBLE}"|{SINGLE}')"""
ADDRESS = rf"""(?:url\(\s*(?:{STRING}|(?:\\.|[^\s"'()\\])+)\s*\))"""
PASSED = rf"""(?:{DOUBLE}(?:"|$|\\\Z)|{SINGLE}(?:'|$|\\\Z))"""
"""A string that is not an address; an unclosed one ends with its line, which keeps matching linear."""
REFERENCE = re.compile(
    rf"/\*.*?(?:\*/|\Z)|@import(?>\s|/\*.*?\*/)*+(?P<imported>{ADDRESS}|{STRING})|(?P<url>{ADDRESS})|{PASSED}",
    re.DOTALL | re.IGNORECASE | re.MULTILINE)
COMMENT = re.compile(rf"/\*.*?(?:\*/|(?=</style)|\Z)|{PASSED}", re.DOTALL | re.IGNORECASE | re.MULTILINE)
"""A comment, or a string (in which no comment can begin)."""
WRITTEN = re.compile(r"""\A(?:url\(\s*)?["']?(.*?)["']?(?:\s*\))?\Z""", re.DOTALL | re.IGNORECASE)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
THEME_NAME = re.compile(r"[^./\\:]+")
"""What Marp's `@import` treats as the name of a theme rather than a file."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An address in CSS."""

    source: str
    imported: bool
    """True: an ``@import`` of a stylesheet."""
    start: int
    """Offset of its ``url(…)`` or string."""
    end: int


def without_comments(css: str) -> str:
    """CSS without comments."""
    return COMMENT.sub(lambda match: "" if match[0].startswith("/*") else match[0], css)


def references(css: str) -> Iterator[Reference]:
    """All references to files in CSS, except ``data:`` URIs and Marp themes."""
    for match in REFERENCE.finditer(css):
        group = match.lastgroup
        if group is None:
            continue
        value = WRITTEN.match(match[group])
        source = ESCAPE.sub(r"\1", value[1]) if value else ""
        imported = group == "imported"
        if source and not source.startswith("#") and not source.lower().startswith("data:") \
                and not (imported and THEME_NAME.fullmatch(source)):
            yield Reference(source, imported, *match.span(group))


def readdressed(css: str, address: Callable[[Reference], str]) -> str:
    """CSS with every address replaced by ``address(reference)``."""
    parts, at = [], 0
    for reference in references(css):
        parts += [css[at:reference.start], f'url("{address(reference)}")']
        at = reference.end
    return "".join([*parts, css[at:]])
