"""Runs decks on this machine, in this process or in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marpweave.build.runners.ports import Events
from marpweave.build.settings import Sandbox, Settings
from marpweave.model.environment import NATIVE

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan
    from marpweave.kernel.client import DeckRun
    from marpweave.kernel.zygote import Zygote
    from marpweave.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Kernels:
    """Runs steps in Jupyter kernels, controlled by this process."""

    settings: Settings
    early: Zygote | None = None
    """A zygote of our own Python, started before it is known whether anything has to run."""

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel; return one outcome per step."""
        with self._zygote(plans) as started:
            import asyncio

            from marpweave.kernel import client
            from marpweave.kernel.zygote import KernelStart

            runs, start = runs_of(plans, self.settings), KernelStart(self.settings.kernel_start)
            with events.running(cells_of(runs)) as done:
                return asyncio.run(client.run_decks(
                    runs, jobs=self.settings.jobs, progress=done, start=start, started=started))

    def _zygote(self, plans: Sequence[Plan]) -> AbstractContextManager[Zygote | None]:
        """The zygote from which kernels are forked; it imports while this process goes on."""
        forked = [plan.environment for plan in plans if not plan.deck.sandbox]
        if not forked or (self.early and self.early.is_for(forked[0])):
            return nullcontext(self.early)
        from marpweave.kernel import zygote

        return zygote.zygote(zygote.KernelStart(self.settings.kernel_start), forked[0], self.settings.root)


@dataclass(frozen=True, slots=True)
class InProcesses:
    """Runs steps in Jupyter kernels, controlled by worker processes."""

    settings: Settings

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel; return one outcome per step."""
        from marpweave.kernel.executors.processes import Processes
        from marpweave.kernel.sandbox import refuse_unconfined
        from marpweave.kernel.zygote import KernelStart

        runs = runs_of(plans, self.settings)
        refuse_unconfined(run.bounds for run in runs if run.deck.sandbox)
        with events.running(cells_of(runs)) as done:
            return Processes(self.settings.jobs, KernelStart(self.settings.kernel_start)).run(runs, done)


@contextmanager
def kernels(settings: Settings) -> Iterator[Kernels]:
    """A local runner; if cells are certain to run, kernels start while decks are read."""
    if not _sure_to_run(settings):
        yield Kernels(settings)
        return
    from marpweave.kernel import zygote
    from marpweave.kernel.environments import own_environment

    with zygote.zygote(zygote.KernelStart(settings.kernel_start), own_environment(), settings.root) as early:
        yield Kernels(settings, early)


def _sure_to_run(settings: Settings) -> bool:
    """Whether it is certain, before reading any deck, that cells will run in our own Python."""
    known = settings.frozen or (settings.cache and settings.cache.is_dir() and not settings.verify)
    elsewhere = settings.python or settings.defaults.kernel != NATIVE or settings.sandbox is Sandbox.ALWAYS
    return not (known or elsewhere)


def runs_of(plans: Sequence[Plan], settings: Settings) -> list[DeckRun]:
    """What is needed to run the wanted steps."""
    from marpweave.kernel.client import DeckRun

    return [DeckRun(plan.deck, plan.running, plan.environment, settings.root, settings.timeout,
                    settings.deck_timeout)
            for plan in plans]


def cells_of(runs: Sequence[DeckRun]) -> int:
    """Number of cells to run."""
    from marpweave.model.deck import Cell

    return sum(isinstance(step, Cell) for run in runs for step in run.steps)
