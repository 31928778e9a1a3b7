"""The incremental kernel of one deck: runs continue from its snapshots, and live cells run in copies of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from marpweave.cache.current import CurrentInputs, Where
from marpweave.cache.plan import Plan
from marpweave.model.deck import Cell
from marpweave.model.finding import Kind
from marpweave.model.outcome import Input, Outcome
from marpweave.serve.results import surroundings

if TYPE_CHECKING:
    from marpweave.kernel.client import DeckRun, Progress
    from marpweave.kernel.tree.fresh import FreshKernel
    from marpweave.kernel.tree.incremental import IncrementalKernel
    from marpweave.kernel.tree.trail import Holds
    from marpweave.serve.kernels.host import KernelHost

TRY_TIMEOUT = 10.0
"""Timeout in seconds for live cells."""


class Forks:
    """A deck's incremental kernel; its coroutines run in the event loop of the kernels."""

    def __init__(self, host: KernelHost) -> None:
        self._host = host
        self._kernel: IncrementalKernel | FreshKernel | None = None
        self._surroundings: tuple[object, ...] = ()
        self._declared: dict[int, tuple[Input, ...]] = {}
        """Inputs that authors name, as they were for an outcome that the kernel remembers, by its identity."""

    def suit(self, run: DeckRun) -> bool:
        """Whether a deck has snapshots to continue from."""
        from marpweave.kernel.tree.fresh import can_snapshot

        return self._host.zygote is not None and can_snapshot(run) and run.environment == self._host.environment

    async def run(self, plan: Plan, run: DeckRun, progress: Progress) -> list[Outcome]:
        """An outcome for each wanted step; valid ones that this kernel has run are reused."""
        numbers = {id(step.what): n for n, step in enumerate(plan.steps)}

        def record(cell: Cell, outcome: Outcome) -> None:
            self._declared[id(outcome)] = plan.declared[numbers[id(cell)]]
            progress(cell, outcome)

        outcomes = await self._for(plan, run).run(_run_up_to(plan, run, max(plan.wanted)), progress=record,
                                                  holds=self._holds(run))
        self._declared = {id(outcome): plan.declared[n] for n, outcome in enumerate(outcomes)}
        return [outcomes[n] for n in plan.wanted]

    async def try_code(self, plan: Plan, run: DeckRun, code: str, line: int) -> Outcome:
        """The outcome of code run after the cells above a line, without side effects on the deck's state."""
        behind = sum(step.what.location.line <= line for step in plan.steps) - 1
        return await self._for(plan, run).try_code(_run_up_to(plan, run, behind), code, behind=behind,
                                                   timeout=TRY_TIMEOUT, holds=self._holds(run))

    def begin(self, coroutine: Coroutine[Any, Any, Outcome]) -> Future[Outcome]:
        """Schedule a coroutine in the event loop of the kernels."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._host.loop)

    def close(self) -> None:
        """End all processes."""
        self._host.loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if self._kernel:
            self._kernel.close()
        self._kernel = None

    def _for(self, plan: Plan, run: DeckRun) -> IncrementalKernel | FreshKernel:
        """The kernel, replaced if the deck starts differently than before."""
        from marpweave.kernel.tree.fresh import incremental_kernel

        host, current = self._host, surroundings(plan)
        if self._kernel is None or current != self._surroundings:
            self._end()
            self._kernel = incremental_kernel(run, host.zygote, host.settings.snapshots_memory)
            self._surroundings, self._declared = current, {}
        return self._kernel

    def _holds(self, run: DeckRun) -> Holds:
        """Whether everything an outcome depends on is unchanged; its lines are, or it would not be looked up."""
        current, place = CurrentInputs(run.root, os.environ), Where(run.deck.path, run.deck.text)

        def holds(outcome: Outcome) -> bool:
            if outcome.trouble and outcome.trouble.kind is Kind.KERNEL_DIED:
                return False  # another process may have been the cause
            inputs = (each for each in outcome.provenance.inputs if each.kind != "lines")
            return not current.change((*inputs, *self._declared.get(id(outcome), ())), place)

        return holds


def _run_up_to(plan: Plan, run: DeckRun, last: int) -> DeckRun:
    """All steps up to ``last``: an incremental kernel identifies a state by the steps before it."""
    return replace(run, steps=tuple(step.what for step in plan.steps[:last + 1]))
