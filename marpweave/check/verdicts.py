"""Compares every expected output of a deck with the actual one. Pure except ``check: regex``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

from marpweave.check import claims, raised, sessions
from marpweave.check.compare import same, tidy
from marpweave.check.patterns import TooHardError
from marpweave.model.deck import Cell, Deck, ExpectedOutput, Notation
from marpweave.model.options import CheckOptions, Compare, Output
from marpweave.model.outcome import Display, Error, Outcome
from marpweave.read.syntax import parsed

NO_STRING = "the value is not a string; remove the quotes"
UNCOMPARED = "not compared: its line has no output, or did not run; move it beside the statement with that output"
UNRAISED = "announces an error, but this statement raises none"
PARTIAL = "only a part of this line's output; write all of it"
NOTHING = "None"


class State(Enum):
    """The result of comparing one expected output."""

    PROVEN = "proven"
    MISMATCH = "mismatch"
    SUSPECT = "suspect"
    PROSE = "prose"
    """Not an expected output: a plain comment, an open answer, or a statement that did not run."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An expected output and the actual one."""

    expected: ExpectedOutput
    state: State
    got: str = ""
    span: tuple[int, int] = (0, 0)
    """First and last line of the file that this verdict covers."""
    of_error: bool = False
    """True: it concerns the exception that the cell raised."""
    fault: str = ""
    """Why the comparison was impossible."""


@dataclass(frozen=True, slots=True)
class CellCheck:
    """The result of checking one cell."""

    cell: Cell
    outcome: Outcome
    verdicts: tuple[Verdict, ...] = ()
    unchecked: bool = False
    """True: part of its output has no expected output on the slide."""
    announced: bool = False
    """True: it failed as the author announced."""
    unprompted: int | None = None
    """Line of a session's prompt below which code continues without ``... ``."""

    @property
    def checked(self) -> int:
        """Number of expected outputs that were compared."""
        return sum(v.state in (State.PROVEN, State.MISMATCH) for v in self.verdicts)

    @property
    def proven(self) -> int:
        """Number of expected outputs that are correct."""
        return sum(v.state is State.PROVEN for v in self.verdicts)


def check_deck(deck: Deck, outcomes: Sequence[Outcome]) -> tuple[CellCheck, ...]:
    """Compare every expected output of a deck with the actual ones."""
    return tuple(check_cell(cell, outcome) for cell, outcome in zip(deck.cells, outcomes, strict=True))


def check_cell(cell: Cell, outcome: Outcome) -> CellCheck:
    """Compare the expected outputs of one cell with the actual ones."""
    if not outcome.ran:
        return CellCheck(cell, outcome)
    judge = _session_verdicts if cell.script.session else _verdicts
    verdicts = tuple(_open(verdict) for verdict in judge(cell, outcome))
    announced = raised.is_announced(cell, outcome, on_slide=any(v.of_error for v in verdicts))
    return CellCheck(cell, outcome, verdicts, _has_unclaimed(cell, outcome, verdicts), announced,
                     sessions.unprompted(cell) if cell.script.session else None)


def _open(verdict: Verdict) -> Verdict:
    """An answer that the author left blank is never a mismatch."""
    fails = verdict.state in (State.MISMATCH, State.SUSPECT) and not raised.is_unforeseen(verdict.got)
    return replace(verdict, state=State.PROSE) if fails and claims.BLANK.fullmatch(verdict.expected.want) else verdict


# -- verdicts -----------------------------------------------------------------------


def _verdicts(cell: Cell, outcome: Outcome) -> Iterator[Verdict]:
    top, error = cell.location.line + 1, outcome.error
    stop = raised.ended_at(cell, outcome)
    spoken = {e.first: (e, is_right) for e, is_right in raised.announcements(cell, error)} if error else {}
    for expected, is_right in spoken.values():
        yield Verdict(expected, State.PROVEN if is_right else State.MISMATCH, error.summary if error else "",
                      (top + expected.first, top + expected.first), of_error=True)
    claimed = 0
    for expected in cell.script.expected:
        if expected.notation in (Notation.COMMENT, Notation.LINES) and expected.last in spoken:
            printed = raised.error_at_end(expected.want)[0]
            if not printed:
                continue
            expected = replace(expected, want=printed)
        verdict = _verdict(expected, cell, outcome, stop, claimed)
        claimed = verdict.span[1] if verdict.state is not State.PROSE else claimed
        yield verdict
    yield from (Verdict(each, State.SUSPECT, fault=UNCOMPARED) for each in cell.script.strays
                if claims.is_value(each.want) and not (stop and each.first > stop[1]))
    yield from (Verdict(each, State.SUSPECT, fault=UNRAISED) for each in (raised.missed(cell) if stop is None else ()))


def _verdict(
    expected: ExpectedOutput, cell: Cell, outcome: Outcome, stop: tuple[int, int] | None, claimed: int,
) -> Verdict:
    """Judge one expected output; ``claimed`` is the last line of the file that an earlier one covers."""
    first, last = (cell.location.line + 1 + line for line in expected.statement)
    if expected.notation is Notation.FENCE:
        verdict = replace(_judged_fence(expected, outcome, cell.options.check), span=(first, last))
        likely = not (verdict.of_error or verdict.fault) and claims.reads_as_output(expected.want, verdict.got)
        return verdict if expected.marked or verdict.state is State.PROVEN else \
            replace(verdict, state=State.SUSPECT if likely else State.PROSE, of_error=False, fault="")
    if stop and expected.statement[0] > stop[1]:
        return Verdict(expected, State.PROSE, span=(first, last))
    verdict = _judged_statement(expected, cell, outcome, max(claimed + 1, cell.location.line + 1))
    if stop is None and verdict.state is State.PROSE:
        if raised.is_missed(expected, cell):
            return replace(verdict, state=State.SUSPECT)
        claimed = not outcome.written(first, last) and cell.options.check.check is not Compare.OFF and (
            claims.is_value(expected.want) or not outcome.values_at(first, last))
        if expected.marked and claimed and not claims.points_at_something(expected.prefix, expected.want, ""):
            return replace(verdict, state=State.SUSPECT, fault=UNCOMPARED)
    if stop and expected.statement[1] >= stop[0] and verdict.state is not State.PROVEN:
        is_right = outcome.error and raised.names_error(expected.want, outcome.error)
        state = State.PROSE if is_right is None else State.PROVEN if is_right else State.MISMATCH
        verdict = replace(verdict, state=state, got=outcome.error.summary if outcome.error else "",
                          of_error=state is not State.PROSE)
    return verdict


def _judged_statement(expected: ExpectedOutput, cell: Cell, outcome: Outcome, free: int) -> Verdict:
    """Compare with the output of the statement, then with all output from line ``free`` on."""
    top = cell.location.line + 1
    first, last = (top + line for line in expected.statement)
    block = expected.since is not None
    judge = _judged_block if block else _judged_line
    gots = [*_gots(outcome, first, last), *(outcome.results if last >= _last_code_line(cell) else ())]
    code = cell.source.split("\n")[expected.statement[0]]
    if not gots and not block and expected.marked and claims.is_of_value(expected.want, code):
        gots = [NOTHING for _ in outcome.values_at(first, last)]
    verdict = replace(judge(expected, gots, cell.options.check), span=(first, last))
    if verdict.state is State.PROVEN and claims.is_string(expected.want) and not _may_be_string(outcome, first, last):
        return replace(verdict, state=State.MISMATCH if expected.marked else State.SUSPECT, fault=NO_STRING)
    if verdict.state in (State.PROVEN, State.PROSE) or verdict.fault or expected.notation is Notation.ARROW:
        return verdict
    parts = *outcome.written(first, last), *(v.repr for v in outcome.values_at(first, last) if v.repr != NOTHING)
    once = (same(want, text, cell.options.check) for want in claims.wants_of(expected.want) for text in parts)
    if not block and _compared(expected, verdict.got, lambda: any(once)).state is State.PROVEN:
        return replace(verdict, state=State.SUSPECT if expected.marked else State.PROSE, fault=PARTIAL)
    if not expected.marked:
        return verdict
    start = max(top + (expected.since or 0), free)
    wider = replace(judge(expected, _gots(outcome, start, last), cell.options.check), span=(start, last))
    return wider if wider.state is State.PROVEN or (block and "\n" in expected.want) else verdict


def _gots(outcome: Outcome, first: int, last: int) -> list[str]:
    """The output of lines ``first`` to ``last`` in every spelling an author may use, likeliest first."""
    values = [v for v in outcome.values_at(first, last) if v.repr != NOTHING]
    spelled = [text for v in values for text in (v.repr, v.str)]
    if len({v.line for v in values}) == 1 < len({v.repr for v in values}):  # it ran several times
        spelled = ["\n".join(spelled[::2]), "\n".join(spelled[1::2])]
    printed, *more = ("".join(outcome.written(first, last, *streams))
                      for streams in (["stdout"], ["stdout", "display"], ["stderr"]))
    outputs = [*spelled, *filter(None, more)]
    if not tidy(printed):
        return outputs
    if last == first or not values:
        return [printed, *outputs]
    return [printed + "".join(v.repr + "\n" for v in values), printed, *outputs]


def _may_be_string(outcome: Outcome, first: int, last: int) -> bool:
    """Whether quotes in a claim can be correct: the number 2 is not ``'2'``."""
    same_spelt = [v.repr == v.str for v in outcome.values_at(first, last)]
    return not same_spelt or not all(same_spelt) or any(outcome.written(first, last))


def _whole_outputs(outcome: Outcome) -> list[str]:
    """The whole output as an output fence may show it: stdout and results, with or without stderr."""
    error = outcome.error
    alone = [error.summary, error.traceback] if error else []
    return list(dict.fromkeys([outcome.text(stderr=False), outcome.text(stderr=True), *alone]))


def _judged_fence(expected: ExpectedOutput, outcome: Outcome, options: CheckOptions) -> Verdict:
    """A fence holds the whole output of the cell; for a final error, one line suffices."""
    verdict = _judged(expected, _whole_outputs(outcome), options)
    error = outcome.error
    if error is None or verdict.fault:
        return verdict
    if verdict.state is State.PROVEN:
        return replace(verdict, of_error=True)
    printed, last_line = raised.error_at_end(expected.want)
    is_right = raised.names_error(last_line, error)
    if is_right is None:
        return replace(verdict, state=State.PROSE)
    before = replace(outcome, outputs=tuple(o for o in outcome.outputs if not isinstance(o, Error)))
    matches = (same(printed, got, options) for got in _whole_outputs(before))
    return replace(_compared(expected, verdict.got, lambda: is_right and any(matches)), of_error=True)


def _compared(expected: ExpectedOutput, got: str, proves: Callable[[], bool]) -> Verdict:
    """A verdict of proven or mismatch; also a mismatch if the comparison is too hard. ``got`` is the output to show."""
    try:
        return Verdict(expected, State.PROVEN if proves() else State.MISMATCH, got)
    except TooHardError as fault:
        return Verdict(expected, State.MISMATCH, got, fault=str(fault))


def _judged(expected: ExpectedOutput, gots: Sequence[str], options: CheckOptions) -> Verdict:
    return _compared(expected, tidy(gots[0]), lambda: any(same(expected.want, got, options) for got in gots))


def _judged_block(expected: ExpectedOutput, gots: Sequence[str], options: CheckOptions) -> Verdict:
    """Compare lines below a statement; one line may stand for several printed ones."""
    gots = gots or [""]
    got = claims.as_claimed(expected.want, tidy(gots[0]))
    return _judged(expected, [got, *(text for each in gots for text in claims.spellings(each, expected.want))], options)


def _judged_line(expected: ExpectedOutput, gots: Sequence[str], options: CheckOptions) -> Verdict:
    """Compare a trailing comment or an arrow, which may have a remark or not be a claim at all."""
    if options.check is Compare.OFF or not any(gots if expected.marked else map(tidy, gots)):
        return Verdict(expected, State.PROSE)
    mark, wants = expected.prefix, claims.wants_of(expected.want)
    spelled = [text for got in gots for text in claims.spellings(got, wants[-1])]
    got = claims.as_claimed(wants[-1], tidy(gots[0]))
    matches = (same(want, text, options) for want in [*wants, f"{mark} {expected.want}"] for text in spelled)
    verdict = _compared(expected, got, lambda: any(matches))
    if verdict.state is State.PROVEN or verdict.fault:
        return verdict
    got = got.removeprefix(mark).lstrip() if mark else got
    elsewhere = claims.points_at_something(mark, wants[-1], got)
    if expected.notation is Notation.ARROW or (expected.marked and not elsewhere):
        return Verdict(expected, State.MISMATCH, got)
    if not expected.marked and any(claims.reads_as_value(wants[-1], text) for text in (*gots, got)):
        return Verdict(expected, State.SUSPECT, got)
    return Verdict(expected, State.PROSE, got)


# -- doctest sessions -------------------------------------------------------------------


def _session_verdicts(cell: Cell, outcome: Outcome) -> Iterator[Verdict]:
    answers = {answer.line: answer.got for answer in outcome.answers}
    flags = sessions.flags_by_row(cell)
    broken = sessions.unprompted(cell)
    for expected in cell.script.expected:
        line = cell.location.line + 1 + expected.statement[0]
        got = answers.get(line)
        if got is None or (broken and line >= broken):
            yield Verdict(expected, State.PROSE, got or "")
            continue
        yield _compared(expected, got, partial(
            sessions.answers, expected.want, got, flags[expected.statement[0]], cell.options.check))


# -- unchecked output -----------------------------------------------------------


def _has_unclaimed(cell: Cell, outcome: Outcome, verdicts: Sequence[Verdict]) -> bool:
    if any(v.expected.notation in (Notation.FENCE, Notation.SESSION) for v in verdicts
           if v.expected.marked or v.state is not State.PROSE):
        return False
    display = cell.options.display
    if display.output is not Output.SHOW or not display.include:
        return False
    spans = [v.span for v in verdicts if v.state is not State.PROSE]
    claimed = [any(a <= line <= b for a, b in spans for line in w.lines) for w in outcome.writes
               if w.stream == "stdout" and w.text.strip()]
    last = max((b for _, b in spans), default=0)
    results = [o for o in outcome.outputs if isinstance(o, Display) and o.is_result and o.is_plain]
    return not all(claimed) or (bool(results) and last < _last_code_line(cell))


def _last_code_line(cell: Cell) -> int:
    """Line of the file where the last statement of a cell begins."""
    tree = parsed(cell.source)
    return cell.location.line + (tree.body[-1].lineno if tree and tree.body else 1)
