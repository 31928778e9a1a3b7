"""Cache keys: what of a cell its result depends on, apart from what it reads. Pure.

The syntax tree and the execution options are in the key; comments, blank lines, prose and display options are in none.
Figure options and the watched expressions shape what the cell gives, but not the state behind it: they are in its
``view`` alone.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell, Deck, Inline, Script


@dataclass(frozen=True, slots=True)
class Step:
    """A cell that runs, or a value in prose."""

    what: Cell | Inline
    own: str
    """Key of its code and execution options."""
    view: str
    """Of what else shapes its outcome."""
    place: int | None
    """Its position in the chain; None: isolated, nothing behind it can tell that it ran."""
    lines: tuple[int, ...] = ()
    """The line of each node of its syntax tree: equal code has equal nodes, wherever its lines are."""

    @property
    def isolated(self) -> bool:
        """Whether it leaves the state as it was."""
        return self.place is None


def steps_of(deck: Deck, scripts: Sequence[Script], *, isolates: bool = True) -> tuple[Step, ...]:
    """What runs in a deck, in order; ``isolates``: ``isolate`` cells leave the state alone."""
    steps: list[Step] = []
    place = 0
    whats: list[Cell | Inline] = [*deck.cells, *deck.values]
    for what in sorted(whats, key=lambda each: each.location.line):
        if isinstance(what, Inline):
            tree = _tree(what.source)
            step = Step(what, chained("value", _spelled(tree, what.source)), "", place)
        else:
            script = scripts[what.number - 1]
            if not runs(what, script):
                continue
            step = _cell_step(what, script, None if isolates and what.options.execution.isolate else place)
        steps.append(step)
        place += not step.isolated
    return tuple(steps)


def label_of(step: Step) -> str:
    """The cell's label; the expression of a value in prose."""
    return step.what.label if isinstance(step.what, Cell) else f"{{python}} {step.what.source}"


def runs(cell: Cell, script: Script) -> bool:
    """Whether a cell has anything to run."""
    execution = cell.options.execution
    lines = script.code.split("\n")[cell.option_lines:]
    return execution.eval and not execution.source and any(line.strip() for line in lines)


def _cell_step(cell: Cell, script: Script, place: int | None) -> Step:
    code = "\n".join(["", *script.code.split("\n")[cell.option_lines:]])
    first = cell.location.line + cell.option_lines
    tree = None if script.session else _tree(code)
    lines = tuple(node.lineno - 1 + first for node in ast.walk(tree) if hasattr(node, "lineno")) if tree else ()
    watched = [_node_at(cell.location.line + 1 + line, lines) for line in script.watch]
    options = cell.options.execution
    own = chained("session" if script.session else "cell", _spelled(tree, code), repr(astuple(options)))
    view = chained(repr(astuple(cell.options.figure)), repr(watched))
    return Step(cell, own, view, place, lines)


def chained(*parts: str) -> str:
    """The key of several parts."""
    return digest(json.dumps(parts))


def _tree(code: str) -> ast.Module | None:
    """The syntax tree; None for IPython's magics and for what is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(code, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    assert isinstance(tree, ast.Module)
    return tree


def _spelled(tree: ast.Module | None, code: str) -> str:
    return ast.dump(tree) if tree else code.strip()


def _node_at(line: int, lines: Sequence[int]) -> int:
    return lines.index(line) if line in lines else line - min(lines, default=line)
