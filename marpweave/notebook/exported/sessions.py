"""Converts a doctest session to plain code, with answers that it would not print as comments. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from doctest import Example

from nbformat.v4 import new_output

from marpweave.check import sessions
from marpweave.inputs.spelling import tree_of
from marpweave.model.deck import Cell
from marpweave.model.outcome import PLAIN, Outcome
from marpweave.notebook.kept import Node
from marpweave.text import split_lines

RAISED = "Traceback (most recent call last):"
SILENT = frozenset({"print", "show"})
"""Functions that return nothing, but print or draw."""


def session_code(cell: Cell, outcome: Outcome) -> str:
    """The statements of a session; one that raises would end the cell, and becomes a comment."""
    parts, answers = [], list(_answers(cell, outcome))
    for example, got in answers:
        lines = split_lines(got)
        if got.startswith(RAISED):
            parts += [f"# {line}" for line in split_lines(example.source)] + [f"#> {lines[-1]}"]
        else:
            parts.append(example.source)
            parts += [f"#> {line}" for line in lines if gives(example.source) and example is not answers[-1][0]]
    return "".join(parts).rstrip()


def session_outputs(cell: Cell, outcome: Outcome) -> Iterator[Node]:
    """The printed output of a session, and the value of its last expression."""
    answers = [(gives(example.source), "" if got.startswith(RAISED) else got)
               for example, got in _answers(cell, outcome)]
    printed = "".join(got for shows, got in answers if not shows)
    if printed:
        yield new_output("stream", name="stdout", text=printed)
    shows, got = answers[-1] if answers else (False, "")
    if shows and got:
        yield new_output("execute_result", data={PLAIN: got.rstrip("\n")})


def gives(code: str) -> bool:
    """Whether code ends in an expression whose value is displayed."""
    tree = tree_of(code)
    last = tree.body[-1] if tree and tree.body else None
    if not isinstance(last, ast.Expr):
        return False
    function = last.value.func if isinstance(last.value, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", "")) not in SILENT


def _answers(cell: Cell, outcome: Outcome) -> Iterator[tuple[Example, str]]:
    """The examples of a session, each with its output."""
    got = {answer.line: answer.got for answer in outcome.answers}
    for example in sessions.examples(cell.script):
        yield example, got.get(cell.location.line + 1 + example.lineno, "")
