"""The Python environment in which cells run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

NATIVE = "python3"
"""The kernel that every environment with ipykernel has."""
Moves = tuple[tuple[str, str], ...]
"""Folders, and where an older state of each stands."""


def moved(path: Path, moves: Moves) -> Path:
    """The path of a file in the older state of its folder, if there is one."""
    for old, new in moves:
        if path.is_relative_to(old) and not path.is_relative_to(new):
            return Path(new) / path.relative_to(old)
    return path


@dataclass(frozen=True, slots=True)
class Environment:
    """The Python environment in which cells run, and how kernels start in it."""

    python: str
    """Path of the interpreter."""
    version: str
    machine: str
    path: tuple[str, ...]
    """Its ``sys.path``."""
    prefixes: tuple[str, ...] = ()
    """Its installation prefixes; that of a virtual environment comes first."""
    is_own: bool = False
    """Whether marpweave itself runs in this environment."""
    options: tuple[str, ...] = ("-P", "-m")
    """Interpreter options for running a module; ``-P`` keeps the working folder out of ``sys.path``."""
    arguments: tuple[str, ...] = ()
    """Additional kernel arguments of the kernelspec."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables set by the kernelspec."""
    provisioner: Mapping[str, object] = field(default_factory=dict)
    """The kernelspec's kernel provisioner; empty: the local one."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Versions of everything installed, by name; `why` uses them to name what changed."""
    moves: Moves = ()
    """Folders from which modules are imported in an older state."""

    def with_moves(self, moves: Moves) -> Environment:
        """The same environment, importing modules from older states of their folders."""
        if not moves:
            return self
        older = (str(moved(Path(each), moves)) for each in self.path)
        return replace(self, moves=moves, path=tuple(dict.fromkeys([*older, *self.path])))
