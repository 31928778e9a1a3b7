"""What checking a deck brought to light, as findings: place, what is wrong, what would be right. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marpweave.check.verdicts import CellCheck, State, Verdict
from marpweave.model.deck import Cell, Deck, Form, Inline
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Error, Outcome
from marpweave.read.syntax import parsed

BINDING = re.compile(r"^\s*(?:def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)


def findings_of(checks: Sequence[CellCheck], deck: Deck) -> Iterator[Finding]:
    """Everything wrong that running and comparing brought to light, root causes once."""
    yield from _failures(checks, deck)
    for check in checks:
        for verdict in check.verdicts:
            if verdict.state in (State.MISMATCH, State.SUSPECT):
                yield _difference(check.cell, verdict)
        if check.unchecked:
            yield Finding(Kind.UNCHECKED, check.cell.location, "prints something that nothing on the slide claims; "
                          "`check --update` cannot know what you meant: add an expected output", check.cell.slide)
        yield from _warnings(check)
        yield from _doubts(check.cell, check.outcome)
        for figure in check.outcome.figures:
            if figure.missing_glyphs:
                characters = " ".join(figure.missing_glyphs)
                yield Finding(Kind.MISSING_GLYPH, check.cell.location,
                              f"{figure.name}: no font of the figure has {characters}; set font.family to one that has",
                              check.cell.slide)


def inline_findings(deck: Deck, outcomes: Sequence[Outcome]) -> Iterator[Finding]:
    """Values in prose that could not be evaluated."""
    for inline, outcome in zip(deck.values, outcomes, strict=False):
        yield from _doubts(inline, outcome)
        if outcome.trouble:
            yield outcome.trouble
        elif outcome.error:
            message = f"`{{python}} {inline.source}`: {outcome.error.summary}"
            yield Finding(Kind.ERROR, inline.location, message, inline.slide)


def _doubts(what: Cell | Inline, outcome: Outcome) -> Iterator[Finding]:
    """Why an outcome may not be what a run from nothing would give."""
    if outcome.stale:
        yield Finding(Kind.STALE, what.location, f"frozen, and out of date: {outcome.stale}", what.slide)
    if outcome.volatile.endswith("`#| deps:`"):
        yield Finding(Kind.WARNING, what.location, outcome.volatile, what.slide)
    if outcome.wavers:
        yield Finding(Kind.WAVERING, what.location, "gave something else before, with the same code and inputs; "
                      "seed its random numbers, or say `#| cache: false`", what.slide)


def _warnings(check: CellCheck) -> Iterator[Finding]:
    """Each warning once a line; `warning: false` says that the author knows."""
    cell = check.cell
    told = dict.fromkeys(check.outcome.warnings if cell.options.display.warning else ())
    for warned in told:
        location = Location(cell.location.path, warned.line or cell.location.line)
        yield Finding(Kind.WARNING, location, ": ".join(filter(None, [warned.category, warned.message])), cell.slide)


def _difference(cell: Cell, verdict: Verdict) -> Finding:
    expected = verdict.expected
    opening = cell.output_fence.location if expected.form is Form.FENCE and cell.output_fence else cell.location
    line = opening.line + 1 + expected.first
    if verdict.state is State.SUSPECT:
        kind, message = Kind.SUSPECT, "reads as an output, but the code gives another"
    else:
        kind, message = Kind.MISMATCH, "the slide shows another output than the code gives"
    return Finding(kind, Location(cell.location.path, line), message, cell.slide, expected.want.rstrip("\n"),
                   verdict.got)


def _failures(checks: Sequence[CellCheck], deck: Deck) -> Iterator[Finding]:
    """Failing cells; a NameError that only follows from an earlier failure goes with its cause."""
    causes: dict[str, int] = {}
    found: list[Finding] = []
    also: dict[int, list[str]] = {}
    lost = False
    for check in checks:
        finding = _failure(check, deck)
        error = check.outcome.error
        if finding is None:
            continue
        name = _missing_name(error) if error else None
        root = causes.get(name) if name else None
        if root is None and name and lost:
            root = next(iter(i for i, f in enumerate(found) if f.kind in (Kind.TIMEOUT, Kind.KERNEL_DIED)), None)
        if root is not None:
            also.setdefault(root, []).append(str(finding.location.line))
        else:
            root = len(found)
            found.append(finding)
        lost = lost or finding.kind in (Kind.TIMEOUT, Kind.KERNEL_DIED)
        if name:
            causes.setdefault(name, root)
        for bound in names_bound(check.cell.source):
            causes[bound] = root
    for i, finding in enumerate(found):
        more = f" (and therefore line{'s' * (len(also[i]) > 1)} {', '.join(also[i])})" if i in also else ""
        yield replace(finding, message=finding.message + more)


def _failure(check: CellCheck, deck: Deck) -> Finding | None:
    cell, outcome = check.cell, check.outcome
    if outcome.trouble:
        return outcome.trouble
    wish = cell.options.execution.error
    if outcome.error is None:
        if wish and outcome.ran:
            what = f"a {wish}" if isinstance(wish, str) else "an error"
            return Finding(Kind.ERROR, cell.location, f"should raise {what}, but raised nothing", cell.slide)
        return None
    if check.announced:
        return None
    return _error_finding(cell, outcome.error, deck)


def _error_finding(cell: Cell, error: Error, deck: Deck) -> Finding:
    location = Location(cell.location.path, error.line or cell.location.line)
    if error.name in ("SyntaxError", "IndentationError", "TabError"):
        message = f"{error.summary}; if this is no Python, write ```python eval=false"
        return Finding(Kind.SYNTAX, location, message, cell.slide)
    message = error.summary
    wish = cell.options.execution.error
    if isinstance(wish, str):
        message += f"; should raise {wish}"
    name = _missing_name(error)
    if error.name == "StdinNotImplementedError":
        message = "input(): nobody answers during a build; assign a value instead, or write ```python eval=false"
    elif name and (home := _isolated_home(name, deck)):
        message += f"; it is defined in line {home}, in an isolated cell, whose names end with it"
    elif name and not _ever_bound(name, deck):
        message += "; no cell defines it: import it in a cell, in `execute: {prelude: …}` or by --prelude"
    elif error.name == "SystemExit":
        message = f"the cell exits Python ({message}); leave that out, or write `#| error: SystemExit`"
    return Finding(Kind.ERROR, location, message, cell.slide)


def _missing_name(error: Error) -> str | None:
    """The name of a NameError, the module of a ModuleNotFoundError."""
    if error.name not in ("NameError", "ModuleNotFoundError"):
        return None
    quoted = re.search(r"'([^']+)'", error.message)
    return quoted[1] if quoted else None


def _isolated_home(name: str, deck: Deck) -> int | None:
    """The line of an isolated cell that defines a name."""
    return next((cell.location.line for cell in deck.cells
                 if cell.options.execution.isolate and name in names_bound(cell.source)), None)


def _ever_bound(name: str, deck: Deck) -> bool:
    return any(name in names_bound(cell.source) for cell in deck.cells)


def names_bound(source: str) -> set[str]:
    """Names that a cell would define at its top level, if it ran; a guess where it is no Python."""
    tree = parsed(source)
    if tree is None:
        return {function or variable for function, variable in BINDING.findall(source)}
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Name(ctx=ast.Store()):
                names.add(node.id)
            case ast.alias():
                names.add((node.asname or node.name).partition(".")[0])
    return names
