"""Replaces drifted outputs by the actual ones, and changes nothing else. Pure.

An output that may be the author's own words, or that does not fit in its place, is kept.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from marpweave.check.claims import fence_of
from marpweave.check.compare import TOKEN, same, tidy
from marpweave.check.raised import is_unforeseen
from marpweave.check.sessions import examples, flags_of, same_session
from marpweave.check.update.edits import TRACEBACK, LineEdit, apply_edits, first_line, free_spans
from marpweave.check.update.renew import parted, quoted, shape, spellings
from marpweave.check.verdicts import CellCheck, State, Verdict
from marpweave.inputs.spelling import tree_of
from marpweave.model.deck import Cell, ExpectedOutput, Notation
from marpweave.model.options import Compare
from marpweave.read.markers import COLON, JAPANESE
from marpweave.read.notations import HEADING
from marpweave.read.syntax import ANSWER, is_value
from marpweave.text import split_lines

UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Characters that a line of a deck cannot contain, or that no editor shows."""
CLAUSE = re.compile(r"\s*(?:else|elif|except|finally|case)\b")

Proves = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Drift:
    """The outputs of a deck that differ from the actual ones, and the edits that replace them."""

    edits: tuple[LineEdit, ...] = ()
    lines: tuple[int, ...] = ()
    """1-based lines of all drifted outputs, editable or not."""
    against: Mapping[int, str] = field(default_factory=dict)
    """Lines that must not be edited, and why."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A text whose outputs were replaced."""

    text: str
    edits: tuple[LineEdit, ...]
    left: Mapping[int, str]
    """Lines of the new text that still differ, and why."""


def rewritten(
    text: str, drift: Drift, second: Drift, keep: Callable[[Sequence[LineEdit]], tuple[LineEdit, ...]],
) -> Rewriting:
    """Apply the edits on which two runs agree and that ``keep`` accepts."""
    edits = keep([edit for edit in drift.edits if edit in second.edits and edit.first not in drift.against])
    reasons = dict.fromkeys(drift.lines, "an update would change more than this output; edit it by hand")
    reasons |= {edit.first: "a second run gave a different result" for edit in drift.edits if edit not in second.edits}
    reasons |= drift.against
    moved = {line: line + sum(len(e.lines) - (e.last - e.first + 1) for e in edits if e.first < line)
             for line in reasons}
    edited = {edit.first for edit in edits}
    return Rewriting(apply_edits(text, edits), edits,
                     {moved[line]: reason for line, reason in reasons.items() if line not in edited})


def drifted(checks: Iterable[CellCheck], *, suspects: bool) -> Iterator[tuple[Cell, Verdict]]:
    """The outputs to rewrite; ``suspects`` includes bare comments. A missing name or package is never written."""
    states = {State.MISMATCH, State.SUSPECT} if suspects else {State.MISMATCH}
    return ((check.cell, verdict) for check in checks for verdict in check.verdicts
            if verdict.state in states and not verdict.fault and not is_unforeseen(verdict.got))


def edits_of(checks: Iterable[CellCheck], text: str, *, suspects: bool) -> tuple[LineEdit, ...]:
    """The edits that replace drifted outputs."""
    lines = split_lines(text)
    edits = ((cell, verdict, _edit(cell, verdict, lines)) for cell, verdict in drifted(checks, suspects=suspects))
    return tuple(replace(edit, free=free_spans(cell, verdict, lines)) for cell, verdict, edit in edits
                 if edit and edit.lines != tuple(line.rstrip("\r\n") for line in lines[edit.first - 1:edit.last]))


def _edit(cell: Cell, verdict: Verdict, lines: Sequence[str]) -> LineEdit | None:
    expected, first = verdict.expected, first_line(cell, verdict)
    got = verdict.got if expected.notation is Notation.SESSION else tidy(verdict.got)
    fence = fence_of(cell, expected)
    written = (fence or cell).source.split("\n")[expected.first:expected.last + 1]
    if cell.options.check.check is Compare.REGEX or UNWRITABLE.search(got) or any(map(ANSWER.match, written[1:])):
        return None
    edit = LineEdit(first, first + expected.last - expected.first, ())
    if fence:
        new = _chosen(expected.want, got, lambda text: same(text, got, cell.options.check)) if got else None
        return replace(edit, lines=_prefixed(fence.prefix, _behind_prompt(expected, written, new)))
    source = cell.source.split("\n")
    row = expected.statement[0] if expected.notation is Notation.SESSION else expected.first
    raw = lines[cell.location.line + row].rstrip("\r\n")
    if not raw.endswith(source[row]):
        return None
    if expected.notation in (Notation.COMMENT, Notation.ARROW):
        return _in_line(cell, verdict, raw, edit)
    prefix = raw.removesuffix(source[row]) + expected.prefix
    if expected.notation is Notation.SESSION:
        new_lines = _answer(cell, verdict, got)
        new_lines = new_lines and _behind_prompt(expected, written, "\n".join(new_lines))
    else:
        new_lines, prefix = _lines(cell, verdict, source), raw.removesuffix(source[row].lstrip()) + expected.prefix
    return None if new_lines is None else replace(edit, lines=_prefixed(prefix, new_lines))


def _prefixed(prefix: str, lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(prefix + line if line else prefix.rstrip() for line in lines)


def _behind_prompt(expected: ExpectedOutput, written: Sequence[str], new: str | None) -> list[str]:
    """The lines of an output, of which the first stays behind ``Out[1]: `` if it is ``written`` so."""
    return (written[0][:expected.column] + new).split("\n") if new else []


def _chosen(want: str, got: str, proves: Proves) -> str:
    """The spelling of ``got`` closest to ``want`` that is still correct."""
    return next(filter(proves, spellings(want, got)), got)


def _in_line(cell: Cell, verdict: Verdict, raw: str, edit: LineEdit) -> LineEdit | None:
    """Replace the claim within its line; None if several lines do not fit into one."""
    want, got = verdict.expected.want, tidy(verdict.got)
    if not raw.rstrip().endswith(want) or not got or "\n" in got:
        return None
    (line,) = parted(want, got, verdict.expected.notation)
    new = quoted(line.output, _chosen(line.output, got, lambda text: same(text, got, cell.options.check)))
    return replace(edit, lines=(raw[:raw.rindex(want)] + line.lead + new + line.remark + raw[len(raw.rstrip()):],))


def _lines(cell: Cell, verdict: Verdict, source: Sequence[str]) -> list[str] | None:
    """Comment lines and prompts; None if they may be something other than an output."""
    expected, got = verdict.expected, tidy(verdict.got)
    if not got:
        return None  # no output: the lines may be the author's own
    new = _with_remarks(expected.want, got, expected.notation, lambda text: same(text, got, cell.options.check))
    talks = re.search("[→⇒]", expected.prefix) and JAPANESE.search(expected.want) and not JAPANESE.search(got)
    labelled = re.search(rf"{COLON}\s*$", expected.prefix)
    if talks or (labelled and len(new) > 1):
        return None
    below = source[expected.last + 1] if expected.last + 1 < len(source) else ""
    headed = expected.first > 0 and HEADING.match(source[expected.first - 1].strip())
    if headed and below.strip() and not _are_alike(expected.want.split("\n"), new):
        return None  # the last comment may describe the code below it
    return new


def _are_alike(want: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the last line of ``want`` looks like an output of the same kind as that of ``new``."""
    kinds = [[token.lastgroup for token in TOKEN.finditer(lines[-1])] for lines in (want, new)]
    return shape(want[-1]) == shape(new[-1]) or (len(want) == len(new) and kinds[0] == kinds[1]) or \
        (_spells_a_value(want[-1]) and _spells_a_value(new[-1]))


def _with_remarks(want: str, got: str, notation: Notation, proves: Proves) -> list[str]:
    """The new lines of a block, each with its previous remark."""
    old = parted(want, got, notation)
    new = _chosen("\n".join(line.output for line in old), got, proves).split("\n")
    if len(new) != len(old):
        return new
    return [output + line.remark for output, line in zip(new, old, strict=True)]


# -- doctest sessions ----------------------------------------------------------------


def _answer(cell: Cell, verdict: Verdict, got: str) -> list[str] | None:
    """The lines of an answer; None if they may be code or prose."""
    example = next(e for e in examples(cell.script) if e.lineno == verdict.expected.statement[0])
    want = verdict.expected.want.split("\n")[:-1]
    got = got.removesuffix("\n") + "\n" if got else ""
    got_lines = ["<BLANKLINE>" if not line.strip() else line for line in got.split("\n")[:-1]]
    notes = list(takewhile(lambda line: line.lstrip().startswith("#") and line not in got_lines, reversed(want)))[::-1]
    body = want[:len(want) - len(notes)]
    traceback = "\n".join(body).startswith(TRACEBACK)
    if not body or (tree_of(example.source) is None and not traceback):
        return None
    if not got:
        return notes if all(map(_spells_a_value, body)) else None
    if CLAUSE.match(body[0]) or _goes_on(body, got_lines):
        return None
    if traceback and got.startswith(TRACEBACK):
        return [body[0], *takewhile(lambda line: line.startswith(" "), body[1:]), *got_lines[1:], *notes]

    def proves(text: str) -> bool:
        return same_session(text.expandtabs() + "\n", got, flags_of(example), cell.options.check)

    new = "\n".join(got_lines)
    return [*_with_remarks("\n".join(body), new, Notation.SESSION, proves), *notes] if proves(new) else None


def _spells_a_value(line: str) -> bool:
    tree = tree_of(line)
    return tree is not None and all(isinstance(node, ast.Expr) and is_value(node.value) for node in tree.body)


def _goes_on(body: Sequence[str], got_lines: Sequence[str]) -> bool:
    """Whether an answer of the same shape is followed by other lines, which must be prose."""
    shapes = list(map(shape, got_lines))
    return [shape(line) for line in body[:len(got_lines)]] == shapes and not {*map(shape, body)} <= {*shapes}
