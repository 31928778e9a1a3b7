"""Runs a deck in a fresh kernel each time, where kernels cannot be forked."""

from __future__ import annotations

import time

from marpweave.kernel.client import DeckKernel, DeckRun, Progress, run_deck
from marpweave.kernel.start import started_kernel
from marpweave.kernel.tree.incremental import MEMORY, IncrementalKernel
from marpweave.kernel.tree.trail import Holds, with_header
from marpweave.kernel.zygote import CAN_FORK, Zygote
from marpweave.model.environment import Environment
from marpweave.model.outcome import Outcome
from marpweave.probe.witness.syscalls import machine


class FreshKernel:
    """Has the interface of IncrementalKernel."""

    def __init__(self) -> None:
        self.faults: dict[int, str] = {}

    async def run(self, run: DeckRun, *, progress: Progress, holds: Holds) -> list[Outcome]:
        """Run all steps."""
        return await run_deck(run, progress=progress)

    async def try_code(self, run: DeckRun, code: str, *, behind: int, timeout: float, holds: Holds) -> Outcome:
        """The outcome of code after a step; the steps up to it run first."""
        async with started_kernel(run.deck, None, run.bounds) as started:
            kernel = DeckKernel(started, run)
            fault = await kernel.install() or await kernel.run_prelude()
            if fault:
                return Outcome(ran=False, trouble=fault)
            deadline = time.monotonic() + run.deck_timeout
            for step in run.steps[:behind + 1]:
                if not (await kernel.run(step, deadline)).alive:
                    return Outcome(ran=False)
            step = run.steps[max(behind, 0)]
            return (await kernel.run_code(with_header(code, step), step, timeout)).outcome

    def close(self) -> None:
        """Nothing to do."""


def no_snapshots(environment: Environment) -> str:
    """Why the kernels of an environment cannot be forked between cells, or ""."""
    if not CAN_FORK:
        return "kernels are forked on Linux only"
    if machine() is None:
        return "this processor's system calls are unknown"
    return "" if environment.is_own else "cells run in another Python"


def can_snapshot(run: DeckRun) -> bool:
    """Whether the kernel of a deck can be forked between cells; a sandboxed one cannot."""
    return not (no_snapshots(run.environment) or run.deck.sandbox)


def incremental_kernel(run: DeckRun, zygote: Zygote | None, memory: int = MEMORY) -> IncrementalKernel | FreshKernel:
    """A kernel for a deck while it is edited; ``memory``: limit for its processes in megabytes."""
    return IncrementalKernel(zygote, memory) if zygote and can_snapshot(run) else FreshKernel()
