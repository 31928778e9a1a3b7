"""A process that has imported what kernels need, and is forked for each deck; cheap to import and to start."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from marpweave.kernel import watch
from marpweave.kernel.library import library_of
from marpweave.kernel.variables import kernel_variables
from marpweave.model.environment import Environment
from marpweave.probe.zygote import Request

CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Elsewhere it is not safe to fork a process that has loaded system libraries."""
TIMEOUT = 60.0
"""Timeout in seconds for the first fork, which waits for the imports."""


class KernelStart(StrEnum):
    """How kernels start."""

    COLD = "cold"
    """As new processes."""
    WARM = "warm"
    """As forks of one process, if safe and worthwhile."""


class Forked:
    """A process that is not our child, with the methods of ``subprocess.Popen`` that `LocalProvisioner` uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket | None = None) -> None:
        """``connection``: the process ends when it is closed."""
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """0 if it has ended, None if it is running; only the zygote knows the true exit code."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self.returncode = 0
            os.close(self._handle)
            self.close()
        return self.returncode

    def wait(self) -> int:
        """Wait until it has ended."""
        if self.returncode is None:
            select.select([self._handle], [], [])
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def close(self) -> None:
        """Close the connection, so that it ends."""
        if self._connection:
            self._connection.close()

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Terminate it."""
        self.send_signal(signal.SIGTERM)


class Zygote:
    """A process from which kernels are forked."""

    def __init__(self, environment: Environment, root: Path, let: Sequence[str] = ()) -> None:
        """Start it; requests wait for its imports. ``let``: variables that the author allows."""
        self.command = [environment.python, *environment.options]
        """How kernels of its environment start, too."""
        self.variables = kernel_variables(Path(), let, environment, library_of(environment, root)) | {
            "JPY_PARENT_PID": str(os.getpid())}
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*self.command, "marpweave.probe.zygote", str(theirs.fileno())], env=self.variables, cwd=os.sep,
                pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert self._process.stdin is not None
        self._process.stdin.close()

    def is_for(self, environment: Environment) -> bool:
        """Whether kernels of an environment can be forked from it."""
        return not environment.provisioner and self.command == [environment.python, *environment.options]

    def suits(self, variables: Mapping[str, str]) -> bool:
        """Whether it was started with a kernel's variables, except those of the kernel's own folder."""
        return dict(variables) == self.variables | {"IPYTHONDIR": variables.get("IPYTHONDIR")}

    def fork(self, request: Request) -> Forked:
        """A new kernel; raises OSError if the zygote is gone."""
        ours, theirs = socket.socketpair()
        ours.settimeout(TIMEOUT)
        try:
            with theirs:
                socket.send_fds(self._control, [json.dumps(asdict(request)).encode()], [theirs.fileno()])
            said = ours.recv(64)
            if not said:
                raise BrokenPipeError("the zygote is gone")
            return Forked(int(said), ours)
        except BaseException:
            ours.close()
            raise

    def close(self) -> None:
        """End it, even during its imports; running kernels continue."""
        self._control.close()
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def zygote(start: KernelStart, environment: Environment, root: Path) -> Iterator[Zygote | None]:
    """A zygote, ended on exit; None: kernels start cold here."""
    if start is KernelStart.COLD or environment.provisioner or not (CAN_FORK and watch.WATCHES):
        yield None
        return
    started = Zygote(environment, root)
    try:
        yield started
    finally:
        started.close()
