"""Starts Jupyter kernels, and cleans up all of their processes and files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from marpweave.errors import ToolError
from marpweave.files import work_folder
from marpweave.kernel.floods import MAX_SENT, FloodGuard
from marpweave.kernel.library import library_of
from marpweave.kernel.provisioner import SOCKETS, SandboxProvisioner, WarmProvisioner
from marpweave.kernel.sandbox import Bounds, Confined
from marpweave.kernel.variables import kernel_variables
from marpweave.kernel.watch import witnessed
from marpweave.kernel.zygote import Zygote
from marpweave.model.deck import Deck
from marpweave.model.environment import Environment
from marpweave.probe.sandbox import launch
from marpweave.probe.zygote import LAUNCHER

if TYPE_CHECKING:
    from nbclient import NotebookClient

ARGUMENTS = ("-f", "{connection_file}", "--InteractiveShellApp.ignore_cwd=True", "--HistoryManager.enabled=False",
             "--HistoryManager.hist_file=:memory:", "--IPKernelApp.capture_fd_output=True",
             "--IPKernelApp.log_level=ERROR")
START_TIMEOUT = 60.0
"""Timeout in seconds for the start of a kernel."""
RETRY = 0.5
"""Seconds until a kernel that does not answer is asked again."""
POLL = 0.005
"""Polling interval in seconds."""
LARGEST = 8 * MAX_SENT
"""Limit of one message in bytes; above `MAX_SENT`, since a message that is lost does not count as a flood."""


@dataclass(frozen=True, slots=True)
class Started:
    """A running kernel."""

    manager: AsyncKernelManager
    channels: Any
    client: NotebookClient


@contextlib.asynccontextmanager
async def started_kernel(deck: Deck, zygote: Zygote | None, bounds: Bounds) -> AsyncIterator[Started]:
    """A new kernel in the deck's folder, forked from a zygote if there is one; it is shut down on exit.

    ``bounds`` apply to a sandboxed deck, which is never forked. Raises ToolError if it ends or does not answer; the
    machine may have lacked processes or memory for a moment, so one that ends is started once more, as a new process.
    """
    with work_folder() as folder:
        try:
            try:
                started = await _started(folder, "kernel", deck, zygote, bounds)
            except ChildProcessError:
                started = await _started(folder, "again", deck, None, bounds)
        except OSError as error:
            python = bounds.environment.python
            raise ToolError(f"cannot start a kernel in {python}: {error}; for details, run "
                            f"`{python} -m ipykernel_launcher`") from None
        try:
            yield started
        finally:
            await _end(started.manager, started)


async def _started(folder: Path, name: str, deck: Deck, zygote: Zygote | None, bounds: Bounds) -> Started:
    """Start a kernel and wait for its answer; raises ChildProcessError if it ends before, OSError if it times out."""
    manager = new_kernel(folder, name, deck, bounds)
    if deck.sandbox:
        manager.provisioner = sandbox = SandboxProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
        sandbox.confined = Confined(bounds.place, folder, bounds)
    elif zygote:
        manager.provisioner = provisioner = WarmProvisioner(kernel_spec=manager.kernel_spec, parent=manager)
        provisioner.zygote = zygote
    started = None
    try:
        await manager.start_kernel(**launch_options(deck, folder, bounds))
        started = open_channels(manager)
        await wait_for_answer(started, START_TIMEOUT)
    except BaseException:
        await _end(manager, started)
        raise
    return started


def open_channels(manager: AsyncKernelManager) -> Started:
    """Open the channels to a kernel; the first time, imports what drives it while it starts."""
    channels: Any = manager.client(context=manager.context)  # else one without its options
    channels.start_channels(stdin=False, hb=False, control=False)
    channels.allow_stdin = False
    from nbclient import NotebookClient
    from nbformat.v4 import new_notebook  # compiles schemas the first time

    client = NotebookClient(
        new_notebook(), km=manager, allow_errors=True, timeout=None, iopub_timeout=30,
        raise_on_iopub_timeout=True, record_timing=False)
    client.kc = channels
    return Started(manager, channels, client)


async def wait_for_answer(started: Started, seconds: float) -> None:
    """Wait until a kernel answers and its outputs arrive; raises OSError if it ends or times out.

    Jupyter's own method waits for another 0.2 seconds afterwards.
    """
    asked: set[str] = set()
    try:
        async with asyncio.timeout(seconds):
            while not await _has_answered(started.channels, asked):
                if not await started.manager.is_alive():
                    raise ChildProcessError("it exited")
    except TimeoutError as error:
        raise OSError(f"no answer within {seconds:g} s") from error


async def _has_answered(channels: Any, asked: set[str]) -> bool:  # noqa: ANN401
    """Send a request and listen; return whether the kernel reported that it is idle again."""
    asked.add(channels.kernel_info())
    with contextlib.suppress(Empty):
        while True:
            said = await channels.iopub_channel.get_msg(timeout=RETRY)
            if said["msg_type"] == "iopub_welcome":  # its earlier answers could not reach us
                return False
            if said["content"].get("execution_state") == "idle" and said["parent_header"].get("msg_id") in asked:
                return True
    return False


async def _end(manager: AsyncKernelManager, started: Started | None) -> None:
    """Shut down a kernel; Jupyter's own method polls at intervals of 0.1 seconds."""
    with contextlib.suppress(Exception):
        if started:
            started.channels.stop_channels()
        if not manager.has_kernel:
            return
        if isinstance(manager.provisioner, LocalProvisioner):
            await manager.provisioner.kill()
            while await manager.provisioner.poll() is None:
                await asyncio.sleep(POLL)
            await manager.provisioner.wait()
        await manager.shutdown_kernel(now=True)


def new_kernel(folder: Path, name: str, deck: Deck, bounds: Bounds) -> AsyncKernelManager:
    """A kernel that is not yet launched, with files named ``name`` in a folder of its own."""
    environment = bounds.environment
    manager = AsyncKernelManager(
        kernel_spec_manager=_OneKernel(environment, sandboxed=deck.sandbox), session=FloodGuard(),
        connection_file=str(folder / f"{name}.json"),
        **({} if environment.provisioner else _transport(folder / name)))
    for option, number in ((zmq.MAXMSGSIZE, LARGEST), (zmq.RECONNECT_IVL, int(1000 * POLL))):  # for all of its sockets
        manager.context.setsockopt(option, number)
    return manager


def launch_options(deck: Deck, folder: Path, bounds: Bounds) -> dict[str, Any]:
    """Working folder and variables for launching a deck's kernel; ``folder`` is the kernel's own."""
    variables = kernel_variables(folder, deck.env, bounds.environment, library_of(bounds.environment, bounds.root))
    return {"cwd": str(bounds.place), "env": variables,
            "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # ipykernel echoes what programs print


def _transport(path: Path) -> dict[str, str]:
    """IPC sockets in a private folder; TCP on 127.0.0.1 if the path is too long for them."""
    socket = str(path)
    longest = 0 if sys.platform == "win32" else zmq.IPC_PATH_MAX_LEN
    return {"transport": "ipc", "ip": socket} if len(os.fsencode(socket)) + 2 < longest else {}


class _OneKernel(KernelSpecManager):  # type: ignore[misc,unused-ignore]
    """The ipykernel of one environment, regardless of installed kernelspecs."""

    def __init__(self, environment: Environment, *, sandboxed: bool) -> None:
        super().__init__()
        self.environment = environment
        self.sandboxed = sandboxed

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        there = self.environment
        command = [there.python, *there.options, LAUNCHER, *ARGUMENTS, *there.arguments]
        if self.sandboxed:  # interrupted by message, because signals do not reach it
            command[command.index(LAUNCHER):command.index(LAUNCHER) + 1] = launch.__name__, SOCKETS
            return KernelSpec(argv=command, language="python", interrupt_mode="message")
        if there.provisioner:  # the provisioner may start it on another machine
            return KernelSpec(argv=command, language="python", metadata={"kernel_provisioner": there.provisioner})
        return KernelSpec(argv=witnessed(command), language="python")
