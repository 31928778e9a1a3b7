"""What Marp does not know: keys of the front matter that differ from a known one by a slip, and values. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token

from marpweave.read.tokens import values_of
from marpweave.read.yaml import Entry, Fault
from marpweave.text import nearest

KEYS = (
    "marp", "execute", "theme", "style", "class", "paginate", "header", "footer", "headingDivider", "size", "math",
    "backgroundColor", "backgroundImage", "title", "description", "bibliography", "crossref")
"""What somebody can mean. Other tools have keys of their own, which are none of our business."""
THEIRS = ("styles", "headers", "footers", "titles", "sizes")
"""Such keys that are no slip."""
VALUES: Mapping[str, tuple[str, ...]] = {
    "paginate": ("true", "false", "hold", "skip"), "_paginate": ("true", "false", "hold", "skip"),
    "math": ("mathjax", "katex")}
"""All that Marp knows; it ignores others."""
OFF = ("no", "off", "none", "null", "0", "")
"""What means false, and is false for Marp, too."""
A_SLIP = 0.85
"""How similar two words are that differ by a letter left out, added, or swapped with its neighbour."""


def mistyped(entries: Sequence[Entry], skipped: int) -> Iterator[Fault]:
    """Each with the key it stands for, unless that is there, too; ``skipped``: the lines before the entries."""
    taken = {entry.key for entry in entries}
    for entry in entries:
        near = "" if entry.key in (*KEYS, *THEIRS) else nearest(entry.key, KEYS, A_SLIP)
        if near and near not in taken:
            yield Fault(skipped + entry.line, f"front matter: {entry.key!r} has no meaning; did you mean {near!r}?")


def unknown_values(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Values of directives, in front matter and comments, that mean nothing to Marp."""
    for key, known in VALUES.items():
        for value, line in values_of(key, tokens):
            if isinstance(value, str) and value.lower() not in (*known, *OFF):
                yield Fault(line, f"Marp does not know {value!r} for `{key}`{suggested(value, known)}")


def suggested(value: str, known: Sequence[str]) -> str:
    """What somebody who wrote an unknown value may have meant, or else all that is known."""
    near = nearest(value.lower(), known)
    return f"; did you mean {near!r}?" if near else f"; known: {', '.join(known)}"
