"""Determines the effects of blanks in a student deck: expected failures, and steps that should fail. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from marpweave.check.findings import Remedy, lacked
from marpweave.check.names import names_bound, names_given, names_read
from marpweave.check.raised import stopped_at
from marpweave.check.verdicts import CellCheck, State
from marpweave.model.deck import Cell, Deck, Inline
from marpweave.model.finding import Finding, Kind
from marpweave.model.outcome import Error, Outcome
from marpweave.model.variant import Variant
from marpweave.read.syntax import parsed

TEST = "test"
"""Tag of cells that must fail with blanks and pass with solutions."""


@dataclass(frozen=True, slots=True)
class BlankEffects:
    """Expected failures because of blanks in a student deck, and findings about steps that should have failed."""

    blanks: frozenset[int] = frozenset()
    """Lines of the file with blanks that raise."""
    cells: Mapping[int, int] = field(default_factory=dict)
    """Numbers of cells that fail because of a blank, with the blank's line."""
    values: Mapping[int, int] = field(default_factory=dict)
    """Indices of inline values that fail because of a blank, with the blank's line."""
    findings: tuple[Finding, ...] = ()

    def lines(self, deck: Deck) -> Mapping[int, tuple[int, ...]]:
        """Lines of blanks, each with the lines of the cells and values that fail because of it."""
        places = {cell.number: cell.location.line for cell in deck.cells}
        roots = [*((places[number], root) for number, root in self.cells.items()),
                 *((deck.values[place].location.line, root) for place, root in self.values.items())]
        return {blank: tuple(sorted({line for line, root in roots if root == blank})) for blank in sorted(self.blanks)}


def effects_of_blanks(deck: Deck, checks: Sequence[CellCheck], inlines: Sequence[Outcome]) -> BlankEffects:
    """Determine the effects of blanks on all steps of a deck, in order."""
    if deck.variant is not Variant.STUDENT:
        return BlankEffects()
    walk = _Walk(deck)
    values = zip(range(len(deck.values)), deck.values, inlines, strict=False)
    steps: list[CellCheck | tuple[int, Inline, Outcome]] = [*checks, *values]
    for step in sorted(steps, key=lambda each: (each.cell if isinstance(each, CellCheck) else each[1]).location.line):
        if isinstance(step, CellCheck):
            walk.follow(step)
        else:
            walk.follow_value(*step)
    return BlankEffects(walk.blanks, walk.cells, walk.values, tuple(walk.findings))


class _Walk:
    """Accumulates the effects of blanks over the steps of a deck."""

    def __init__(self, deck: Deck) -> None:
        self.origins = deck.origins
        self.full = {cell.number: cell for cell in (deck.full or deck).cells}
        self.blanks = frozenset(cell.location.line + 1 + row for cell in deck.cells for row in cell.script.blanks)
        self.cells: dict[int, int] = {}
        self.values: dict[int, int] = {}
        self.findings: list[Finding] = []
        self.lost: dict[str, int] = {}
        """Names that are not what the solution makes them, with the line of the blank."""

    def follow(self, check: CellCheck) -> None:
        """Process a cell."""
        cell, outcome, code = check.cell, check.outcome, check.cell.script.code
        error = outcome.error
        if outcome.trouble or not outcome.ran:
            return
        root = self._root(outcome, [*(lacked(error) if error else ()), *sorted(names_read(code))])
        differs = any(each.state in (State.MISMATCH, State.SUSPECT) for each in check.verdicts)
        if root is not None and (error or differs):
            self.cells[cell.number] = root
        if root is not None and (error or (differs and cell.script.session)):
            since = stopped_at(cell, error)[0] if error else 0
            names = *names_bound(code, since=since), *_set_in_regions(self.full[cell.number])
            self.lost |= dict.fromkeys(names, root)
            return
        older = sorted(_used_at_once(code) & self.lost.keys())
        self.findings += self._doubts(check, older)
        for name in names_bound(code):
            if older:
                self.lost[name] = self.lost[older[0]]
            else:
                self.lost.pop(name, None)

    def follow_value(self, place: int, inline: Inline, outcome: Outcome) -> None:
        """Process an inline value."""
        root = self._root(outcome, names_read(inline.source))
        if root is not None and outcome.error:
            self.values[place] = root

    def _root(self, outcome: Outcome, names: Iterable[str]) -> int | None:
        """The blank that raised in a step, or whose names it needs."""
        return next(self._raised_blanks(outcome), next((self.lost[name] for name in names if name in self.lost), None))

    def _raised_blanks(self, outcome: Outcome) -> Iterator[int]:
        """The blanks that raised while a step ran, even if the exception was caught."""
        return (value.line for value in outcome.values if value.line in self.blanks)

    def _doubts(self, check: CellCheck, older: Sequence[str]) -> Iterator[Finding]:
        """Findings about a cell that ran; ``older``: names it used that were defined before a blank."""
        cell = check.cell
        above = min(self.blanks, default=cell.location.line) < cell.location.line
        caught = next(self._raised_blanks(check.outcome), None)
        if TEST in cell.tags and above and all(region.blank for region in self.full[cell.number].regions):
            yield Finding(Kind.VACUOUS, cell.location, "passes though no blank above it is filled; test what the "
                          "solution gives", cell.slide)
        elif caught is not None:
            line = self.origins.number(caught)
            yield Finding(Kind.BLANK, cell.location, f"catches the error of the blank on line {line}, so that students "
                          "never see it; catch only the errors that you mean", cell.slide)
        if older:
            line = self.origins.number(self.lost[older[0]])
            yield Finding(Kind.BLANK, cell.location, f"uses an older {', '.join(older)}: the blank on line {line} "
                          "should set it", cell.slide)


def unexplained(checks: Sequence[CellCheck], effects: BlankEffects) -> tuple[CellCheck, ...]:
    """The checks without failures that blanks explain."""
    idle = Outcome(ran=False)
    return tuple(CellCheck(check.cell, idle) if check.cell.number in effects.cells else check for check in checks)


def values_left(inlines: Sequence[Outcome], effects: BlankEffects) -> tuple[Outcome, ...]:
    """The inline values; those that fail because of blanks count as not run."""
    idle = Outcome(ran=False)
    return tuple(idle if place in effects.values else outcome for place, outcome in enumerate(inlines))


def with_withheld(remedy: Remedy, deck: Deck) -> Remedy:
    """A remedy that knows the names defined only in cells that students do not get."""
    numbers = {cell.number for cell in deck.cells}
    withheld = (cell for cell in (deck.full or deck).cells if cell.number not in numbers)
    lines = {name: cell.location.line for cell in withheld for name in names_given(cell.script.code)}

    def for_students(error: Error) -> str:
        line = next((lines[name] for name in lacked(error) if name in lines), None)
        return remedy(error) if line is None else f"only the solution on line {deck.origins.number(line)} defines it"

    return for_students if lines else remedy


# -- names -----------------------------------------------------------------------------


def _used_at_once(code: str) -> frozenset[str]:
    """Names that code reads before assigning them at top level, not inside functions that it defines."""
    used: set[str] = set()
    assigned: set[str] = set()
    tree = parsed(code)
    for statement in tree.body if tree else ():
        nodes = list(_outside_of_functions(statement))
        changed = {node.target for node in nodes if isinstance(node, ast.AugAssign)}
        names = [node for node in nodes if isinstance(node, ast.Name)]
        stored = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        read = {name.id for name in names if isinstance(name.ctx, ast.Load) or name in changed}
        used |= read - assigned - (stored if hasattr(statement, "body") else set())
        assigned |= stored
    return frozenset(used)


def _set_in_regions(cell: Cell) -> Iterator[str]:
    """Names that the solutions in a cell define or modify for later cells."""
    rows = {row for region in cell.regions if region.blank for row in range(region.first, region.last + 1)}
    for node in _outside_of_functions(parsed(cell.script.code)):
        if isinstance(node, ast.stmt) and node.lineno - 1 in rows:
            yield from names_bound(ast.Module([node], []))


def _outside_of_functions(tree: ast.AST | None) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [tree] if tree else []
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
