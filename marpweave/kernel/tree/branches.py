"""The processes of a fork tree: one live kernel, and snapshots from which others can be resumed."""

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
"""Timeout in seconds for creating or resuming a snapshot."""
POLL = 0.002
"""Polling interval in seconds for the end of a process."""
MINFLT, RSS = 7, 21
"""Field numbers in /proc/PID/stat, counted after the name."""
PAGE = mmap.PAGESIZE
T = TypeVar("T")


class Branch(LocalProvisioner):
    """Starts a kernel from a snapshot, or the first one; signals affect no other kernel of the tree."""

    process: Any
    root: int
    """The witness of the tree, which leads its process group."""
    launch: Callable[[list[str], dict[str, Any]], Awaitable[Forked]]

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Replace ``Popen``."""
        self.process = await self.launch(cmd, kwargs)
        self.cwd = kwargs["cwd"]
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Interrupt the cell and its programs; terminate only the kernel."""
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
        """A kernel resumed from here; raises OSError if the snapshot is gone, does not answer, or refuses."""
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
        """End the process."""
        self.connection.close()


class Root:
    """The root process of a tree; closing it ends the whole tree."""

    def __init__(self, folder: Path, process: Forked) -> None:
        """``folder``: the tree's own."""
        self.process = process
        self.address = folder / "tree"
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listening.settimeout(0)
        self._listening.bind(str(self.address))
        self._listening.listen()

    async def next_message(self, request: int) -> tuple[dict[str, Any], socket.socket]:
        """The next message of a kernel that was asked for a snapshot, with the snapshot's connection; raises OSError.

        ``request``: number of the request; late answers to earlier ones are rejected.
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
        """Processes of the tree other than kernels and snapshots: programs started by cells."""
        return set(_below(self.process.pid)) - set(known)

    def close(self) -> None:
        """End all processes."""
        self._listening.close()
        self.process.close()
        self.process.send_signal(signal.SIGALRM)  # makes the witness check its connection
        self.process.wait()


async def wait_for_end(process: Forked) -> None:
    """Wait until a process has ended."""
    while process.poll() is None:
        await asyncio.sleep(POLL)


def memory_of(process: int) -> int:
    """Proportional set size of a process in bytes; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def faults_of(process: int) -> tuple[int, int]:
    """Bytes that a process got by page faults since its fork, and its resident memory; (0, 0) if it is gone.

    Writing to a shared page for the first time causes a fault. Cheap, unlike `memory_of`.
    """
    try:
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return int(said[MINFLT]) * PAGE, int(said[RSS]) * PAGE


async def wait_for_memory(process: int, seconds: float = 1.0) -> None:
    """Wait until the memory of a process is freed, up to a timeout."""
    end = time.monotonic() + seconds
    while await asyncio.to_thread(memory_of, process) and time.monotonic() < end:
        await asyncio.sleep(POLL)


async def wait_for(process: Forked, waiting: Coroutine[Any, Any, T], seconds: float = ANSWER_TIMEOUT) -> T:
    """The result of ``waiting``; raises OSError if the process ends first, or after a timeout."""
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
    """Complete an operation before the task is cancelled, because half of it would leave an inconsistent state."""
    whole = asyncio.ensure_future(waiting)
    try:
        return await asyncio.shield(whole)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await whole
        raise


def _below(process: int) -> list[int]:
    """All descendants of a process."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (thread / "children").read_text(encoding="ascii").split()):
                found += [child, *_below(child)]
    return found
