"""Wraps functions that raise no audit events. Every patch returns a function that undoes it."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Mapping
from functools import partial, update_wrapper, wraps
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

Undo = Callable[[], None]
PRESENCE = ("stat", "lstat", "access", "readlink")
"""Functions of `os` that others use to query the existence and status of a path."""
CAN = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks)
"""Sets of `os` functions by supported arguments."""


def patch(owner: Any, name: str, new: object) -> Undo:  # noqa: ANN401
    """Replace an attribute."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    return lambda: setattr(owner, name, old)


class Fronted:
    """Wraps a function of a module to call another one first; inspection, ``repr`` and pickling are unaffected.

    Not a function itself: like a C function, it does not become a method as a class attribute.
    """

    def __init__(self, module: ModuleType, true: Callable[..., Any], before: Callable[..., object]) -> None:
        """``before`` is called with the same arguments."""
        update_wrapper(self, true)
        self.__module__ = module.__name__  # where pickle finds it: that of `os.getcwd` is `posix`
        self._true, self._before = true, before

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Call both functions."""
        self._before(*args, **kwargs)
        return self._true(*args, **kwargs)

    def __repr__(self) -> str:
        return repr(self._true)

    def __reduce__(self) -> str:
        return self._true.__name__


def patch_before(owner: Any, name: str, before: Callable[..., object]) -> Undo:  # noqa: ANN401
    """Call ``before`` with the same arguments before a function of a module or a method of a class."""
    true = getattr(owner, name)
    if isinstance(owner, ModuleType):
        return patch(owner, name, Fronted(owner, true, before))

    @wraps(true)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        before(*args, **kwargs)
        return true(*args, **kwargs)

    return patch(owner, name, call)


def all_of(*undos: Undo) -> Undo:
    """Undo several patches in reverse order."""
    def undo() -> None:
        for each in reversed(undos):
            each()

    return undo


def watch_presence(asked: Callable[[Any], None]) -> Undo:
    """Tell each path that Python code asks about."""
    kinds = [[name for name in PRESENCE if getattr(os, name) in can] for can in CAN]
    undo = all_of(*(patch_before(os, name, lambda path=os.curdir, *_, **__: asked(path)) for name in PRESENCE))
    wrappers = {name: getattr(os, name) for name in PRESENCE}
    for can, names in zip(CAN, kinds, strict=True):
        can.update(wrappers[name] for name in names)
    return all_of(undo, *(partial(can.difference_update, wrappers.values()) for can in CAN))


def watch_environment(one: Callable[[Any], None], every: Callable[[], None], place: Callable[[], None]) -> Undo:
    """Tell what is asked of `os.environ`: each variable, all of them; and when somebody asks for the working folder."""
    kind = type(os.environ)
    return all_of(
        patch_before(kind, "__getitem__", lambda _environ, name: one(name)),
        *(patch_before(kind, name, lambda _environ: every()) for name in ("__iter__", "__len__", "__repr__")),
        *(patch_before(os, name, lambda *_, **__: place()) for name in ("getcwd", "getcwdb")))


def watch_messages(formatted: Callable[[str], None], told: Callable[[], None]) -> Undo:
    """Tell formats of log records, and when a caught warning is turned into text: both may show lines."""
    return all_of(patch_before(logging.PercentStyle, "__init__", lambda _style, fmt, **_: formatted(str(fmt))),
                  patch_before(warnings.WarningMessage, "__str__", lambda _message: told()))


def compile_anew(is_foreign: Callable[[str], bool], compiled: Callable[[str, bytes, CodeType], None]) -> Undo:
    """Compile modules of the project from source, since equal size and time do not imply current bytecode.

    ``compiled`` is called with the path, source and code of each.
    """
    stats, compile_ = SourceFileLoader.path_stats, SourceFileLoader.source_to_code

    def path_stats(loader: SourceFileLoader, path: str) -> Mapping[str, Any]:
        if not is_foreign(path):
            raise OSError(path)
        return stats(loader, path)

    def source_to_code(loader: SourceFileLoader, source: Any, path: Any, **options: Any) -> Any:  # noqa: ANN401
        code = compile_(loader, source, path, **options)
        if isinstance(source, bytes) and not is_foreign(path):
            compiled(path, source, code)
        return code

    return all_of(patch(SourceFileLoader, "path_stats", path_stats),
                  patch(SourceFileLoader, "source_to_code", source_to_code))
