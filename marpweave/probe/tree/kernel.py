"""Snapshots of a kernel between two cells, from which it can be resumed: the part that runs inside the kernel.

A snapshot is a fork that waits without threads and sockets. To resume, it forks again; the new process gets threads
and sockets like a new kernel, and continues with the same shell and event loop. None of ipykernel's code runs in
between, so a cell sees the same as in a fresh kernel that has run all cells before it, apart from process ids and
descriptor numbers.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import socket
import stat
import sys
import threading
import time
from typing import Any

from marpweave.probe.cell.tree import VALUE_HOOK
from marpweave.probe.tree.confine import confine
from marpweave.probe.tree.graft import graft
from marpweave.probe.tree.process import close, descriptors, forked, in_place_of, renew, unnoticed

REQUEST = "snapshot_request"
"""A message on the shell channel: ordered with the cells, without running any code."""
REFUSED = b"0"
"""In place of a process id: changes of modules require a reimport."""
MAX_REQUEST = 1 << 24
QUIET = 10.0
"""Seconds to wait for the thread that sends outputs."""
PR_SET_PDEATHSIG = 1
STREAMS = ((1, "_stdout"), (2, "_stderr"))


class Tree:
    """Makes snapshots of one kernel; a resumed kernel has a copy of it."""

    def __init__(self, shell: Any, address: str) -> None:  # noqa: ANN401
        """``address``: the socket at which the owner listens."""
        self.shell = shell
        self.kernel = shell.kernel
        self.app = shell.kernel.parent
        self.address = address
        self.loop = asyncio.get_running_loop()
        self.witness = os.getppid()
        self.libc = ctypes.CDLL(None)
        self.theirs: set[int] = set()
        """Descriptors that cells opened before this process went on."""
        self.own: set[int] = descriptors()
        """The kernel's own."""
        self.threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
        self.kept: list[Any] = []
        """What a copy must neither use nor close, since the original does."""
        self.kernel.shell_handlers[REQUEST] = self.requested

    @property
    def observer(self) -> Any:  # noqa: ANN401
        """The observer of the cells."""
        return self.shell.user_ns[VALUE_HOOK].__self__

    def requested(self, _stream: object, _ident: object, request: Any) -> None:  # noqa: ANN401
        """Update the deck's text, and make a snapshot if the request has a number."""
        content = request["content"]
        with self.observer.audit.paused():
            if not self.own:
                self.own = descriptors() - self.theirs
            if content["anew"]:
                self.observer.audit.resumed()
            self.observer.show(content["text"])
            if content["folder"]:
                confine(content["folder"])
        if content["request"] is not None:
            self.loop.call_soon(self._snapshot, content["request"])

    def _snapshot(self, request: int) -> None:
        """Fork while no message is being handled; return in this process, and in each one resumed from the snapshot."""
        if self.kernel._main_asyncio_lock.locked():
            self.loop.call_soon(self._snapshot, request)
            return
        with self.observer.audit.paused():
            try:
                hello = {"request": request, "live": os.getpid(), "fault": self._fault()}
                if hello["fault"]:
                    with self._connected() as owner:
                        owner.send(json.dumps(hello).encode())
                elif forked():
                    self._wait(hello)
            except OSError:  # descriptors or memory are exhausted: report it, since the owner waits
                os._exit(1)

    def _fault(self) -> str:
        """Why no snapshot is possible now, or ""."""
        if len(os.listdir("/proc/self/task")) > self.threads:  # noqa: PTH208
            return "threads are still running"
        if any(not descriptor.is_ours() for descriptor in self.observer.descriptors):
            return "its output is redirected"
        return "" if self._is_quiet() else "its output does not end"

    def _is_quiet(self) -> bool:
        """Wait until the thread that sends outputs is idle."""
        done = threading.Event()
        self.app.iopub_thread.schedule(done.set)
        return done.wait(QUIET)

    def _connected(self) -> socket.socket:
        owner = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        owner.connect(self.address)
        return owner

    def _wait(self, hello: dict[str, Any]) -> None:
        """Be a snapshot until the owner closes it; return in each resumed process."""
        self._outlived_by(self.witness)
        self._shed()
        owner = self._connected()
        owner.send(json.dumps({**hello, "pid": os.getpid()}).encode())
        while True:
            request = owner.recv(MAX_REQUEST)
            if not request:
                os._exit(0)
            if forked():
                break
        self._outlived_by(self.witness)
        if not graft(self.observer.audit.functions):
            owner.send(REFUSED)
            os._exit(0)
        self._revive(json.loads(request))
        owner.send(str(os.getpid()).encode())
        owner.close()

    def _outlived_by(self, witness: int) -> None:
        """End together with the witness, which becomes the parent when the process in between has ended."""
        while os.getppid() != witness:
            if os.getppid() == 1:
                os._exit(1)
            time.sleep(0.0002)
        self.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != witness:
            os._exit(1)

    # -- threads and sockets -----------------------------------------------------------

    def _shed(self) -> None:
        """Close the kernel's descriptors; objects that would close them again are kept alive."""
        app, kernel = self.app, self.kernel
        channel = kernel.shell_channel_thread.manager._shell_channel_to_main
        self.kept.append((
            app.context, app.heartbeat, app.iopub_thread, app.control_thread, app.shell_channel_thread,
            app.shell_socket, app.control_socket, app.stdin_socket, app.debugpy_socket, app.debug_shell_socket,
            kernel.shell_stream, kernel.control_stream, kernel.debugpy_stream, channel, app.poller))
        kept = {stream._original_stdstream_copy for stream in (kernel._stdout, kernel._stderr)}
        for thread in (app.iopub_thread, app.control_thread, app.shell_channel_thread):
            close(thread.io_loop.asyncio_loop)
        close(self.loop)
        for number in descriptors():
            if number not in kept and (number in self.own - {0, 1, 2} or self._is_connection(number)):
                os.close(number)
        self.theirs, self.own = descriptors(), set()

    def _is_connection(self, number: int) -> bool:
        """Whether a descriptor is a client's connection to the kernel."""
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return False
        with socket.socket(fileno=os.dup(number)) as found:
            name = found.getsockname()
        return isinstance(name, str) and self.app.transport == "ipc" and name.startswith(f"{self.app.ip}-")

    def _revive(self, request: dict[str, Any]) -> None:
        """Become a kernel again, with the sockets of another connection file."""
        app, kernel = self.app, self.kernel
        channel = kernel.shell_channel_thread.manager._shell_channel_to_main.to_stream
        asyncio._set_running_loop(self.loop)
        renew(self.loop, kernel.io_loop, channel.socket)
        channel.socket, dispatch = None, channel._recv_callback
        self.observer.show(request["text"])
        self._take_address(request["connection_file"])
        with unnoticed():
            app.context = None
            app.init_sockets()
            app.init_heartbeat()
            for number, name in STREAMS:
                self._reopen(getattr(kernel, name), number)
            self._attach()
            if app.poller is not None:
                app.poller = in_place_of(app.poller, type(app.poller)(app.parent_handle))
        kernel.start()
        kernel.shell_channel_thread.manager._shell_channel_to_main.to_stream._recv_callback = dispatch
        app.control_thread.start()  # not earlier, as a socket polled by two threads can miss a message
        app.shell_channel_thread.start()
        if app.poller is not None:
            app.poller.start()
        self.observer.audit.resumed()

    def _take_address(self, connection_file: str) -> None:
        app = self.app
        with open(connection_file, encoding="utf-8") as file:  # noqa: PTH123
            info = json.load(file)
        app.connection_file, app.transport, app.ip = connection_file, info["transport"], info["ip"]
        for channel in ("shell", "iopub", "stdin", "control", "hb"):
            setattr(app, f"{channel}_port", info[f"{channel}_port"])
        app.session.key, app.session.pid = info["key"].encode(), os.getpid()

    def _reopen(self, stream: Any, number: int) -> None:  # noqa: ANN401
        """Give a stream's descriptor a new pipe, and start the thread that reads it."""
        stream.pub_thread, stream._io_loop = self.app.iopub_thread, self.app.iopub_thread.io_loop
        stream._master_pid, stream._buffer_lock = os.getpid(), threading.RLock()
        stream._flush_pending = stream._subprocess_flush_pending = False
        stream._fid, writing = os.pipe()
        os.dup2(writing, number)
        thread = threading.Thread(target=stream._watch_pipe_fd, daemon=True)
        stream.watch_fd_thread = in_place_of(stream.watch_fd_thread, thread)
        thread.start()
        for descriptor in self.observer.descriptors:
            descriptor.moved()

    def _attach(self) -> None:
        """Make the kernel use the new sockets, as `IPKernelApp.init_kernel` does."""
        app, kernel, shell = self.app, self.kernel, self.shell
        stream = type(kernel.shell_stream)
        control = app.control_thread.io_loop
        kernel.shell_stream = app.shell_channel_thread.shell_stream = stream(
            app.shell_socket, app.shell_channel_thread.io_loop)
        kernel.control_stream, kernel.debugpy_stream = stream(app.control_socket, control), stream(
            app.debugpy_socket, control)
        kernel.debug_shell_socket, kernel.stdin_socket = app.debug_shell_socket, app.stdin_socket
        kernel.control_thread, kernel.shell_channel_thread = app.control_thread, app.shell_channel_thread
        kernel.iopub_thread, kernel.iopub_socket = app.iopub_thread, app.iopub_socket
        for publisher in (shell.displayhook, shell.display_pub, app.displayhook):
            publisher.pub_socket = app.iopub_socket


def install(shell: Any, address: str, known: set[str]) -> None:  # noqa: ANN401
    """Let an owner that listens at ``address`` make snapshots; call it before anything else opens descriptors.

    Modules other than ``known`` ones are unloaded, because no other kernel has them.
    """
    from marpweave.probe.zygote import forget

    shell.enable_tip = False  # a tip in the banner would use the cells' random numbers
    Tree(shell, address)
    forget(set(sys.modules) - known)
