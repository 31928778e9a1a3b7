"""Uses the time in which cells run to get the renderer ready for their deck."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

from marpweave.build.runners.ports import Events, Runner
from marpweave.model.outcome import Outcome

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan

TURN = 0.0005
"""Seconds for which one thread of Python keeps another waiting; with the usual 0.005, messages of kernels wait."""


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Runs steps with another runner, and beside it rehearses the first deck."""

    runner: Runner
    rehearse: Callable[[Plan], object]
    """What it gives, or raises, does not matter."""

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel; return one outcome per step."""
        with _taking_turns():
            rehearsal = Thread(target=self._rehearse, args=(plans[0],))
            rehearsal.start()
            try:
                return self.runner.run(plans, events)
            finally:
                rehearsal.join()

    def _rehearse(self, plan: Plan) -> None:
        from marpweave.kernel import client  # noqa: F401  waits for the runner to import it first

        with suppress(Exception):
            self.rehearse(plan)


@contextmanager
def _taking_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
