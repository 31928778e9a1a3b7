"""Replaces solutions in cells by blanks, without moving any line of the file. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from marpweave.model.deck import Cell
from marpweave.read.notations import read_script
from marpweave.read.options.fences import SESSION_WORDS, for_marp, language_of
from marpweave.read.syntax import indent_of
from marpweave.text import line_end, split_lines
from marpweave.variants.highlights import with_highlights

STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
"""nbgrader's replacement for a solution."""


def blanked(cell: Cell) -> Cell:
    """The cell with blanks in place of its solutions, and without its hidden tests."""
    lines = cell.source.split("\n")
    rows: dict[int, str] = {}
    stubs: dict[int, Sequence[int]] = {}
    for region in cell.regions:
        rows |= dict.fromkeys(range(region.first, region.last + 1), "")
        if region.blank:
            stub = STUB[-(region.last + 1 - region.first):]
            rows |= {region.first + n: indent_of(lines[region.first]) + line for n, line in enumerate(stub)}
            stubs |= dict.fromkeys(range(region.first, region.last + 1), range(region.first, region.first + len(stub)))
    raises = tuple(sorted({stub[-1] for stub in stubs.values()}))
    return with_highlights(with_rows(cell, rows, raises=raises), cell, stubs) if rows else cell


def with_rows(cell: Cell, rows: Mapping[int, str], *, raises: tuple[int, ...] = ()) -> Cell:
    """The cell with source lines replaced, by 0-based number; lines that become empty are hidden.

    ``raises``: lines on which a blank raises.
    """
    lines, raw = cell.source.split("\n"), split_lines(cell.text)
    for row, new in rows.items():
        if row + 1 < len(raw):
            end = line_end(raw[row + 1])
            raw[row + 1] = _before(raw[row + 1].removesuffix(end), lines[row], cell) + new + end
        lines[row] = new
    source = "\n".join(lines)
    pycon = language_of(for_marp(cell.info)) in SESSION_WORDS
    script = read_script(source, pycon=pycon, option_lines=cell.option_lines,
                         output=cell.output_fence.source if cell.output_fence else None)
    return replace(cell, text="".join(raw), source=source, script=replace(script, blanks=raises), regions=(),
                   hidden=(cell.hidden - rows.keys()) | {row for row, new in rows.items() if not new})


def _before(raw: str, line: str, cell: Cell) -> str:
    """The prefix of a source line in the file."""
    return raw.removesuffix(line) if raw.endswith(line) else cell.prefix
