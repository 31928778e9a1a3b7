"""Runs a command: up-to-date decks replay their last report, the others go through the pipeline."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.faults import Unreadable, each
from marpweave.build.project import Project
from marpweave.build.uptodate import Reports
from marpweave.report.report import DeckReport, Report

if TYPE_CHECKING:
    from marpweave.build.decks import Checked


def report_of(command: str, project: Project) -> Report:
    """Run a command of `pipeline` on the project's decks -> its report."""
    settings, reports = project.settings, Reports(project, command)
    known = reports.recall()
    done: dict[Path, DeckReport] = {}
    rest = tuple(path for path in settings.paths if path not in known)
    while rest:
        from marpweave.build import pipeline

        project.sweep()
        decks = getattr(pipeline, command)(replace(project, settings=replace(settings, paths=rest)))
        for deck in each(partial(_remembered, reports=reports), decks, project):
            report = deck_report(deck)
            done[report.path] = report.behind(done.get(report.path))
        still = known and reports.recall()  # what a deck wrote may be what another reads
        late = tuple(path for path in known if path not in still and path not in done)
        rest = rest + late if late else ()
    told = known | done
    if project.store.damaged:
        project.events.note(f"{len(project.store.damaged)} damaged files in {settings.cache} count as not there")
    return Report(tuple(told[path] for path in settings.paths), settings.strict, settings.verify)


def _remembered(checked: Checked, _project: Project, *, reports: Reports) -> Checked:
    reports.remember(checked, deck_report(checked))
    return checked


def deck_report(deck: Checked | Unreadable) -> DeckReport:
    """What became of a deck."""
    if isinstance(deck, Unreadable):
        return DeckReport(deck.path, findings=deck.findings)
    checks = deck.checks
    fresh = tuple(check for check in checks if not check.outcome.provenance.cached)
    watched = {outcome.provenance.watched for outcome in deck.outcomes} - {""}
    return DeckReport(
        path=deck.deck.path, slides=len(deck.deck.slides), cells=len(checks),
        executed=tuple(check.cell.label for check in fresh if check.outcome.ran),
        from_cache=len(checks) - len(fresh),
        checked=sum(check.checked for check in checks),
        unchecked=sum(check.unchecked for check in checks), updated=deck.updated,
        seconds=sum((check.outcome.provenance.seconds for check in fresh), 0.0), findings=deck.findings,
        written=deck.written, watched=", ".join(sorted(watched)),
        workers=tuple(sorted({check.outcome.provenance.worker for check in fresh} - {""})))
