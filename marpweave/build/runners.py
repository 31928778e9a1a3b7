"""The ports through which a build acts: who runs cells, and who hears how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from marpweave.build.settings import Settings
from marpweave.model.deck import Cell
from marpweave.model.outcome import Outcome

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan


class Events(Protocol):
    """Hears how far a build is."""

    def running(self, cells: int) -> AbstractContextManager[Callable[[Cell, Outcome], None]]:
        """So many cells run inside of the block; it calls what it gets for each that has."""

    def busy(self, what: str) -> AbstractContextManager[None]:
        """A long step runs inside of the block."""

    def note(self, text: str) -> None:
        """What is no finding, but worth a word."""


class Runner(Protocol):
    """Runs the steps of decks."""

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel -> an outcome for each step."""


@dataclass(frozen=True, slots=True)
class Kernels:
    """Runs steps in Jupyter kernels on this machine."""

    settings: Settings

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel -> an outcome for each step."""
        from marpweave.kernel import client
        from marpweave.kernel.zygote import KernelStart

        asked = self.settings
        runs = [client.DeckRun(plan.deck, plan.running, asked.root, asked.timeout, asked.deck_timeout)
                for plan in plans]
        with events.running(sum(isinstance(step, Cell) for run in runs for step in run.steps)) as done:
            return asyncio.run(client.run_decks(
                runs, jobs=asked.jobs, progress=done, start=KernelStart(asked.kernel_start)))
