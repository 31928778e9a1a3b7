"""Hears what is saved: by folder, since editors save by renaming, and files appear."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from watchfiles import awatch

from marpweave.files import MARK

DEBOUNCE, STEP = 30, 2
"""Milliseconds: how long events of one save are gathered at most, and how long without one ends it."""
QUIET = 500
"""Milliseconds after which a new watch is sure to hear everything."""


class Watch:
    """Folders that are watched; more can be added while it is followed."""

    def __init__(self) -> None:
        self._folders: frozenset[Path] = frozenset()
        self._grown = asyncio.Event()

    def add(self, paths: Iterable[Path]) -> None:
        """Watch the folders of files, and folders that are among the paths; what is not there, by what is above it."""
        folders = self._folders | {folder for path in paths for folder in _folders(path)}
        if folders != self._folders:
            self._folders = folders
            self._grown.set()

    async def changes(self) -> AsyncIterator[frozenset[Path]]:
        """The paths that changed, a save at a time; an empty set where some may have been missed."""
        while True:
            self._grown.clear()
            folders = [folder for folder in self._folders if folder.is_dir()]
            if not folders:
                await self._grown.wait()
                continue
            unsure = True  # of what was saved before the watch began
            async for found in awatch(*folders, watch_filter=lambda _, name: MARK not in name, debounce=DEBOUNCE,
                                      step=STEP, recursive=False, stop_event=self._grown, rust_timeout=QUIET,
                                      yield_on_timeout=True):
                if found or unsure:
                    yield frozenset(Path(name) for _, name in found)
                unsure = unsure and bool(found)


def concerned(inputs: frozenset[Path], changes: frozenset[Path]) -> bool:
    """Whether something that depends on these files and folders may have changed; no changes: it is not known which."""
    return not changes or any(not inputs.isdisjoint((path, path.parent, path.with_suffix(""))) for path in changes)


def names_of(path: Path) -> frozenset[Path]:
    """A path with the links on it and all that they lead to: what is there changes with each of them."""
    names: set[Path] = set()
    at = path.absolute()
    while at not in names:
        links = [each for each in (at, *at.parents) if each.is_symlink()]
        names |= {at, *links}
        if links:
            at = Path(os.path.normpath(links[0].parent / links[0].readlink() / at.relative_to(links[0])))
    return frozenset(names)


def _folders(path: Path) -> Iterable[Path]:
    """The folders in which it shows that a path changes."""
    there = next(folder for folder in path.parents if folder.is_dir())
    return (there, path) if path.is_dir() else (there,)
