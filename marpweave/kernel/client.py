"""Runs the cells of decks in Jupyter kernels."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from marpweave.inputs.digests import place_digest
from marpweave.kernel.floods import MAX_SENT, FloodGuard
from marpweave.kernel.library import on_path
from marpweave.kernel.messages import confined, outcome_of, placed
from marpweave.kernel.sandbox import Bounds, refuse_unconfined, visible
from marpweave.kernel.start import Started, started_kernel
from marpweave.kernel.variables import watched_variables
from marpweave.kernel.zygote import KernelStart, Zygote, zygote
from marpweave.model.deck import Cell, Deck, Inline
from marpweave.model.environment import Environment
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Error, Outcome
from marpweave.probe import observe
from marpweave.probe.cell.header import PREFIX, FigureSettings, Header
from marpweave.probe.floods import MIME
from marpweave.probe.isolate import CAN_ISOLATE

GRACE = 3.0
"""Seconds that an interrupted cell gets to stop before its kernel is killed."""
MOMENT = 0.1
"""Seconds that a step gets after the deck's time limit."""
MAX_DEATHS = 3
"""Number of dead kernels after which the rest of a deck is not run."""
DIED = "the kernel died in this cell; names defined above it are lost"
FLOODED = f"the kernel was stopped: this cell sent more than {MAX_SENT >> 20} MB; names defined above it are lost"
ELSEWHERE = "its kernel may run on another machine"
"""Why kernels started by a provisioner cannot be observed."""
READY = "ready"
"""The reply of a kernel that has been set up."""


@dataclass(frozen=True, slots=True)
class DeckRun:
    """Everything needed to run one deck; a plain value."""

    deck: Deck
    steps: tuple[Cell | Inline, ...]
    """The steps to run, in order."""
    environment: Environment
    root: Path
    """The project's folder: on the import path, and the base of paths in messages."""
    timeout: float = 60.0
    """Default timeout of a cell in seconds."""
    deck_timeout: float = 600.0
    folder: Path | None = None
    """The working folder of cells; None: the deck's folder."""

    @property
    def place(self) -> Path:
        """The folder in which its cells run."""
        return self.folder or self.deck.path.resolve().parent

    @property
    def search(self) -> list[str]:
        """Folders that cells can import from."""
        return list(dict.fromkeys([str(self.place), str(self.root)]))

    @property
    def bounds(self) -> Bounds:
        """The limits of its sandbox."""
        return Bounds(self.place, self.root, self.environment, self.deck_timeout)


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of running code."""

    outputs: list[Any]
    timed_out: bool = False
    alive: bool = True
    """Whether the kernel can run more code."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a step."""

    outcome: Outcome
    alive: bool
    """Whether its kernel can run more code."""


Progress = Callable[[Cell, Outcome], None]


class KernelSetupError(Exception):
    """A kernel could not be observed, and so must not run any cells."""


async def run_decks(
    runs: Sequence[DeckRun], *, jobs: int, progress: Progress,
    start: KernelStart = KernelStart.WARM, started: Zygote | None = None,
) -> list[list[Outcome]]:
    """Run the steps of decks in at most ``jobs`` kernels at a time; return an outcome for each step.

    ``started``: a zygote that is already running. If some decks have to wait for others, a zygote is started for every
    other environment, too; otherwise it would be ready too late. Raises ToolError or UsageError, before running
    anything, if a deck must be sandboxed and cannot be.
    """
    refuse_unconfined(run.bounds for run in runs if run.deck.sandbox)
    free = asyncio.Semaphore(jobs)

    async def run(one: DeckRun, zygote: Zygote | None) -> list[Outcome]:
        async with free:
            return await run_deck(one, progress=progress, started=zygote)

    with contextlib.ExitStack() as stack:
        zygotes = [started] if started and start is KernelStart.WARM else []
        open_runs = [one for one in runs if not one.deck.sandbox]
        for each in open_runs if len(open_runs) > jobs else ():
            if not any(ready.is_for(each.environment) for ready in zygotes):
                new = stack.enter_context(zygote(start, each.environment, each.root))
                zygotes += [new] if new else []
        found = (next((ready for ready in zygotes if ready.is_for(each.environment)), None) for each in runs)
        return list(await asyncio.gather(*map(run, runs, found)))


async def run_deck(run: DeckRun, *, progress: Progress, started: Zygote | None = None) -> list[Outcome]:
    """Run cells of one deck, and evaluate its inline values, from top to bottom."""
    outcomes: list[Outcome] = []
    deadline = time.monotonic() + run.deck_timeout
    deaths = 0
    while len(outcomes) < len(run.steps) and deaths < MAX_DEATHS:
        async with started_kernel(run.deck, started, run.bounds) as running:
            kernel = DeckKernel(running, run)
            try:
                fault = await kernel.install() or await kernel.run_prelude()
            except KernelSetupError:
                deaths += 1
                if deaths == MAX_DEATHS:
                    raise
                continue
            if fault:
                outcomes.append(Outcome(ran=False, trouble=fault))
                break
            alive = True
            while len(outcomes) < len(run.steps) and alive:
                step = run.steps[len(outcomes)]
                finished = await kernel.run(step, deadline)
                outcomes.append(finished.outcome)
                alive = finished.alive
                if isinstance(step, Cell):
                    progress(step, finished.outcome)
        deaths += not alive
    return outcomes + [Outcome(ran=False)] * (len(run.steps) - len(outcomes))


class DeckKernel:
    """A running kernel that executes one deck."""

    def __init__(self, started: Started, run: DeckRun) -> None:
        self.manager = started.manager
        self.client = started.client
        self.deck_run = run
        self.session: FloodGuard = started.channels.session
        self.session.flooded = self._stop_flood

    async def install(self, before: str = "") -> Finding | None:
        """Set up the kernel's shell, after running ``before``; return why no cell can run. Raises KernelSetupError."""
        run = self.deck_run
        variables = watched_variables(run.deck, run.search)
        arguments = ", ".join(map(repr, (str(run.deck.path), run.deck.text, run.search, variables)))
        setup = f"from marpweave.probe import observe\nobserve.install(get_ipython(), {arguments})\ndel observe\n"
        said = await self._execute(f"{on_path(run.environment, run.root)}{before}{setup}print({READY!r})")
        if not any(output.get("text", "").endswith(f"{READY}\n") for output in said):
            error = outcome_of(said, MIME, seconds=0.0).error
            fault = f"the kernel could not be set up: {error.summary if error else said}"
            if run.environment.provisioner:  # the kernel may not see our files
                return Finding(Kind.ERROR, Location(run.deck.path, run.deck.kernel_line), fault)
            raise KernelSetupError(fault)
        return None

    async def run_prelude(self) -> Finding | None:
        """Run the prelude; return what is wrong with it. Its inputs count as inputs of the first cell."""
        run = self.deck_run
        if not run.deck.prelude:
            return None
        reply = await self._reply(run.deck.prelude, run.timeout)
        error = outcome_of(reply.outputs, MIME, seconds=0.0).error
        ending = error.summary if error else "" if reply.alive else "it kills the kernel"
        if reply.timed_out:
            ending = f"stopped after {run.timeout:g} s"
        message = f"the prelude failed, so no cell ran: {ending}"
        return Finding(Kind.ERROR, Location(run.deck.path, 1), message) if ending else None

    async def run(self, step: Cell | Inline, deadline: float) -> Finished:
        """Run one step; timeouts and dead kernels are outcomes, too."""
        own = step.options.execution.timeout if isinstance(step, Cell) else None
        left = max(deadline - time.monotonic(), MOMENT)
        return await self.run_code(code_of(step), step, min(own or self.deck_run.timeout, left))

    async def run_code(self, code: str, step: Cell | Inline, timeout: float) -> Finished:
        """Run code in place of a step."""
        run = self.deck_run
        begun = time.monotonic()
        reply = await self._reply(code, timeout)
        outcome = outcome_of(reply.outputs, MIME, seconds=time.monotonic() - begun)
        outcome = placed(outcome, run.root.resolve(), place_digest(run.search))
        if run.deck.sandbox:
            outcome = confined(outcome, visible(run.bounds, run.place))
        if run.environment.provisioner:
            outcome = outcome.with_provenance(volatile=ELSEWHERE)
        if reply.timed_out or not reply.alive:
            died = FLOODED if self.session.is_flooded else DIED
            outcome = _with_trouble(outcome, step, died, timeout if reply.timed_out else None)
        return Finished(outcome, reply.alive)

    async def _reply(self, code: str, timeout: float) -> Reply:
        """Execute code until it ends, times out, or the kernel dies."""
        from nbclient.exceptions import CellTimeoutError, DeadKernelError  # not before the first kernel has started

        stopped = asyncio.Event()
        watchdog = asyncio.create_task(self._stop_after(timeout, stopped))
        try:
            return Reply(await self._execute(code), timed_out=stopped.is_set())
        except (DeadKernelError, CellTimeoutError):
            return Reply([], timed_out=stopped.is_set(), alive=False)
        finally:
            watchdog.cancel()

    async def _stop_after(self, seconds: float, stopped: asyncio.Event) -> None:
        """Interrupt a cell after a timeout, and kill the kernel if it does not react."""
        await asyncio.sleep(seconds)
        stopped.set()
        await self.manager.interrupt_kernel()
        await asyncio.sleep(GRACE)
        await self.manager.shutdown_kernel(now=True)

    def _stop_flood(self) -> None:
        """Kill a kernel that sends too much."""
        self.stopping = asyncio.ensure_future(self.manager.shutdown_kernel(now=True))

    async def _execute(self, code: str) -> list[Any]:
        """The outputs of code; only the deck's own code is added to the shell's history."""
        from nbclient.exceptions import CellExecutionError, DeadKernelError
        from nbformat.v4 import new_code_cell

        self.session.received = 0
        cell = new_code_cell(code)
        self.client.nb.cells = [cell]
        self.client.reset_execution_trackers()  # no cell changes the displays of another one
        try:
            with contextlib.suppress(CellExecutionError):
                await self.client.async_execute_cell(cell, 0, store_history=code.startswith(PREFIX))
        except DeadKernelError:
            task = asyncio.current_task()
            if task and task.cancelling():  # nbclient would treat it as the death of the kernel
                raise asyncio.CancelledError from None
            raise
        return list(cell.outputs)


def _with_trouble(outcome: Outcome, step: Cell | Inline, died: str, timeout: float | None) -> Outcome:
    """The outcome of a step that timed out after ``timeout`` seconds, or whose kernel ``died``."""
    if timeout is not None:
        kind = Kind.TIMEOUT
        message = f"stopped after {timeout:g} s; give it more time with `#| timeout: SECONDS`, or make it finish"
    else:
        kind, message = Kind.KERNEL_DIED, died
    line = outcome.error.line if outcome.error and outcome.error.line else step.location.line
    finding = Finding(kind, Location(step.location.path, line), message, slide=step.slide)
    outputs = tuple(o for o in outcome.outputs if not isinstance(o, Error))
    return replace(outcome, outputs=outputs, trouble=finding)


def code_of(step: Cell | Inline) -> str:
    """The code to execute for a step."""
    if isinstance(step, Inline):
        return Header(step.location.line).before(f"print(({step.source}), end='')")
    top = step.location.line + 1
    code = "\n".join(step.script.code.split("\n")[step.first_row:]).rstrip("\n")  # without option lines
    if step.script.session:
        code = f"{observe.SESSION_HOOK}({code!r})"
    header = Header(top + step.first_row, step.label, tuple(top + row for row in step.script.watch),
                    FigureSettings(*astuple(step.options.figure)))
    code = header.before(code)
    isolated = step.options.execution.isolate and CAN_ISOLATE
    return f"{observe.ISOLATED_HOOK}({code!r})" if isolated else code
