"""The steps of each command, in order; each step takes a deck and returns a new one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.checking import checked_of, source_of
from marpweave.build.decks import Checked, Source
from marpweave.build.drawing.diagrams import with_diagrams, with_new_diagrams
from marpweave.build.faults import Unreadable, for_each, together
from marpweave.build.project import Project
from marpweave.build.runners.rehearsing import Rehearsing
from marpweave.build.runners.settle import circular_finding
from marpweave.build.running import Ran, run_decks
from marpweave.build.update import updated
from marpweave.errors import command
from marpweave.inputs.used import BuildInput, Files
from marpweave.model.diagram import NO_DRAWINGS, Drawings
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome
from marpweave.model.variant import Variant
from marpweave.variants.leaks import borrowed, leaks
from marpweave.variants.shown import Shown
from marpweave.weave.figures import figure_folder, folder_from_deck, is_awaited, linked_figures, stale_figures

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan
    from marpweave.render.prepare import PreparedDeck
    from marpweave.render.renderer import Renderer
    from marpweave.weave.woven import WovenDeck

BROKEN = (Kind.ERROR, Kind.SYNTAX, Kind.TIMEOUT, Kind.KERNEL_DIED)
"""Findings that prevent a deck from being frozen."""
Decks = list[Checked | Unreadable]


def check(project: Project) -> Decks:
    """Run and compare the decks, check their images and figure files; render nothing."""
    decks = _variants(project, drawing=False)
    decks = together(with_new_diagrams, decks, project)
    decks = for_each(_with_figures_on_disk, decks, project)
    return for_each(_with_pictures, decks, project)


def draw(project: Project) -> Decks:
    """Run the decks and write their figures."""
    decks = run_and_check(project, drawing=True)
    return for_each(with_linked_figures, decks, project)


def build(renderer: Renderer, project: Project) -> Decks:
    """Run, check, draw, weave, render, measure; ``renderer`` is open."""
    decks = _variants(_rehearsing(project, renderer), drawing=True)
    decks = for_each(with_linked_figures, decks, project)
    decks = together(partial(with_diagrams, renderer=renderer), decks, project)
    return [done for formats, some in _by_formats(decks, project)
            for done in together(partial(_rendered, formats=formats, renderer=renderer), some, project)]


def freeze(project: Project) -> Decks:
    """Run the decks and freeze their outcomes; a deck with a failing cell keeps its previous ones."""
    from marpweave.cache.frozen import sweep

    began = time.time()
    decks = for_each(_frozen, run_and_check(project, drawing=False), project)
    for folder in {path.parent for path in project.settings.paths}:
        sweep(folder, before=began)
    return decks


# -- read, run, check ------------------------------------------------------------------


def _variants(project: Project, *, drawing: bool) -> Decks:
    """All variants of all decks, one variant after the other, because they may write the same files."""
    full = _updated(run_and_check(_with_variant(Variant.FULL, project), drawing=drawing), project)
    students = _students(full, project)
    solutions = run_and_check(_with_variant(Variant.SOLUTION, project), drawing=False, variant=Variant.SOLUTION)
    return [*full, *students, *solutions]


def _with_variant(variant: Variant, project: Project) -> Project:
    """The project with the decks that have a variant."""
    settings = project.settings
    return project.of([path for path in settings.paths if variant in settings.targets(path).variants])


def _students(full: Decks, project: Project) -> Decks:
    """The student decks, compared with the full ones, which are run for that if necessary."""
    of_students = _with_variant(Variant.STUDENT, project)
    students = run_and_check(of_students, drawing=False, variant=Variant.STUDENT)
    made = {*_with_variant(Variant.FULL, project).settings.paths}
    unmade = run_and_check(project.of([path for path in of_students.settings.paths if path not in made]), drawing=False)
    whole = {deck.deck.path: deck for deck in (*full, *unmade) if isinstance(deck, Checked)}
    return for_each(partial(_beside_full, whole=whole), students, project)


def _beside_full(checked: Checked, project: Project, *, whole: Mapping[Path, Checked]) -> Checked:
    """Report solutions that students could read, and failures with solutions that no other variant reports."""
    path = checked.deck.path
    if path not in whole:  # its fault has been reported
        return checked
    full = whole[path]
    checked = checked.with_findings(borrowed(checked.deck, checked.checks, full.checks))
    shown = checked.shown
    checked = checked.with_findings(leaks(shown, checked.checks, _woven(shown, project).text))
    if project.settings.targets(path).variants != (Variant.STUDENT,):
        return checked
    wrong = (replace(finding, message=f"with the solutions: {finding.message}") for finding in full.findings
             if finding.kind in BROKEN and finding not in checked.findings)
    return replace(checked.with_findings(wrong), proof=full.outcomes)


def run_and_check(project: Project, *, drawing: bool, variant: Variant = Variant.FULL) -> Decks:
    """Read the decks, run their cells and compare; ``drawing``: write their figures, too."""
    sources = [source_of(path, project, variant) for path in project.settings.paths]
    return together(partial(_run_and_check, drawing=drawing), sources, project)


def _run_and_check(sources: Sequence[Source], project: Project, *, drawing: bool) -> list[Checked]:
    ran = run_decks([source.deck for source in sources], project, drawing=drawing)
    return [_with_traces(checked_of(source, each.outcome, project), each)
            for source, each in zip(sources, ran, strict=True)]


def _with_traces(checked: Checked, ran: Ran) -> Checked:
    """The deck with side effects of its run: figures and circular inputs."""
    findings = [circular_finding(checked.deck.path)] if ran.circular else []
    return replace(checked.with_findings(findings), written=ran.written, used=(*checked.used, *ran.used),
                   circular=ran.circular)


def _updated(decks: Decks, project: Project) -> Decks:
    whole = [deck for deck in decks if isinstance(deck, Checked)]
    return for_each(partial(updated, others=whole), decks, project) if project.settings.update else decks


# -- pictures and figures on disk, rendering -------------------------------------------


def with_linked_figures(checked: Checked, project: Project) -> Checked:
    """Report figures that would be written through a symbolic link."""
    linked = linked_figures(checked.checks, figure_folder(checked.deck, project.root))
    return checked.with_findings(linked) if checked.deck.draws else checked


def _with_figures_on_disk(checked: Checked, project: Project) -> Checked:
    if not checked.deck.draws:
        return checked
    from marpweave.weave.embed import files_of

    linked, files = with_linked_figures(checked, project), Files()
    shown = set(files_of(checked.deck, files))
    stale = tuple(stale_figures(checked.checks, figure_folder(checked.deck, project.root), files, shown))
    return linked.with_findings(stale, files)


def _with_pictures(checked: Checked, project: Project) -> Checked:
    """Report missing images and themes."""
    from marpweave.render.style import style_of
    from marpweave.weave.embed import embed

    deck, files = checked.deck, Files()
    drawn = {figure.name: figure for check in checked.checks for figure in check.outcome.figures}
    _, missing = embed(deck, drawn, figure_folder(deck, project.root), files, project.allowed(deck))
    faults = style_of(deck, files, project.site, project.store).findings
    return checked.with_findings(without_awaited((*missing, *faults), checked), files)


def _by_formats(decks: Decks, project: Project) -> list[tuple[tuple[str, ...], Decks]]:
    """Group decks by the formats to build."""
    groups: dict[tuple[str, ...], Decks] = {}
    for deck in decks:
        path = deck.path if isinstance(deck, Unreadable) else deck.deck.path
        groups.setdefault(project.settings.targets(path).formats, []).append(deck)
    return [*groups.items()]


def _rendered(
    decks: Sequence[Checked], project: Project, *, formats: tuple[str, ...], renderer: Renderer,
) -> list[Checked]:
    from marpweave.render.node import FORMATS
    from marpweave.render.render import render

    bare = FORMATS.keys().isdisjoint(formats)
    with project.events.busy(f"rendering {', '.join(formats)}"):
        ready = (prepared(deck, project, renderer, bare=bare) for deck in decks)
        done = render(ready, formats, project.site, project.store, renderer)
        return [replace(deck.with_findings(without_awaited(made.findings, deck)),
                        used=(*deck.used, *made.used, *_notebooks(deck, made, project, renderer)),
                        is_whole=made.is_whole)
                for deck, made in zip(decks, done, strict=True)]


def _notebooks(checked: Checked, made: PreparedDeck, project: Project, renderer: Renderer) -> Iterator[BuildInput]:
    if "ipynb" in project.settings.targets(checked.deck.path).formats:
        from marpweave.build.notebooks.written import write_notebook

        shown = checked.shown
        checks = tuple(replace(ran, cell=kept.cell) for ran, kept in zip(checked.checks, shown.checks, strict=True))
        left = replace(checked, deck=made.deck, checks=checks, inlines=shown.inlines)
        yield write_notebook(left, made, project, renderer)


def _rehearsing(project: Project, renderer: Renderer) -> Project:
    """The project with a runner that, while cells run, has the renderer rehearse with what is known before."""
    def rehearse(plan: Plan) -> None:
        from marpweave.cache.reuse import assembled
        from marpweave.render.known import with_known

        source = Source(plan.deck)
        if "html" in project.settings.targets(source.deck.path).formats:
            known = assembled(plan.deck, plan.steps, plan.known)
            ready = prepared(checked_of(source, known, project), project, renderer)
            renderer.rehearse(with_known(ready, project.settings.out, project.store).presentation)

    return replace(project, runner=Rehearsing(project.runner, rehearse))


def prepared(checked: Checked, project: Project, renderer: Renderer, *, bare: bool = False) -> PreparedDeck:
    """A deck with citations and outputs woven in, ready to be rendered; ``bare``: without fonts."""
    from marpweave.render.citations.cited import cited
    from marpweave.render.prepare import prepare, prepare_bare

    shown = checked.shown
    citing = cited(shown.deck, project.allowed(shown.deck), project.store, renderer)
    woven = _woven(replace(shown, deck=citing.deck, checks=citing.of(shown.checks)), project, checked.drawings)
    make = prepare_bare if bare else prepare
    made = make(citing.deck, woven, project.site, project.store)
    return replace(made, findings=(*made.findings, *citing.findings), used=(*made.used, *citing.used),
                   is_whole=citing.is_whole)


def _woven(shown: Shown, project: Project, drawings: Drawings = NO_DRAWINGS) -> WovenDeck:
    from marpweave.weave.weave import weave_deck

    return weave_deck(shown.deck, shown.checks, shown.inlines, folder_from_deck(shown.deck, project.root), drawings)


def without_awaited(findings: Sequence[Finding], checked: Checked) -> list[Finding]:
    """Findings without missing figures whose cells failed."""
    return [finding for finding in findings if not is_awaited(finding, checked.deck, checked.checks)]


def _frozen(checked: Checked, project: Project) -> Checked:
    from marpweave.cache.frozen import freeze as keep

    outcomes = DeckOutcome(tuple(check.outcome for check in checked.checks), checked.inlines)
    if any(finding.kind in BROKEN for finding in checked.findings) or keep(
            checked.deck, outcomes, project.environment(checked.deck).facts):
        return checked
    return checked.with_findings([Finding(
        Kind.STALE, Location(checked.deck.path, 1),
        f"not frozen: the file was saved while its cells ran; run {command('freeze')} again")])
