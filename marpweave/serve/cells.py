"""Runs the cells of a deck behind its page, until a newer save wants something else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Protocol

from marpweave.build.project import Project
from marpweave.build.running import run_decks
from marpweave.cache.environment import is_as_it_was
from marpweave.cache.plan import Plan
from marpweave.model.deck import Cell
from marpweave.model.finding import Kind
from marpweave.model.outcome import Outcome
from marpweave.report.progress import Silent
from marpweave.serve.draft import Known, same_steps
from marpweave.serve.kernels.forks import Forks
from marpweave.serve.kernels.host import KernelHost
from marpweave.serve.kernels.stoppable import Stoppable, StoppedError
from marpweave.serve.results import Results, by_step, ended

MOMENT, LONGEST = 0.15, 0.5
"""Seconds for which a page waits for a cell that has just begun: what takes no longer is not shown as running. It waits
for what such a cell took last time, too, but not longer than this in all."""
MAX_RUNS = 8
"""Runs without a save between them: what then still changes, changes in every run."""


@dataclass(slots=True)
class Run:
    """A run that has begun, and what it gave so far."""

    known: Known
    runner: Stoppable
    gave: dict[int, Outcome] = field(default_factory=dict)
    """By the step's number."""
    since: float = field(default_factory=time.time)
    """When the cell began that runs now."""
    has_ended: bool = False
    """Whether it came to its end, though it may have been stopped since."""
    has_failed: bool = False
    """Whether it could not be made, which has been told."""
    is_over: bool = False
    news: Event = field(default_factory=Event)
    """Set when a cell has run, and when nothing runs any more."""

    @property
    def results(self) -> Results:
        """What it gave so far."""
        return Results(self.known.plan, dict(self.gave))

    @property
    def current(self) -> int:
        """The number of the cell that runs; 0: none."""
        plan, last = self.known.plan, max(self.gave, default=-1)
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

    def __init__(self, project: Project, host: KernelHost, page: Page) -> None:
        self._project, self._host, self._page = project, host, page
        self._thread = ThreadPoolExecutor(1, "cells")
        self.forks = Forks(host)
        self._run: Run | None = None
        """What was begun last, unless it was stopped; only drafts begin and stop."""
        self._results: Results | None = None
        self._runs = 0
        self.has_news = False
        """Whether the run gave something since it was last shown."""
        self.is_restless = False
        """Whether something is missing after all runs that there may be."""
        self._died = False
        """Whether a kernel died in the last run, and not in the one before."""

    @property
    def run(self) -> Run | None:
        """What runs now."""
        run = self._run
        return None if run and run.is_over else run

    @property
    def has_failed(self) -> bool:
        """Whether the last run could not be made, which has been told."""
        return self._run is not None and self._run.has_failed

    def results(self, run: Run | None) -> tuple[Results, ...]:
        """What the last run gave, and what ``run`` gave so far."""
        return tuple(each for each in (self._results, run and run.results) if each)

    def follow(self, known: Known, run: Run | None) -> Run | None:
        """Run what is missing, unless ``run`` does, which ran when that was looked up -> the run that does.

        What is in vain is stopped.
        """
        plan, now = known.plan, self._project.current_inputs()
        if run and same_steps(run.known.plan, plan) and run.results.stands(plan, now):
            return run  # if nothing is missing, it is about to end, and to be kept
        self.stop()
        begun = self._begin(known) if known.missing else None
        if run and not known.missing:
            self._stir()  # the draft shows what the stopped run gave, which holds no more
        self.is_restless = bool(known.missing) and not begun
        return begun

    def in_a_moment(self, known: Known, run: Run, last: float = 0.0) -> Known:
        """What is known when a run has begun and its first cell, if that takes no longer, has run.

        ``last``: the seconds that it took last time; where it would be shown as running anyway, it is at once.
        """
        if MOMENT + last <= LONGEST:
            run.news.wait(MOMENT + last)
        self.has_news = False
        now = replace(known, outcomes={**known.outcomes, **run.gave})
        if run.is_over:  # which may mean more than what it gave
            self.has_news = True
        return now

    @property
    def written(self) -> frozenset[Path]:
        """Files that they wrote in the last run and in this one."""
        outcomes = [outcome for each in self.results(self._run) for outcome in each.outcomes.values()]
        return frozenset((self._project.root / file.name).resolve()
                         for outcome in outcomes for file in outcome.provenance.written)

    def saved(self) -> None:
        """An author saved something: what is missing may run again."""
        self._runs = 0

    def stop(self) -> None:
        """Stop what runs."""
        if self._run:
            self._run.runner.stop()
        self._run, self.has_news = None, False

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

    def _begin(self, known: Known) -> Run | None:
        """Begin a run, unless there were too many."""
        if self._runs == MAX_RUNS:
            return None
        self._runs += 1
        self._run = run = Run(known, Stoppable(self._host, self.forks))
        self._thread.submit(self._work, run)
        return run

    def _work(self, run: Run) -> None:
        """Run what is missing; the store and the session then know what they gave."""
        done = self._page.attempt(lambda: self._ran(run))
        run.has_failed, run.is_over = not done, True
        run.news.set()
        if not (self._run is run or run.has_ended):
            return  # a newer draft has stopped it
        if done:
            self._stir()
        else:
            self._page.idle()

    def _stir(self) -> None:
        self.has_news = True
        self._page.stir()

    def _ran(self, run: Run) -> None:
        deck, steps = run.known.plan.deck, run.known.plan.steps
        project = replace(as_planned(self._project, run.known.plan), runner=run.runner,
                          events=Heard(lambda *told: self._heard(run, *told)))
        with suppress(StoppedError):
            (ran,) = run_decks([deck], project, drawing=True)
            run.has_ended = True
            outcomes = by_step(deck, steps, ran.outcome)
            died = any(each.trouble and each.trouble.kind is Kind.KERNEL_DIED for each in outcomes.values())
            self._died = died and not self._died
            if self._died:
                self._page.warn("a kernel died; its cells run again")
            elif is_as_it_was(run.known.plan.environment):
                self._results = ended(run.known.plan, outcomes, project.current_inputs())

    def _heard(self, run: Run, cell: Cell, outcome: Outcome) -> None:
        """A cell has run."""
        run.gave |= {n: outcome for n, step in enumerate(run.known.plan.steps) if step.what is cell}
        run.since = time.time()
        if self._run is run:
            self._stir()
        run.news.set()


def as_planned(project: Project, plan: Plan) -> Project:
    """A project in the environment of a plan: others may ask meanwhile which packages are installed."""
    return replace(project, environments=replace(project.environments, known={plan.deck.kernel: plan.environment}))


class Heard(Silent):
    """Events that somebody hears cell by cell."""

    def __init__(self, done: Callable[[Cell, Outcome], None]) -> None:
        self._done = done

    @contextmanager
    def running(self, cells: int) -> Iterator[Callable[[Cell, Outcome], None]]:
        """Hear of each cell."""
        yield self._done
