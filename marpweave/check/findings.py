"""Turns verdicts and outcomes of a deck into findings. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from marpweave.check.claims import fence_of
from marpweave.check.names import names_bound, names_given, names_needed, names_read
from marpweave.check.raised import is_unforeseen, stopped_at
from marpweave.check.roots import EVERYTHING, Roots
from marpweave.check.verdicts import CellCheck, State, Verdict
from marpweave.inputs.digests import ABSENT
from marpweave.model.deck import Cell, Deck, Inline, Notation, Prose
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import UNCACHED, Error, Outcome
from marpweave.read.options.options import line_of_option

FILE = re.compile(r" \([^()]*\.(?:py|so|pyd)\)$")
"""The path of the module in the message of an ImportError."""
CLOCK = re.compile(r"%(?:time|timeit|prun)\b|\b(?:perf_counter|process_time|monotonic|time)(?:_ns)?\(|\bnow\(")
"""Code whose output depends on the current time or on durations."""
Remedy = Callable[[Error], str]
"""How to fix an error; "" if unknown."""


def findings_of(
    checks: Sequence[CellCheck], deck: Deck, inlines: Sequence[Outcome] = (), *, remedy: Remedy = lambda error: "",
) -> Iterator[Finding]:
    """All findings about cells and values; consequences of an earlier failure are listed with it."""
    roots = Roots()
    steps: list[CellCheck | tuple[Inline, Outcome]] = [*checks, *zip(deck.values, inlines, strict=False)]
    for step in sorted(steps, key=lambda each: (each.cell if isinstance(each, CellCheck) else each[0]).location.line):
        if isinstance(step, CellCheck):
            _follow(step, roots, remedy)
        else:
            _follow_value(*step, roots, remedy)
    yield from roots.findings(deck.origins.number)
    for check in checks:
        yield from _about_outputs(check)
    for inline, outcome in zip(deck.values, inlines, strict=False):
        yield from _doubts(inline, outcome)


def hidden_name_findings(deck: Deck) -> Iterator[Finding]:
    """Names that visible code uses and that only hidden cells define; each once."""
    hidden: dict[str, int] = {}
    shown: set[str] = set()
    for block in (block for slide in deck.slides for block in slide.blocks if deck.adopted):
        if isinstance(block, Prose):  # includes fences that only show code
            shown |= names_given(block.text)
            continue
        code, display = block.script.code, block.options.display
        if not (display.echo and display.include):
            hidden |= dict.fromkeys(names_given(code), block.location.line)
            continue
        lacking = sorted(hidden.keys() & names_needed(code) - shown) if EVERYTHING not in shown else []
        shown |= {*names_given(code), *lacking}
        if lacking and block.options.execution.eval:
            lines = ", ".join(map(deck.origins.number, sorted({hidden[name] for name in lacking})))
            yield Finding(Kind.HIDDEN_NAME, block.location, f"uses {', '.join(lacking)}, defined only in cells that "
                          f"no slide shows (line {lines}); define it on a slide so that readers can run this code",
                          block.slide)


def _about_outputs(check: CellCheck) -> Iterator[Finding]:
    """Unchecked output, warnings, doubts about the outcome, missing glyphs."""
    cell = check.cell
    if check.unchecked:
        yield Finding(Kind.UNCHECKED, cell.location, "prints something that the slide does not show; "
                      "add an expected output", cell.slide)
    yield from _warnings(check)
    yield from _doubts(cell, check.outcome)
    for figure in check.outcome.figures:
        if figure.missing_glyphs:
            characters = " ".join(figure.missing_glyphs)
            yield Finding(Kind.MISSING_GLYPH, cell.location,
                          f"{figure.name}: the figure's fonts lack {characters}; set font.family to a font that has it",
                          cell.slide)


def _doubts(step: Cell | Inline, outcome: Outcome) -> Iterator[Finding]:
    """Reasons why a clean run may give a different result."""
    provenance = outcome.provenance
    if provenance.stale:
        yield Finding(Kind.STALE, step.location, f"the frozen output is out of date: {provenance.stale}", step.slide)
    if provenance.volatile and provenance.volatile != UNCACHED and not outcome.trouble:
        yield Finding(Kind.WARNING, step.location, f"{provenance.volatile}: its inputs cannot be tracked, so it runs "
                      "in every build; list them in `#| deps:`, or set `#| cache: true` or `false`", step.slide)
    for each in provenance.inputs:
        if each.kind == "deps" and each.digest == ABSENT:
            yield Finding(Kind.OPTION, _option(step, "deps"), f"deps: no file matches {each.name!r}", step.slide)
    if provenance.nondeterministic and not (outcome.error and isinstance(step, Inline)):
        yield Finding(Kind.NONDETERMINISTIC, step.location, "gave a different result before, with the same code and "
                      f"inputs; {'it measures time:' if CLOCK.search(step.source) else 'seed its random numbers, or'} "
                      "set `#| cache: false`", step.slide)


def unseen_findings(checks: Sequence[CellCheck]) -> Iterator[Finding]:
    """Inputs that can be tracked only on Linux."""
    for check in checks:
        unseen = check.outcome.provenance.unseen
        if unseen:
            yield Finding(Kind.WARNING, check.cell.location,
                          f"reads {', '.join(unseen)} in a way that only Linux can track; "
                          "list it in `#| deps:` for builds on other systems", check.cell.slide)


def _option(step: Cell | Inline, key: str) -> Location:
    """The location of a cell's option, or of the cell if a default sets it."""
    return Location(step.location.path, line_of_option(step, key)) if isinstance(step, Cell) else step.location


def _warnings(check: CellCheck) -> Iterator[Finding]:
    """Each warning once per line; none with ``warning: false``."""
    cell = check.cell
    for warned in dict.fromkeys(check.outcome.warnings if cell.options.display.warning else ()):
        location = Location(cell.location.path, warned.line or cell.location.line)
        yield Finding(Kind.WARNING, location, ": ".join(filter(None, [warned.category, warned.message])), cell.slide)


def _difference(cell: Cell, verdict: Verdict) -> Finding:
    expected = verdict.expected
    line = (fence_of(cell, expected) or cell).location.line + 1 + expected.first
    kind = Kind.SUSPECT if verdict.state is State.SUSPECT else Kind.MISMATCH
    if verdict.of_error:
        message = "the slide shows a different error than the code raises"
    elif kind is Kind.SUSPECT:
        message = "looks like an output, but the code gives a different one"
    else:
        message = "the output on the slide differs from what the code gives"
    finding = Finding(kind, Location(cell.location.path, line), verdict.fault or message, cell.slide)
    if verdict.fault and not verdict.got:
        return finding
    return replace(finding, want=expected.want.removesuffix("\n"), got=verdict.got.removesuffix("\n"))


# -- failures and what follows ----------------------------------------------------------


def _follow(check: CellCheck, roots: Roots, remedy: Remedy) -> None:
    """Record the failures of a cell, and the names that they leave undefined."""
    cell, error = check.cell, check.outcome.error
    finding = _failure(check, remedy)
    if not finding and check.outcome.ran:
        roots.renew(names_bound(cell.source), names_read(cell.source))
    for verdict in check.verdicts:
        if verdict.state in (State.MISMATCH, State.SUSPECT):
            _follow_verdict(check, verdict, roots, remedy)
    if finding:
        root = roots.add(finding, lacked(error) if error else ())
        since = stopped_at(cell, error)[0] if error else 0
        roots.lose(names_bound(cell.source, since=since), root)
        if finding.kind in (Kind.TIMEOUT, Kind.KERNEL_DIED):
            roots.lose_all(root)
    if check.unprompted is not None:
        roots.lose(names_bound(cell.source), roots.add(_unprompted(check), ()))


def _follow_verdict(check: CellCheck, verdict: Verdict, roots: Roots, remedy: Remedy) -> None:
    """Record a mismatch; its root cause is a failed cell whose names the cell uses."""
    finding = _difference(check.cell, verdict)
    failed = _failed_answer(check.cell, verdict)
    if failed:
        finding = _error_finding(check.cell, failed, remedy)
        root = roots.add(finding, lacked(failed))
        line = check.cell.source.split("\n")[slice(verdict.expected.statement[0], verdict.expected.statement[1] + 1)]
        roots.lose(names_bound("\n".join(line)), root)
    else:
        roots.add(finding, (), doubtful=names_read(check.cell.source))


def _failed_answer(cell: Cell, verdict: Verdict) -> Error | None:
    """The missing name or package because of which an example of a session failed."""
    if verdict.expected.notation is not Notation.SESSION or not is_unforeseen(verdict.got):
        return None
    name, _, message = verdict.got.rstrip("\n").rpartition("\n")[2].partition(": ")
    return Error(name, message, cell.location.line + 1 + verdict.expected.statement[0])


def _follow_value(inline: Inline, outcome: Outcome, roots: Roots, remedy: Remedy) -> None:
    """Record an inline value that could not be evaluated."""
    if outcome.trouble:
        roots.add(outcome.trouble, ())
    elif outcome.error:
        message = "; ".join(filter(None, [outcome.error.summary, remedy(outcome.error)]))
        finding = Finding(Kind.ERROR, inline.location, f"`{{python}} {inline.source}`: {message}", inline.slide)
        roots.add(finding, lacked(outcome.error))


def lacked(error: Error) -> tuple[str, ...]:
    """What an error says is missing, likeliest cause first; errors that lack the same have the same root cause."""
    quoted = re.findall(r"'([^']+)'", error.message)
    match error.name:
        case "NameError" | "UnboundLocalError" if quoted:
            return (quoted[0],)
        case "ModuleNotFoundError" if quoted:
            return (f"module {quoted[0]}",)
        case "AttributeError" if len(quoted) > 1:
            return f".{quoted[-1]}", error.summary
        case "ImportError" | "FileNotFoundError":
            return (error.summary,)
    return ()


def _unprompted(check: CellCheck) -> Finding:
    location = Location(check.cell.location.path, check.unprompted or check.cell.location.line)
    message = "the code under this prompt continues without `... `: write it before each line, or remove every `>>> `"
    return Finding(Kind.SYNTAX, location, message, check.cell.slide)


def _failure(check: CellCheck, remedy: Remedy) -> Finding | None:
    cell, outcome = check.cell, check.outcome
    if outcome.trouble:
        return outcome.trouble
    announced = cell.options.execution.error
    if outcome.error is None:
        if announced and outcome.ran:
            wanted = f"a {announced}" if isinstance(announced, str) else "an error"
            return Finding(Kind.ERROR, cell.location, f"should raise {wanted}, but raised nothing", cell.slide)
        return None
    if check.announced:
        return None
    return _error_finding(cell, outcome.error, remedy)


def _error_finding(cell: Cell, error: Error, remedy: Remedy) -> Finding:
    location = Location(cell.location.path, error.line or cell.location.line)
    if error.name in ("SyntaxError", "IndentationError", "TabError"):
        message = f"{error.summary}; if this is not Python, write ```python eval=false"
        return Finding(Kind.SYNTAX, location, message, cell.slide)
    announced = cell.options.execution.error
    wanted = f"should raise {announced}" if isinstance(announced, str) else ""
    advice = [each for each in (wanted, remedy(error)) if each]
    message = "; ".join([FILE.sub("", error.summary).rstrip("." if advice else ""), *advice])
    if error.name == "StdinNotImplementedError":
        message = "input(): nobody can answer during a build; assign a value instead, or write ```python eval=false"
    elif error.name == "SystemExit":
        message = f"the cell exits Python ({message}); remove that, or write `#| error: SystemExit`"
    return Finding(Kind.ERROR, location, message, cell.slide)
