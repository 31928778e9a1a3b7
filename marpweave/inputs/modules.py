"""What of a module a cell can depend on: what runs when it is imported, and the functions that ran. Pure.

A module is cut into its *skeleton* (everything but the bodies of functions and methods; docstrings belong to it, who
reads them runs nothing) and those bodies.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marpweave.inputs.digests import digest

Function = ast.FunctionDef | ast.AsyncFunctionDef
SKELETON = ""
"""Stands for the skeleton among the names of functions."""


@dataclass(frozen=True, slots=True)
class Module:
    """The parts of a module: name -> digest, and which lines they take."""

    digests: Mapping[str, str]
    lines: Mapping[str, tuple[int, int]]

    def function_at(self, line: int) -> str | None:
        """The function or method, not nested in another, that holds a line."""
        return next((name for name, (first, last) in self.lines.items() if first <= line <= last), None)

    def digest(self, names: Sequence[str]) -> list[str]:
        """Of the skeleton and of each function; one that is gone has "-"."""
        return [self.digests.get(name, "-") for name in (SKELETON, *names)]


def read_module(source: str) -> Module | None:
    """Cut a module into its parts; None where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    digests, lines = {}, {}
    for name, function in _functions(tree, ""):
        body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
        name = name if name not in digests else f"{name}:{function.lineno}"
        digests[name] = digest("\n".join(map(ast.dump, body)))
        lines[name] = (_first_line(function), function.end_lineno or function.lineno)
        function.body = function.body[:len(function.body) - len(body)] or [ast.Pass()]
    return Module({SKELETON: digest(ast.dump(tree)), **digests}, lines)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    """Functions that stand in no other function, by their qualified names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
        else:
            yield from _functions(child, f"{prefix}{child.name}." if isinstance(child, ast.ClassDef) else prefix)


def _first_line(function: Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
