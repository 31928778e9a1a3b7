"""Substitutes parameters in the cell tagged ``parameters``, as papermill does. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from marpweave.errors import UsageError
from marpweave.inputs.spelling import tree_of
from marpweave.model.deck import Cell, Deck
from marpweave.model.given import Parameter
from marpweave.read.syntax import end_of
from marpweave.text import nearest
from marpweave.variants.blanks import with_rows

TAG = "parameters"


@dataclass(frozen=True, slots=True)
class _Assigned:
    """A literal that a cell assigns to a name, and its position."""

    name: str
    value: ast.expr


def parametrised(deck: Deck, parameters: Sequence[Parameter]) -> Deck:
    """The deck with new values for its parameters; raises UsageError for a name that is not a parameter."""
    if not parameters:
        return deck
    values = dict(parameters)
    names = [assigned.name for cell in deck.cells for assigned in _assigned(cell)]
    for name in values:
        if name not in names:
            raise UsageError(f"-P {name}: {deck.path} {_instead(name, list(dict.fromkeys(names)))}")
    slides = tuple(replace(slide, blocks=tuple(
        _with_values(block, values) if isinstance(block, Cell) else block for block in slide.blocks))
        for slide in deck.slides)
    return replace(deck, slides=slides, full=deck.full or deck)


def _instead(name: str, known: Sequence[str]) -> str:
    if not known:
        return f"assigns nothing in a cell tagged `{TAG}`; mark one with `#| tags: [{TAG}]`"
    near = nearest(name, known)
    return f"has no parameter {name!r}; " + (f"did you mean {near!r}?" if near else f"choose from {', '.join(known)}")


def _assigned(cell: Cell) -> Iterator[_Assigned]:
    """Top-level assignments to single names in a cell of parameters."""
    tree = tree_of(_code(cell)) if TAG in cell.tags else None
    for statement in tree.body if tree else ():
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from (_Assigned(target.id, value) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield _Assigned(name, value)


def _code(cell: Cell) -> str:
    return "\n".join("" if row < cell.option_lines else line for row, line in enumerate(cell.source.split("\n")))


def _with_values(cell: Cell, values: dict[str, Any]) -> Cell:
    """The cell with new values; lines that a longer value took are left empty."""
    lines, rows = [line.encode() for line in cell.source.split("\n")], dict[int, str]()
    for assigned in sorted(_assigned(cell), key=lambda each: (each.value.lineno, each.value.col_offset), reverse=True):
        value = assigned.value
        if assigned.name not in values:
            continue
        first, last = value.lineno - 1, end_of(value) - 1
        lines[first] = lines[first][:value.col_offset] + repr(values[assigned.name]).encode() + \
            lines[last][value.end_col_offset or 0:]
        rows |= {first: lines[first].decode(), **dict.fromkeys(range(first + 1, last + 1), "")}
    return with_rows(cell, rows, raises=cell.script.blanks) if rows else cell
