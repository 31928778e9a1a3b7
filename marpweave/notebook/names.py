"""The ids of a notebook's cells: the same deck has the same, and an edit changes few. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from marpweave.model.deck import Cell, Prose

NAME = re.compile(r"[A-Za-z0-9_-]{1,56}")
"""An id that nbformat accepts, short enough for a number behind it."""


def ids_of(slides: Iterable[tuple[Prose | Cell | None, int]]) -> list[str]:
    """An id for each cell by what it shows, and the number of the slide that it is on."""
    taken: dict[str, int] = {}
    ids = []
    for what, slide in slides:
        name = what.label if isinstance(what, Cell) else f"slide-{slide}" if what else "front-matter"
        if not NAME.fullmatch(name):
            name = f"cell-{what.number}" if isinstance(what, Cell) else "cell"
        taken[name] = taken.get(name, 0) + 1
        ids.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return ids
