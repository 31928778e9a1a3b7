"""Deck + outcomes -> what became of every expected output. Pure."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from marpweave.check.compare import as_literal, same, tidy
from marpweave.model.deck import Cell, Deck, ExpectedOutput, Form, Script
from marpweave.model.options import CheckOptions, Compare, Output
from marpweave.model.outcome import Display, Error, Outcome
from marpweave.read.syntax import parsed

REMARK = re.compile(r"^(?P<want>.+?)\s*(?:（[^（）]*）|(?<=\s)\([^()]*\))\s*$|^(?P<before>.+?)\s+(?:#|--|←|<-|//)\s.*$")
ABOUT = re.compile(r"^(?:約|およそ|ほぼ|≈|≒|~|about\s|approx\.?\s)\s*")
ARRAY = re.compile(r"\b(?:array|tensor)\((.*?)(?:,\s*dtype=[\w.<>']+)?\)", re.DOTALL)
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
LABELLED = re.compile(r"^(?P<label>[^\d\W][\w ]{0,30}?)\s*[:：=]\s*(?P<value>\S.*)$")


class State(Enum):
    """What became of one expected output."""

    PROVEN = "proven"
    MISMATCH = "mismatch"
    SUSPECT = "suspect"
    PROSE = "prose"
    """A comment that claims nothing, or whose statement did not run."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expected output and what the code gave for it."""

    expected: ExpectedOutput
    state: State
    got: str = ""
    span: tuple[int, int] = (0, 0)
    """First and last line of the file whose output this judges."""


@dataclass(frozen=True, slots=True)
class CellCheck:
    """What checking one cell found."""

    cell: Cell
    outcome: Outcome
    verdicts: tuple[Verdict, ...] = ()
    unchecked: bool = False
    """True: something it gave is claimed by nothing on the slide."""
    announced: bool = False
    """True: it failed just as its author says."""

    @property
    def checked(self) -> int:
        """How many expected outputs were compared."""
        return sum(v.state in (State.PROVEN, State.MISMATCH) for v in self.verdicts)


def check_deck(deck: Deck, scripts: Sequence[Script], outcomes: Sequence[Outcome]) -> tuple[CellCheck, ...]:
    """Compare every expected output of a deck with what its cells gave."""
    return tuple(check_cell(*each) for each in zip(deck.cells, scripts, outcomes, strict=True))


def check_cell(cell: Cell, script: Script, outcome: Outcome) -> CellCheck:
    """Compare the expected outputs of one cell with what it gave."""
    if not outcome.ran:
        return CellCheck(cell, outcome)
    judge = _session_verdicts if script.session else _verdicts
    verdicts = tuple(judge(cell, script, outcome))
    announced = _is_announced(cell, outcome, verdicts)
    return CellCheck(cell, outcome, verdicts, _has_unclaimed(cell, outcome, verdicts), announced)


# -- verdicts -----------------------------------------------------------------------


def _verdicts(cell: Cell, script: Script, outcome: Outcome) -> Iterator[Verdict]:
    broken = outcome.trouble.location.line if outcome.trouble else outcome.error.line if outcome.error else None
    claimed = 0
    for expected in script.expected:
        first, last = (cell.location.line + 1 + line for line in expected.statement)
        if expected.form is Form.FENCE:
            verdict = _judged(expected, _whole_outputs(outcome), cell.options.check)
        elif outcome.error and broken is not None and first <= broken <= last:
            verdict = _judged_error(expected, outcome.error)
        elif broken is not None and broken < first:
            verdict = Verdict(expected, State.PROSE)
        elif expected.since is not None:
            verdict = _judged(expected, _gots(outcome, first, last) or [""], cell.options.check)
            if verdict.state is State.MISMATCH:
                first = max(cell.location.line + 1 + expected.since, claimed + 1)
                wider = _judged(expected, _gots(outcome, first, last) or [""], cell.options.check)
                verdict = wider if wider.state is State.PROVEN or "\n" in expected.want else verdict
        else:
            verdict = _judged_line(expected, _gots(outcome, first, last), cell.options.check)
            claimed = last if verdict.state is not State.PROSE else claimed
        yield replace(verdict, span=(first, last))


def _gots(outcome: Outcome, first: int, last: int) -> list[str]:
    """What lines ``first`` to ``last`` gave, spelled in every way an author may mean; the likeliest first."""
    writes = [w.text for w in outcome.writes if any(first <= line <= last for line in w.lines)]
    values = [v for v in outcome.values if first <= v.line <= last]
    spelled = [text for v in values for text in (v.repr, v.str)]
    printed = "".join(writes)
    if not tidy(printed):
        return spelled
    if last == first or not values:
        return [printed, *writes, *spelled]
    return [printed + "".join(v.repr + "\n" for v in values), printed, *spelled]


def _whole_outputs(outcome: Outcome) -> list[str]:
    """What a fence under the cell may hold: stdout and results, with or without stderr."""
    error = outcome.error
    alone = [error.summary, error.traceback] if error else []
    return list(dict.fromkeys([outcome.text(stderr=False), outcome.text(stderr=True), *alone]))


def _judged(expected: ExpectedOutput, gots: Sequence[str], options: CheckOptions) -> Verdict:
    proven = any(same(expected.want, got, options) for got in gots)
    return Verdict(expected, State.PROVEN if proven else State.MISMATCH, tidy(gots[0]))


def _judged_line(expected: ExpectedOutput, gots: Sequence[str], options: CheckOptions) -> Verdict:
    """Judge a trailing comment or an arrow: it may carry a remark, and may be no claim at all."""
    if not gots or options.check is Compare.OFF:
        return Verdict(expected, State.PROSE)
    mark = expected.prefix
    wants = wants_of(expected.want)
    spelled = [text for got in gots for text in _spellings(got)]
    if any(same(want, got, options) for want in [*wants, f"{mark} {expected.want}"] for got in spelled):
        return Verdict(expected, State.PROVEN, tidy(gots[0]))
    got = tidy(gots[0])
    got = got.removeprefix(mark).lstrip() if mark else got
    if expected.form is Form.ARROW or (expected.marked and not _only_talks(expected, wants[-1], got)):
        return Verdict(expected, State.MISMATCH, got)
    if not expected.marked and any(reads_as_value(wants[-1], text) for text in gots):
        return Verdict(expected, State.SUSPECT, got)
    return Verdict(expected, State.PROSE, got)


def _judged_error(expected: ExpectedOutput, error: Error) -> Verdict:
    """``1 / 0  # ZeroDivisionError`` announces the error."""
    named = re.search(rf"\b{re.escape(error.name)}\b", expected.want) is not None
    whole = same(expected.want, error.summary, CheckOptions())
    return Verdict(expected, State.PROVEN if named or whole else State.PROSE, error.summary)


def wants_of(want: str) -> list[str]:
    """A comment as it stands, then without remark, ``約`` and quotes round it."""
    wants = [want]
    remark = REMARK.match(want)
    if remark:
        wants.append(remark["want"] or remark["before"])
    wants += [ABOUT.sub("", w) for w in wants if ABOUT.match(w)]
    wants += [w[1:-1] for w in wants if len(w) > 2 and w[0] == w[-1] and w[0] in "'\"`"]
    return wants


def _spellings(got: str) -> list[str]:
    """What a comment of one line may say of an output: lines joined, commas and ``array()`` left out."""
    text = tidy(got)
    lines = text.split("\n")
    joined = [" ".join(lines), ", ".join(lines)] if len(lines) > 1 else []
    bare = [ARRAY.sub(r"\1", t) for t in (text, *joined) if ARRAY.search(t)]
    listed = [_listed(t) for t in (text, *joined) if "[" in t]
    return [text, *joined, *bare, *listed]


def _listed(text: str) -> str:
    """An array as NumPy prints it, with commas instead of its blanks."""
    return re.sub(r"(?<=[\w\].])\s+(?=[-\w\[.])", ", ", text)


def _only_talks(expected: ExpectedOutput, want: str, got: str) -> bool:
    """``# → 合計を表示`` beside an output without such words points at something, it claims nothing."""
    return expected.prefix in ("→", "⇒") and bool(JAPANESE.search(want)) and not JAPANESE.search(got)


def reads_as_value(want: str, got: str) -> bool:
    """Whether a bare comment looks like a value of the kind that came out, and so like a claim."""
    w, g = LABELLED.match(want), LABELLED.match(got)
    if w and g and w["label"] == g["label"]:
        return True
    if re.fullmatch(r"<[\w .']+>", want):
        return got.startswith("<")
    words, given = want.split(), got.split()
    if len(words) == len(given) > 1 and all(map(_is_scalar, (*words, *given))):
        return True
    try:
        claimed = as_literal(re.sub(r"\b(?:nan|inf)\b", "0", _listed(want)) if want.startswith("[") else want)
    except ValueError:
        return False
    if isinstance(claimed, str) or claimed is Ellipsis:
        return isinstance(claimed, str) and not got.lstrip("-").replace(".", "", 1).isdigit()
    if isinstance(claimed, tuple):
        return got.startswith("(")  # (3, 2) beside an array tells its shape
    if isinstance(claimed, list | set | dict):
        return got.startswith((want[0], "array(", "["))
    return _is_scalar(got)


def _is_scalar(text: str) -> bool:
    try:
        return isinstance(as_literal(text), int | float | complex | bool | None)
    except ValueError:
        return text in ("nan", "inf", "-inf")


# -- doctest sessions -------------------------------------------------------------------


def _session_verdicts(cell: Cell, script: Script, outcome: Outcome) -> Iterator[Verdict]:
    answers = {answer.line: answer.got for answer in outcome.answers}
    quiz = not any(e.want for e in script.expected)
    code = script.code
    options = {e.lineno: e.options for e in doctest.DocTestParser().get_examples(code)}
    for expected in script.expected:
        got = answers.get(cell.location.line + 1 + expected.statement[0])
        if got is None or (quiz and got):
            yield Verdict(expected, State.PROSE, got or "")
            continue
        flags = sum(flag for flag, on in options.get(expected.statement[0], {}).items() if on)
        proven = same_session(expected.want, got, flags, cell.options.check)
        blank = not expected.want and not proven
        state = State.PROVEN if proven else State.SUSPECT if blank else State.MISMATCH
        yield Verdict(expected, state, got.rstrip("\n"))


def same_session(want: str, got: str, flags: int, options: CheckOptions) -> bool:
    """Doctest's own rules, or the cell's ``check`` option where one is given."""
    if options.check not in (None, Compare.EXACT):
        return same(want, got, options)
    if want.startswith("Traceback (most recent call last):"):
        want, got = ("\n".join(t.rstrip("\n").split("\n")[-1:]) for t in (want, got))
        if flags & doctest.IGNORE_EXCEPTION_DETAIL:
            want, got = (t.partition(":")[0].rpartition(".")[2] for t in (want, got))
    return doctest.OutputChecker().check_output(want, got, flags)


# -- what is claimed by nothing -----------------------------------------------------------


def _has_unclaimed(cell: Cell, outcome: Outcome, verdicts: Sequence[Verdict]) -> bool:
    if any(v.expected.form in (Form.FENCE, Form.SESSION) for v in verdicts):
        return False
    display = cell.options.display
    if display.output is not Output.SHOW or not display.include:
        return False
    spans = [v.span for v in verdicts if v.state is not State.PROSE]
    claimed = [any(a <= line <= b for a, b in spans for line in w.lines) for w in outcome.writes if w.text.strip()]
    last = max((b for _, b in spans), default=0)
    results = [o for o in outcome.outputs if isinstance(o, Display) and o.is_result and o.is_plain]
    return not all(claimed) or (bool(results) and last < _last_code_line(cell))


def _last_code_line(cell: Cell) -> int:
    """Line of the file where the last statement of a cell begins."""
    tree = parsed(cell.source)
    start = tree.body[-1].lineno if tree and tree.body else 1
    return cell.location.line + start


def _is_announced(cell: Cell, outcome: Outcome, verdicts: Sequence[Verdict]) -> bool:
    """Whether the cell raised what ``error:``, its comment or its error fence says."""
    if outcome.error is None:
        return False
    wish = cell.options.execution.error
    if isinstance(wish, str):
        return outcome.error.name == wish
    said = [v for v in verdicts if v.state is State.PROVEN and outcome.error.name in v.expected.want]
    return wish or bool(said)
