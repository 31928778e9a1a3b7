"""``build --watch``: rebuilds decks whenever one of their inputs changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from marpweave.build.commands import deck_report, each_once
from marpweave.build.decks import Checked
from marpweave.build.faults import Unreadable, contained
from marpweave.build.pipeline import build
from marpweave.build.project import Project
from marpweave.build.settings import Settings
from marpweave.errors import MarpweaveError
from marpweave.inputs.digests import file_digest
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.renderer import MarpRenderer
from marpweave.report.report import DeckReport, Report
from marpweave.serve.draft import inputs_of, places_of_packages
from marpweave.serve.watch import Configured, Watch, concerned, names_of
from marpweave.weave.figures import figure_folder


def rebuild(project: Project, *, read_settings: Callable[[], Settings], built: Callable[[Report], None]) -> None:
    """Build decks now and after every save, until Ctrl-C; ``built`` is called after each build.

    ``read_settings`` returns the current settings; while they differ from the initial ones, nothing is built.
    """
    configured = Configured(project.settings, read_settings)
    with MarpRenderer() as renderer, suppress(KeyboardInterrupt), asyncio.Runner() as between:
        renderer.start()
        _follow(project, configured, renderer, built, between)


@dataclass(frozen=True, slots=True)
class Built:
    """The result of a build."""

    report: Report
    decks: Sequence[object] | None = None
    """Identifies builds with the same result; None: nothing was built."""
    inputs: frozenset[Path] = frozenset()
    """Inputs of the decks, without files that they write."""
    written: Mapping[Path, str] = field(default_factory=dict)
    """Digests of the files that cells wrote, which a deck may read."""

    def stands(self, changes: frozenset[Path]) -> bool:
        """Whether a build after these changes would have the same result; no changes: some may have been missed."""
        foreign = frozenset(path for path in changes if path not in self.written or
                            file_digest(str(path)) != self.written[path])
        return bool(changes) and not (foreign and concerned(self.inputs, foreign))


def _follow(
    project: Project, configured: Configured, renderer: MarpRenderer, built: Callable[[Report], None],
    between: asyncio.Runner,
) -> None:
    """Build after every save; ``between`` waits for one, and builds run outside of it, so Ctrl-C ends them normally."""
    watch, last = Watch(), Built(Report(()), inputs=configured.files.union(*map(names_of, project.settings.paths)))
    watch.add(last.inputs)
    saves = watch.changes()
    while True:
        changes = between.run(_next(saves))
        if concerned(configured.files, changes):
            configured.reread()
        if last.stands(changes):
            continue
        new = _built(project, configured, renderer)
        watch.add(new.inputs)
        if last.decks != new.decks:
            built(new.report)
        last = replace(new, inputs=last.inputs | new.inputs)


async def _next(saves: AsyncIterator[frozenset[Path]]) -> frozenset[Path]:
    return await anext(saves)


def _built(project: Project, configured: Configured, renderer: MarpRenderer) -> Built:
    if configured.fault:
        return _unbuilt(configured.fault, project)
    settings = project.settings
    project.environments.renew()  # packages may have been installed
    try:
        decks = contained(lambda: build(renderer, project), project.root, project.root)
    except MarpweaveError as error:
        decks = Finding(Kind.RENDER, Location(project.root, 1), str(error))
    if isinstance(decks, Finding):
        return _unbuilt(decks, project)
    readable = [deck for deck in decks if not isinstance(deck, Unreadable)]
    outputs = [settings.out.resolve(), *(figure_folder(each.deck, project.root) for each in readable)]
    inputs = {path for each in readable
              for path in (*inputs_of(each, project.root), *places_of_packages(project.environment(each.deck)))}
    inputs |= {name for each in decks if isinstance(each, Unreadable)
               for _, path, _ in each.used for name in names_of(path)}
    states = [(each.deck.text, each.outcomes, each.findings) if isinstance(each, Checked) else each for each in decks]
    written = {(project.root / file.name).resolve(): file.digest
               for each in readable for outcome in each.outcomes for file in outcome.provenance.written}
    return Built(Report(tuple(each_once(map(deck_report, decks))), settings.strict), states,
                 frozenset(path for path in inputs if not any(map(path.is_relative_to, outputs))), written)


def _unbuilt(fault: Finding, project: Project) -> Built:
    return Built(Report((DeckReport(project.root, findings=(fault,)),), project.settings.strict), (fault,))
