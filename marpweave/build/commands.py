"""Runs a command: up-to-date decks replay their last report, the others go through the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from marpweave.build.faults import Unreadable, for_each
from marpweave.build.project import Project
from marpweave.build.uptodate import Reports
from marpweave.model.finding import Finding
from marpweave.model.location import Location
from marpweave.model.variant import Variant
from marpweave.report.report import CellReport, DeckReport, Line, Report

if TYPE_CHECKING:
    from marpweave.build.decks import Checked
    from marpweave.build.pipeline import Decks
    from marpweave.check.verdicts import CellCheck
    from marpweave.model.deck import Deck
    from marpweave.render.renderer import MarpRenderer, Renderer


def report_of(command: str, project: Project) -> Report:
    """Run a command of `pipeline` on the decks of a project; return its report."""
    with ExitStack() as ends:
        return _report_of(command, project, ends)


def _report_of(command: str, project: Project, ends: ExitStack) -> Report:
    settings, reports = project.settings, Reports(project, command)
    rendering = _Rendering(project, ends) if command == "build" else None
    known = reports.recall(rendering.begin) if rendering else reports.recall()
    built: dict[Path, dict[Variant, DeckReport]] = {}
    rest = tuple(path for path in settings.paths if path not in known)
    while rest:
        project.sweep()
        decks = for_each(partial(_remembered, reports=reports), _done(command, project.of(rest), rendering), project)
        built |= {path: {} for path in rest if path not in built}
        for report in map(deck_report, decks):
            variants = built[report.path]
            variants[report.variant] = report.after(variants.get(report.variant))
        still = known and reports.recall()  # a deck may read what another one wrote
        late = tuple(path for path in known if path not in still and path not in built)
        rest = rest + late if late else ()
    if project.store.damaged:
        project.events.note(f"ignored {len(project.store.damaged)} damaged files in {settings.cache}")
    whole = each_once(report for path in settings.paths
                      for report in (built[path].values() if path in built else known[path]))
    return Report(tuple(whole), settings.strict, settings.verify)


def _done(command: str, project: Project, rendering: _Rendering | None) -> Decks:
    renderer = rendering.begin(project.settings.paths) if rendering else None
    from marpweave.build import pipeline  # slow import, while the renderer starts

    decks: Decks = pipeline.build(renderer, project) if renderer else getattr(pipeline, command)(project)
    if rendering:
        rendering.end()
    return decks


class _Rendering:
    """The renderer of a build: starts up while decks are read and cells run, and closes while reports are stored."""

    def __init__(self, project: Project, ends: ExitStack) -> None:
        self._project, self._ends = project, ends
        self._opened = ends.enter_context(ExitStack())
        self._renderer: MarpRenderer | None = None
        self._is_started = False

    def begin(self, paths: Sequence[Path]) -> Renderer:
        """The renderer, started if any of these decks needs it."""
        from marpweave.render.renderer import MarpRenderer

        if self._renderer is None:
            prints = self._formats(self._project.settings.paths) != {"html"}
            self._renderer = self._opened.enter_context(MarpRenderer(prints=prints))
        if not self._is_started and self._formats(paths):
            self._renderer.start()
            self._is_started = True
        return self._renderer

    def _formats(self, paths: Sequence[Path]) -> set[str]:
        from marpweave.render.node import FORMATS

        settings = self._project.settings
        return FORMATS.keys() & {form for path in paths for form in settings.targets(path).formats}

    def end(self) -> None:
        """Close it in a thread, because closing a browser takes time."""
        closing = Thread(target=self._opened.pop_all().close)
        closing.start()
        self._ends.callback(closing.join)
        self._renderer, self._is_started = None, False


def each_once(reports: Iterable[DeckReport]) -> Iterator[DeckReport]:
    """The reports of decks with each finding once, at the first variant that has it."""
    reported: set[Finding] = set()
    for report in reports:
        news = tuple(finding for finding in report.findings if finding not in reported)
        reported |= {*news}
        if news or report.slides or not report.findings:
            yield replace(report, findings=tuple(_of(report.variant, finding) for finding in news))


def _of(variant: Variant, finding: Finding) -> Finding:
    """The finding, with its variant in the message."""
    return finding if variant is Variant.FULL else replace(finding, message=f"{finding.message} (in {variant})")


def _remembered(checked: Checked, _project: Project, *, reports: Reports) -> Checked:
    reports.remember(checked, deck_report(checked))
    return checked


def deck_report(deck: Checked | Unreadable) -> DeckReport:
    """The report on a deck."""
    if isinstance(deck, Unreadable):
        return DeckReport(deck.path, findings=deck.findings, variant=deck.variant)
    checks = deck.checks
    fresh = tuple(check for check in checks if not check.outcome.provenance.cached)
    watched = {outcome.provenance.watched for outcome in deck.outcomes} - {""}
    return DeckReport(
        path=deck.deck.path, variant=deck.deck.variant, slides=len(deck.deck.slides),
        cells=tuple(_cell_report(check, deck.deck) for check in checks),
        executed=tuple(check.cell.label for check in fresh if check.outcome.ran),
        blanks=_blanks(deck), from_cache=len(checks) - len(fresh),
        checked=sum(check.checked for check in checks), proven=sum(check.proven for check in checks),
        unchecked=sum(check.unchecked for check in checks), updated=deck.updated,
        seconds=sum((check.outcome.provenance.seconds for check in fresh), 0.0),
        findings=deck.deck.origins.in_files(deck.findings), written=deck.written, watched=", ".join(sorted(watched)),
        workers=tuple(sorted({check.outcome.provenance.worker for check in fresh} - {""})))


def _blanks(checked: Checked) -> dict[Line, tuple[Line, ...]]:
    """Lines of blanks, with the lines that fail because of them, in their source files."""
    deck = checked.deck

    def in_file(line: int) -> Line:
        place = deck.origins.place(Location(deck.path, line))
        return place.line if place.path == deck.path else str(place)

    return {in_file(blank): tuple(map(in_file, lines)) for blank, lines in checked.effects.lines(deck).items()}


def _cell_report(check: CellCheck, deck: Deck) -> CellReport:
    cell, outcome, place = check.cell, check.outcome, deck.origins.place(check.cell.location)
    return CellReport(cell.label, place.line, place.line + cell.text.rstrip("\n").count("\n"),
                      outcome.ran or bool(cell.options.execution.source),
                      0.0 if outcome.provenance.cached else outcome.provenance.seconds,
                      None if place.path == deck.path else place.path)
