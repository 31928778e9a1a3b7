"""Cells in lists and quotes: removes and restores the prefix of their lines. Pure."""

from __future__ import annotations

import re

from marpweave.model.deck import Cell


def outdented(text: str, prefix: str) -> str:
    """The lines of a fence without the prefix of its container; the first line loses the container's marker."""
    first, *others = text.split("\n")
    fence = re.search(r"(`{3,}|~{3,}).*", first)
    return "\n".join([fence[0] if fence else first, *(line.removeprefix(prefix) for line in others)])


def indented(woven: str, opening: str, cell: Cell) -> str:
    """Woven lines with the prefix of the cell's container."""
    first, *others = woven.split("\n")
    fence = re.search(r"`{3,}|~{3,}", opening)
    start = opening[:fence.start()] if fence else cell.prefix
    return "\n".join([start + first, *((cell.prefix + line).rstrip() for line in others)])
