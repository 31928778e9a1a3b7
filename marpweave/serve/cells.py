"""Runs the cells of a deck behind its page, until a newer save wants something else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from marpweave.build.project import Project
from marpweave.build.running import run_decks
from marpweave.model.deck import Cell
from marpweave.model.finding import Kind
from marpweave.model.outcome import Outcome
from marpweave.report.progress import Silent
from marpweave.serve.draft import Draft, same_steps
from marpweave.serve.forks import Forks
from marpweave.serve.held import Held, by_step
from marpweave.serve.kernels import Stoppable, StoppedError, Workshop

MAX_RUNS = 3
"""Runs without a save between them: what then still changes, changes in every run."""


@dataclass(slots=True)
class Run:
    """A run that has begun, and what it gave so far."""

    draft: Draft
    runner: Stoppable
    gave: dict[int, Outcome] = field(default_factory=dict)
    """By the step's number."""
    since: float = field(default_factory=time.time)
    """When the cell began that runs now."""

    @property
    def held(self) -> Held:
        """What it gave so far."""
        return Held(self.draft.checked.deck, self.draft.plan.steps, dict(self.gave))

    @property
    def current(self) -> int:
        """The number of the cell that runs; 0: none."""
        plan, last = self.draft.plan, max(self.gave, default=-1)
        steps = (plan.steps[n].what for n in plan.wanted if n > last and n in plan.reasons)
        return next((step.number for step in steps if isinstance(step, Cell)), 0)


class Page(Protocol):
    """Who wants the cells to run."""

    def attempt(self, step: Callable[[], None]) -> bool:
        """Do something that may fail -> whether it did not."""

    def stir(self) -> None:
        """Ask for another draft."""

    def idle(self) -> None:
        """Nothing runs any more, though something is missing."""

    def warn(self, text: str) -> None:
        """Tell what happened."""


class Cells:
    """The cells of one deck: a run at a time, in a thread of its own."""

    def __init__(self, project: Project, workshop: Workshop, page: Page) -> None:
        self._project, self._workshop, self._page = project, workshop, page
        self._thread = ThreadPoolExecutor(1, "cells")
        self.forks = Forks(workshop.zygote, workshop.environment, workshop.loop, workshop.settings.snapshots_memory)
        self._run: Run | None = None
        self._held: Held | None = None
        self._runs = 0
        self._died = False
        """Whether a kernel died in the last run, and not in the one before."""

    @property
    def run(self) -> Run | None:
        """What runs now."""
        return self._run

    def helds(self, run: Run | None) -> tuple[Held, ...]:
        """What the last run gave, and what ``run`` gave so far."""
        return tuple(each for each in (self._held, run and run.held) if each)

    def follow(self, draft: Draft, run: Run | None) -> None:
        """Run what is missing in a draft, unless ``run`` does, which ran when it was made; stop what is in vain."""
        if run and same_steps(run.draft.plan, draft.plan):
            return  # if nothing is missing, it is about to end, and to be kept
        self.stop()
        if draft.missing:
            self._begin(draft)

    def saved(self, changes: frozenset[Path]) -> None:
        """Somebody saved files: what is missing may run again, unless the cells did so themselves."""
        outcomes = self._held.outcomes.values() if self._held else ()
        own = {(self._project.root / file.name).resolve() for each in outcomes for file in each.provenance.written}
        if changes - own:
            self._runs = 0

    def stop(self) -> None:
        """Stop what runs."""
        if self._run:
            self._run.runner.stop()
        self._run = None

    def forget(self) -> None:
        """Forget what ran, and the states between the cells."""
        self.stop()
        self._held, self._runs = None, 0
        self.forks.close()

    def later(self, step: Callable[[], None]) -> None:
        """Do something that needs kernels when nothing runs any more."""
        def unless_stopped() -> None:
            with suppress(StoppedError):
                step()

        self._thread.submit(self._page.attempt, unless_stopped)

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self.forks.close()

    def _begin(self, draft: Draft) -> None:
        if self._runs < MAX_RUNS:
            self._runs += 1
            self._run = run = Run(draft, Stoppable(self._workshop, self.forks))
            self._thread.submit(self._work, run)

    def _work(self, run: Run) -> None:
        """Run the cells of a draft; the store and the session then know what they gave."""
        done = self._page.attempt(lambda: self._ran(run))
        if self._run is run:
            self._run = None
        if done:
            self._page.stir()
        else:
            self._page.idle()

    def _ran(self, run: Run) -> None:
        deck, steps = run.draft.checked.deck, run.draft.plan.steps
        project = replace(self._project, runner=run.runner, events=Heard(lambda *told: self._heard(run, *told)))
        with suppress(StoppedError):
            (ran,) = run_decks([deck], project, drawing=True)
            outcomes = by_step(deck, steps, ran.outcome)
            died = any(each.trouble and each.trouble.kind is Kind.KERNEL_DIED for each in outcomes.values())
            self._died = died and not self._died
            if self._died:
                self._page.warn("a kernel died; its cells run again")
            else:
                self._held = Held(deck, steps, outcomes, project.snapshot())

    def _heard(self, run: Run, cell: Cell, outcome: Outcome) -> None:
        """A cell has run."""
        run.gave |= {n: outcome for n, step in enumerate(run.draft.plan.steps) if step.what is cell}
        run.since = time.time()
        if self._run is run:
            self._page.stir()


class Heard(Silent):
    """Events that somebody hears cell by cell."""

    def __init__(self, done: Callable[[Cell, Outcome], None]) -> None:
        self._done = done

    @contextmanager
    def running(self, cells: int) -> Iterator[Callable[[Cell, Outcome], None]]:
        """Hear of each cell."""
        yield self._done
