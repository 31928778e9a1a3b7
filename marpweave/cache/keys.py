"""Cache keys: everything that a cell's result depends on, except what it reads. Pure.

A key covers the tokens of the code, the execution options and the figure options (a later cell may ask how large a
figure is), but no comments, blank lines, prose or display options. The watched expressions shape a cell's outcome, but
not the state after it: they are in its ``view`` alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace

from marpweave.cache.current import Where
from marpweave.inputs.digests import digest
from marpweave.inputs.spelling import Spelling, spelling_of
from marpweave.model.deck import Cell, Deck, Inline
from marpweave.model.options import ExecutionOptions
from marpweave.model.outcome import Input
from marpweave.probe.isolate import CAN_ISOLATE


@dataclass(frozen=True, slots=True)
class Step:
    """A cell that runs, or a value in prose."""

    what: Cell | Inline
    own: str
    """Key of its code, its execution options and its figure options."""
    view: str
    """Key of whatever else shapes its outcome."""
    place: int | None
    """Its position in the chain; None: isolated, no step after it can tell that it ran."""
    lines: tuple[int, ...] = ()
    """The line of each of its tokens: equal code has equal tokens, wherever its lines are."""
    spot: str = ""
    """Key of the exact text and lines of this step and all above it: a cell that reads line numbers depends on it."""

    @property
    def isolated(self) -> bool:
        """Whether it leaves the state as it was."""
        return self.place is None

    @property
    def label(self) -> str:
        """The cell's label, or the expression of a value in prose."""
        return self.what.label if isinstance(self.what, Cell) else f"{{python}} {self.what.source}"

    @property
    def execution(self) -> ExecutionOptions:
        """Its execution options; a value in prose has the defaults."""
        return self.what.options.execution if isinstance(self.what, Cell) else ExecutionOptions()

    def where(self, deck: Deck) -> Where:
        """What its inputs are relative to."""
        return Where(deck.path, deck.text, self.spot)

    def asks_for(self, inputs: Iterable[Input]) -> bool:
        """Whether all ``deps`` patterns among stored inputs are its own: another could match any file here."""
        return all(each.name in self.execution.deps for each in inputs if each.kind == "deps")


def steps_of(deck: Deck, *, isolates: bool = CAN_ISOLATE) -> tuple[Step, ...]:
    """The steps of a deck, in order; ``isolates``: ``isolate`` cells leave the state alone."""
    steps: list[Step] = []
    place, spot = 0, str(deck.path)
    whats: list[Cell | Inline] = [*deck.cells, *deck.values]
    for what in sorted(whats, key=lambda each: each.location.line):
        if isinstance(what, Inline):
            step = Step(what, chained("value", spelling_of(what.source).text), "", place)
        else:
            if not runs(what):
                continue
            step = _cell_step(what, None if isolates and what.options.execution.isolate else place)
        step = replace(step, spot=chained(spot, str(what.location.line), what.source))
        steps.append(step)
        spot, place = (spot, place) if step.isolated else (step.spot, place + 1)
    return tuple(steps)


def runs(cell: Cell) -> bool:
    """Whether a cell has anything to run."""
    execution = cell.options.execution
    lines = cell.script.code.split("\n")[cell.option_lines:]
    return execution.eval and not execution.source and any(line.strip() for line in lines)


def _cell_step(cell: Cell, place: int | None) -> Step:
    script = cell.script
    code = "\n".join(["", *script.code.split("\n")[cell.option_lines:]])
    first = cell.location.line + cell.option_lines
    spelling = Spelling(code.strip(), ()) if script.session else spelling_of(code)
    lines = tuple(line - 1 + first for line in spelling.lines)
    watched = [_token_at(cell.location.line + 1 + line, lines) for line in script.watch]
    options = cell.options.execution
    own = chained("session" if script.session else "cell", spelling.text, repr(astuple(options)),
                  repr(astuple(cell.options.figure)))
    view = chained(repr(watched))
    return Step(cell, own, view, place, lines)


def chained(*parts: str) -> str:
    """The key of several parts."""
    return digest(json.dumps(parts))


def state_behind(key: str, inputs: Iterable[Input]) -> str:
    """The state after a step: its key (the state before it and its code) and what it read."""
    return chained(key, *(part for each in inputs for part in each))


def _token_at(line: int, lines: Sequence[int]) -> int:
    return lines.index(line) if line in lines else line - min(lines, default=line)
