"""Removes from student decks the outputs and claims of cells that fail because of a blank. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from marpweave.check.verdicts import CellCheck, State
from marpweave.model.deck import Cell, Deck, ExpectedOutput, Notation
from marpweave.model.outcome import Outcome, Stream
from marpweave.read.markers import ABOUT
from marpweave.read.notations import HEADING, comment_tokens
from marpweave.text import split_lines
from marpweave.variants.blanks import with_rows
from marpweave.variants.effects import BlankEffects
from marpweave.variants.highlights import with_highlights

GAP = Outcome(outputs=(Stream("stdout", "____"),))
"""The outcome shown for an inline value that depends on a blank."""
VALUE = re.compile(rf"[≈≒~=\s]*(?:{ABOUT})?\s*[-+]?\.?\d")
ARROW = re.compile(r"\s+->\s*$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A deck and its outcomes, as shown to an audience."""

    deck: Deck
    checks: tuple[CellCheck, ...]
    inlines: tuple[Outcome, ...]


def shown(deck: Deck, checks: Sequence[CellCheck], inlines: Sequence[Outcome], effects: BlankEffects) -> Shown:
    """The deck without what depends on blanks."""
    by_number = {check.cell.number: _shown(check) if check.cell.number in effects.cells else check for check in checks}
    slides = tuple(replace(slide, blocks=tuple(
        by_number[block.number].cell if isinstance(block, Cell) else block for block in slide.blocks))
        for slide in deck.slides)
    values = tuple(GAP if place in effects.values else outcome for place, outcome in enumerate(inlines))
    return Shown(replace(deck, slides=slides), tuple(by_number.values()), values)


def _shown(check: CellCheck) -> CellCheck:
    proven = [verdict.expected for verdict in check.verdicts if verdict.state is State.PROVEN and not verdict.of_error]
    return CellCheck(_without_claims(check.cell, proven), Outcome(ran=False))


def _without_claims(cell: Cell, proven: Sequence[ExpectedOutput]) -> Cell:
    """A cell with only its proven claims; an output fence is removed with the others."""
    lines = cell.source.split("\n")
    comments = {row: column for row, column, _ in comment_tokens(cell.script.code)}
    rows: dict[int, str] = {}
    for claim in cell.script.expected:
        if claim not in proven:
            rows |= _without(claim, lines, comments)
    for row, column in comments.items():
        code, comment = lines[row][:column], lines[row][column:].lstrip("#").strip()
        if code.strip() and row not in rows and _is_value(comment) and not any(row == claim.first for claim in proven):
            rows[row] = code.rstrip()
    return with_highlights(with_rows(_without_fence(cell), rows), cell, {})


def _without(claim: ExpectedOutput, lines: Sequence[str], comments: dict[int, int]) -> dict[int, str]:
    """The lines of a cell that contain a claim, without it."""
    line = lines[claim.first] if claim.notation is not Notation.FENCE else ""
    match claim.notation:
        case Notation.FENCE:
            return {}
        case Notation.COMMENT:
            return {claim.first: line[:comments.get(claim.first, claim.column)].rstrip()}
        case Notation.ARROW:
            return {claim.first: ARROW.sub("", line[:claim.column])}
    headed = claim.notation is Notation.LINES and claim.first and HEADING.match(lines[claim.first - 1].strip())
    return dict.fromkeys(range(claim.first - bool(headed), claim.last + 1), "")


def _without_fence(cell: Cell) -> Cell:
    if cell.output_fence is None:
        return cell
    raw = split_lines(cell.text)
    height = len(split_lines(cell.source))
    return replace(cell, text="".join(raw[:height + 2]), output_fence=None)


def _is_value(comment: str) -> bool:
    """Whether a comment that is not a claim looks like a value: ``m = mean(x)  # 2.0``."""
    try:
        ast.literal_eval(comment)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return VALUE.match(comment) is not None
    return True
