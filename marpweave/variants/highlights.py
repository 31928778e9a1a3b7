"""Adjusts the highlighted lines of a cell after some of its lines are removed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from marpweave.model.deck import Cell

FENCE = re.compile(r"\{([\d\s,|-]+)\}")
RANGE = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")
NONE = "0"


def with_highlights(cell: Cell, original: Cell, moved: Mapping[int, Sequence[int]]) -> Cell:
    """The cell with the same lines highlighted as before; ``moved`` maps source rows to the rows that replace them."""
    in_fence = FENCE.search(original.info)
    spec = original.options.display.code_line_numbers or (in_fence[1] if in_fence else "")
    if not spec:
        return cell
    old = dict(enumerate(original.shown_rows, start=1))
    new = {row: str(n) for n, row in enumerate(cell.shown_rows, start=1)}
    steps = []
    for step in spec.split("|"):
        rows = [row for number in _lines(step) if number in old for row in moved.get(old[number], (old[number],))]
        numbers = ",".join(new[row] for row in sorted({*rows}) if row in new)
        steps += [numbers] if numbers or not step.strip() else []  # an empty step highlights all lines
    display = replace(cell.options.display, code_line_numbers="|".join(steps) if any(steps) else NONE)
    return replace(cell, options=replace(cell.options, display=display))


def _lines(step: str) -> Iterator[int]:
    for first, last in RANGE.findall(step):
        yield from range(int(first), min(int(last or first), int(first) + 999) + 1)
