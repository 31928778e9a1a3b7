"""Runs the cells of a deck in a Jupyter kernel; the one importer of nbclient."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from marpweave.files import work_folder
from marpweave.inputs.digests import place_digest
from marpweave.kernel.messages import outcome_of, placed
from marpweave.kernel.variables import MACHINE, hidden_variables, kernel_variables
from marpweave.kernel.watch import witnessed
from marpweave.model.deck import Cell, Deck, Inline
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Error, Outcome
from marpweave.probe import observe
from marpweave.probe.floods import MIME
from marpweave.probe.isolate import CAN_FORK

GRACE = 3.0
"""Seconds an interrupted cell has to stop before its kernel is killed."""
MOST_DEATHS = 3
"""After so many dead kernels the rest of a deck is not run."""
READY = "ready"
"""What a kernel says that was set up."""


@dataclass(frozen=True, slots=True)
class DeckRun:
    """All that running one deck needs; a plain value."""

    deck: Deck
    steps: tuple[Cell | Inline, ...]
    """What runs, in order."""
    root: Path
    """The project's folder: importable, and names in messages are relative to it."""
    timeout: float = 60.0
    """Seconds for a cell that names none."""
    deck_timeout: float = 600.0


Progress = Callable[[Cell, Outcome], None]


class KernelSetupError(Exception):
    """A kernel that cannot see what cells do must not run any."""


async def run_decks(runs: Sequence[DeckRun], *, jobs: int, progress: Progress) -> list[list[Outcome]]:
    """Run the steps of decks, at most ``jobs`` kernels at a time -> an outcome for each step."""
    free = asyncio.Semaphore(jobs)

    async def run(one: DeckRun) -> list[Outcome]:
        async with free:
            return await run_deck(one, progress=progress)

    return list(await asyncio.gather(*map(run, runs)))


async def run_deck(run: DeckRun, *, progress: Progress) -> list[Outcome]:
    """Run cells of one deck, and evaluate values in its prose, from top to bottom."""
    outcomes: list[Outcome] = []
    deadline = time.monotonic() + run.deck_timeout
    steps, deaths = run.steps, 0
    while len(outcomes) < len(steps) and deaths < MOST_DEATHS:
        async with _kernel(run) as kernel:
            try:
                await kernel.install()
            except KernelSetupError:
                deaths += 1
                if deaths == MOST_DEATHS:
                    raise
                continue
            if kernel.prelude_fault:
                outcomes.append(Outcome(ran=False, trouble=kernel.prelude_fault))
                break
            while len(outcomes) < len(steps) and not kernel.dead:
                step = steps[len(outcomes)]
                if isinstance(step, Cell):
                    outcomes.append(await kernel.run(step, deadline))
                    progress(step, outcomes[-1])
                else:
                    outcomes.append(await kernel.evaluate(step, deadline))
        deaths += kernel.dead
    return outcomes + [Outcome(ran=False)] * (len(steps) - len(outcomes))


@contextlib.asynccontextmanager
async def _kernel(run: DeckRun) -> AsyncIterator[_Kernel]:
    """Start a kernel for one deck; whatever happens, no process and no file is left."""
    with work_folder() as folder:
        manager = AsyncKernelManager(
            kernel_name="python3", kernel_spec_manager=_OwnKernel(), connection_file=str(folder / "kernel.json"),
            **_transport(folder))
        client = NotebookClient(
            new_notebook(), km=manager, allow_errors=True, timeout=None, iopub_timeout=30,
            raise_on_iopub_timeout=True, record_timing=False)
        started = {"cwd": str(run.deck.path.resolve().parent), "env": kernel_variables(folder, run.deck.env),
                   "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # ipykernel echoes what programs print
        try:
            async with client.async_setup_kernel(**started):
                yield _Kernel(manager, client, run)
        finally:
            with contextlib.suppress(Exception):
                if manager.has_kernel:
                    await manager.shutdown_kernel(now=True)


def _transport(folder: Path) -> dict[str, str]:
    """Sockets in a folder that only we can read; TCP on 127.0.0.1 where its path is too long for that."""
    socket = str(folder / "socket")
    longest = 0 if sys.platform == "win32" else zmq.IPC_PATH_MAX_LEN
    return {"transport": "ipc", "ip": socket} if len(os.fsencode(socket)) + 2 < longest else {}


class _OwnKernel(KernelSpecManager):  # type: ignore[misc,unused-ignore]
    """The ipykernel of this very Python, whatever kernels are installed on the machine."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        arguments = ["-f", "{connection_file}", "--InteractiveShellApp.ignore_cwd=True",
                     "--HistoryManager.enabled=False", "--IPKernelApp.capture_fd_output=True",
                     "--IPKernelApp.log_level=ERROR"]
        return KernelSpec(argv=witnessed([sys.executable, "-m", "ipykernel_launcher", *arguments]),
                          display_name="Python 3", language="python")


class _Kernel:
    """A running kernel that works through one deck."""

    def __init__(self, manager: AsyncKernelManager, client: NotebookClient, run: DeckRun) -> None:
        self.manager = manager
        self.client = client
        self.deck = run.deck
        self.settings = run
        self.path = str(run.deck.path)
        self.dead = False
        self.timed_out = False
        self.search: list[str] = []
        self.prelude_fault: Finding | None = None

    async def install(self) -> None:
        """Give the kernel's shell the deck's lines, then run the prelude; raises KernelSetupError."""
        folder, root = str(self.deck.path.resolve().parent), str(self.settings.root)
        self.search = list(dict.fromkeys([folder, root]))
        variables = {"machine": list(MACHINE), "hidden": hidden_variables(self.deck.env)}
        call = f"observe.install(get_ipython(), {self.path!r}, {self.deck.text!r}, {self.search!r}, {variables!r})"
        said = await self._execute(f"from marpweave.probe import observe\n{call}\ndel observe\n{READY!r}")
        if not any(output.get("data", {}).get("text/plain") == repr(READY) for output in said):
            raise KernelSetupError(f"the kernel could not be set up; it said {said}")
        raw = await self._within(self.settings.timeout, self.deck.prelude) if self.deck.prelude else ()
        error = outcome_of(raw, MIME, seconds=0.0).error
        ending = error.summary if error else "it takes the kernel down" if self.dead else ""
        if self.timed_out:
            ending = f"stopped after {self.settings.timeout:g} s"
        if ending:
            self.prelude_fault = Finding(
                Kind.ERROR, Location(self.deck.path, 1), f"the prelude fails, no cell was run: {ending}")

    async def run(self, cell: Cell, deadline: float) -> Outcome:
        """Run one cell; every way it may end is an outcome."""
        code, first = _trimmed(cell)
        if cell.script.session:
            code = f"__marpweave_session__({code!r})"
        patience = cell.options.execution.timeout or self.settings.timeout
        code = f"{_header(cell, first)}\n{code}"
        if cell.options.execution.isolate and CAN_FORK:
            code = f"__marpweave_isolated__({code!r})"
        return await self._timed(code, cell, (patience, deadline))

    async def evaluate(self, inline: Inline, deadline: float) -> Outcome:
        """The text of a value in prose, as what it prints."""
        code = f"{observe.HEADER}{json.dumps({'line': inline.location.line})}\nprint(({inline.source}), end='')"
        return await self._timed(code, inline, (self.settings.timeout, deadline))

    async def _timed(self, code: str, step: Cell | Inline, limits: tuple[float, float]) -> Outcome:
        """Execute code within its own patience and before the deck's deadline."""
        begun = time.monotonic()
        patience = min(limits[0], max(limits[1] - begun, 0.1))
        raw = await self._within(patience, code)
        outcome = outcome_of(raw, MIME, seconds=time.monotonic() - begun)
        outcome = placed(outcome, self.settings.root.resolve(), place_digest(self.search))
        return self._with_trouble(outcome, step, patience) if self.timed_out or self.dead else outcome

    async def _within(self, patience: float, code: str) -> list[Any]:
        """Execute code as long as there is patience, and the kernel lives."""
        self.timed_out = False
        watchdog = asyncio.create_task(self._stop_after(patience))
        try:
            return await self._execute(code)
        except (DeadKernelError, CellTimeoutError):
            self.dead = True
            return []
        finally:
            watchdog.cancel()

    def _with_trouble(self, outcome: Outcome, step: Cell | Inline, patience: float) -> Outcome:
        if self.timed_out:
            kind = Kind.TIMEOUT
            message = f"stopped after {patience:g} s; give it longer with `#| timeout: SECONDS` or make it end"
        else:
            kind, message = Kind.KERNEL_DIED, "the kernel died in this cell; names of the cells above are gone"
        error = outcome.error
        line = error.line if error and error.line else step.location.line
        finding = Finding(kind, Location(step.location.path, line), message, slide=step.slide)
        outputs = tuple(o for o in outcome.outputs if not isinstance(o, Error))
        return replace(outcome, outputs=outputs, trouble=finding)

    async def _stop_after(self, seconds: float) -> None:
        """Interrupt a cell that takes too long; kill a kernel that does not listen."""
        await asyncio.sleep(seconds)
        self.timed_out = True
        await self.manager.interrupt_kernel()
        await asyncio.sleep(GRACE)
        await self.manager.shutdown_kernel(now=True)

    async def _execute(self, code: str) -> list[Any]:
        """The outputs of code; what the deck holds gets a number among its inputs."""
        cell = new_code_cell(code)
        self.client.nb.cells = [cell]
        with contextlib.suppress(CellExecutionError):
            await self.client.async_execute_cell(cell, 0, store_history=code.startswith(observe.HEADER))
        return list(cell.outputs)


def _trimmed(cell: Cell) -> tuple[str, int]:
    """Code without its option lines and the blank lines before it, and its first line in the file."""
    lines = cell.script.code.split("\n")
    start = cell.option_lines
    while start < len(lines) and not lines[start].strip():
        start += 1
    return "\n".join(lines[start:]).rstrip("\n"), cell.location.line + 1 + start


def _header(cell: Cell, first: int) -> str:
    options = cell.options.figure
    chosen = {"fig_width": options.fig_width, "fig_height": options.fig_height, "fig_dpi": options.fig_dpi,
              "fig_format": options.fig_format}
    header = {
        "line": first, "label": cell.label, "watch": [cell.location.line + 1 + line for line in cell.script.watch],
        "figure": chosen if options != type(options)() else {},
    }
    return observe.HEADER + json.dumps(header)
