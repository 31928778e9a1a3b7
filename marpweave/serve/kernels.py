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
from marpweave.build.runners import Events
from marpweave.build.settings import Settings
from marpweave.cache.plan import Plan
from marpweave.kernel import client
from marpweave.kernel.zygote import KernelStart, Zygote, zygote
from marpweave.model.deck import NATIVE, Cell
from marpweave.model.outcome import Outcome


class StoppedError(Exception):
    """The run was stopped: nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where kernels run for as long as decks are previewed."""

    settings: Settings
    loop: asyncio.AbstractEventLoop
    zygote: Zygote | None


@dataclass(slots=True)
class Stoppable:
    """A runner for one run of a deck."""

    workshop: Workshop
    _running: Future[Any] | None = field(default=None)
    _stopped: bool = False

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan, each plan in a fresh kernel; raises StoppedError."""
        asked, shop = self.workshop.settings, self.workshop
        runs = [client.DeckRun(plan.deck, plan.running, plan.environment, asked.root, asked.timeout, asked.deck_timeout)
                for plan in plans]
        if self._stopped:
            raise StoppedError
        with events.running(sum(isinstance(step, Cell) for run in runs for step in run.steps)) as done:
            self._running = asyncio.run_coroutine_threadsafe(client.run_decks(
                runs, jobs=asked.jobs, progress=done, start=KernelStart(asked.kernel_start), started=shop.zygote),
                shop.loop)
            if self._stopped:
                self._running.cancel()
            try:
                outcomes: list[list[Outcome]] = self._running.result()
            except CancelledError:
                raise StoppedError from None
        return outcomes

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
            yield Workshop(settings, loop, started)
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
