"""The steps of each command, in order; a step takes a deck and returns a new one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.decks import Checked, Source, read_deck
from marpweave.build.faults import Unreadable, contained, each, together
from marpweave.build.project import Project
from marpweave.build.running import Ran, run_decks, run_once
from marpweave.build.update import own_folders, search_path, updated
from marpweave.check.findings import findings_of, hidden_name_findings, unseen_findings
from marpweave.check.remedies import remedies
from marpweave.check.sources import source_findings
from marpweave.check.verdicts import check_deck
from marpweave.errors import UsageError
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome
from marpweave.weave.figures import figure_folder, folder_from_deck, home_of, is_awaited, linked_figures, stale_figures

if TYPE_CHECKING:
    from marpweave.render.prepare import PreparedDeck, Site
    from marpweave.render.renderer import Renderer

BROKEN = (Kind.ERROR, Kind.SYNTAX, Kind.TIMEOUT, Kind.KERNEL_DIED)
"""What keeps a deck from being frozen."""
CIRCULAR = "reads or writes files that change each time decks run: decks write what each other reads; " \
           "let one deck write a file, and others only read it"
Decks = list[Checked | Unreadable]


def check(project: Project) -> Decks:
    """Run the decks and compare; check the pictures that they show and the figures on disk; render nothing."""
    decks = run_and_check(project, drawing=False)
    decks = _updated(decks, project)
    decks = each(_with_figures_on_disk, decks, project)
    return each(_with_pictures, decks, project)


def draw(project: Project) -> Decks:
    """Run the decks and write their figures."""
    decks = run_and_check(project, drawing=True)
    return each(with_linked_figures, decks, project)


def build(project: Project) -> Decks:
    """Run, check, draw, weave, render, measure."""
    from marpweave.render.renderer import MarpRenderer

    with MarpRenderer() as renderer:
        if set(project.settings.formats) - {"md"}:
            renderer.start()  # it warms up while cells run
        return build_with(renderer, project)


def build_with(renderer: Renderer, project: Project) -> Decks:
    """Build with a renderer that is open."""
    decks = run_and_check(project, drawing=True)
    decks = _updated(decks, project)
    decks = each(with_linked_figures, decks, project)
    return together(partial(_rendered, renderer=renderer), decks, project)


def freeze(project: Project) -> Decks:
    """Run the decks and keep their outcomes beside them; a deck in which a cell fails keeps its old ones."""
    from marpweave.cache.frozen import sweep

    began = time.time()
    decks = run_and_check(project, drawing=False)
    decks = each(_frozen, decks, project)
    for folder in {path.parent for path in project.settings.paths}:
        sweep(folder, before=began)
    return decks


# -- read, run, check ------------------------------------------------------------------


def run_and_check(project: Project, *, drawing: bool) -> Decks:
    """Read the decks, run their cells and compare; ``drawing``: write their figures, too."""
    sources = [source_of(path, project) for path in project.settings.paths]
    return together(partial(_run_and_check, drawing=drawing), sources, project)


def source_of(path: Path, project: Project) -> Source | Unreadable:
    """The deck of a file, or why it cannot be read."""
    files, settings = Files(), project.settings
    read = contained(lambda: read_deck(path, files, prelude=settings.prelude, sandbox=settings.sandboxes(path)),
                     path, project.root)
    match read:
        case Unreadable():
            return read
        case Finding():
            return Unreadable(path, (read,))
    return _unfit(read, project) or Source(read, tuple(files.used()))


def _unfit(deck: Deck, project: Project) -> Unreadable | None:
    """Why the kernel that a deck names cannot run its cells."""
    try:
        project.environment(deck)
    except UsageError as error:
        if not deck.kernel_line:
            raise
        return Unreadable(deck.path, (Finding(Kind.OPTION, Location(deck.path, deck.kernel_line), str(error)),))
    return None


def _run_and_check(sources: Sequence[Source], project: Project, *, drawing: bool) -> list[Checked]:
    ran = run_decks([source.deck for source in sources], project, drawing=drawing)
    return [_with_traces(checked_of(source, each.outcome, project), each)
            for source, each in zip(sources, ran, strict=True)]


def checked_of(source: Source, outcome: DeckOutcome, project: Project) -> Checked:
    """A deck with the verdicts and findings that follow from its outcome."""
    deck, files = source.deck, Files()
    checks = check_deck(deck, outcome.cells)
    remedy = remedies(deck, project.environment(deck), own_folders(deck, project))
    checked = Checked(deck, checks, outcome.inlines, findings=deck.findings, used=source.used)
    return checked.found((
        *findings_of(checks, deck, outcome.inlines, remedy=remedy),
        *hidden_name_findings(deck),
        *(unseen_findings(checks) if project.settings.verify else ()),
        *source_findings(deck, search_path(deck, project), files)), files)


def _with_traces(checked: Checked, ran: Ran) -> Checked:
    """The deck with what running it left behind besides outcomes."""
    circular = [Finding(Kind.CIRCULAR, Location(checked.deck.path, 1), CIRCULAR)] if ran.restless else []
    return replace(checked.found(circular), written=ran.written, used=(*checked.used, *ran.used),
                   restless=ran.restless)


def _updated(decks: Decks, project: Project) -> Decks:
    if not project.settings.update:
        return decks
    return each(partial(updated, recheck=run_alone), decks, project)


def run_alone(source: Source, project: Project) -> Checked:
    """Run one deck and compare."""
    return checked_of(source, run_once([source.deck], project)[0], project)


# -- pictures and figures on disk, rendering -------------------------------------------


def with_linked_figures(checked: Checked, project: Project) -> Checked:
    """Report figures whose place is taken by a symbolic link: nothing is written through it."""
    if not checked.deck.adopted:
        return checked
    return checked.found(linked_figures(checked.checks, figure_folder(checked.deck, project.root)))


def _with_figures_on_disk(checked: Checked, project: Project) -> Checked:
    if not checked.deck.adopted:
        return checked
    linked, files = with_linked_figures(checked, project), Files()
    stale = tuple(stale_figures(checked.checks, figure_folder(checked.deck, project.root), files))
    return linked.found(stale, files)


def _with_pictures(checked: Checked, project: Project) -> Checked:
    """Report missing pictures and themes."""
    from marpweave.render.themes import theme_findings, themes_of
    from marpweave.weave.embed import embed

    deck, allow = checked.deck, project.settings.allow
    drawn = {figure.name: figure for check in checked.checks for figure in check.outcome.figures}
    files, within = Files(), (home_of(deck, project.root), *allow)
    _, missing = embed(deck, drawn, figure_folder(deck, project.root), files, within)
    unknown = theme_findings(deck, themes_of(deck, files, within))
    return checked.found(news((*missing, *unknown), checked), files)


def _rendered(decks: Sequence[Checked], project: Project, *, renderer: Renderer) -> list[Checked]:
    from marpweave.render.render import render

    settings, store = project.settings, project.store
    with project.events.busy(f"rendering {', '.join(settings.formats)}"):
        done = render((prepared(deck, project) for deck in decks), settings.formats, _site(project), store, renderer)
    return [replace(deck.found(news(made.findings, deck)), used=(*deck.used, *made.used))
            for deck, made in zip(decks, done, strict=True)]


def prepared(checked: Checked, project: Project, *, live: bool = False) -> PreparedDeck:
    """A deck with its outputs woven in, ready to be rendered; ``live``: for a page that has all fonts."""
    from marpweave.render.prepare import prepare, prepare_live
    from marpweave.weave.weave import weave_deck

    deck = checked.deck
    woven = weave_deck(deck, checked.checks, checked.inlines, folder_from_deck(deck, project.root))
    return prepare_live(deck, woven, _site(project)) if live else prepare(deck, woven, _site(project), project.store)


def _site(project: Project) -> Site:
    from marpweave.render.prepare import Site

    return Site(project.root, project.settings.out, project.settings.allow)


def news(findings: Sequence[Finding], checked: Checked) -> list[Finding]:
    """Findings without those on figures that are missing because their cell failed."""
    return [finding for finding in findings if not is_awaited(finding, checked.deck, checked.checks)]


def _frozen(checked: Checked, project: Project) -> Checked:
    from marpweave.cache.frozen import freeze as keep

    outcomes = DeckOutcome(tuple(check.outcome for check in checked.checks), checked.inlines)
    if any(finding.kind in BROKEN for finding in checked.findings) or keep(
            checked.deck, outcomes, project.environment(checked.deck).facts):
        return checked
    return checked.found([Finding(
        Kind.STALE, Location(checked.deck.path, 1),
        "not frozen: the file was saved while its cells ran; run `build.py freeze` again")])
