"""Ids of notebook cells: deterministic, and stable under edits. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from marpweave.model.deck import Cell, Prose

NAME = re.compile(r"[A-Za-z0-9_-]{1,56}")
"""An id that nbformat accepts, short enough to append a number."""


def ids_of(slides: Iterable[tuple[Prose | Cell | None, int]]) -> list[str]:
    """An id for each cell, derived from its content and the number of its slide."""
    taken: dict[str, int] = {}
    ids = []
    for block, slide in slides:
        name = block.label if isinstance(block, Cell) else f"slide-{slide}" if block else "front-matter"
        if not NAME.fullmatch(name):
            name = f"cell-{block.number}" if isinstance(block, Cell) else "cell"
        taken[name] = taken.get(name, 0) + 1
        ids.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return ids
