"""The Python in which cells run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

Moves = tuple[tuple[str, str], ...]
"""Folders, and where an older state of each stands."""


def moved(path: Path, moves: Moves) -> Path:
    """Where a file stands in an older state of its folder."""
    for old, new in moves:
        if path.is_relative_to(old) and not path.is_relative_to(new):
            return Path(new) / path.relative_to(old)
    return path


@dataclass(frozen=True, slots=True)
class Environment:
    """The Python in which cells run, and how a kernel starts in it."""

    python: str
    """Its program."""
    version: str
    machine: str
    path: tuple[str, ...]
    """Where it searches for modules."""
    prefixes: tuple[str, ...] = ()
    """The folders of its installation; those of a virtual environment come first."""
    is_own: bool = False
    """Whether marpweave itself runs in it."""
    options: tuple[str, ...] = ("-P", "-m")
    """What its program is given to run a module, without the modules in the working folder."""
    arguments: tuple[str, ...] = ()
    """What a kernelspec gives the kernel besides."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that a kernelspec sets."""
    provisioner: Mapping[str, object] = field(default_factory=dict)
    """The kernelspec's way to start kernels; empty: as processes on this machine."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Name -> version of everything in it; `why` names the one that changed."""
    moves: Moves = ()
    """Modules that are edited in the first folder of each are imported from the second."""

    def with_moves(self, moves: Moves) -> Environment:
        """The same installation, with older states of the folders in which modules are edited."""
        if not moves:
            return self
        older = (str(moved(Path(each), moves)) for each in self.path)
        return replace(self, moves=moves, path=tuple(dict.fromkeys([*older, *self.path])))
