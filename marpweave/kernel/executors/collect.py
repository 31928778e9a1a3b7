"""Collects progress and outcomes from workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

from marpweave.kernel.client import DeckRun, Progress
from marpweave.model.deck import Cell
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome, Provenance


@dataclass(frozen=True, slots=True)
class CellDone:
    """A cell has run on a worker."""

    run: int
    cell: int
    seconds: float


Pending = TypeVar("Pending")


class Mailbox(Generic[Pending]):
    """Receives progress of cells and finished decks, from any thread."""

    def __init__(self, runs: Sequence[DeckRun], progress: Progress) -> None:
        self.progress = progress
        self.queue: SimpleQueue[CellDone | Pending] = SimpleQueue()
        self.cells = {(number, step.number): step for number, run in enumerate(runs) for step in run.steps
                      if isinstance(step, Cell)}
        """Those of which nothing was told; a deck that a lost worker had begun tells of its first cells again."""

    def collected(self, pending: Mapping[Pending, int],
                  outcomes: Callable[[Pending], list[Outcome] | None]) -> dict[int, list[Outcome]]:
        """Wait for all pending decks; return outcomes by index of the run, without lost ones."""
        left, found = dict(pending), {}
        while left:
            said = self.queue.get()
            if isinstance(said, CellDone):
                self._cell_done(said)
            elif (gave := outcomes(said)) is not None:
                found[left.pop(said)] = gave
            else:
                del left[said]
        return found

    def _cell_done(self, said: CellDone) -> None:
        cell = self.cells.pop((said.run, said.cell), None)
        if cell:
            self.progress(cell, Outcome(provenance=Provenance(seconds=said.seconds)))


def lost(run: DeckRun) -> list[Outcome]:
    """The outcomes of a deck that crashes every worker."""
    fault = Finding(Kind.KERNEL_DIED, Location(run.deck.path, 1),
                    "every worker that ran this deck died; perhaps it needs more memory than one has")
    return [Outcome(ran=False, trouble=fault), *[Outcome(ran=False)] * (len(run.steps) - 1)]
