"""Puts what the code gives where the author's text says otherwise, and touches nothing else. Pure.

Edits go by source position, from the bottom up; marks, quotes, remarks and the author's digits stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from marpweave.check.compare import TOKEN, same_number, tidy
from marpweave.check.verdicts import REMARK, CellCheck, State, Verdict
from marpweave.model.deck import Cell, Form
from marpweave.text import line_end, split_lines


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines ``first`` to ``last`` (1-based) of a file become ``lines``; ``last < first`` inserts before ``first``."""

    first: int
    last: int
    lines: tuple[str, ...]


def edits_of(checks: Iterable[CellCheck], text: str, *, suspects: bool) -> tuple[Edit, ...]:
    """The edits that make every drifted place of a deck true; ``suspects`` includes bare comments."""
    lines = [line.rstrip("\r\n") for line in split_lines(text)]
    states = {State.MISMATCH, State.SUSPECT} if suspects else {State.MISMATCH}
    found = [edit for check in checks for verdict in check.verdicts if verdict.state in states
             if (edit := _edit(check.cell, verdict, lines)) is not None]
    return tuple(found)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with the edits made; line ends stay as they are."""
    lines = split_lines(text)
    for edit in sorted(edits, key=lambda e: e.first, reverse=True):
        end = line_end(lines[min(edit.first, len(lines)) - 1]) or line_end(lines[0]) or "\n"
        lines[edit.first - 1:edit.last] = [line + end for line in edit.lines]
    return "".join(lines)


def renewed(want: str, got: str) -> str:
    """``got`` as the author would write it: digits as many as in ``want``, its ``...`` kept."""
    wanted, given = list(TOKEN.finditer(want)), list(TOKEN.finditer(got))
    numbers = [(w, g) for w, g in zip(wanted, given, strict=False) if w.lastgroup == g.lastgroup == "number"]
    shape = [m.group() for m in wanted if m.lastgroup not in ("number", "newline")]
    if shape != [m.group() for m in given if m.lastgroup not in ("number", "newline")] or \
            [m.lastgroup for m in wanted] != [m.lastgroup for m in given]:
        return got
    pieces, at = [], 0
    for w, g in numbers:
        new = w.group() if same_number(w.group(), g.group()) else _with_digits(w.group(), g.group())
        pieces += [want[at:w.start()], new]
        at = w.end()
    return "".join([*pieces, want[at:]])


def _with_digits(want: str, got: str) -> str:
    """``got`` rounded to as many decimals as ``want`` has."""
    decimals = re.fullmatch(r"[+-]?\d*\.(\d+)", want)
    if not decimals or not re.fullmatch(r"[+-]?\d*\.\d*", got):
        return got
    try:
        return str(Decimal(got).quantize(Decimal(1).scaleb(-len(decimals[1]))))
    except InvalidOperation:
        return got


def _edit(cell: Cell, verdict: Verdict, lines: Sequence[str]) -> Edit | None:
    expected, start = verdict.expected, cell.location.line + 1
    got = tidy(verdict.got)
    match expected.form:
        case Form.COMMENT | Form.ARROW:
            return _in_line(verdict, start + expected.first, lines)
        case Form.FENCE if cell.output_fence is not None:
            start = cell.output_fence.location.line + 1
            prefix = cell.output_fence.prefix
            new = renewed(expected.want, got)
        case Form.SESSION:
            prefix = cell.prefix + expected.prefix
            new = re.sub(r"^$", "<BLANKLINE>", verdict.got, flags=re.MULTILINE) if verdict.got else ""
        case _:
            line = lines[start + expected.first - 1]
            indent = line[:len(line) - len(line.removeprefix(cell.prefix).lstrip())]
            prefix = indent + expected.prefix
            new = renewed(expected.want, got)
    made = tuple((prefix + line).rstrip() for line in new.split("\n")) if new else ()
    return Edit(start + expected.first, start + expected.last, made)


def _in_line(verdict: Verdict, number: int, lines: Sequence[str]) -> Edit | None:
    """Replace the claim within its line; a claim of one line cannot hold several."""
    expected, got = verdict.expected, tidy(verdict.got)
    line = lines[number - 1]
    at = line.rfind(expected.want)
    if at < 0 or not got or "\n" in got:
        return None
    core = _core(expected.want)
    quote = core[0] if len(core) > 1 and core[0] == core[-1] and core[0] in "'\"`" else ""
    new = renewed(core, got)
    if quote and not got.startswith(quote):
        new = f"{quote}{got}{quote}"
    at += expected.want.index(core)
    return Edit(number, number, (line[:at] + new + line[at + len(core):],))


def _core(want: str) -> str:
    """A claim without the remark behind it."""
    remark = REMARK.match(want)
    return (remark["want"] or remark["before"]) if remark else want
