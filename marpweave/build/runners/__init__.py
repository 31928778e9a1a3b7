"""The ports through which a build acts: one runs cells, the other shows progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from marpweave.build.settings import Settings
from marpweave.model.deck import Cell
from marpweave.model.outcome import Outcome

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan
    from marpweave.kernel.client import DeckRun


class Events(Protocol):
    """Shows the progress of a build."""

    def running(self, cells: int) -> AbstractContextManager[Callable[[Cell, Outcome], None]]:
        """Show that ``cells`` cells run inside the block, which calls the given function after each."""

    def busy(self, what: str) -> AbstractContextManager[None]:
        """Show that a long step runs inside the block."""

    def note(self, text: str) -> None:
        """Show something that is not a finding, but worth knowing."""


class Runner(Protocol):
    """Runs the steps of decks."""

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel -> an outcome for each step."""


@dataclass(frozen=True, slots=True)
class Kernels:
    """Runs steps in Jupyter kernels on this machine, by this process."""

    settings: Settings

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel -> an outcome for each step."""
        import asyncio

        from marpweave.kernel import client
        from marpweave.kernel.zygote import KernelStart

        asked, runs = self.settings, runs_of(plans, self.settings)
        with events.running(cells_of(runs)) as done:
            return asyncio.run(client.run_decks(
                runs, jobs=asked.jobs, progress=done, start=KernelStart(asked.kernel_start)))


def runs_of(plans: Sequence[Plan], asked: Settings) -> list[DeckRun]:
    """What running the wanted steps needs."""
    from marpweave.kernel.client import DeckRun

    return [DeckRun(plan.deck, plan.running, plan.environment, asked.root, asked.timeout, asked.deck_timeout)
            for plan in plans]


def cells_of(runs: Sequence[DeckRun]) -> int:
    """How many cells run."""
    return sum(isinstance(step, Cell) for run in runs for step in run.steps)

