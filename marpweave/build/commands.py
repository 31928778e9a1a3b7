"""Runs a command: up-to-date decks replay their last report, the others go through the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
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
    from marpweave.render.renderer import Renderer


def report_of(command: str, project: Project) -> Report:
    """Run a command of `pipeline` on the decks of a project; return its report."""
    with ExitStack() as ends:
        return _report_of(command, project, ends)


def _report_of(command: str, project: Project, ends: ExitStack) -> Report:
    settings, reports = project.settings, Reports(project, command)
    known = reports.recall()
    built: dict[Path, dict[Variant, DeckReport]] = {}
    rest = tuple(path for path in settings.paths if path not in known)
    while rest:
        project.sweep()
        decks = for_each(partial(_remembered, reports=reports), _done(command, project.of(rest), ends), project)
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


def _done(command: str, project: Project, ends: ExitStack) -> Decks:
    with ExitStack() as opened:
        renderer = opened.enter_context(_renderer(project)) if command == "build" else None
        from marpweave.build import pipeline  # slow import, while the renderer starts

        decks: Decks = pipeline.build(renderer, project) if renderer else getattr(pipeline, command)(project)
        closing = Thread(target=opened.pop_all().close)  # closing a browser takes time
        closing.start()
        ends.callback(closing.join)
        return decks


@contextmanager
def _renderer(project: Project) -> Iterator[Renderer]:
    """A renderer that starts up while cells run."""
    from marpweave.render.node import FORMATS
    from marpweave.render.renderer import MarpRenderer

    settings = project.settings
    formats = FORMATS.keys() & {form for path in settings.paths for form in settings.targets(path).formats}
    with MarpRenderer(prints=formats != {"html"}) as renderer:
        if formats:
            renderer.start()
        yield renderer


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
