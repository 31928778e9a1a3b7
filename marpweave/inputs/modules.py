"""The parts of a module that a cell can depend on: what runs on import, and each function. Pure.

A module is cut into its *skeleton* (everything but the bodies of functions and methods) and those bodies. Docstrings
belong to the skeleton, and so does whether a function is a generator, because asking runs nothing that would be seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from marpweave.inputs.digests import digest
from marpweave.inputs.spelling import between, spelled, tree_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
SKELETON = ""
"""The name of the skeleton among the parts."""


@dataclass(frozen=True, slots=True)
class Module:
    """The parts of a module: name -> digest, name -> first and last line."""

    digests: Mapping[str, str]
    lines: Mapping[str, tuple[int, int]]

    def function_at(self, line: int) -> str | None:
        """The outermost function or method that contains a line."""
        return next((name for name, (first, last) in self.lines.items() if first <= line <= last), None)

    def digest(self, names: Sequence[str]) -> list[str]:
        """Digests of the skeleton and of each function; "-": it is gone."""
        return [self.digests.get(name, "-") for name in (SKELETON, *names)]


def read_module(source: str) -> Module | None:
    """Cut a module into its parts; None: it is not valid Python."""
    tree = tree_of(source)
    try:
        return _cut(source, list(_functions(tree, ""))) if tree else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _cut(source: str, functions: Sequence[tuple[str, Function]]) -> Module:
    text = source.split("\n")
    bodies: dict[str, str] = {}
    lines: dict[str, tuple[int, int]] = {}
    skeleton, rest = "", (1, 0)
    for name, function in functions:
        name = name if name not in bodies else f"{name}:{function.lineno}"
        lines[name] = (_first_line(function), function.end_lineno or function.lineno)
        bodies[name] = ""
        body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
        if body:
            start, end = _start(text, body[0]), _end(text, body[-1])
            bodies[name] = spelled(f"if 1:\n{_indent(text[start[0] - 1], start[1])}{between(text, start, end)}")
            skeleton += between(text, rest, start) + ("yield" if _yields(body) else "...")
            rest = end
    skeleton += between(text, rest, (len(text), len(text[-1])))
    return Module({part: digest(code) for part, code in {SKELETON: spelled(skeleton), **bodies}.items()}, lines)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    """Functions that are not nested in others, by their qualified names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
        else:
            yield from _functions(child, f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else prefix)


def _yields(nodes: Iterable[ast.AST]) -> bool:
    """Whether a function with this body is a generator."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) or (
        not isinstance(node, Function | ast.ClassDef | ast.Lambda) and _yields(ast.iter_child_nodes(node)))
        for node in nodes)


def _first_line(function: Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def _start(text: Sequence[str], statement: ast.stmt) -> tuple[int, int]:
    first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
    return first, _character(text[first - 1], statement.col_offset)


def _end(text: Sequence[str], statement: ast.stmt) -> tuple[int, int]:
    last = statement.end_lineno or statement.lineno
    return last, _character(text[last - 1], statement.end_col_offset or 0)


def _character(line: str, byte: int) -> int:
    """The column in characters; syntax trees count bytes."""
    return len(line.encode()[:byte].decode())


def _indent(line: str, start: int) -> str:
    """The blanks before a statement."""
    return " " if line[:start].strip() else line[:start]
