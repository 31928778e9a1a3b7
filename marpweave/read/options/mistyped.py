"""Keys of the front matter that nobody reads, since they differ from a known one by a slip. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marpweave.read.yaml import Entry, Fault
from marpweave.text import nearest

KEYS = (
    "marp", "execute", "theme", "style", "class", "paginate", "header", "footer", "headingDivider", "size", "math",
    "backgroundColor", "backgroundImage", "title", "description", "bibliography", "crossref")
"""What somebody can mean. Other tools have keys of their own, which are none of our business."""
A_SLIP = 0.85
"""How similar two words are that differ by a letter left out, added, or swapped with its neighbour."""


def mistyped(entries: Sequence[Entry], skipped: int) -> Iterator[Fault]:
    """Each with the key it stands for, unless that is there, too; ``skipped``: the lines before the entries."""
    taken = {entry.key for entry in entries}
    for entry in entries:
        near = "" if entry.key in KEYS else nearest(entry.key, KEYS, A_SLIP)
        if near and near not in taken:
            yield Fault(skipped + entry.line, f"front matter: {entry.key!r} has no meaning; did you mean {near!r}?")
