"""Finds misspelled front matter keys, and directive values that Marp does not know. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token

from marpweave.read.tokens import values_of
from marpweave.read.yaml import Entry, Fault
from marpweave.text import nearest

KEYS = (
    "marp", "execute", "theme", "style", "class", "paginate", "header", "footer", "headingDivider", "size", "math",
    "backgroundColor", "backgroundImage", "title", "description", "bibliography", "crossref")
"""Keys that authors may have meant; other keys belong to other tools."""
THEIRS = ("styles", "headers", "footers", "titles", "sizes")
"""Keys of other tools that are not misspellings."""
VALUES: Mapping[str, tuple[str, ...]] = {
    "paginate": ("true", "false", "hold", "skip"), "_paginate": ("true", "false", "hold", "skip"),
    "math": ("mathjax", "katex")}
"""All values that Marp accepts; it ignores others."""
OFF = ("no", "off", "none", "null", "0", "")
"""Values that read as false and that Marp treats as false."""
A_SLIP = 0.85
"""Similarity of two words that differ by one omitted, added or transposed letter."""


def mistyped(entries: Sequence[Entry], skipped: int) -> Iterator[Fault]:
    """Misspelled keys, unless the correct key is present, too; ``skipped``: lines before the entries."""
    taken = {entry.key for entry in entries}
    for entry in entries:
        near = "" if entry.key in (*KEYS, *THEIRS) else nearest(entry.key, KEYS, A_SLIP)
        if near and near not in taken:
            yield Fault(skipped + entry.line, f"front matter: unknown key {entry.key!r}; did you mean {near!r}?")


def unknown_values(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Directive values, in front matter and comments, that Marp does not know."""
    for key, known in VALUES.items():
        for value, line in values_of(key, tokens):
            if isinstance(value, str) and value.lower() not in (*known, *OFF):
                yield Fault(line, f"Marp does not know {value!r} for `{key}`{suggested(value, known)}")


def suggested(value: str, known: Sequence[str]) -> str:
    """The value that an unknown one may stand for, or else all known values."""
    near = nearest(value.lower(), known)
    return f"; did you mean {near!r}?" if near else f"; known: {', '.join(known)}"
