"""Runs one deck repeatedly while it is edited, each time from the nearest valid state."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from marpweave.kernel.client import MAX_DEATHS, DeckRun, KernelSetupError, Progress
from marpweave.kernel.tree.branches import Snapshot, memory_of, uninterrupted, wait_for_memory
from marpweave.kernel.tree.copies import copy_of
from marpweave.kernel.tree.trail import Holds, Past, cheapest, files_stand, modules_of, past_of, standing, with_header
from marpweave.kernel.tree.tree import Live, Tree, start_tree
from marpweave.kernel.zygote import Zygote
from marpweave.model.deck import Cell
from marpweave.model.outcome import Outcome

MEMORY = 300
"""Default memory limit in megabytes for the processes of a deck."""
WEIGHING = 1.0
"""Seconds between measurements of memory."""


class IncrementalKernel:
    """Kernels for one deck while it is edited; at most one of them runs cells."""

    def __init__(self, zygote: Zygote, memory: int = MEMORY) -> None:
        """``memory``: limit in megabytes for the deck's processes."""
        self.faults: dict[int, str] = {}
        """Why there is no snapshot before a step, by its number."""
        self._zygote = zygote
        self._own: Zygote | None = None
        """A zygote in place of the one that is gone or has other variables than the deck."""
        self._memory = memory * 1_000_000
        self._weights: dict[int, int] = {}
        """Bytes that snapshots may take: of all as it was measured last, by 0, and what each one since then added."""
        self._looked = 0.0
        self._busy = asyncio.Lock()
        self._tree: Tree | None = None
        self._live: Live | None = None
        self._from: int | None = None
        """The number of the step before which the live kernel went on from a snapshot; None: nothing followed."""
        self._trail: list[Past] = []
        self._snapshots: dict[int, Snapshot] = {}
        """By the number of the step before which they wait; 0: a fresh kernel."""

    async def run(self, run: DeckRun, *, progress: Progress, holds: Holds) -> list[Outcome]:
        """Run steps from the nearest state that holds -> an outcome for each, as a fresh kernel would give.

        A step that ran before, behind the same steps, and of which ``holds`` is true, is not run again. When the task
        is cancelled, the running step is interrupted and its kernel ends; what ran before stays.
        """
        async with self._whole():
            await self._keep(standing(self._trail, run.steps, holds))
            fault = await self._advance(run, len(run.steps), progress)
            found = [fault] if fault else [past.outcome for past in self._trail]
            if self._is_heavy:
                await self._thin()
            return found + [Outcome(ran=False)] * (len(run.steps) - len(found))

    async def try_code(self, run: DeckRun, code: str, *, behind: int, timeout: float, holds: Holds) -> Outcome:
        """What code would give behind a step, -1: before the first one; it runs in a copy of the state, thrown away.

        Steps up to there that have not run yet do so first, and are remembered.
        """
        number = behind + 1
        async with self._whole():
            await self._keep(standing(self._trail, run.steps, holds))
            fault = await self._advance(run, number, lambda *_: None)
            if fault or len(self._trail) < number:
                return fault or Outcome(ran=False)
            if self._live:
                with contextlib.suppress(OSError):
                    await self._snapshot(self._live, self._live.at)
            await self._end_live()
            try:
                live = await self._reached(run, number)
                step = run.steps[max(behind, 0)]
                with copy_of(run.deck.path.resolve().parent) as folder:
                    self._tree_of().tell(live, folder=str(folder))
                    return (await live.kernel.run_code(with_header(code, step), step, timeout)).outcome
            finally:
                await self._end_live()

    def close(self) -> None:
        """End everything."""
        self._uproot()
        if self._own:
            self._own.close()
            self._own = None

    @contextlib.asynccontextmanager
    async def _whole(self) -> AsyncIterator[None]:
        """Allow one operation at a time; if it fails, no kernel is left in the middle of a step."""
        async with self._busy:
            try:
                yield
            except BaseException:
                if self._live:
                    await self._live.stop()
                await self._end_live()
                raise

    # -- steps -------------------------------------------------------------------------

    async def _advance(self, run: DeckRun, number: int, progress: Progress) -> Outcome | None:
        """Run all steps before a number; return the outcome of a failing prelude."""
        deadline = time.monotonic() + run.deck_timeout
        failures = 0
        while len(self._trail) < number and sum(not past.alive for past in self._trail) < MAX_DEATHS:
            try:
                live = await self._reached(run, len(self._trail), truly=True)
                if self._tree and (fault := self._tree.fault):
                    self._uproot()
                    return Outcome(ran=False, trouble=fault)
                if failures < MAX_DEATHS - 1:
                    await self._snapshot(live, live.at)
            except (KernelSetupError, OSError) as error:
                await self._end_live()
                failures += 1
                if failures == MAX_DEATHS:
                    raise KernelSetupError(str(error)) from error
                continue
            step = run.steps[len(self._trail)]
            finished = await live.kernel.run(step, deadline)
            self._trail.append(past_of(step, finished, self._trail))
            live.step_on(finished.outcome)
            if isinstance(step, Cell):
                progress(step, finished.outcome)
            await (uninterrupted(self._spare(run)) if finished.alive else self._end_live())
        return None

    async def _keep(self, number: int) -> None:
        """Forget all steps from a number on."""
        del self._trail[number:]
        for behind in [each for each in self._snapshots if each > number]:
            self._drop(behind)
        self.faults = {each: fault for each, fault in self.faults.items() if each <= number}
        if self._live and self._live.at > number:
            await self._end_live()
        if self._tree and self._tree.spare and self._tree.spare.at > number:
            await self._tree.end_spare()

    # -- states ------------------------------------------------------------------------

    async def _reached(self, run: DeckRun, number: int, *, truly: bool = False) -> Live:
        """A kernel before a step; ``truly``: after the first rerun step whose result differs."""
        live = self._live
        if live and (live.at < self._nearest(number) or not self._stands(live.at) or not live.is_current):
            await self._end_live()
        while self._live is None:
            await self._go_on(run, self._nearest(number))
        live = self._live
        live.kernel.deck_run = run
        self._tree_of().tell(live)
        deadline = time.monotonic() + run.deck_timeout
        while live.at < number:
            finished = await live.kernel.run(run.steps[live.at], deadline)
            if not finished.alive:
                await self._end_live()
                await self._keep(live.at)
                raise KernelSetupError("a cell that ran before now kills its kernel")
            if truly and not finished.outcome.resembles(self._trail[live.at].outcome):
                await self._keep(live.at)
                self._trail.append(past_of(run.steps[live.at], finished, self._trail))
                number = live.at + 1
            live.step_on(finished.outcome)
        return live

    def _tree_of(self) -> Tree:
        assert self._tree, "a kernel lives in it"
        return self._tree

    def _nearest(self, number: int) -> int:
        """The last step, up to a number, before which there is a state."""
        return next(at for at in range(number, -1, -1)
                    if at == 0 or (self._stands(at) and (at in self._snapshots or self._is_fresh(at))))

    def _stands(self, number: int) -> bool:
        """Whether files are as the deck had left them before a step."""
        return number == 0 or files_stand(self._trail[number - 1])

    def _is_fresh(self, number: int) -> bool:
        """Whether a step starts in a fresh kernel."""
        return number == 0 or not self._trail[number - 1].alive

    async def _go_on(self, run: DeckRun, number: int) -> None:
        """Try to get a kernel for the state before a step; the prelude runs after the first snapshot."""
        fresh = self._is_fresh(number)
        key = 0 if fresh else number
        if key in self._snapshots:
            await uninterrupted(self._resume(run, key, number))
        else:
            await self._begin(run, number)
        if self._live and fresh:
            self._tree_of().fault = await self._live.kernel.run_prelude()

    async def _begin(self, run: DeckRun, number: int) -> None:
        """Start a fresh kernel."""
        self._uproot()
        try:
            self._tree, self._live = await start_tree(run, self._own or self._zygote)
        except OSError:  # the zygote is gone, or has different variables
            if self._own:
                self._own.close()
            self._own = Zygote(run.environment, run.root, run.deck.env)
            self._tree, self._live = await start_tree(run, self._own)
        self._live.at = number
        await self._snapshot(self._live, 0)

    async def _resume(self, run: DeckRun, key: int, number: int) -> None:
        """Resume a kernel from a snapshot, which is dropped if that fails."""
        try:
            self._live = self._tree_of().take_spare(number) or await self._resumed(run, key, number)
            self._from = number
        except OSError:
            self._drop(key)

    async def _resumed(self, run: DeckRun, key: int, number: int) -> Live:
        modules = {path for past in self._trail[:number] for path, _ in modules_of(past.outcome)}
        return await self._tree_of().resume(run, self._snapshots[key], number, modules)

    async def _spare(self, run: DeckRun) -> None:
        """Keep a second kernel waiting where this run began, because the next edit is often of the same step."""
        number, self._from = self._from, None
        if number is None:
            return
        tree, key = self._tree_of(), 0 if self._is_fresh(number) else number
        if key in self._snapshots and not (tree.spare and tree.spare.at == number):
            await tree.end_spare()
            with contextlib.suppress(OSError):
                tree.spare = await self._resumed(run, key, number)

    def _uproot(self) -> None:
        if self._live:
            self._live.hang_up()
        if self._tree:
            self._tree.close()
        self._tree = self._live = self._from = None
        self._snapshots.clear()
        self._weights.clear()

    async def _end_live(self) -> None:
        if self._live and self._tree:
            await self._live.end()
            if self._live.process:
                self._tree.sweep()
            else:
                self._uproot()
        self._live = self._from = None

    # -- snapshots ---------------------------------------------------------------------

    async def _snapshot(self, live: Live, number: int) -> None:
        """Keep the state before a step, if possible; raises OSError if the kernel is gone."""
        key = 0 if self._is_fresh(number) else number
        if key not in self._snapshots:
            await uninterrupted(self._kept(live, key))
            if self._is_heavy and time.monotonic() > self._looked + WEIGHING:
                await self._thin()

    async def _kept(self, live: Live, key: int) -> None:
        """Take a snapshot of a kernel."""
        made = await self._tree_of().snapshot(live)
        if isinstance(made, str):
            self.faults[key] = made
        else:
            self._snapshots[key], self._weights[key] = made, live.growth()

    @property
    def _is_heavy(self) -> bool:
        """Whether snapshots may exceed the memory limit; estimated, since measuring takes longer than many cells."""
        return sum(self._weights.values()) > self._memory

    async def _thin(self) -> None:
        """Drop the snapshots that are fastest to recreate until the memory suffices."""
        while len(parts := await asyncio.to_thread(self._parts)) > 1 and sum(parts.values()) > self._memory:
            over = sum(parts.values()) - self._memory
            while over > 0 and len(self._snapshots) > 1:  # only as many as the best case requires
                number = cheapest(sorted(set(self._snapshots) - {0}), self._trail)
                over, dropped = over - parts[number], self._drop(number)
                await wait_for_memory(dropped.pid)  # shared pages now count for the remaining ones
        self._looked, self._weights = time.monotonic(), {0: sum(parts.values())}

    def _parts(self) -> dict[int, int]:
        return {number: memory_of(snapshot.pid) for number, snapshot in self._snapshots.items()}

    def _drop(self, number: int) -> Snapshot:
        dropped, _ = self._snapshots.pop(number), self._weights.pop(number, 0)
        self._tree_of().drop(dropped)
        return dropped
