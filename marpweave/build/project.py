"""A project: what all of its builds need, made once, and the ports through which they act."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.runners import Events, Runner
from marpweave.build.settings import Settings
from marpweave.cache.environment import facts
from marpweave.cache.snapshot import Snapshot
from marpweave.cache.store import Folder, Store
from marpweave.errors import UsageError
from marpweave.files import WORK, sweep
from marpweave.render.programs import HOME

if TYPE_CHECKING:
    from marpweave.cache.plan import Cache


@dataclass(frozen=True, slots=True)
class Project:
    """Settings, results of earlier builds, and the ports that do the work."""

    settings: Settings
    facts: Mapping[str, str]
    """The versions that all results depend on."""
    store: Store
    """Results of earlier builds on this machine."""
    runner: Runner
    events: Events

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.settings.root

    def snapshot(self) -> Snapshot:
        """The current state of inputs."""
        return Snapshot(self.root, os.environ)

    @contextmanager
    def cache(self) -> Iterator[Cache]:
        """Results of earlier builds, on this machine and in the shared store; new ones are stored at the end."""
        from marpweave.cache.plan import Cache

        store = _results(self.settings, self.store)
        try:
            yield Cache(store, self.snapshot(), self.facts)
        finally:
            fault = store.close()
            if fault:
                self.events.note(fault)

    def knowing_nothing(self) -> Project:
        """The same project without results of earlier builds; it stores none either."""
        return replace(self, settings=replace(self.settings, shared=""), store=Store({}))

    def sweep(self) -> None:
        """Remove temporary files of killed builds: by decks, figures, output and cache, and in temporary folders."""
        settings = self.settings
        decks = {path.parent for path in settings.paths}
        cache = settings.cache or self.root / ".marpweave"
        folders = chain(
            decks, (deck / "_frozen" for deck in decks), *(home.glob("figures/*/") for home in {self.root, *decks}),
            [settings.out, self.root / ".marpweave", cache, HOME / ".marpweave"], settings.out.glob("*/"),
            cache.glob("*/*/*/"), HOME.glob(".marpweave/fonts"))
        for folder in folders:
            sweep(folder)
        sweep(Path(tempfile.gettempdir()), f"{WORK}????????")


def open_project(settings: Settings, *, runner: Runner, events: Events) -> Project:
    """The project that settings describe."""
    return Project(settings, facts(), Store(Folder(settings.cache) if settings.cache else {}), runner, events)


def _results(settings: Settings, store: Store) -> Store:
    if not (settings.cache and settings.shared):
        return store
    from marpweave.cache.remote import Shared, open_url

    try:
        there = open_url(settings.shared)
    except (ValueError, ImportError, OSError) as error:
        raise UsageError(f"--cache {settings.shared}: {error}") from None
    return Store(Shared(Folder(settings.cache), there, read_only=settings.read_only), store.damaged)
