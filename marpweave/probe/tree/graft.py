"""Replaces functions of imported modules by those now in their files, as if the modules had been imported later.

This is possible if only bodies of functions have changed that have not run, so that no value depends on them. Code that
runs on import is then the same, and the code of the existing function objects can be replaced.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType

from marpweave.inputs.modules import SKELETON
from marpweave.probe.audit.monitor import CAN_SEE, Functions, Loaded
from marpweave.probe.audit.warmup import parts_of

SUSPENDED = (AsyncGeneratorType, CoroutineType, FrameType, GeneratorType)
"""Objects that keep the code with which they were created."""
Pair = tuple[CodeType, CodeType]
"""A function's old and new code."""


class UnlikeError(Exception):
    """A module must be reimported."""


def graft(functions: Functions) -> bool:
    """Update loaded modules whose files have changed; False: impossible, and nothing was changed."""
    functions.look()
    try:
        found = {path: each for path, old in functions.loaded.items() if (each := _grafted(path, old, functions))}
        pairs = {id(old): (old, new) for each, twins in found.values() for old, new in twins}
        holders = _holders(pairs, functions)
    except (OSError, SyntaxError, ValueError, RecursionError, UnlikeError):
        return False
    for holder in holders:
        holder.__code__ = pairs[id(holder.__code__)][1]
    for path, (new, twins) in found.items():
        functions.loaded[path] = new
        for ran in (functions.earlier, functions.lines):
            lines = ran.pop(path, set())
            ran[path] = {twin.co_firstlineno for code, twin in twins if code.co_firstlineno in lines}
    return True


def _grafted(path: str, old: Loaded, functions: Functions) -> tuple[Loaded, tuple[Pair, ...]] | None:
    """A module's current file, and its functions paired with the old ones; None if it is unchanged."""
    source = Path(path).read_bytes()
    if source == old.source:
        return None
    new = Loaded(source, compile(source, path, "exec", dont_inherit=True))
    was, now = old.module, new.module
    if not CAN_SEE or old.is_mixed or functions.is_hidden:
        raise UnlikeError
    if not was or not now or was.digests.keys() != now.digests.keys():
        raise UnlikeError
    changed = {name for name, digest in was.digests.items() if now.digests[name] != digest}
    if SKELETON in changed:
        raise UnlikeError
    places = {(name.rpartition(".")[2].partition(":")[0], was.lines[name][0]) for name in changed}
    pairs = tuple(_pairs(old.code, new.code, places))
    if any(_place(code) in places and functions.has_run(path, code) for code, _ in pairs):
        raise UnlikeError
    return new, pairs


def _place(code: CodeType) -> tuple[str, int]:
    """The name of a function, and its first line."""
    return code.co_name, code.co_firstlineno


def _pairs(old: CodeType, new: CodeType, changed: set[tuple[str, int]]) -> Iterator[Pair]:
    """Pair code objects with those that replace them; those nested in a ``changed`` function have none."""
    was, now = parts_of(old), parts_of(new)
    if [code.co_name for code in was] != [code.co_name for code in now]:
        raise UnlikeError
    for code, twin in zip(was, now, strict=True):
        if code.co_freevars != twin.co_freevars:
            raise UnlikeError
        yield code, twin
        if _place(code) not in changed:
            yield from _pairs(code, twin, changed)


def _holders(pairs: Mapping[int, Pair], functions: Functions) -> list[FunctionType]:
    """The functions with one of the old code objects; raises UnlikeError if anything else depends on its lines."""
    found = gc.get_referrers(*(old for old, _ in pairs.values())) if pairs else []
    holders = [each for each in found if isinstance(each, FunctionType) and id(each.__code__) in pairs]
    warned = any(each.__globals__.get("__warningregistry__") for each in holders)  # the registry is keyed by line
    hidden = gc.get_freeze_count() > functions.frozen
    if warned or hidden or any(isinstance(each, SUSPENDED) for each in found):
        raise UnlikeError
    return holders
