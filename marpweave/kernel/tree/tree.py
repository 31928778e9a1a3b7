"""One deck's kernel, and the snapshots that it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty
from typing import Any

from marpweave.files import work_folder
from marpweave.kernel.client import DeckKernel, DeckRun
from marpweave.kernel.start import Started, circumstances, new_kernel
from marpweave.kernel.tree.branches import Branch, Root, Snapshot, answer, ended
from marpweave.kernel.zygote import Forked, Zygote
from marpweave.model.finding import Finding
from marpweave.probe.tree.kernel import REQUEST
from marpweave.probe.zygote import Request

INSTALL = """known = set(__import__("sys").modules)
from marpweave.probe.tree import kernel as tree
tree.install(get_ipython(), {address!r}, known)
del tree, known
"""
TIMEOUT = 0.5
"""Seconds that an interrupted step has to clean up before its kernel is killed."""
LOOKS = 10
AGAIN = 0.5
"""Seconds until a kernel that does not answer is asked again."""
WELCOME = 10.0
"""Seconds until a kernel that goes on is heard."""


@dataclass(slots=True)
class Live:
    """A kernel that can run cells."""

    kernel: DeckKernel
    channels: Any
    """To it."""
    process: Forked | None = None
    """Itself; None: not yet known."""

    async def stop(self) -> None:
        """Interrupt the step that runs, and wait for a moment until it has cleaned up."""
        with contextlib.suppress(Exception):
            await self.kernel.manager.interrupt_kernel()
            await self.channels.kernel_info(reply=True, timeout=TIMEOUT)

    async def end(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            await ended(self.process)
        self.hang_up()

    def hang_up(self) -> None:
        """Close our side of its sockets."""
        self.channels.stop_channels()
        self.kernel.manager.context.destroy(linger=0)


class Tree:
    """The processes of one deck; every one of them ends when it is closed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(work_folder())
        self._kernels = self._requests = 0
        self.root: Root | None = None
        self.snapshots: list[Snapshot] = []
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

        started, _ = await self._launched(run, launch)
        assert self.root is not None
        try:
            channels = await started.client.async_start_new_kernel_client()
            live = Live(DeckKernel(started, run), channels)
            self.fault = await live.kernel.install(INSTALL.format(address=str(self.root.address)))
        except RuntimeError as error:  # so say Jupyter's libraries that it died
            raise OSError("the first kernel has ended") from error
        return live

    async def resume(self, run: DeckRun, snapshot: Snapshot) -> Live:
        """A kernel that goes on from a snapshot; raises OSError if the snapshot is gone."""
        async def launch(_command: list[str], _given: dict[str, Any]) -> Forked:
            return await snapshot.resumed({"connection_file": connection_file, "text": run.deck.text})

        connection_file = str(self._folder / f"{self._name()}.json")
        started, branch = await self._launched(run, launch)
        channels: Any = started.manager.client()
        channels.start_channels(stdin=False, hb=False, control=False)
        channels.allow_stdin = False
        started.client.kc = channels
        live = Live(DeckKernel(started, run), channels, branch.process)
        try:
            await answer(branch.process, _answered(channels), WELCOME)
        except BaseException:
            await live.end()
            raise
        return live

    def tell(self, live: Live, request: int | None = None, folder: str = "") -> None:
        """Give the kernel the deck's text, and ask for a snapshot if the request has a number.

        ``folder``: from now on it works there, and can change files nowhere else.
        """
        content = {"text": live.kernel.deck_run.deck.text, "request": request, "folder": folder}
        live.channels.shell_channel.send(live.channels.session.msg(REQUEST, content))

    async def snapshot(self, live: Live) -> Snapshot | str:
        """A snapshot of a kernel between two cells, or why there is none; raises OSError if the kernel is gone."""
        assert self.root is not None
        branch: Any = live.kernel.manager.provisioner
        self._requests += 1
        self.tell(live, self._requests)
        said, connection = await answer(branch.process, self.root.said(self._requests))
        if live.process is None:
            live.process = branch.process = Forked(said["live"])
        if said["fault"]:
            connection.close()
            return str(said["fault"])
        made = Snapshot(said["pid"], connection)
        if await self._has_programs(said["live"], made.pid):
            made.close()
            return "a program that it started runs on"
        self.snapshots.append(made)
        return made

    async def _has_programs(self, *kernels: int) -> bool:
        """Whether programs run, or nobody waited for their end; a fork's helper is gone after a moment."""
        assert self.root is not None
        known = [*kernels, *(each.pid for each in self.snapshots)]
        for _ in range(LOOKS):
            if not self.root.strays(known):
                return False
            await asyncio.sleep(0.002)
        return True

    def drop(self, snapshot: Snapshot) -> None:
        """End a snapshot."""
        self.snapshots.remove(snapshot)
        snapshot.close()

    def sweep(self) -> None:
        """End programs that a kernel left behind when it ended."""
        assert self.root is not None
        for stray in self.root.strays(each.pid for each in self.snapshots):
            with contextlib.suppress(ProcessLookupError):
                os.kill(stray, signal.SIGKILL)

    def close(self) -> None:
        """End everything."""
        for snapshot in self.snapshots:
            snapshot.close()
        self._stack.close()

    def _name(self) -> str:
        return f"kernel-{self._kernels}"

    async def _launched(
        self, run: DeckRun, launch: Callable[[list[str], dict[str, Any]], Awaitable[Forked]],
    ) -> tuple[Started, Branch]:
        started = new_kernel(self._folder, self._name(), run.deck, run.bounds)
        self._kernels += 1
        branch = Branch(kernel_spec=started.manager.kernel_spec, parent=started.manager)
        branch.launch = launch
        started.manager.provisioner = branch
        await started.client.async_start_new_kernel(**circumstances(run.deck, self._folder, run.bounds))
        assert self.root is not None
        branch.root = self.root.process.pid
        return started, branch


async def _answered(channels: Any) -> None:  # noqa: ANN401
    """Wait until a kernel's outputs are heard, and it answers."""
    while (await channels.iopub_channel.get_msg())["msg_type"] != "iopub_welcome":
        pass
    while True:
        channels.kernel_info()
        with contextlib.suppress(Empty):
            await channels.shell_channel.get_msg(timeout=AGAIN)
            return
