"""Runs inside the kernel: what Python has no audit event for is seen by standing in its place."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from typing import Any

Undo = Callable[[], None]
PRESENCE = ("stat", "lstat", "access", "readlink")
"""Functions of `os` that all others ask whether a path is there, and what stands there."""
CAN = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks)
"""Where `os` says which arguments they take."""


def watch_presence(asked: Callable[[Any], None]) -> Undo:
    """Tell each path that Python code asks about -> what takes that back."""
    kept = [(name, getattr(os, name), _telling(getattr(os, name), asked)) for name in PRESENCE]
    for name, true, telling in kept:
        setattr(os, name, telling)
        for kinds in CAN:
            kinds.update([telling] * (true in kinds))

    def undo() -> None:
        for name, true, telling in kept:
            setattr(os, name, true)
            for kinds in CAN:
                kinds.discard(telling)

    return undo


def compile_anew(is_foreign: Callable[[str], bool]) -> None:
    """Read modules of the project from their sources: bytecode is told by time and size, which two edits may share."""
    stats = SourceFileLoader.path_stats

    def path_stats(loader: SourceFileLoader, path: str) -> Mapping[str, Any]:
        if not is_foreign(path):
            raise OSError(path)
        return stats(loader, path)

    SourceFileLoader.path_stats = path_stats  # type: ignore[method-assign,assignment]


def _telling(true: Callable[..., Any], asked: Callable[[Any], None]) -> Callable[..., Any]:
    def telling(path: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        asked(path)
        return true(path, *args, **kwargs)

    return telling
