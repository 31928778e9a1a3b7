"""Imports what every kernel imports, then forks one kernel per request, to save the time of imports.

Runs as a program (``python -m``) with the descriptor of a socket as its argument: each message is a request, and the
program ends when the other end is closed. A request comes with the descriptor of a connection, which gets the kernel's
process id; when its other end is closed, the kernel ends. Only modules that a kernel has imported before its first
cell are imported: a fork looks the same to a cell as a new process, apart from ``/proc/self/cmdline``, numbers in the
names of the kernel's own threads, and the file of the outermost frame.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass

IMPORTED = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
            "IPython.core.completerlib", "IPython.core.logger", "IPython.core.oinspect",
            "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues", "marpweave.probe.observe")
"""Modules that import everything a kernel has imported before its first cell."""
LAUNCHER = "ipykernel_launcher"
MAX_REQUEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """The request for a kernel."""

    command: list[str]
    """As for a new process."""
    folder: str
    variables: dict[str, str]
    """The whole environment."""
    home: str = ""
    """The folder of a kernel whose snapshots may outlive it until the connection is closed; deleted with them."""


def main(control: socket.socket) -> None:
    """Import, then serve requests; returns in the process of a kernel, ready to run it."""
    before = dict(os.environ)
    gc.disable()  # imports make little garbage, and looking for it takes a sixth of their time
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    gc.unfreeze()  # what was imported is old, as it would be otherwise
    gc.enable()
    known, changed = set(sys.modules), dict(os.environ.items() - before.items())
    from marpweave.probe.witness import supervisor, syscalls  # unloaded again, since kernels do not have them

    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208  a copy would hold the locks of threads that it lacks
        os._exit(1)
    request, connection = _forked(control)
    os.setsid()
    os.chdir(request.folder)
    connection.send(str(os.getpid()).encode())
    here = syscalls.machine()
    if here:
        supervisor.fork_witnessed(
            here, lambda: bool(select.select([connection], [], [], 0)[0]), home=request.home)
    connection.close()
    forget(set(sys.modules) - known)
    _become(request, changed)


def _forked(control: socket.socket) -> tuple[Request, socket.socket]:
    """Fork for each request; return only in the child, with the request and its connection."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the system
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST, 1)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return Request(**json.loads(message)), socket.socket(fileno=descriptors[0])
        os.close(descriptors[0])


def forget(names: set[str]) -> None:
    """Unload modules that a kernel does not have."""
    for name in names:
        module = sys.modules.pop(name)
        package, _, attribute = name.rpartition(".")
        if getattr(sys.modules.get(package), attribute, None) is module:
            delattr(sys.modules[package], attribute)


def _become(request: Request, changed: dict[str, str]) -> None:
    """Make this process look as if it had been started by the request's command; imports have ``changed`` variables."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request.variables | changed)
    sys.orig_argv[:] = request.command
    launcher = importlib.util.find_spec(LAUNCHER)
    assert launcher is not None
    sys.argv[:] = [str(launcher.origin), *request.command[request.command.index(LAUNCHER) + 1:]]


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))

    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
