"""A deck that is previewed: at each save its page follows, and cells run whose outcomes are not known.

It holds no truth: whatever it shows is what a build from nothing would make of the files as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from marpweave.build.faults import Unreadable, contained
from marpweave.build.pipeline import source_of
from marpweave.build.project import Project
from marpweave.build.running import run_decks
from marpweave.errors import MarpweaveError
from marpweave.inputs.used import Files
from marpweave.model.deck import Cell
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome
from marpweave.render.live.slides import Slides
from marpweave.render.renderer import MarpRenderer
from marpweave.serve import messages
from marpweave.serve.draft import Draft, draft_of, last_shown, same_steps
from marpweave.serve.feed import Message
from marpweave.serve.held import Held, by_step
from marpweave.serve.kernels import Stoppable, StoppedError, Workshop
from marpweave.serve.pictures import Pictures
from marpweave.weave.figures import figure_folder, write_figures

MAX_RUNS = 3
"""Runs of the same text, one behind the other: what then still changes, changes in every run."""


@dataclass(frozen=True, slots=True)
class Studio:
    """What all sessions share."""

    project: Project
    renderer: MarpRenderer
    workshop: Workshop


@dataclass(slots=True)
class Run:
    """A run that has begun, and what it gave so far."""

    draft: Draft
    runner: Stoppable
    gave: dict[int, Outcome] = field(default_factory=dict)
    since: float = field(default_factory=time.time)
    """When the cell began that runs now."""

    @property
    def held(self) -> Held:
        """What it gave so far."""
        return Held(self.draft.checked.deck, self.draft.plan.steps, dict(self.gave))

    @property
    def current(self) -> int | None:
        """The number of the cell that runs."""
        left = (what for n in self.draft.plan.wanted if n not in self.gave
                and isinstance(what := self.draft.plan.steps[n].what, Cell))
        cell = next(left, None)
        return cell.number if cell else None


class Session:
    """One deck; drafts are made in one thread, cells run from another."""

    def __init__(self, path: Path, studio: Studio, tell: Callable[[Message], None], stir: Callable[[], None]) -> None:
        """``tell`` sends a message to the pages; ``stir`` asks for another draft."""
        self.path, self.studio = path, studio
        self._tell, self._stir = tell, stir
        self._pool = ThreadPoolExecutor(1, f"run {path.stem}")
        self.draft: Draft | None = None
        """The last one that was whole."""
        self.pictures = Pictures()
        self.inputs: frozenset[Path] = frozenset({path.resolve()})
        """Files and folders on which the page depends."""
        self._slides: Slides | None = None
        self._number = 0
        self._held: Held | None = None
        self._shown: dict[str, Outcome] = {}
        self._run: Run | None = None
        self._runs = 0

    def refresh(self) -> None:
        """Show the deck as it is on disk now, and have its missing cells run."""
        faults = self._attempt(self._follow)
        if faults:
            self._stop()
            self._tell(messages.broken(faults[0]))
            self._tell(messages.findings(faults))
        else:
            self._tell({"type": "whole"})

    def _attempt(self, step: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
        """What a step finds that keeps the deck from being shown; a fault of ours does not end the preview."""
        try:
            done = contained(step, self.path, self.studio.project.root)
        except MarpweaveError as error:
            return (Finding(Kind.RENDER, Location(self.path, 1), str(error)),)
        return (done,) if isinstance(done, Finding) else done

    def depends_on(self, changes: frozenset[Path]) -> bool:
        """Whether the page may be another one after these files changed; none: it is not known which."""
        return not changes or any(
            not self.inputs.isdisjoint((path, path.parent, path.with_suffix(""))) for path in changes)

    def close(self) -> None:
        """Stop what runs."""
        self._stop()
        self._pool.shutdown()

    # -- what the page shows ------------------------------------------------------------

    def _follow(self) -> tuple[Finding, ...]:
        """Show what is known and begin to run what is not -> why the deck cannot be read."""
        project = self.studio.project
        source = source_of(self.path, project)
        if isinstance(source, Unreadable):
            return source.findings
        run = self._run  # before what it gave is taken: a run that ends meanwhile has asked for another draft
        helds = [each for each in (self._held, run and run.held) if each]
        draft = draft_of(source, project, helds, self._shown)
        if self.draft is None or self.draft.checked.deck.text != source.deck.text:
            self._runs = 0
        self.draft = draft
        self._shown |= last_shown(draft)
        self.inputs = frozenset(draft.inputs(project.root))
        self._show(draft)
        self._draw(draft)
        if not draft.missing:
            self._stop()
        elif not (run and same_steps(run.draft.plan, draft.plan)):
            self._begin(draft)
        self._tell_running()
        return ()

    def _show(self, draft: Draft) -> None:
        presentation, last = draft.prepared.presentation, self._slides
        presentation = replace(presentation, images=self.pictures.addressed(presentation.images))
        made = self.studio.renderer.slides(presentation, (*last.order, last.style) if last else ()).result()
        self._slides = whole = after(made, last)
        self._number += whole != last
        sources = [draft.prepared.source_slide(n) for n in range(1, len(made.order) + 1)]
        self._tell(messages.slides(whole, draft.checked.deck, sources, self._number))
        self._tell(messages.findings(draft.findings))

    def _draw(self, draft: Draft) -> None:
        """Put the figures of known cells in their places, as a build does."""
        deck = draft.checked.deck
        if deck.adopted:
            write_figures(draft.outcomes.values(), figure_folder(deck, self.studio.project.root), Files())

    # -- what runs ----------------------------------------------------------------------

    def _begin(self, draft: Draft) -> None:
        self._stop()
        if self._runs >= MAX_RUNS:
            return
        self._runs += 1
        self._run = run = Run(draft, Stoppable(self.studio.workshop))
        self._pool.submit(self._work, run)

    def _stop(self) -> None:
        if self._run:
            self._run.runner.stop()
        self._run = None

    def _work(self, run: Run) -> None:
        """Run the cells of a draft; the store and the session then know what they gave."""
        faults = self._attempt(lambda: self._ran(run))
        if faults:
            self._tell(messages.broken(faults[0]))
        if self._run is run:
            self._run = None
        if not faults:
            self._stir()

    def _ran(self, run: Run) -> tuple[Finding, ...]:
        deck, steps, heard = run.draft.checked.deck, run.draft.plan.steps, _Heard(partial(self._heard, run))
        with suppress(StoppedError):
            (ran,) = run_decks([deck], replace(self.studio.project, runner=run.runner, events=heard), drawing=True)
            self._held = Held(deck, steps, by_step(deck, steps, ran.outcome), self.studio.project.snapshot())
        return ()

    def _heard(self, run: Run, cell: Cell, outcome: Outcome) -> None:
        """A cell has run."""
        run.gave |= {n: outcome for n, step in enumerate(run.draft.plan.steps) if step.what is cell}
        run.since = time.time()
        if self._run is run:
            self._stir()

    def _tell_running(self) -> None:
        run, cells = self._run, self.draft.pending if self.draft else ()
        since = {run.current: run.since} if run and run.current else {}
        self._tell(messages.running(cells if run else (), since))


def after(made: Slides, last: Slides | None) -> Slides:
    """New slides with all that the last ones have of them."""
    known = last.html if last else {}
    html = {key: made.html[key] if key in made.html else known[key] for key in made.order}
    return replace(made, html=html, css=last.css if made.css is None and last else made.css)


@dataclass(frozen=True, slots=True)
class _Heard:
    """Events of a run that only its session hears."""

    done: Callable[[Cell, Outcome], None]

    @contextmanager
    def running(self, _cells: int) -> Iterator[Callable[[Cell, Outcome], None]]:
        """Hear of each cell."""
        yield self.done

    @contextmanager
    def busy(self, _what: str) -> Iterator[None]:
        """Nothing takes long."""
        yield

    def note(self, text: str) -> None:
        """What is no finding is told when the server starts."""
