"""The two states of a project: their decks, and their outcomes, cached, frozen or run anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from os.path import normpath
from pathlib import Path, PurePath
from typing import Any

from marpweave.build.checking import source_of
from marpweave.build.compare.revisions import WORKING_TREE, Repository, Request, Revision
from marpweave.build.decks import Checked, Source
from marpweave.build.faults import Unreadable, contained
from marpweave.build.pipeline import prepared, run_and_check
from marpweave.build.project import Project
from marpweave.build.runners.local import Kernels
from marpweave.build.settings import Sandbox, Settings
from marpweave.cache.frozen import facts_of, lock_of, thaw
from marpweave.errors import ToolError, UsageError
from marpweave.kernel.sandbox import protection
from marpweave.model.deck import Deck
from marpweave.model.environment import Moves, moved
from marpweave.model.finding import Finding
from marpweave.model.outcome import Outcome
from marpweave.render.prepare import PreparedDeck
from marpweave.render.renderer import Renderer

SettingsAt = Callable[[Path, Path], Settings]
"""Loads the settings of a project in a folder, given the root of its repository."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two states that are compared."""

    name: str
    top: Path
    """The root folder of the repository."""
    root: PurePath
    """The project's folder in the checkout; records name files relative to it."""
    checkout: Path
    project: Project
    revision: Revision | None = None
    """None: the working tree."""
    policy: Sandbox = Sandbox.NEVER
    """Sandbox policy for the working tree."""

    def place(self, deck: Path) -> str:
        """A deck's path in the repository; absolute if outside."""
        path = deck.parent.resolve() / deck.name
        return path.relative_to(self.top).as_posix() if path.is_relative_to(self.top) else str(path)

    def named(self, name: str) -> str:
        """A file's path in the repository, by its name in records; absolute if outside."""
        path = PurePath(normpath(self.root / name))
        return path.relative_to(self.checkout).as_posix() if path.is_relative_to(self.checkout) else str(path)

    def decks(self) -> dict[str, Path]:
        """Its decks by path in the repository."""
        return {self.place(path): path for path in self.project.settings.paths}


@dataclass(frozen=True, slots=True)
class MadeDeck:
    """A deck of one side, ready to be rendered."""

    checked: Checked
    prepared: PreparedDeck
    facts: Mapping[str, str]
    """Versions of the environment it ran in."""

    @property
    def steps(self) -> tuple[tuple[int, Outcome], ...]:
        """The line and outcome of each cell and inline value."""
        checked = self.checked
        values = zip(checked.deck.values, checked.inlines, strict=True)
        return (*((check.cell.location.line, check.outcome) for check in checked.checks),
                *((value.location.line, gave) for value, gave in values))


@contextmanager
def sides(
    request: Request, repository: Repository, mine: Project, settings_at: SettingsAt,
) -> Iterator[tuple[Side, Side]]:
    """Both sides; ``mine`` is the project of the working tree, whose Python and store are used for both."""
    top, root = repository.top, mine.root.resolve()
    if not root.is_relative_to(top):
        raise UsageError(f"the project's folder {root} is not in the repository {top}; configure a project there, with "
                         "a marpweave.toml")
    with ExitStack() as stack:
        def opened(revision: Revision | None) -> Side:
            if revision is None:
                return Side(WORKING_TREE, top, root, top, mine)
            tree = stack.enter_context(repository.files(revision))
            there = tree / root.relative_to(top)
            there.mkdir(parents=True, exist_ok=True)
            project = _as_mine(settings_at(there, tree), mine, ((str(top), str(tree)),))
            return Side(str(revision), tree, root, top, project, revision, mine.settings.sandbox)

        yield opened(request.before), opened(request.after)


def _as_mine(settings: Settings, mine: Project, moves: Moves) -> Project:
    """An older project that uses the current one's Python and store."""
    own = mine.settings
    allow = tuple(moved(path.resolve(), moves) for path in own.allow)
    there = replace(settings, python=own.python, cache=own.cache, shared=own.shared, read_only=own.read_only,
                    allow=allow)
    return Project(there, replace(mine.environments, moves=moves, known={}), mine.store, Kernels(there), mine.events)


def made(side: Side, paths: Sequence[Path], renderer: Renderer) -> dict[Path, MadeDeck | Unreadable]:
    """Prepare decks of a side; nothing is written to its folders."""
    done: dict[Path, MadeDeck | Unreadable] = {}
    for project in _runs(side, paths):
        for deck in run_and_check(project, drawing=False) if project.settings.paths else ():
            if isinstance(deck, Unreadable):
                done[deck.path] = deck
            else:
                done[deck.deck.path] = _made(deck, side, project, renderer)
    return done


def _made(checked: Checked, side: Side, project: Project, renderer: Renderer) -> MadeDeck | Unreadable:
    """Prepare a deck; code in a revision's Marp configuration runs only if its cells may run outside of a sandbox."""
    closed = side.revision is not None and side.project.settings.sandbox is not Sandbox.NEVER
    deck = replace(checked.deck, sandbox=True) if closed else checked.deck
    ready = contained(lambda: prepared(replace(checked, deck=deck), project, renderer), deck.path, Path(side.root))
    if isinstance(ready, Finding):
        return Unreadable(deck.path, (ready,))
    facts = facts_of(deck) if project.settings.frozen else project.environment(deck).facts
    return MadeDeck(checked, ready, facts)


def _runs(side: Side, paths: Sequence[Path]) -> Iterator[Project]:
    """Ways to run decks, in order: frozen outcomes, the store, or (in a sandbox) all cells."""
    project = _with(side.project, paths)
    if side.revision is None or project.settings.frozen:
        yield project
        return
    openly = _with(project, paths, sandbox=Sandbox.NEVER)
    sources = [source_of(path, openly) for path in paths]
    frozen = {each.deck.path for each in sources if isinstance(each, Source) and _is_frozen(each.deck, project)}
    with project.cache() as cache:
        known = {each.path if isinstance(each, Unreadable) else each.deck.path for each in sources
                 if isinstance(each, Unreadable) or not cache.plan(each.deck).wanted} - frozen
    rest = [path for path in paths if path not in frozen | known]
    yield _with(project, frozen, frozen=True)
    yield _with(openly, known)
    yield _with(project, rest, sandbox=_sandbox(side) if rest else Sandbox.NEVER)


def _with(project: Project, paths: Iterable[Path], **changes: Any) -> Project:  # noqa: ANN401
    settings = replace(project.settings, paths=tuple(paths), **changes)
    return replace(project, settings=settings, runner=Kernels(settings) if changes else project.runner)


def _is_frozen(deck: Deck, project: Project) -> bool:
    """Whether the frozen outcomes of a deck match its text."""
    if not lock_of(deck).is_file():
        return False
    try:
        kept = thaw(deck, project.current_inputs())
    except UsageError:
        return False
    return not any(each.provenance.stale for each in kept.steps)


def _sandbox(side: Side) -> Sandbox:
    """The sandbox policy for a revision: always, if a sandbox is available and options do not say otherwise."""
    sandbox = side.project.settings.sandbox
    if sandbox is Sandbox.ALWAYS:
        try:
            protection()
        except ToolError:
            if side.policy is Sandbox.ALWAYS:
                raise
            side.project.events.note(f"this machine has no sandbox, so cells of {side.name} run unsandboxed")
            return side.policy
    return sandbox
