"""Watches folders, because editors save by renaming and files may be created."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import awatch

from marpweave.config.root import OWN, SHARED
from marpweave.errors import MarpweaveError
from marpweave.files import MARK
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location

if TYPE_CHECKING:
    from marpweave.build.settings import Settings

DEBOUNCE, STEP = 30, 2
"""Milliseconds: maximum time over which events are grouped, and the pause that ends a group."""
QUIET = 500
"""Milliseconds after which a new watch has certainly become active."""
CHANGED = "the configuration has changed; stop with Ctrl-C and start again"


class Watch:
    """A set of watched files and folders, which can grow while changes are followed."""

    def __init__(self) -> None:
        self._paths: frozenset[Path] = frozenset()
        self._folders: frozenset[Path] = frozenset()
        """In which they show."""
        self._grown = asyncio.Event()

    def add(self, paths: Iterable[Path]) -> None:
        """Watch the folders of files, and folders themselves; for missing paths, the nearest existing parent."""
        new = frozenset(paths) - self._paths
        self._paths |= new
        if not _folders(new) <= self._folders:
            self._grown.set()

    async def changes(self) -> AsyncIterator[frozenset[Path]]:
        """Yield groups of changed paths; an empty set means that some may have been missed."""
        while True:
            self._grown.clear()
            self._folders = _folders(self._paths)
            if not self._folders:
                await self._grown.wait()
                continue
            unsure = True  # changes before the watch became active
            with suppress(FileNotFoundError):  # a folder was just removed
                async for events in awatch(*self._folders, watch_filter=lambda _, name: MARK not in name,
                                           debounce=DEBOUNCE, step=STEP, recursive=False, stop_event=self._grown,
                                           rust_timeout=QUIET, yield_on_timeout=True):
                    changes = frozenset(Path(name) for _, name in events)
                    if events or unsure:
                        yield changes
                    unsure = unsure and bool(events)
                    if any(map(self._moves, changes)):
                        self._grown.set()

    def _moves(self, path: Path) -> bool:
        """Whether a change of a path may require watching other folders: it is, was or may become a folder."""
        return path in self._folders or (path.is_dir() and any(each.is_relative_to(path) for each in self._paths))


class Configured:
    """The configuration at the start of a command, and whether it has changed since."""

    def __init__(self, settings: Settings, read_settings: Callable[[], Settings]) -> None:
        """``read_settings`` returns the settings with the current configuration."""
        self._settings, self._read_settings = settings, read_settings
        self.files = names_of(settings.root / OWN) | names_of(settings.root / SHARED)
        self.fault: Finding | None = None
        """Why decks are not built as they are configured by now."""

    def reread(self) -> None:
        """Read the configuration again."""
        try:
            message = "" if self._read_settings() == self._settings else CHANGED
        except MarpweaveError as error:
            message = str(error)
        file = next(filter(Path.is_file, sorted(self.files)), self._settings.root)
        self.fault = Finding(Kind.OPTION, Location(file, 1), message) if message else None


def concerned(inputs: frozenset[Path], changes: frozenset[Path]) -> bool:
    """Whether files and folders may be affected by changes; no changes: some may have been missed."""
    return not changes or any(not inputs.isdisjoint((path, path.parent, path.with_suffix(""))) for path in changes)


def names_of(path: Path) -> frozenset[Path]:
    """A path and all symlinks on it with their targets: a change of any of them affects it."""
    names: set[Path] = set()
    at = path.absolute()
    while at not in names:
        links = [each for each in (at, *at.parents) if each.is_symlink()]
        names |= {at, *links}
        if links:
            with suppress(OSError):  # the link may have been removed
                at = Path(os.path.normpath(links[0].parent / links[0].readlink() / at.relative_to(links[0])))
    return frozenset(names)


def _folders(paths: Iterable[Path]) -> frozenset[Path]:
    """The folders to watch for changes of paths."""
    exists = {folder: folder.is_dir() for path in paths for folder in (path, *path.parents)}
    return frozenset(next((folder for folder in path.parents if exists[folder]), path) for path in paths) | \
        frozenset(path for path in paths if exists[path])
