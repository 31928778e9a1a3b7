"""Runs the cells of previewed decks in kernels, until a newer save stops them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from marpweave.build.project import Environments
from marpweave.build.runners import Events, cells_of, runs_of
from marpweave.build.settings import Settings
from marpweave.cache.plan import Plan
from marpweave.kernel import client
from marpweave.kernel.zygote import KernelStart, Zygote, zygote
from marpweave.model.deck import NATIVE
from marpweave.model.environment import Environment
from marpweave.model.outcome import Outcome
from marpweave.serve.forks import Forks


class StoppedError(Exception):
    """The run was stopped: nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where kernels run for as long as decks are previewed."""

    settings: Settings
    loop: asyncio.AbstractEventLoop
    environment: Environment
    """As it was when the zygote imported."""
    zygote: Zygote | None


@dataclass(slots=True)
class Stoppable:
    """A runner for one run of a deck: from its states where there are some, else in a fresh kernel."""

    workshop: Workshop
    forks: Forks | None = None
    _running: Future[Any] | None = field(default=None)
    _stopped: bool = False

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan; raises StoppedError."""
        runs = runs_of(plans, self.workshop.settings)
        if self._stopped:
            raise StoppedError
        with events.running(cells_of(runs)) as done:
            self._running = asyncio.run_coroutine_threadsafe(self._outcomes(plans, runs, done), self.workshop.loop)
            if self._stopped:
                self._running.cancel()
            try:
                outcomes: list[list[Outcome]] = self._running.result()
            except CancelledError:
                raise StoppedError from None
        return outcomes

    async def _outcomes(
        self, plans: Sequence[Plan], runs: Sequence[client.DeckRun], done: client.Progress,
    ) -> list[list[Outcome]]:
        shop, forks = self.workshop, self.forks
        if forks and all(map(forks.suit, runs)):
            return [await forks.run(plan, run, done) for plan, run in zip(plans, runs, strict=True)]
        started = shop.zygote if all(run.environment == shop.environment for run in runs) else None
        return await client.run_decks(runs, jobs=shop.settings.jobs, progress=done,
                                      start=KernelStart(shop.settings.kernel_start), started=started)

    def stop(self) -> None:
        """End the run, wherever it is."""
        self._stopped = True
        if self._running:
            self._running.cancel()


@contextmanager
def workshop(settings: Settings) -> Iterator[Workshop]:
    """A loop for kernels in a thread of its own, and a process to fork them from."""
    environment = Environments(settings.python, settings.root).of(NATIVE)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="kernels", daemon=True)
    thread.start()
    with zygote(KernelStart(settings.kernel_start), environment, settings.root) as started:
        try:
            yield Workshop(settings, loop, environment, started)
        finally:
            asyncio.run_coroutine_threadsafe(_ended(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _ended() -> None:
    """End what still runs in this loop."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
