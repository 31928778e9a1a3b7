"""Runs the cells of previewed decks, and can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marpweave.build.runners.local import cells_of, runs_of
from marpweave.build.runners.ports import Events
from marpweave.cache.plan import Plan
from marpweave.model.outcome import Outcome
from marpweave.serve.kernels.forks import Forks
from marpweave.serve.kernels.host import KernelHost

if TYPE_CHECKING:
    from marpweave.kernel import client


class StoppedError(Exception):
    """The run was stopped because it is obsolete."""


@dataclass(slots=True)
class Stoppable:
    """A runner for one run of a deck: from a snapshot if possible, otherwise in a fresh kernel."""

    host: KernelHost
    forks: Forks | None = None
    _running: Future[Any] | None = None
    _stopped: bool = False

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan; raises StoppedError."""
        runs = runs_of(plans, self.host.settings)
        if self._stopped:
            raise StoppedError
        with events.running(cells_of(runs)) as progress:
            self._running = asyncio.run_coroutine_threadsafe(self._outcomes(plans, runs, progress), self.host.loop)
            if self._stopped:
                self._running.cancel()
            try:
                outcomes: list[list[Outcome]] = self._running.result()
            except CancelledError:
                raise StoppedError from None
        return outcomes

    async def _outcomes(
        self, plans: Sequence[Plan], runs: Sequence[client.DeckRun], progress: client.Progress,
    ) -> list[list[Outcome]]:
        from marpweave.kernel import client
        from marpweave.kernel.zygote import KernelStart

        host, forks = self.host, self.forks
        if forks and all(map(forks.suit, runs)):
            return [await forks.run(plan, run, progress) for plan, run in zip(plans, runs, strict=True)]
        started = host.zygote if all(run.environment == host.environment for run in runs) else None
        return await client.run_decks(runs, jobs=host.settings.jobs, progress=progress,
                                      start=KernelStart(host.settings.kernel_start), started=started)

    def stop(self) -> None:
        """Stop the run."""
        self._stopped = True
        if self._running:
            self._running.cancel()
