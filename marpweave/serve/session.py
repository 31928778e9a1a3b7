"""A previewed deck: after each save, its page is updated, and cells without known outcomes run.

It is no source of truth: it always shows what a build from scratch would make of the current files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marpweave.build.checking import source_of
from marpweave.build.decks import Source
from marpweave.build.faults import Unreadable, contained
from marpweave.build.project import Project
from marpweave.build.runners.settle import circular_finding
from marpweave.build.update import rewrite
from marpweave.cache.store import Recent, Store
from marpweave.errors import DeckError, MarpweaveError
from marpweave.inputs.used import Files
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.findings import rendering_findings
from marpweave.render.live.kept import keep_slides, kept_slides
from marpweave.render.live.slides import Slides
from marpweave.render.prepare import Presentation
from marpweave.render.renderer import MarpRenderer
from marpweave.render.rendering import RenderedDeck, broken_themes, faults_of
from marpweave.report.progress import Silent
from marpweave.serve import messages
from marpweave.serve.cells import Cells, as_planned
from marpweave.serve.diagrams import Diagrams
from marpweave.serve.draft import Draft, Known, Shown, draft_of, edited, known_of
from marpweave.serve.kernels.host import KernelHost
from marpweave.serve.kernels.stoppable import Stoppable
from marpweave.serve.live import LiveCells
from marpweave.serve.watch import concerned, names_of
from marpweave.serve.web.feed import Message
from marpweave.weave.figures import figure_folder, write_figures

if TYPE_CHECKING:
    from marpweave.serve.web.pictures import Pictures

Measured = Sequence[Mapping[str, Any]]
"""The faults that a page measured on a slide."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all sessions share."""

    project: Project
    renderer: MarpRenderer
    host: KernelHost


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a deck, as seen by its session."""

    pictures: Pictures
    tell: Callable[[Message], None]
    """Send a message to all of them."""
    stir: Callable[[], None]
    """Request a new draft."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page shows."""

    draft: Draft
    slides: Slides
    """All slides of the draft."""


class Session:
    """One deck and its pages; drafts are made in one thread."""

    def __init__(self, path: Path, context: Context, pages: Pages) -> None:
        self._recent = Recent(context.project.store.files)
        self.path, self.context = path, replace(context, project=replace(context.project, store=Store(self._recent)))
        self._pages, self._tell = pages, pages.tell
        self._cells = Cells(self.context.project, context.host, self)
        self.live = LiveCells(self._cells.forks, context.project.settings, pages.tell)
        self._screen: Screen | None = None
        """The last draft that could be shown."""
        self._known: Known | None = None
        """What was known when figures were written last."""
        self.inputs = names_of(path)
        """Files and folders on which the page depends."""
        self._is_stale = True
        """Whether something was saved since the last draft."""
        self._meanwhile: list[frozenset[Path]] | None = None
        """What was saved while a draft is made, which may depend on more than the last one; None: none is made."""
        self._number = 0
        """Of the slides, by which a page says what it measured."""
        self._measured: Mapping[str, Measured] = {}
        """By the hash of the slide."""
        self._source: Source | None = None
        """The deck as it was saved last; None: it has to be read."""
        self._shown = Shown()
        self._diagrams = Diagrams(self.context.project, context.renderer, self)
        self._warm_up: Callable[[], object] = bool
        """What the renderer does once kept slides are on a screen: earlier it would take the browser's time."""

    def refresh(self) -> None:
        """Show the current state of the deck and run its missing cells; does nothing if the request is outdated."""
        if self._is_stale:  # reset only after reading it, because another thread may set it at any time
            self._is_stale, self._source = False, None
        elif not (self._cells.has_news or self._diagrams.has_news):
            return
        self._cells.has_news = self._diagrams.has_news = False
        saved: list[frozenset[Path]] = []
        self._meanwhile = saved
        if self.attempt(self._follow) and not self._cells.has_failed:  # while the page was made
            self._tell({"type": "whole"})
        else:
            self._cells.stop()
            self.idle()
        self._meanwhile = None
        if any(concerned(self.inputs, changes) for changes in tuple(saved)):
            self._is_stale = True
            self.stir()

    def measured(self, number: int, slides: Sequence[Measured | None]) -> None:
        """Handle measurements of the slides with a version number; None: unchanged."""
        self._warm_up()
        self._warm_up = bool
        order = self._screen.slides.order if self._screen else ()
        if number == self._number and len(slides) == len(order) and _can_be_read(slides):
            fresh = {key: faults for key, faults in zip(order, slides, strict=True) if faults is not None}
            self._measured = {key: fresh.get(key, self._measured.get(key, ())) for key in order}
            self._tell_findings()

    def accept(self, name: str) -> None:
        """Rewrite a mismatching output as ``--update`` would."""
        self._cells.later(lambda: self._accept(name))

    def run_live(self, cell: int, code: str, run: str) -> None:
        """Run code typed in place of a cell."""
        if self._screen:
            self.live.run(self._screen.draft, cell, code, run)

    @property
    def written(self) -> frozenset[Path]:
        """Files changed by running the deck."""
        if not self._known:
            return self._cells.written
        folder = figure_folder(self._known.plan.deck, self.context.project.root).resolve()
        figures = (figure.name for outcome in self._known.outcomes.values() for figure in outcome.figures)
        return self._cells.written | {folder / name for name in figures}

    def saved(self, changes: frozenset[Path], *, by_author: bool) -> bool:
        """Whether the page may be affected by changes of files; no changes: some may have been missed."""
        if by_author:  # possibly of another deck, which writes what this one reads
            self._cells.saved()
        if (meanwhile := self._meanwhile) is not None:  # before the inputs, which a draft sets before reading this
            meanwhile.append(changes)
        # inputs of missing cells that do not run are unknown
        is_stale = concerned(self.inputs, changes) or (by_author and self._cells.is_restless)
        if is_stale:
            self._is_stale = True
        return is_stale

    def stir(self) -> None:
        """Request a new draft."""
        self._pages.stir()

    def idle(self) -> None:
        """Nothing runs although outcomes are missing."""
        self._tell(messages.running((), None))

    def warn(self, text: str) -> None:
        """Report an event."""
        self._tell(messages.status(text, level="warning"))

    def close(self) -> None:
        """Stop all runs, and store what is shown."""
        self.live.close()
        self._cells.close()
        self._diagrams.close()
        if last := self._screen:
            keep_slides(self.path, last.draft.prepared.presentation, last.slides, self.context.project.store)

    def attempt(self, step: Callable[[], None]) -> bool:
        """Do something; return whether it succeeded. Failures are reported, and do not end the preview."""
        try:
            fault = contained(step, self.path, self.context.project.root)
        except DeckError as error:
            fault = error.findings[0]
        except MarpweaveError as error:
            fault = Finding(Kind.RENDER, Location(self.path, 1), str(error))
        if fault:
            self._tell(messages.broken(fault))
        return fault is None

    # -- what the page shows ------------------------------------------------------------

    def _follow(self) -> None:
        project = self.context.project
        self._recent.turn()
        source = self._source = self._source or self._read()
        project.environments.renew()  # packages may have been installed
        run = self._cells.run
        last, known = self._screen, known_of(source.deck, project, self._cells.results(run))
        self._draw(known)
        before, run = run, self._cells.follow(known, run)  # cells run while the page is made
        if run and run is not before:
            known = self._cells.in_a_moment(known, run, self._shown.seconds(known.missing[0]))
        draft = draft_of(source, project, known, self._shown, self.context.renderer)
        self._shown = self._shown.then(draft)
        self.inputs = frozenset(draft.inputs(project.root))
        self._diagrams.follow(draft)
        self._show(draft, edited(last.draft.checked.deck, draft.checked.deck) if last else None)
        self._tell(messages.running(draft.pending, run, source.deck.origins))

    def _read(self) -> Source:
        """The current state of the deck; raises DeckError."""
        source = source_of(self.path, self.context.project)
        if isinstance(source, Unreadable):
            self.inputs |= {name for _, path, _ in source.used for name in names_of(path)}
            self._tell(messages.findings(source.findings))
            raise DeckError(source.findings)
        return source

    def _show(self, draft: Draft, slide: int | None) -> None:
        """``slide``: the number of the edited one."""
        presentation, last = draft.prepared.presentation, self._screen.slides if self._screen else None
        pictures = self._pages.pictures
        addressed = replace(presentation, images=pictures.addressed(presentation.images),
                            frames=pictures.framed(presentation.frames))
        slides = after(self._rendered(addressed, last), last)
        self._number += slides != last
        draft = replace(draft, prepared=replace(draft.prepared, presentation=addressed))
        self._screen = Screen(draft, slides)
        self._tell(messages.slides(slides, draft.prepared, self._number, slide))
        self._tell_findings()

    def _rendered(self, presentation: Presentation, last: Slides | None) -> Slides:
        """The slides of a deck: those stored by its last preview, or from the renderer."""
        renderer, deaths = self.context.renderer, self.context.renderer.deaths
        if not last and (kept := kept_slides(self.path, presentation, self.context.project.store)):
            self._warm_up = partial(renderer.slides, presentation)
            return kept
        slides = renderer.slides(presentation, (*last.order, last.style) if last else ()).result()
        if renderer.deaths > deaths:
            self.warn("the renderer crashed and was restarted")
        return slides

    def _tell_findings(self) -> None:
        if self._screen:
            draft, slides = self._screen.draft, self._screen.slides
            faults = faults_of({"slides": [self._measured.get(key, ()) for key in slides.order]})
            rendered = RenderedDeck(len(slides.order), (*faults, *broken_themes(slides.broken)), {}, {})
            circular = [circular_finding(self.path)] if self._cells.is_restless else []
            findings = (*draft.findings, *rendering_findings(draft.prepared, rendered), *circular)
            self._tell(messages.findings(findings, draft.checked.deck.origins, draft.checked.checks))

    def _draw(self, known: Known) -> None:
        """Write the figures of known cells, as a build does."""
        deck, self._known = known.plan.deck, known
        if deck.adopted:
            write_figures(known.outcomes.values(), figure_folder(deck, self.context.project.root), Files())

    # -- what the author accepts --------------------------------------------------------

    def _accept(self, name: str) -> None:
        draft = self._screen.draft if self._screen else None
        finding = next((each for each in draft.findings if messages.id_of(each) == name), None) if draft else None
        if not draft or not finding or finding.kind not in messages.ACCEPTABLE:
            self.warn("not accepted: the output has changed since")
            return
        project = as_planned(self.context.project, draft.plan)
        alone = replace(project, settings=replace(project.settings, strict=True), events=Silent(),
                        runner=Stoppable(self.context.host))
        rewritten = rewrite(draft.checked, alone, line=finding.location.line)
        reason = next(iter(rewritten.left.values()), "there is no difference any more")
        if rewritten.edits:
            self._tell(messages.status("accepted"))
        else:
            self.warn(f"not accepted: {reason}")


def _can_be_read(slides: Sequence[Measured | None]) -> bool:
    """Whether a message has the format of our measuring script."""
    try:
        return all(faults_of({"slides": [slide or () for slide in slides]}))
    except (KeyError, TypeError):
        return False


def after(new: Slides, last: Slides | None) -> Slides:
    """New slides combined with those already known."""
    known = last.html if last else {}
    html = {key: new.html[key] if key in new.html else known[key] for key in new.order}
    return replace(new, html=html, css=last.css if new.css is None and last else new.css)
