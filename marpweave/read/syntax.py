"""Parses the Python code of a cell, without IPython magics and non-Python outputs. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from marpweave.inputs.spelling import tree_of

MAGIC = re.compile(r"^\s*[%!?]|^\s*%{0,2}[\w.*]+\?{1,2}\s*$")
FOREIGN = re.compile(r"(\s*%%.*\n)*?\s*%%(?!(time|capture)\b)")
"""A cell magic whose body is not executed as Python once, line by line."""
ASSIGNED = re.compile(r"^(\s*[^\W\d][\w.,\s]*=\s*)[%!].*")
"""``files = !ls``."""


@dataclass(frozen=True, slots=True)
class Python:
    """A cell that is valid Python after some of its lines are replaced."""

    plain: str
    """The text after the replacements."""
    tree: ast.Module
    replaced: Set[int] = frozenset()
    """0-based rows."""


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of a cell without IPython magics; None if it is not valid Python."""
    python = as_python(code.split("\n"), {})
    return python.tree if python else None


def as_python(lines: Sequence[str], claims: Mapping[int, str]) -> Python | None:
    """Parse a cell as Python; ``claims`` maps rows with outputs to the code that remains without them."""
    code = "\n".join(lines)
    if FOREIGN.match(code):
        return None
    tree = tree_of(code)
    if tree is not None:
        return Python(code, tree)
    magics = {row: indent_of(line) + "pass" for row, line in enumerate(lines) if MAGIC.search(line)}
    magics |= {row: f"{found[1]}None" for row, line in enumerate(lines) if (found := ASSIGNED.match(line))}
    return _replaced(lines, {**magics, **claims})


def _replaced(lines: Sequence[str], new: Mapping[int, str]) -> Python | None:
    """Replace lines by ``new`` ones, except inside multi-line statements and expressions, whose rows are code."""
    code = "\n".join(new.get(row, line) for row, line in enumerate(lines))
    tree = tree_of(code)
    if tree is None:
        return None
    inside = {row for node in ast.walk(tree) for row in _rows_inside(node)}
    outside = {row: line for row, line in new.items() if row not in inside}
    return Python(code, tree, new.keys()) if len(outside) == len(new) else _replaced(lines, outside)


def _rows_inside(node: ast.AST) -> range:
    """The inner rows of a multi-line simple statement or expression."""
    if not isinstance(node, ast.expr | ast.stmt) or (isinstance(node, ast.stmt) and hasattr(node, "body")):
        return range(0)
    return range(node.lineno - 1, end_of(node)) if end_of(node) > node.lineno else range(0)


def indent_of(line: str) -> str:
    """The leading whitespace of a line."""
    return line[:len(line) - len(line.lstrip())]


def end_of(node: ast.stmt | ast.expr) -> int:
    """The 1-based last line of a node."""
    return node.end_lineno or node.lineno


def is_code(text: str) -> bool:
    """Whether the text after a prompt is code: more than a value, or the first line of a statement."""
    tree = tree_of(text) or tree_of(f"{text} pass")
    match tree.body if tree else []:
        case [] | [ast.AnnAssign(value=None)]:
            return False
        case [ast.Expr(value=value)]:
            return not is_value(value)
    return True


def is_value(node: ast.expr) -> bool:
    """Whether an expression is a literal."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
