"""A project: everything that its builds share, including the ports through which they act."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.runners.ports import Events, Runner
from marpweave.build.settings import Settings
from marpweave.cache.answers import remembering
from marpweave.cache.current import CurrentInputs
from marpweave.cache.environment import with_facts
from marpweave.cache.store import Folder, Store
from marpweave.errors import UsageError
from marpweave.files import WORK, sweep
from marpweave.kernel.environments import Ask, ask, environment_at, environment_of_kernel, own_environment
from marpweave.model.environment import NATIVE, Environment, Moves

if TYPE_CHECKING:
    from marpweave.cache.plan import Cache
    from marpweave.model.deck import Deck
    from marpweave.render.style import Site


@dataclass(frozen=True, slots=True)
class Environments:
    """The Pythons in which cells run; each is inspected once until ``renew``."""

    python: str
    """The Python that the user names; "": our own."""
    root: Path
    ask: Ask = ask
    known: dict[str, Environment] = field(default_factory=dict)
    moves: Moves = ()
    """Older states of folders from which to import installed packages."""

    def of(self, kernel: str) -> Environment:
        """The environment of a kernel; raises UsageError if cells cannot run in it."""
        known = self.known.get(kernel)
        if known is None:
            if kernel != NATIVE:
                found = environment_of_kernel(kernel, self.of(NATIVE).python, self.ask)
            else:
                found = environment_at(self.python, self.ask) if self.python else own_environment()
            known = self.known[kernel] = with_facts(found, self._named(found)).with_moves(self.moves)
        return known

    def renew(self) -> None:
        """Inspect again: packages may have been installed."""
        self.known.clear()

    def _named(self, environment: Environment) -> str:
        """The environment's program, relative to the project's folder if it is inside."""
        program, root = Path(environment.python), self.root.resolve()
        return program.relative_to(root).as_posix() if program.is_relative_to(root) else str(program)


@dataclass(frozen=True, slots=True)
class Project:
    """Settings, the store, and the ports that do the work."""

    settings: Settings
    environments: Environments
    """The Pythons in which cells run."""
    store: Store
    """Results of earlier builds on this machine."""
    runner: Runner
    events: Events

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.settings.root

    @property
    def site(self) -> Site:
        """Input and output folders, and user settings for all decks."""
        from marpweave.render.style import Printing, Site

        settings = self.settings
        printing = Printing(settings.pdf_builds, settings.pdf_notes, settings.pptx_editable)
        return Site(settings.root, settings.out, settings.allow, settings.theme, settings.theme_set,
                    settings.defaults.lang, settings.title, settings.origins, printing)

    def allowed(self, deck: Deck) -> tuple[Path, ...]:
        """Folders that may contain files that a deck shows or cites from."""
        from marpweave.weave.figures import home_of

        return home_of(deck, self.root), *self.settings.allow

    def environment(self, deck: Deck) -> Environment:
        """The environment of a deck, raises UsageError; frozen decks only need our own Python."""
        return self.environments.of(NATIVE if self.settings.frozen else deck.kernel)

    def current_inputs(self) -> CurrentInputs:
        """The current state of inputs."""
        return CurrentInputs(self.root, os.environ, self.environments.moves)

    @contextmanager
    def cache(self) -> Iterator[Cache]:
        """The cache, including the shared store; new results are stored at the end."""
        from marpweave.cache.plan import Cache

        store = _results(self.settings, self.store)
        try:
            yield Cache(store, self.current_inputs(), self.environments.of)
        finally:
            fault = store.close()
            if fault:
                self.events.note(fault)

    def of(self, paths: Sequence[Path]) -> Project:
        """The same project with a subset of its decks."""
        return replace(self, settings=replace(self.settings, paths=tuple(paths)))

    def knowing_nothing(self) -> Project:
        """The same project without a store."""
        return replace(self, settings=replace(self.settings, shared=""), store=Store({}))

    def sweep(self) -> None:
        """Remove temporary files of killed builds beside decks, figures, outputs and cache, and elsewhere."""
        settings = self.settings
        decks = {path.parent for path in settings.paths}
        names = [variant.named(settings.name_of(path)) for path in settings.paths
                 for variant in settings.targets(path).variants]
        made = {place for name in names for place in (settings.out / name, (settings.out / name).parent)}
        cache = settings.cache or self.root / ".marpweave"
        folders = chain(
            decks, (deck / "_frozen" for deck in decks), made,
            (home / "figures" / name for home in {self.root, *decks} for name in names),
            [settings.out, self.root / ".marpweave", cache], cache.glob("*/*/*/"))
        for folder in dict.fromkeys(folders):
            sweep(folder)
        sweep(Path(tempfile.gettempdir()), f"{WORK}????????")


def open_project(settings: Settings, *, runner: Runner, events: Events) -> Project:
    """The project that settings describe."""
    store = Store(Folder(settings.cache) if settings.cache else {})
    asks = remembering(ask, store, lambda: CurrentInputs(settings.root, os.environ))
    environments = Environments("" if settings.frozen else settings.python, settings.root, asks)
    return Project(settings, environments, store, runner, events)


def _results(settings: Settings, store: Store) -> Store:
    if not (settings.cache and settings.shared):
        return store
    from marpweave.cache.remote import Shared, open_url

    try:
        there = open_url(settings.shared)
    except (ValueError, ImportError, OSError) as error:
        raise UsageError(f"--cache {settings.shared}: {error}") from None
    return Store(Shared(Folder(settings.cache), there, read_only=settings.read_only), store.damaged)
