"""``build --watch``: builds decks again whenever something that they depend on is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from marpweave.build.commands import deck_report
from marpweave.build.decks import Checked
from marpweave.build.faults import Unreadable, contained
from marpweave.build.pipeline import build_with
from marpweave.build.project import Project
from marpweave.errors import MarpweaveError
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.renderer import MarpRenderer
from marpweave.report.report import DeckReport, Report
from marpweave.serve.draft import inputs_of
from marpweave.serve.watch import Watch, concerned, names_of
from marpweave.weave.figures import figure_folder


def rebuild(project: Project, *, built: Callable[[Report], None]) -> None:
    """Build decks now and at every save, until Ctrl-C; ``built`` is told of each build."""
    with MarpRenderer() as renderer, suppress(KeyboardInterrupt):
        renderer.start()
        asyncio.run(_followed(project, renderer, built))


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    report: Report
    decks: Sequence[object] = ()
    """By which two builds of the same files are told to be one."""
    inputs: frozenset[Path] = frozenset()
    """What the decks depend on but do not write."""


async def _followed(project: Project, renderer: MarpRenderer, built: Callable[[Report], None]) -> None:
    watch, last = Watch(), None
    inputs = frozenset().union(*map(names_of, project.settings.paths))
    watch.add(inputs)
    async for changes in watch.changes():
        if concerned(inputs, changes):
            done = await asyncio.to_thread(_built, project, renderer)
            inputs |= done.inputs
            watch.add(inputs)
            if last is None or last.decks != done.decks:
                built(done.report)
            last = done


def _built(project: Project, renderer: MarpRenderer) -> Built:
    settings = project.settings
    try:
        decks = contained(lambda: build_with(renderer, project), project.root, project.root)
    except MarpweaveError as error:
        decks = Finding(Kind.RENDER, Location(project.root, 1), str(error))
    if isinstance(decks, Finding):
        return Built(Report((DeckReport(project.root, findings=(decks,)),), settings.strict), (decks,))
    whole = [deck for deck in decks if not isinstance(deck, Unreadable)]
    own = [settings.out.resolve(), *(figure_folder(each.deck, project.root) for each in whole)]
    inputs = {path for each in whole for path in inputs_of(each, project.root)}
    made = [(each.deck.text, each.outcomes, each.findings) if isinstance(each, Checked) else each for each in decks]
    return Built(Report(tuple(map(deck_report, decks)), settings.strict), made,
                 frozenset(path for path in inputs if not any(map(path.is_relative_to, own))))
