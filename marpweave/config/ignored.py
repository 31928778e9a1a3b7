"""Finds files that git ignores."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from marpweave.files import worktree_of

COMMAND = ("git", "-c", "core.fsmonitor=false", "check-ignore", "-z", "--stdin")
"""Without a file system monitor, which is a program that the repository could choose."""


def ignored(paths: Sequence[Path]) -> frozenset[Path]:
    """The files that git ignores; none without git."""
    trees: dict[Path, list[Path]] = {}
    for path in paths:
        if tree := worktree_of(path.parent.resolve()):
            trees.setdefault(tree, []).append(path)
    return frozenset(path for tree, inside in trees.items() for path in _ignored(inside, tree))


def _ignored(paths: Sequence[Path], tree: Path) -> Sequence[Path]:
    by_name = {os.fsencode(path.parent.resolve() / path.name): path for path in paths}  # git does not follow links
    try:
        output = subprocess.run(COMMAND, input=b"\0".join(by_name), cwd=tree, capture_output=True, check=False).stdout
    except OSError:
        return ()
    return [by_name[name] for name in output.split(b"\0") if name in by_name]
