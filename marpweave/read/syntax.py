"""Parses the Python code of a cell, without the magics and prompts of IPython and non-Python outputs. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from marpweave.inputs.spelling import tree_of

MAGIC = re.compile(r"^\s*[%!?]|^\s*%{0,2}[\w.*]+\?{1,2}\s*$")
FOREIGN = re.compile(r"(\s*%%.*\n)*?\s*%%(?!(time|capture)\b)")
"""A cell magic whose body is not executed as Python once, line by line."""
ASSIGNED = re.compile(r"^(\s*[^\W\d][\w.,\s]*=\s*)[%!].*")
"""``files = !ls``."""
INPUT = re.compile(r"In ?\[\d*\]: ?")
MORE = re.compile(r"\s*\.{3,}: ?")
ANSWER = re.compile(r"Out ?\[\d+\]: ?")
FAILED = re.compile(r"-{20,}\s*|Traceback \(most recent call last\):?\s*")
"""The first line of a traceback, as IPython writes it."""


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
    magics |= {row: f"{match[1]}None" for row, line in enumerate(lines) if (match := ASSIGNED.match(line))}
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


# -- transcripts of IPython ------------------------------------------------------------


def is_transcript(lines: Sequence[str]) -> bool:
    """Whether the first line of code has a prompt of IPython: ``In [1]: x``."""
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return INPUT.match(first) is not None


def as_session(lines: Sequence[str]) -> list[str]:
    """The lines with prompts of doctest: ``>>> x`` for ``In [1]: x``, and ``3`` for ``Out[1]: 3``."""
    starts = [row for row, line in enumerate(lines) if INPUT.match(line)]
    blocks = zip(starts, [*starts[1:], len(lines)], strict=True)
    return [*lines[:starts[0]], *(line for start, end in blocks for line in _block(lines[start:end]))]


def _block(lines: Sequence[str]) -> Iterator[str]:
    """An input and what is below it."""
    height = next((row for row, line in enumerate(lines) if row and not MORE.match(line)), len(lines))
    code = [INPUT.sub("", lines[0], 1), *(MORE.sub("", line, 1) for line in lines[1:height])]
    below = lines[height:]
    yield from (f"{'...' if row else '>>>'} {line}".rstrip() if any(code) else "" for row, line in enumerate(code))
    first = next((row for row, line in enumerate(below) if ANSWER.sub("", line, 1).strip()), len(below))
    answered = any(map(ANSWER.match, below[:first + 1]))
    yield from ("..." if answered else line for line in below[:first])
    yield from _answer(below[first:])


def _answer(lines: Sequence[str]) -> Iterator[str]:
    """What was printed and the value, or an error as Python's own console shows it."""
    failed = next((row for row, line in enumerate(lines) if FAILED.fullmatch(line)), len(lines))
    yield from (ANSWER.sub("", line, 1) for line in lines[:failed])
    last = max((row for row, line in enumerate(lines) if line.strip()), default=0)
    for row, line in enumerate(lines[failed:], start=failed):
        yield "Traceback (most recent call last):" if row == failed else "    ..." if row < last else line
