"""A deck that is previewed: at each save its page follows, and cells run whose outcomes are not known.

It holds no truth: whatever it shows is what a build from nothing would make of the files as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from marpweave.build.faults import Unreadable, contained
from marpweave.build.pipeline import run_alone, source_of
from marpweave.build.project import Project
from marpweave.build.update import rewrite
from marpweave.cache.store import Recent, Store
from marpweave.errors import DeckError, MarpweaveError
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.environment import Environment
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome
from marpweave.render.findings import rendering_findings
from marpweave.render.live.slides import Slides
from marpweave.render.renderer import MarpRenderer
from marpweave.render.rendering import RenderedDeck, faults_of
from marpweave.report.progress import Silent
from marpweave.serve import messages
from marpweave.serve.cells import Cells
from marpweave.serve.draft import Draft, draft_of, edited, last_shown
from marpweave.serve.kernels import Stoppable, Workshop
from marpweave.serve.live import LiveCells
from marpweave.serve.watch import concerned, names_of
from marpweave.serve.web.feed import Message
from marpweave.serve.web.pictures import Pictures
from marpweave.weave.figures import figure_folder, write_figures

Measured = Sequence[Mapping[str, Any]]
"""What a page found wrong with a slide."""


@dataclass(frozen=True, slots=True)
class Studio:
    """What all sessions share."""

    project: Project
    renderer: MarpRenderer
    workshop: Workshop


class Session:
    """One deck and its page; drafts are made in one thread."""

    def __init__(self, path: Path, studio: Studio, tell: Callable[[Message], None], stir: Callable[[], None]) -> None:
        """``tell`` sends a message to the pages; ``stir`` asks for another draft."""
        self._recent = Recent(studio.project.store.files)
        self.path, self.studio = path, replace(studio, project=replace(studio.project, store=Store(self._recent)))
        self._tell, self._stir = tell, stir
        self._cells = Cells(self.studio.project, studio.workshop, self)
        self.live = LiveCells(self._cells.forks, studio.project.settings, tell)
        self.draft: Draft | None = None
        """The last one that could be read."""
        self.pictures = Pictures()
        self.inputs = names_of(path)
        """Files and folders on which the page depends."""
        self._slides: Slides | None = None
        self._number = 0
        """Of the slides, by which a page says what it measured."""
        self._measured: Mapping[str, Measured] = {}
        """By the hash of the slide."""
        self._shown: dict[str, Outcome] = {}
        self._environment: Environment | None = None

    def refresh(self) -> None:
        """Show the deck as it is on disk now, and have its missing cells run."""
        if self.attempt(self._follow):
            self._tell({"type": "whole"})
        else:
            self._cells.stop()

    def measured(self, number: int, slides: Sequence[Measured | None]) -> None:
        """Take what a page found wrong with the slides of a number; None: as before."""
        if number == self._number and self._slides and len(slides) == len(self._slides.order) and _can_be_read(slides):
            fresh = {key: faults for key, faults in zip(self._slides.order, slides, strict=True) if faults is not None}
            self._measured = {key: fresh.get(key, self._measured.get(key, ())) for key in self._slides.order}
            self._tell_findings()

    def accept(self, name: str) -> None:
        """Have an output rewritten that is not what the code gives, as ``--update`` would."""
        self._cells.later(lambda: self._accept(name))

    def run_live(self, cell: int, code: str, run: str) -> None:
        """Run what somebody typed in place of a cell."""
        if self.draft:
            self.live.run(self.draft, cell, code, run)

    def saved(self, changes: frozenset[Path]) -> bool:
        """Whether the page may be another one after these files changed; none: it is not known which."""
        if concerned(self.inputs, changes):
            self._cells.saved(changes)
            return True
        return False

    def stir(self) -> None:
        """Ask for another draft."""
        self._stir()

    def idle(self) -> None:
        """Nothing runs any more, though something is missing."""
        self._tell(messages.running((), None))

    def warn(self, text: str) -> None:
        """Tell what happened."""
        self._tell(messages.status(text, level="warning"))

    def close(self) -> None:
        """Stop what runs."""
        self.live.close()
        self._cells.close()

    def attempt(self, step: Callable[[], None]) -> bool:
        """Do something -> whether it could be done; why not is told, and does not end the preview."""
        try:
            fault = contained(step, self.path, self.studio.project.root)
        except DeckError as error:
            fault = error.findings[0]
        except MarpweaveError as error:
            fault = Finding(Kind.RENDER, Location(self.path, 1), str(error))
        if fault:
            self._tell(messages.broken(fault))
        return fault is None

    # -- what the page shows ------------------------------------------------------------

    def _follow(self) -> None:
        project = self.studio.project
        self._recent.turn()
        source = source_of(self.path, project)
        if isinstance(source, Unreadable):
            self._tell(messages.findings(source.findings))
            raise DeckError(source.findings)
        self._renew(source.deck)
        run = self._cells.run
        draft, last = draft_of(source, project, self._cells.helds(run), self._shown), self.draft
        self._shown |= last_shown(draft)
        self._show(draft, edited(last.checked.deck, draft.checked.deck) if last else None)
        self.inputs = frozenset((*draft.inputs(project.root), *packages_of(draft.plan.environment)))
        self._draw(draft)
        self._cells.follow(draft, run)
        self._tell(messages.running(draft.pending, self._cells.run))

    def _renew(self, deck: Deck) -> None:
        """Forget what ran if packages have been installed since."""
        project = self.studio.project
        project.environments.renew()
        now = project.environment(deck)
        if now != self._environment:
            self._cells.forget()
        self._environment = now

    def _show(self, draft: Draft, slide: int | None) -> None:
        """``slide``: the number of the one that was edited."""
        presentation, last = draft.prepared.presentation, self._slides
        addressed = replace(presentation, images=self.pictures.addressed(presentation.images))
        renderer, deaths = self.studio.renderer, self.studio.renderer.deaths
        made = renderer.slides(addressed, (*last.order, last.style) if last else ()).result()
        if renderer.deaths > deaths:
            self.warn("the renderer ended and was started again")
        self._slides = whole = after(made, last)
        self._number += whole != last
        self.draft = draft = replace(draft, prepared=replace(draft.prepared, presentation=addressed))
        self._tell(messages.slides(whole, draft.prepared, self._number, slide))
        self._tell_findings()

    def _tell_findings(self) -> None:
        draft, slides = self.draft, self._slides
        if draft and slides:
            faults = faults_of({"slides": [self._measured.get(key, ()) for key in slides.order]})
            rendered = RenderedDeck(len(slides.order), tuple(faults), {}, {})
            self._tell(messages.findings((*draft.findings, *rendering_findings(draft.prepared, rendered))))

    def _draw(self, draft: Draft) -> None:
        """Put the figures of known cells in their places, as a build does."""
        deck = draft.checked.deck
        if deck.adopted:
            write_figures(draft.outcomes.values(), figure_folder(deck, self.studio.project.root), Files())

    # -- what the author accepts --------------------------------------------------------

    def _accept(self, name: str) -> None:
        draft, project = self.draft, self.studio.project
        found = next((each for each in draft.findings if messages.id_of(each) == name), None) if draft else None
        if not draft or not found or found.kind not in messages.ACCEPTABLE:
            self.warn("not accepted: the output has changed meanwhile")
            return
        alone = replace(project, settings=replace(project.settings, strict=True), events=Silent(),
                        runner=Stoppable(self.studio.workshop))
        new = rewrite(draft.checked, alone, recheck=run_alone, line=found.location.line)
        why = next(iter(new.left.values()), "nothing differs any more")
        if new.edits:
            self._tell(messages.status("accepted"))
        else:
            self.warn(f"not accepted: {why}")


def packages_of(environment: Environment) -> Iterator[Path]:
    """The folders in which packages are installed."""
    return (Path(folder) for folder in environment.path if folder.endswith("-packages"))


def _can_be_read(slides: Sequence[Measured | None]) -> bool:
    """Whether a page says what our script measures."""
    try:
        return all(faults_of({"slides": [slide or () for slide in slides]}))
    except (KeyError, TypeError):
        return False


def after(made: Slides, last: Slides | None) -> Slides:
    """New slides with all that the last ones have of them."""
    known = last.html if last else {}
    html = {key: made.html[key] if key in made.html else known[key] for key in made.order}
    return replace(made, html=html, css=last.css if made.css is None and last else made.css)
