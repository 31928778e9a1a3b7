"""Wraps functions that raise no audit event, so that their use is seen. Every patch returns what undoes it."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

Undo = Callable[[], None]
PRESENCE = ("stat", "lstat", "access", "readlink")
"""Functions of `os` that all others use to ask whether a path exists, and what it is."""
CAN = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks)
"""Sets of `os` functions by the arguments they take."""


def patch(owner: Any, name: str, new: object) -> Undo:  # noqa: ANN401
    """Replace an attribute."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    return lambda: setattr(owner, name, old)


def all_of(*undos: Undo) -> Undo:
    """Undo several patches, the last one first."""
    def undo() -> None:
        for each in reversed(undos):
            each()

    return undo


def watch_presence(asked: Callable[[Any], None]) -> Undo:
    """Tell each path that Python code asks about."""
    wrappers = [(name, getattr(os, name), _telling(getattr(os, name), asked)) for name in PRESENCE]
    undo = all_of(*(patch(os, name, wrapper) for name, _, wrapper in wrappers))
    for _, true, wrapper in wrappers:
        for kinds in CAN:
            kinds.update([wrapper] * (true in kinds))

    def undo_all() -> None:
        undo()
        for kinds in CAN:
            kinds.difference_update(wrapper for _, _, wrapper in wrappers)

    return undo_all


def watch_environment(one: Callable[[Any], None], every: Callable[[], None], place: Callable[[], None]) -> Undo:
    """Tell what is asked of `os.environ`: each variable, all of them; and when somebody asks for the working folder."""
    kind = type(os.environ)
    get = kind.__getitem__

    def get_one(environ: Any, name: Any) -> Any:  # noqa: ANN401
        one(name)
        return get(environ, name)

    return all_of(
        patch(kind, "__getitem__", get_one),
        *(patch(kind, name, _after(every, getattr(kind, name))) for name in ("__iter__", "__len__", "__repr__")),
        *(patch(os, name, _after(place, getattr(os, name))) for name in ("getcwd", "getcwdb")))


def watch_messages(formatted: Callable[[str], None], told: Callable[[], None]) -> Undo:
    """Tell formats of log records, and when a caught warning is turned into text: both may show lines."""
    style, text = logging.PercentStyle.__init__, warnings.WarningMessage.__str__

    def init(formatter: logging.PercentStyle, fmt: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        formatted(str(fmt))
        style(formatter, fmt, *args, **kwargs)

    return all_of(patch(logging.PercentStyle, "__init__", init),
                  patch(warnings.WarningMessage, "__str__", _after(told, text)))


def compile_anew(is_foreign: Callable[[str], bool], compiled: Callable[[str, bytes, CodeType], None]) -> Undo:
    """Compile modules of the project from source: two edits can share the time and size that stand for bytecode.

    ``compiled`` is told the path, the source and the code of each.
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


def _telling(true: Callable[..., Any], asked: Callable[[Any], None]) -> Callable[..., Any]:
    def telling(path: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        asked(path)
        return true(path, *args, **kwargs)

    return telling


def _after(told: Callable[[], None], true: Callable[..., Any]) -> Callable[..., Any]:
    def telling(*args: Any) -> Any:  # noqa: ANN401
        told()
        return true(*args)

    return telling
