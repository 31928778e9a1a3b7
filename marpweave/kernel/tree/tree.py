"""One deck's live kernel and its snapshots."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError

from marpweave.files import work_folder
from marpweave.inputs.digests import file_digest
from marpweave.kernel.client import DeckKernel, DeckRun
from marpweave.kernel.start import START_TIMEOUT, launch_options, new_kernel, open_channels, wait_for_answer
from marpweave.kernel.tree.branches import Branch, Root, Snapshot, faults_of, wait_for, wait_for_end
from marpweave.kernel.tree.trail import modules_of
from marpweave.kernel.zygote import Forked, Zygote
from marpweave.model.finding import Finding
from marpweave.model.outcome import Outcome
from marpweave.probe.tree.kernel import REQUEST
from marpweave.probe.zygote import Request

INSTALL = """known = set(__import__("sys").modules)
from marpweave.probe.tree import kernel as tree
tree.install(get_ipython(), {address!r}, known)
del tree, known
"""
TIMEOUT = 0.05
"""Seconds that an interrupted step gets to clean up before its kernel is killed."""
LOOKS = 10
RESUME_TIMEOUT = 10.0
"""Timeout in seconds until a resumed kernel answers."""


@dataclass(slots=True)
class Live:
    """A kernel that can run cells."""

    kernel: DeckKernel
    channels: Any
    """Its channels."""
    process: Forked | None = None
    """Its process; None: not yet known."""
    at: int = 0
    """The number of the next step."""
    modules: dict[str, str] = field(default_factory=dict)
    """The files of modules that it has imported, with their digests at that time."""
    faults: int = 0
    resident: int = 0
    """Its memory when last measured, see `faults_of`; 0: never."""

    def growth(self) -> int:
        """Upper bound of the bytes it has allocated since the last snapshot, or of its total before the first."""
        assert self.process is not None, "a snapshot has been made"
        (faults, resident), before = faults_of(self.process.pid), (self.faults, self.resident)
        self.faults, self.resident = faults, resident
        return max(0, faults - before[0]) + max(0, resident - before[1]) if before[1] else resident

    def step_on(self, outcome: Outcome) -> None:
        """Record a step that it has run."""
        self.at += 1
        self.modules = dict(modules_of(outcome)) | self.modules

    @property
    def is_current(self) -> bool:
        """Whether the modules it has imported are unchanged."""
        return (not self.process or self.process.poll() is None) and \
            all(file_digest(path) == was for path, was in self.modules.items())

    async def stop(self) -> None:
        """Interrupt the running step, and give it a moment to clean up."""
        with contextlib.suppress(Exception):
            await self.kernel.manager.interrupt_kernel()
            await self.channels.kernel_info(reply=True, timeout=TIMEOUT)

    async def end(self) -> None:
        """End it immediately."""
        if self.process:
            self.process.kill()
            await wait_for_end(self.process)
        self.hang_up()

    def hang_up(self) -> None:
        """Close our side of its sockets."""
        self.channels.stop_channels()
        self.kernel.manager.context.destroy(linger=0)


class Tree:
    """The processes of one deck; all of them end when it is closed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(work_folder())
        self._kernels = self._requests = 0
        self.root: Root | None = None
        self.snapshots: list[Snapshot] = []
        self.spare: Live | None = None
        """A kernel that waits for the next edit where the last one was."""
        self.fault: Finding | None = None
        """What is wrong with the prelude."""

    async def start(self, run: DeckRun, zygote: Zygote) -> Live:
        """The first kernel, set up for the deck; raises OSError if a process ends, KernelSetupError."""
        async def launch(command: list[str], given: dict[str, Any]) -> Forked:
            variables = given["env"] | {"JPY_PARENT_PID": str(os.getpid())}
            if not zygote.suits(variables):
                raise OSError("the zygote has other variables")
            request = Request(
                command[command.index(zygote.command[0], 1):], given["cwd"], variables, home=str(self._folder))
            process = await asyncio.to_thread(zygote.fork, request)
            self.root = self._stack.enter_context(contextlib.closing(Root(self._folder, process)))
            return process

        manager, _ = await self._launch(run, launch)
        assert self.root is not None
        started = open_channels(manager)
        live = Live(DeckKernel(started, run), started.channels)
        await wait_for_answer(started, START_TIMEOUT)
        try:
            await live.kernel.install(INSTALL.format(address=str(self.root.address)))
        except DeadKernelError as error:
            raise OSError("the first kernel has ended") from error
        return live

    async def resume(self, run: DeckRun, snapshot: Snapshot, at: int, modules: Iterable[str]) -> Live:
        """A kernel resumed from the snapshot before a step, with ``modules`` imported; raises OSError."""
        before = {path: file_digest(path) for path in modules}

        async def launch(_command: list[str], _given: dict[str, Any]) -> Forked:
            return await snapshot.resumed({"connection_file": connection_file, "text": run.deck.text})

        connection_file = str(self._folder / f"{self._name()}.json")
        manager, branch = await self._launch(run, launch)
        started = open_channels(manager)
        live = Live(DeckKernel(started, run), started.channels, branch.process, at, before)
        try:
            await wait_for(branch.process, wait_for_answer(started, RESUME_TIMEOUT), RESUME_TIMEOUT)
        except BaseException:
            await live.end()
            raise
        _, live.resident = faults_of(branch.process.pid)
        return live

    def take_spare(self, at: int) -> Live | None:
        """The spare kernel before a step; changes made by others meanwhile are not attributed to it."""
        live = self.spare
        if not live or live.at != at or not live.is_current:
            return None
        self.spare = None
        self.tell(live, anew=True)
        return live

    async def end_spare(self) -> None:
        """End the spare kernel."""
        live, self.spare = self.spare, None
        if live:
            await live.end()

    def tell(self, live: Live, request: int | None = None, folder: str = "", *, anew: bool = False) -> None:
        """Send the deck's text to the kernel, and ask for a snapshot if ``request`` has a number.

        ``folder``: the only folder in which it may change files from now on. ``anew``: it begins to run cells.
        """
        content = {"text": live.kernel.deck_run.deck.text, "request": request, "folder": folder, "anew": anew}
        live.channels.shell_channel.send(live.channels.session.msg(REQUEST, content))

    async def snapshot(self, live: Live) -> Snapshot | str:
        """A snapshot of a kernel between cells, or why there is none; raises OSError if the kernel is gone."""
        assert self.root is not None
        branch: Any = live.kernel.manager.provisioner
        self._requests += 1
        self.tell(live, self._requests)
        said, connection = await wait_for(branch.process, self.root.next_message(self._requests))
        if live.process is None:
            live.process = branch.process = Forked(said["live"])
        if said["fault"]:
            connection.close()
            return str(said["fault"])
        made = Snapshot(said["pid"], connection)
        if await self._has_programs(said["live"], made.pid):
            made.close()
            return "a program that it started is still running"
        self.snapshots.append(made)
        return made

    async def _has_programs(self, *kernels: int) -> bool:
        """Whether there are running or zombie programs; helpers of a fork end after a moment."""
        assert self.root is not None
        known = [*kernels, *self._waiting()]
        for _ in range(LOOKS):
            if not self.root.strays(known):
                return False
            await asyncio.sleep(0.002)
        return True

    def _waiting(self) -> list[int]:
        """The idle processes."""
        spare = [self.spare.process.pid] if self.spare and self.spare.process else []
        return [*spare, *(each.pid for each in self.snapshots)]

    def drop(self, snapshot: Snapshot) -> None:
        """End a snapshot."""
        self.snapshots.remove(snapshot)
        snapshot.close()

    def sweep(self) -> None:
        """End programs that a kernel left behind."""
        assert self.root is not None
        for stray in self.root.strays(self._waiting()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(stray, signal.SIGKILL)

    def close(self) -> None:
        """End all processes."""
        for snapshot in self.snapshots:
            snapshot.close()
        if self.spare:
            self.spare.hang_up()
        self._stack.close()

    def _name(self) -> str:
        return f"kernel-{self._kernels}"

    async def _launch(
        self, run: DeckRun, launch: Callable[[list[str], dict[str, Any]], Awaitable[Forked]],
    ) -> tuple[AsyncKernelManager, Branch]:
        manager = new_kernel(self._folder, self._name(), run.deck, run.bounds)
        self._kernels += 1
        branch = Branch(kernel_spec=manager.kernel_spec, parent=manager)
        branch.launch = launch
        manager.provisioner = branch
        await manager.start_kernel(**launch_options(run.deck, self._folder, run.bounds))
        assert self.root is not None
        branch.root = self.root.process.pid
        return manager, branch


async def start_tree(run: DeckRun, zygote: Zygote) -> tuple[Tree, Live]:
    """A new tree and its first kernel; raises OSError, KernelSetupError."""
    tree = Tree()
    try:
        return tree, await tree.start(run, zygote)
    except BaseException:
        tree.close()
        raise
