"""The processes of a fork tree: one live kernel, and snapshots from which other kernels go on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import mmap
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from marpweave.kernel.zygote import Forked
from marpweave.probe.tree.kernel import REFUSED

ANSWER_TIMEOUT = 30.0
"""Seconds that a snapshot may take to come or to go on."""
POLL = 0.002
"""Seconds between two looks at whether a process has ended."""
MINFLT, RSS = 7, 21
"""Where numbers stand in what the system says of a process, counted from behind its name."""
PAGE = mmap.PAGESIZE
T = TypeVar("T")


class Branch(LocalProvisioner):
    """Starts a kernel that goes on from a snapshot, or the first one; signals reach no other kernel of the tree."""

    process: Any
    root: int
    """The process that witnesses the tree, which leads its group."""
    launch: Callable[[list[str], dict[str, Any]], Awaitable[Forked]]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Replace ``Popen``."""
        self.process = await self.launch(cmd, kwargs)
        self.cwd = kwargs["cwd"]
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Interrupt the cell and its programs; end nothing but the kernel."""
        if signum == signal.SIGINT:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.root, signum)
        else:
            self.process.send_signal(signum)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A process that waits between two cells."""

    pid: int
    connection: socket.socket

    async def resumed(self, request: dict[str, str]) -> Forked:
        """A kernel that goes on from here; raises OSError if the snapshot is gone, does not answer, or refuses."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await loop.sock_sendall(self.connection, json.dumps(request).encode())
                said = await loop.sock_recv(self.connection, 64)
        except TimeoutError as error:
            raise OSError("the snapshot does not answer") from error
        if not said:
            raise BrokenPipeError("the snapshot is gone")
        if said == REFUSED:
            raise OSError("modules must be imported again")
        return Forked(int(said))

    def close(self) -> None:
        """End it."""
        self.connection.close()


class Root:
    """The process behind which the whole tree stands: when it is closed, all of the tree ends."""

    def __init__(self, folder: Path, process: Forked) -> None:
        """``folder`` is the tree's own."""
        self.process = process
        self.address = folder / "tree"
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listening.settimeout(0)
        self._listening.bind(str(self.address))
        self._listening.listen()

    async def next_message(self, request: int) -> tuple[dict[str, Any], socket.socket]:
        """What a kernel that was asked for a snapshot says, or the snapshot itself; raises OSError.

        ``request``: its number. What came too late for an earlier one is turned away.
        """
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(self._listening)
            connection.settimeout(0)
            try:
                said = json.loads(await loop.sock_recv(connection, 4096) or "{}")
            except BaseException:
                connection.close()
                raise
            if said.get("request") == request:
                return said, connection
            connection.close()

    def strays(self, known: Iterable[int]) -> set[int]:
        """Processes of the tree that are neither kernels nor snapshots: programs that cells have started."""
        return set(_below(self.process.pid)) - set(known)

    def close(self) -> None:
        """End all processes."""
        self._listening.close()
        self.process.close()
        self.process.send_signal(signal.SIGALRM)  # it looks up
        self.process.wait()


async def wait_for_end(process: Forked) -> None:
    """Wait until a process has ended."""
    while process.poll() is None:
        await asyncio.sleep(POLL)


def memory_of(process: int) -> int:
    """Memory of a process: its own, and its part of what it shares; 0: it is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def faults_of(process: int) -> tuple[int, int]:
    """Bytes that a process has got page by page since it was forked, and what it has in all; (0, 0): it is gone.

    It gets a page of its own when it first writes to one that it shares. Cheap, unlike `memory_of`.
    """
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return int(said[MINFLT]) * PAGE, int(said[RSS]) * PAGE


async def wait_for_memory(process: int, seconds: float = 1.0) -> None:
    """Wait until the memory of a process is free, not longer than some seconds."""
    end = time.monotonic() + seconds
    while await asyncio.to_thread(memory_of, process) and time.monotonic() < end:
        await asyncio.sleep(POLL)


async def wait_for(process: Forked, waiting: Coroutine[Any, Any, T], seconds: float = ANSWER_TIMEOUT) -> T:
    """What is waited for; raises OSError if the process ends before it comes, or if it does not come in time."""
    wanted, end = asyncio.ensure_future(waiting), asyncio.ensure_future(wait_for_end(process))
    try:
        await asyncio.wait((wanted, end), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not wanted.done():
            raise OSError("a process of the deck has ended" if end.done() else "a process of the deck does not answer")
        return wanted.result()
    finally:
        wanted.cancel()
        end.cancel()


async def uninterrupted(waiting: Coroutine[Any, Any, T]) -> T:
    """Let something come to its end before the task is cancelled: half of it would confuse what comes next."""
    whole = asyncio.ensure_future(waiting)
    try:
        return await asyncio.shield(whole)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await whole
        raise


def _below(process: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (thread / "children").read_text(encoding="ascii").split()):
                found += [child, *_below(child)]
    return found
