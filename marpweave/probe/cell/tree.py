"""Rewrites the syntax tree of a cell: lines are the deck's, watched expressions report their value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from marpweave.probe.cell.header import Header

VALUE_HOOK = "__marpweave_value__"
"""Name of the function that gets the line and the value of a watched expression, and returns the value."""


def rewrite(tree: ast.AST, header: Header) -> ast.AST:
    """Shift a cell's tree to the deck's lines and hook the expressions on watched lines."""
    if not header.line:
        return tree
    ast.increment_lineno(tree, header.line - 1)
    followed = set(_followed(tree))
    for node in list(ast.walk(tree)) if header.watch else ():
        if isinstance(node, ast.Expr | ast.Assign) and node not in followed and _is_watched(node, header):
            node.value = _hooked(node.value, node.lineno)
        elif isinstance(node, ast.Raise) and node.exc and node.lineno in header.watch:  # a blank for students
            node.exc = _hooked(node.exc, node.lineno)
    return tree


def _followed(tree: ast.AST) -> Iterator[ast.stmt]:
    """Statements with another one behind them on their last line: what is claimed there is not theirs."""
    for node in ast.walk(tree):
        for _, body in ast.iter_fields(node):
            if isinstance(body, list):
                yield from (one for one, other in pairwise(body)
                            if isinstance(one, ast.stmt) and one.end_lineno == other.lineno)


def _is_watched(node: ast.stmt, header: Header) -> bool:
    return any(node.lineno <= line <= (node.end_lineno or node.lineno) for line in header.watch)


def _hooked(expression: ast.expr, line: int) -> ast.expr:
    hook, place = ast.Name(VALUE_HOOK, ast.Load()), ast.Constant(line)
    call = ast.Call(hook, [place, expression], [])
    for new in (hook, place, call):  # not ast.fix_missing_locations: it recurses too deep in a sum of 1,000 terms
        ast.copy_location(new, expression)
    return call
