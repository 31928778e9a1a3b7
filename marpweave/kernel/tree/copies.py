"""Temporary copies of a deck's folder, to which live cells may write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from marpweave.files import work_folder
from marpweave.probe.tree.confine import TEMPORARY

MAX_COPIED = 50_000_000
"""Maximum number of bytes to copy; other files become links to the originals, which are read-only."""


@contextmanager
def copy_of(folder: Path) -> Iterator[Path]:
    """A folder with the same files, without hidden ones, and a folder for temporary files."""
    with work_folder() as copy:
        (copy / TEMPORARY).mkdir()
        _copy(folder, copy, MAX_COPIED)
        yield copy


def _copy(folder: Path, copy: Path, room: int) -> int:
    """Copy what fits into ``room`` and link the rest; return the remaining room."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                (copy / path.name).mkdir()
                room = _copy(path, copy / path.name, room)
            elif path.is_file() and path.stat().st_size <= room:
                room -= path.stat().st_size
                shutil.copy2(path, copy / path.name)
            else:
                (copy / path.name).symlink_to(path)
    return room
