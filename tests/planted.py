"""Bugs that are put into the source of a module, for tests that must catch them."""

import types
from collections.abc import Iterator
from pathlib import Path

import pytest


def plant(monkeypatch: pytest.MonkeyPatch, module: types.ModuleType, *edits: tuple[str, str]) -> None:
    """Let the functions of a module run as if its source had been edited; what an edit replaces must be there once."""
    path = Path(str(module.__file__))
    source = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert source.count(old) == 1, f"{module.__name__} holds {source.count(old)} times {old!r}"
        source = source.replace(old, new)
    edited = {code.co_qualname: code for code in _codes(compile(source, path, "exec", dont_inherit=True))}
    for function in _functions(module):
        monkeypatch.setattr(function, "__code__", edited[function.__code__.co_qualname])


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """The code of all functions and methods."""
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield each
            if not each.co_flags & OPTIMIZED:
                yield from _codes(each)


OPTIMIZED = 1
"""The flag of a function's code; that of a class lacks it."""


def _functions(module: types.ModuleType) -> Iterator[types.FunctionType]:
    owners = [module, *(each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__)]
    for owner in owners:
        for each in vars(owner).values():
            function = getattr(each, "fget", None) or getattr(each, "__wrapped__", each)
            if isinstance(function, types.FunctionType) and function.__code__.co_filename == module.__file__:
                yield function
