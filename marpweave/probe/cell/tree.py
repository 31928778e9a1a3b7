"""Rewrites the syntax tree of a cell: shifts it to the deck's lines, and records values of watched expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy
from itertools import pairwise

from marpweave.probe.cell.header import Header

VALUE_HOOK = "__marpweave_value__"
"""Name of the function that is called with the line and value of a watched expression, and returns the value."""


def rewrite(tree: ast.AST, header: Header) -> ast.AST:
    """Shift a cell's tree to the deck's lines and hook the expressions on watched lines."""
    if not header.line:
        return tree
    ast.increment_lineno(tree, header.line - 1)
    if not header.watch:
        return tree
    followed = set(_followed(tree))
    watched = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node not in followed
               and _is_watched(node, header)]
    for node in watched:
        _hook(node)
    _report_sums(tree, set(watched))
    return tree


def _hook(node: ast.stmt) -> None:
    """Let a watched statement report its value."""
    match node:
        case ast.Raise(exc=ast.expr() as error):  # a blank for students
            node.exc = _hooked(error, node.lineno)
        case ast.Expr(value=ast.Yield(value=given) as sent):  # what it gives, not what it is sent
            sent.value = given and _hooked(given, node.lineno)
        case ast.Expr(value=ast.YieldFrom()):
            pass
        case ast.Expr(value=value) | ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            node.value = _hooked(value, node.lineno)


def _report_sums(tree: ast.AST, watched: set[ast.stmt]) -> None:
    """Behind a watched ``x += 1`` put a statement that reports ``x`` and shows nothing."""
    for body in [each for node in ast.walk(tree) for _, each in ast.iter_fields(node) if isinstance(each, list)]:
        for at in range(len(body), 0, -1):
            node = body[at - 1]
            if isinstance(node, ast.AugAssign) and node in watched and _is_read_again(node.target):
                target = copy(node.target)
                target.ctx = ast.Load()
                report = ast.If(ast.Constant(1), [ast.Expr(_hooked(target, node.lineno))], [])
                for new in (report, report.test, *report.body):
                    ast.copy_location(new, node)
                body.insert(at, report)


def _is_read_again(target: ast.expr) -> bool:
    """Whether evaluating it twice does nothing more."""
    return not any(isinstance(each, ast.Call | ast.NamedExpr | ast.Await | ast.Yield) for each in ast.walk(target))


def _followed(tree: ast.AST) -> Iterator[ast.stmt]:
    """Statements followed by another one on their last line, to which a claim there refers."""
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
    for new in (hook, place, call):  # ast.fix_missing_locations recurses too deeply in a sum of 1,000 terms
        ast.copy_location(new, expression)
    return call
