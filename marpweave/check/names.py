"""Names that code binds and reads. Pure."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from copy import deepcopy
from functools import lru_cache

from marpweave.read.syntax import parsed

BINDING = re.compile(r"^\s*(?:def|class)\s+(\w+)|^(\w+)\s*=(?!=)", re.MULTILINE)
PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.) ?", re.MULTILINE)


@lru_cache(512)
def names_bound(code: str | ast.Module, *, since: int = 0) -> frozenset[str]:
    """Names that code binds or modifies from 0-based line ``since`` on; ``.x`` for attributes.

    Estimated if the code is not valid Python.
    """
    tree = _tree(code)
    if tree is None:
        return frozenset(function or variable for function, variable in BINDING.findall(PROMPT.sub("", str(code))))
    late = (node for node in ast.walk(tree) if (getattr(node, "end_lineno", None) or 0) > since)
    return frozenset(name for node in late for name in _bound(node))


def _bound(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.Name(ctx=ast.Store()):
            return {node.id}
        case ast.Attribute(ctx=ast.Store()):
            return {f".{node.attr}", *_base(node)}
        case ast.Subscript(ctx=ast.Store()):
            return _base(node)
        case ast.alias():
            return {(node.asname or node.name).partition(".")[0]}
    return set()


@lru_cache(512)
def names_read(code: str) -> frozenset[str]:
    """Names that code reads."""
    tree = _tree(code)
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) if tree else frozenset()


@lru_cache(512)
def names_needed(code: str) -> frozenset[str]:
    """Names that code reads and that earlier code must define."""
    read = {symbol.get_name() for table in _tables(code) for symbol in table.get_symbols()
            if symbol.is_referenced() and symbol.is_global()}
    return frozenset(read - names_given(code) - set(vars(builtins)))


@lru_cache(512)
def names_given(code: str) -> frozenset[str]:
    """Names that code defines for later code; estimated if it is not valid Python."""
    tables = _tables(code)
    given = {symbol.get_name() for table in tables for symbol in table.get_symbols()
             if symbol.is_assigned() or symbol.is_imported() if table.get_type() == "module" or symbol.is_global()}
    return names_bound(code) & {"*"} | given if tables else names_bound(code)


@lru_cache(512)
def _tables(code: str) -> tuple[symtable.SymbolTable, ...]:
    """The symbol tables of code and its nested scopes; () if it is not valid Python."""
    tree = _tree(code)
    try:
        tables = [symtable.symtable(ast.unparse(_Generators().visit(deepcopy(tree))), "", "exec")] if tree else []
    except (RecursionError, SyntaxError):  # absurdly deep nesting
        return ()
    for table in tables:
        tables += table.get_children()
    return tuple(tables)


class _Generators(ast.NodeTransformer):
    """Turns comprehensions into generators: from Python 3.12 on, symtable counts their names as the scope's."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        node = super().generic_visit(node)
        match node:
            case ast.ListComp() | ast.SetComp():
                return ast.GeneratorExp(node.elt, node.generators)
            case ast.DictComp():
                return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)
        return node


def _tree(code: str | ast.Module) -> ast.Module | None:
    if isinstance(code, ast.Module):
        return code
    session = [PROMPT.sub("", line) if PROMPT.match(line) else "" for line in code.split("\n")]
    return parsed(code) or (parsed("\n".join(session)) if any(session) else None)


def _base(node: ast.expr) -> set[str]:
    """The name at the base of an attribute or subscript: ``x`` of ``x.y[0]``."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
