"""Starts ipykernel on inherited sockets: ``python -m marpweave.probe.sandbox.launch PATH=FD,… ARGUMENTS``.

A sandbox shares no writable folder with the client, so the client creates the sockets.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from typing import Any

LAUNCHER = "ipykernel_launcher"


def hand_over(sockets: Mapping[str, int]) -> None:
    """Make ZeroMQ use listening sockets when it would bind their paths."""
    import zmq

    bind = zmq.Socket.bind

    def bound(socket: Any, address: Any) -> Any:  # noqa: ANN401
        handle = sockets.get(str(address).removeprefix("ipc://"))
        if handle is not None:
            socket.setsockopt(zmq.USE_FD, handle)
        return bind(socket, address)

    zmq.Socket.bind = bound  # type: ignore[method-assign,assignment]


def main(arguments: list[str]) -> None:
    """Take the sockets, and make this process look as if ipykernel had been started directly."""
    named = dict(each.rsplit("=", 1) for each in arguments[1].split(","))
    handles = {path: int(handle) for path, handle in named.items()}
    for handle in handles.values():
        os.set_inheritable(handle, False)  # noqa: FBT003
    launcher = importlib.util.find_spec(LAUNCHER)
    assert launcher is not None
    sys.argv[:] = [str(launcher.origin), *arguments[2:]]
    sys.orig_argv[-len(arguments) - 1:] = ["-m", LAUNCHER, *arguments[2:]]
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    hand_over(handles)
    del sys.modules["marpweave.probe.sandbox"]


if __name__ == "__main__":
    main(list(sys.argv))

    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
