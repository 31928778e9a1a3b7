"""Runs the cells of a deck in the background, until a newer save makes the run obsolete."""

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
"""Seconds to wait for a cell that has just started, so that fast ones are not shown as running, in addition to the time
that it took last time; no wait at all if the sum is longer than the second number."""
MAX_RUNS = 8
"""Runs without a save in between; inputs that still change then change in every run."""


@dataclass(slots=True)
class Run:
    """A run and its outcomes so far."""

    known: Known
    runner: Stoppable
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    """By index of the step."""
    since: float = field(default_factory=time.time)
    """Start time of the current cell."""
    has_ended: bool = False
    """Whether it completed, even if it was stopped afterwards."""
    has_failed: bool = False
    """Whether it failed to start, which has been reported."""
    is_over: bool = False
    news: Event = field(default_factory=Event)
    """Set whenever a cell has run, and at the end."""

    @property
    def results(self) -> Results:
        """The outcomes so far."""
        return Results(self.known.plan, dict(self.outcomes))

    @property
    def current(self) -> int:
        """The number of the running cell; 0: none."""
        plan, last = self.known.plan, max(self.outcomes, default=-1)
        steps = (plan.steps[n].what for n in plan.wanted if n > last and n in plan.reasons)
        return next((step.number for step in steps if isinstance(step, Cell)), 0)


class Page(Protocol):
    """The owner of the cells."""

    def attempt(self, step: Callable[[], None]) -> bool:
        """Do something that may fail; return whether it succeeded."""

    def stir(self) -> None:
        """Request a new draft."""

    def idle(self) -> None:
        """Called when nothing runs although outcomes are missing."""

    def warn(self, text: str) -> None:
        """Report an event."""


class Cells:
    """The cells of one deck: one run at a time, in a thread of its own."""

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
        """The current run."""
        run = self._run
        return None if run and run.is_over else run

    @property
    def has_failed(self) -> bool:
        """Whether the last run failed to start, which has been reported."""
        return self._run is not None and self._run.has_failed

    def results(self, run: Run | None) -> tuple[Results, ...]:
        """The outcomes of the last complete run, and those of ``run`` so far."""
        return tuple(each for each in (self._results, run and run.results) if each)

    def follow(self, known: Known, run: Run | None) -> Run | None:
        """Start a run for missing outcomes unless ``run``, current when they were looked up, provides them -> the run.

        An obsolete run is stopped.
        """
        plan, current = known.plan, self._project.current_inputs()
        if run and same_steps(run.known.plan, plan) and run.results.stands(plan, current):
            return run  # if nothing is missing, it is about to end and to be stored
        self.stop()
        started = self._begin(known) if known.missing else None
        if run and not known.missing:
            self._stir()  # the draft shows outcomes of the stopped run, which are no longer valid
        self.is_restless = bool(known.missing) and not started
        return started

    def in_a_moment(self, known: Known, run: Run, last: float = 0.0) -> Known:
        """What is known after a run has started and, if it is fast, its first cell has run.

        ``last``: the seconds that the cell took last time; a slow cell is shown as running immediately.
        """
        if MOMENT + last <= LONGEST:
            run.news.wait(MOMENT + last)
        self.has_news = False
        updated = replace(known, outcomes={**known.outcomes, **run.outcomes})
        if run.is_over:  # the run may have ended after ``known`` was computed
            self.has_news = True
        return updated

    @property
    def written(self) -> frozenset[Path]:
        """Files written in the last run and the current one."""
        outcomes = [outcome for each in self.results(self._run) for outcome in each.outcomes.values()]
        return frozenset((self._project.root / file.name).resolve()
                         for outcome in outcomes for file in outcome.provenance.written)

    def saved(self) -> None:
        """The author saved something: missing outcomes may be run again."""
        self._runs = 0

    def stop(self) -> None:
        """Stop the current run."""
        if self._run:
            self._run.runner.stop()
        self._run, self.has_news = None, False

    def later(self, step: Callable[[], None]) -> None:
        """Do something that needs kernels after the current run."""
        def unless_stopped() -> None:
            with suppress(StoppedError):
                step()

        self._thread.submit(self._page.attempt, unless_stopped)

    def close(self) -> None:
        """Stop permanently."""
        self.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self.forks.close()

    def _begin(self, known: Known) -> Run | None:
        """Start a run, unless there were too many."""
        if self._runs == MAX_RUNS:
            return None
        self._runs += 1
        self._run = run = Run(known, Stoppable(self._host, self.forks))
        self._thread.submit(self._work, run)
        return run

    def _work(self, run: Run) -> None:
        """Run what is missing, and store the outcomes."""
        succeeded = self._page.attempt(lambda: self._execute(run))
        run.has_failed, run.is_over = not succeeded, True
        run.news.set()
        if not (self._run is run or run.has_ended):
            return  # a newer draft stopped it
        if succeeded:
            self._stir()
        else:
            self._page.idle()

    def _stir(self) -> None:
        self.has_news = True
        self._page.stir()

    def _execute(self, run: Run) -> None:
        deck, steps = run.known.plan.deck, run.known.plan.steps
        project = replace(as_planned(self._project, run.known.plan), runner=run.runner,
                          events=CellEvents(lambda *result: self._record(run, *result)))
        with suppress(StoppedError):
            (ran,) = run_decks([deck], project, drawing=True)
            run.has_ended = True
            outcomes = by_step(deck, steps, ran.outcome)
            died = any(each.trouble and each.trouble.kind is Kind.KERNEL_DIED for each in outcomes.values())
            self._died = died and not self._died
            if self._died:
                self._page.warn("a kernel died; running its cells again")
            elif is_as_it_was(run.known.plan.environment):
                self._results = ended(run.known.plan, outcomes, project.current_inputs())

    def _record(self, run: Run, cell: Cell, outcome: Outcome) -> None:
        """Record the outcome of a cell."""
        run.outcomes |= {n: outcome for n, step in enumerate(run.known.plan.steps) if step.what is cell}
        run.since = time.time()
        if self._run is run:
            self._stir()
        run.news.set()


def as_planned(project: Project, plan: Plan) -> Project:
    """A project with the environment of a plan, even if packages are inspected again meanwhile."""
    return replace(project, environments=replace(project.environments, known={plan.deck.kernel: plan.environment}))


class CellEvents(Silent):
    """Events that report each cell to a callback."""

    def __init__(self, record: Callable[[Cell, Outcome], None]) -> None:
        self._record = record

    @contextmanager
    def running(self, cells: int) -> Iterator[Callable[[Cell, Outcome], None]]:
        """Report each cell."""
        yield self._record
