"""Names the steps of a build in order; every step takes the value before it and returns a new one."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path

from marpweave.build.decks import deck_of, read_deck
from marpweave.build.faults import Unreadable, contained, each, together
from marpweave.build.settings import Settings
from marpweave.build.settle import settled
from marpweave.build.uptodate import Built, Reports
from marpweave.cache.environment import facts
from marpweave.cache.plan import Cache, Job, Plan, outcomes_of
from marpweave.cache.snapshot import Now
from marpweave.cache.store import Folder, Store
from marpweave.check.findings import findings_of, unseen_findings
from marpweave.check.law import first_line, lawful
from marpweave.check.remedies import remedies
from marpweave.check.rewrite import Drift, drifted, edits_of, rewritten
from marpweave.check.sources import source_edits, source_findings
from marpweave.check.verdicts import CellCheck, check_deck
from marpweave.errors import DeckError, UsageError
from marpweave.files import replace as replace_file
from marpweave.inputs.used import Files, Used
from marpweave.model.deck import Cell, Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome, Outcome
from marpweave.report.progress import Progress, busy, note
from marpweave.report.report import DeckReport, Report

BROKEN = (Kind.ERROR, Kind.SYNTAX, Kind.TIMEOUT, Kind.KERNEL_DIED)
"""What keeps a deck from being frozen."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A deck, what its cells gave and what that proves."""

    deck: Deck
    text: str
    checks: tuple[CellCheck, ...] = ()
    inlines: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    updated: int = 0
    written: tuple[Path, ...] = ()
    """Figures that changed."""
    used: tuple[Used, ...] = ()
    """What it was made of and became: files and listings, as they were then."""
    restless: bool = False
    """True: it finds something else each time that it runs, since other decks write what it reads and read what it
    writes."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Of its cells and of the values in its prose."""
        return (*(check.outcome for check in self.checks), *self.inlines)

    @property
    def lasting(self) -> bool:
        """Whether all that its outcomes depend on was seen, so that they hold as long as nothing changes."""
        return not self.restless and not any(
            each.trouble or each.provenance.volatile or each.provenance.nondeterministic for each in self.outcomes)


def check(settings: Settings) -> Report:
    """Run the decks and compare; figures on disk are looked at, nothing is rendered."""
    return _remembered(run_checked(settings), settings, "check")


def run_checked(settings: Settings) -> list[Ran | Unreadable]:
    """Run the decks, compare, and look at the pictures that they show and the figures on disk."""
    return each(_with_pictures, each(_with_stale, _true_again(run_all(settings), settings), settings), settings)


def draw(settings: Settings) -> Report:
    """Run the decks and write their figures."""
    return _remembered(each(_with_links, run_all(settings, drawing=True), settings), settings, "draw")


def build(settings: Settings) -> Report:
    """Run, check, draw, weave, render, measure."""
    drawn = each(_with_links, _true_again(run_all(settings, drawing=True), settings), settings)
    return _remembered(together(_rendered, drawn, settings), settings, "build")


def freeze(settings: Settings) -> Report:
    """Run the decks and keep what they gave beside them; a deck in which a cell fails keeps what it had."""
    from marpweave.cache.frozen import sweep

    began = time.time()
    results = each(_kept, run_all(settings), settings)
    for folder in {path.parent for path in settings.paths}:
        sweep(folder, before=began)
    return Report(tuple(map(_deck_report, results)), strict=settings.strict)


def _kept(ran: Ran, _settings: Settings) -> Ran:
    from marpweave.cache.frozen import freeze as keep

    outcomes = DeckOutcome(tuple(check.outcome for check in ran.checks), ran.inlines)
    if any(finding.kind in BROKEN for finding in ran.findings) or \
            keep(Job(ran.deck, ran.text), outcomes, facts()):
        return ran
    saved = Finding(Kind.STALE, Location(ran.deck.path, 1), "not frozen: the file was saved while its cells ran; "
                    "run `build.py freeze` again")
    return replace(ran, findings=(*ran.findings, saved))


# -- read and run ------------------------------------------------------------------


def run_all(settings: Settings, *, drawing: bool = False) -> list[Ran | Unreadable]:
    """Read, parse, run and check every deck, side by side; ``drawing`` puts their figures in place."""
    read = [_read(path, settings) for path in settings.paths]
    return together(partial(_run, drawing=drawing), read, settings)


def _read(path: Path, settings: Settings) -> Ran | Unreadable:
    def read() -> Ran | Unreadable:
        files = Files()
        result = read_deck(path, settings, files)
        if isinstance(result, Unreadable):
            return result
        return _using(Ran(*result), files)

    done = contained(read, path, settings.root)
    return Unreadable(path, (done,)) if isinstance(done, Finding) else done


def _run(rans: Sequence[Ran], settings: Settings, *, drawing: bool = False) -> list[Ran]:
    jobs = [Job(ran.deck, ran.text) for ran in rans]
    settled = _run_settled(jobs, settings, drawing=drawing)
    return [_checked(replace(ran, used=(*read.used, *ran.used)), outcome, settings)
            for read, (ran, outcome) in zip(rans, settled, strict=True)]


def _run_settled(jobs: Sequence[Job], settings: Settings, *, drawing: bool) -> Iterator[tuple[Ran, DeckOutcome]]:
    """What the decks give, each behind those whose files it reads."""
    from marpweave.weave.figures import figure_folder, write_figures

    written: dict[Path, list[Path]] = {job.deck.path: [] for job in jobs}
    files: dict[Path, Files] = {}
    now = partial(Now, settings.root, os.environ)

    def run(jobs: Sequence[Job], *, afresh: bool) -> list[DeckOutcome]:
        outcomes = run_decks(jobs, replace(settings, verify=settings.verify or afresh))
        for job, outcome in zip(jobs, outcomes, strict=True):
            if drawing and job.deck.adopted:
                files[job.deck.path] = Files()
                written[job.deck.path] += write_figures(
                    outcome.cells, figure_folder(job.deck, settings.root), files[job.deck.path])
        return outcomes

    def figures(job: Job, outcome: DeckOutcome) -> Iterator[str]:
        folder = figure_folder(job.deck, settings.root)
        names = [figure.name for cell in outcome.cells for figure in cell.figures]
        return (now().named(folder / name) for name in names if drawing and job.deck.adopted)

    outcomes, restless = settled(jobs, run, figures, now)
    for i, (job, outcome) in enumerate(zip(jobs, outcomes, strict=True)):
        changed = tuple(dict.fromkeys(written[job.deck.path]))
        ran = Ran(job.deck, job.text, written=changed, restless=i in restless)
        yield _using(ran, files.get(job.deck.path, Files())), outcome


def _checked(ran: Ran, outcome: DeckOutcome, settings: Settings) -> Ran:
    checks, files, search = check_deck(ran.deck, outcome.cells), Files(), _search(ran.deck, settings)
    found = (*ran.deck.findings,
             *findings_of(checks, ran.deck, outcome.inlines, remedy=remedies(ran.deck, search)),
             *(unseen_findings(checks) if settings.verify else ()),
             *source_findings(ran.deck, search, files), *_circular(ran))
    return _using(replace(ran, checks=checks, inlines=outcome.inlines, findings=found), files)


def _using(ran: Ran, files: Files) -> Ran:
    return replace(ran, used=(*ran.used, *files.used()))


def _circular(ran: Ran) -> Iterator[Finding]:
    if ran.restless:
        yield Finding(Kind.CIRCULAR, Location(ran.deck.path, 1), "reads or writes files that change each time decks "
                      "run: decks write what each other reads; let one deck write a file, and others only read it")


def _search(deck: Deck, settings: Settings) -> tuple[Path, ...]:
    """Where modules of the deck's own may stand."""
    return deck.path.resolve().parent, settings.root


def run_decks(jobs: Sequence[Job], settings: Settings) -> list[DeckOutcome]:
    """What the cells of decks give: out of the store, or run; no kernel starts where nothing has to run."""
    if settings.frozen:
        from marpweave.cache.frozen import thaw

        now = Now(settings.root, os.environ)
        return [thaw(job, now) for job in jobs]
    cache = cache_of(settings)
    try:
        return outcomes_of(jobs, cache, partial(_run_in_kernels, settings=settings), afresh=settings.verify)
    finally:
        fault = cache.store.close()
        if fault:
            note(fault)


def cache_of(settings: Settings) -> Cache:
    """What earlier builds gave."""
    return Cache(_store(settings), Now(settings.root, os.environ), facts())


def _store(settings: Settings) -> Store:
    if settings.cache is None:
        return Store({})
    here = Folder(settings.cache)
    if not settings.shared:
        return Store(here, settings.damaged)
    from marpweave.cache.remote import Shared, open_url

    try:
        there = open_url(settings.shared)
    except (ValueError, ImportError, OSError) as error:
        raise UsageError(f"--cache {settings.shared}: {error}") from None
    return Store(Shared(here, there, read_only=settings.read_only), settings.damaged)


def _run_in_kernels(plans: Sequence[Plan], settings: Settings) -> list[list[Outcome]]:
    from marpweave.kernel import client as kernel

    runs = [kernel.DeckRun(plan.job.deck, plan.job.text, plan.running, settings.root,
                           settings.timeout, settings.deck_timeout) for plan in plans]
    cells = sum(isinstance(step, Cell) for run in runs for step in run.steps)
    with Progress(cells, quiet=settings.quiet) as progress:
        def tell(cell: Cell, outcome: Outcome) -> None:
            progress.cell(cell.location.path, cell.label, outcome.provenance.seconds)

        return asyncio.run(kernel.run_decks(runs, jobs=settings.jobs, progress=tell))


# -- what stands on disk ---------------------------------------------------------------


def _with_links(ran: Ran, settings: Settings) -> Ran:
    if not ran.deck.adopted:
        return ran
    from marpweave.weave.figures import figure_folder, linked_figures

    refused = tuple(linked_figures(ran.checks, figure_folder(ran.deck, settings.root)))
    return replace(ran, findings=(*ran.findings, *refused))


def _with_stale(ran: Ran, settings: Settings) -> Ran:
    if not ran.deck.adopted:
        return ran
    from marpweave.weave.figures import figure_folder, stale_figures

    linked, files = _with_links(ran, settings), Files()
    stale = tuple(stale_figures(ran.checks, figure_folder(ran.deck, settings.root), files))
    return _using(replace(linked, findings=(*linked.findings, *stale)), files)


def _with_pictures(ran: Ran, settings: Settings) -> Ran:
    from marpweave.render.themes import theme_findings, themes_of
    from marpweave.weave.embed import embed
    from marpweave.weave.figures import figure_folder, home_of

    drawn = {figure.name: figure for check in ran.checks for figure in check.outcome.figures}
    files, within = Files(), (home_of(ran.deck, settings.root), *settings.allow)
    _, missing = embed(ran.deck, drawn, figure_folder(ran.deck, settings.root), files, within)
    unknown = theme_findings(ran.deck, themes_of(settings.root, files, settings.allow))
    return _using(_found(ran, (*missing, *unknown)), files)


def _found(ran: Ran, findings: Sequence[Finding]) -> Ran:
    """A deck with more findings, but for figures that wait for a failed cell."""
    from marpweave.weave.figures import is_awaited

    news = (finding for finding in findings if not is_awaited(finding, ran.deck, ran.checks))
    return replace(ran, findings=(*ran.findings, *news))


def _rendered(rans: Sequence[Ran], settings: Settings) -> list[Ran]:
    from marpweave.render import render

    store = Store(Folder(settings.cache) if settings.cache else {}, settings.damaged)
    place = render.Place(settings.root, settings.out, settings.allow)
    sheets = [render.prepare((r.deck, r.checks, r.inlines), place, store) for r in rans]
    with busy(f"rendering {', '.join(settings.formats)}", quiet=settings.quiet):
        done = render.write(sheets, settings.formats, place, store)
    return [replace(_found(ran, sheet.findings), used=(*ran.used, *sheet.used))
            for ran, sheet in zip(rans, done, strict=True)]


def _true_again(results: list[Ran | Unreadable], settings: Settings) -> list[Ran | Unreadable]:
    return each(_updated, results, settings) if settings.update else results


def _updated(ran: Ran, settings: Settings) -> Ran:
    """Rewrite what drifted, where a second run agrees and the law allows; look at the deck again afterwards."""
    drift = _drift(ran, settings)
    if not drift.lines:
        return ran
    again = _drift(_run_one(ran, replace(settings, cache=None)), settings) if drift.edits else drift
    reread = partial(_deck_or_none, ran.deck.path, settings)
    new = rewritten(ran.text, drift, again, partial(lawful, text=ran.text, deck=ran.deck, reread=reread))
    if not new.edits:
        return replace(ran, findings=_not_updated(ran.findings, new.left))
    if not replace_file(ran.deck.path, ran.text.encode(), new.text.encode()):
        saved = dict.fromkeys(drift.lines, "the file was saved meanwhile")
        return replace(ran, findings=_not_updated(ran.findings, saved))
    files = Files()
    deck = deck_of(new.text, ran.deck.path, settings, files)
    true = replace(ran, deck=deck, text=new.text, used=())
    fresh = _using(_run_one(true, settings), files)
    return replace(fresh, findings=_not_updated(fresh.findings, new.left), updated=len(new.edits))


def _drift(ran: Ran, settings: Settings) -> Drift:
    synced = tuple(source_edits(ran.deck, _search(ran.deck, settings), Files()))
    places = (first_line(*each) for each in drifted(ran.checks, suspects=settings.strict))
    return Drift((*edits_of(ran.checks, ran.text, suspects=settings.strict), *synced),
                 (*places, *(edit.first for edit in synced)))


def _deck_or_none(path: Path, settings: Settings, text: str) -> Deck | None:
    try:
        return deck_of(text, path, settings, Files())
    except DeckError:
        return None


def _run_one(ran: Ran, settings: Settings) -> Ran:
    return _checked(ran, run_decks([Job(ran.deck, ran.text)], settings)[0], settings)


def _not_updated(findings: Sequence[Finding], left: Mapping[int, str]) -> tuple[Finding, ...]:
    return tuple(
        replace(f, message=f"{f.message}; not updated, {left[f.location.line]}")
        if f.location.line in left and f.want is not None else f for f in findings)


# -- the report ----------------------------------------------------------------------------


def _remembered(results: Sequence[Ran | Unreadable], settings: Settings, command: str) -> Report:
    """The report; what it says of each deck is kept for the day on which nothing has changed."""
    reports = Reports(settings, command)

    def remember(ran: Ran, settings: Settings) -> Ran:
        if ran.lasting:
            reports.remember(ran.deck.path, _built(ran, settings, command))
        return ran

    results = each(remember, results, settings)
    return Report(tuple(map(_deck_report, results)), strict=settings.strict)


def _built(ran: Ran, settings: Settings, command: str) -> Built:
    files = Files()
    if command == "build":
        files.listing(settings.out.resolve())
    for name in {file.name for outcome in ran.outcomes for file in outcome.provenance.written}:
        files.read(settings.root / name)
    return Built(_deck_report(ran), ran.text, [
        astuple(each) for outcome in ran.outcomes for each in outcome.provenance.inputs],
                 (*ran.used, *files.used()))


def _deck_report(result: Ran | Unreadable) -> DeckReport:
    if isinstance(result, Unreadable):
        return DeckReport(result.path, findings=result.findings)
    checks = result.checks
    fresh = tuple(check for check in checks if not check.outcome.provenance.cached)
    watched = {outcome.provenance.watched for outcome in result.outcomes} - {""}
    return DeckReport(
        path=result.deck.path, slides=len(result.deck.slides), cells=len(checks),
        executed=tuple(check.cell.label for check in fresh if check.outcome.ran),
        from_cache=len(checks) - len(fresh),
        checked=sum(c.checked for c in checks),
        unchecked=sum(c.unchecked for c in checks), updated=result.updated,
        seconds=sum(check.outcome.provenance.seconds for check in fresh), findings=result.findings,
        written=result.written, watched=", ".join(sorted(watched)))
