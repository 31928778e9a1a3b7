"""The parent of a kernel: hears every path used by the kernel and its children, and reports them to the kernel.

A program runs under the filter of `syscalls`. For each reported call, the path is inspected *before* the call is
allowed to continue. The kernel gets the report by opening a file that does not exist, so that it is ordered with all
other calls, and children need no support of their own. If no filter can be installed, the program runs without one, and
opening that file fails.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import struct
from collections.abc import Callable

from marpweave.probe.witness.calls import Heard, Memory, flags_of, path_of, sights_of
from marpweave.probe.witness.sights import BLIND, HELLO, NOT_THERE, PAUSE, RESUME, SEEN, Sight
from marpweave.probe.witness.syscalls import LIBC, Machine, install, machine

RECEIVE, ANSWER, HAND_OVER, SET_FLAGS = 0xC0502100, 0xC0182101, 0x40182103, 0x40082104
GO_ON, AND_ANSWER = 1, 2
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
STRANGE = "a program for another processor runs"
PULSE = 1.0
"""Seconds between checks whether the parent process still exists."""
SIGNALS = (signal.SIGALRM, signal.SIGCHLD, signal.SIGTERM)
"""Signals handled by the witness itself."""


class Witness:
    """What was heard since the last report."""

    def __init__(self, listener: int, here: Machine) -> None:
        self.listener = listener
        self.here = here
        self.calls = here.calls
        self.memory = Memory()
        self.paused: set[int] = set()
        self.hooked: set[int] = set()
        self.begin()

    def begin(self) -> None:
        """Reset."""
        self.sights: list[Sight] = []
        self.known: set[tuple[object, ...]] = set()
        self.processes: dict[int, int] = {}

    def listen(self) -> None:
        """Respond to calls as long as there are processes that make them."""
        request, receive, nothing = bytearray(80), struct.Struct("QIIiIQ6Q").unpack_from, bytes(80)
        answer, go_on = bytearray(24), struct.Struct("QqiI").pack_into
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.listener, SET_FLAGS, 1)  # respond on the caller's core, since Linux 6.6
        while True:
            request[:] = nothing
            try:
                fcntl.ioctl(self.listener, RECEIVE, request, True)  # noqa: FBT003
            except (InterruptedError, FileNotFoundError):  # a signal, or the caller is gone
                continue
            number, thread, _, call, audit, _, *arguments = receive(request)
            if not self._hear(number, thread, call if audit == self.here.audit else -1, tuple(arguments)):
                go_on(answer, 0, number, 0, 0, GO_ON)
                with contextlib.suppress(FileNotFoundError):
                    self._go_on(answer)

    def _go_on(self, answer: bytearray) -> None:
        """Let a call continue, even if interrupted by a signal; raises FileNotFoundError if the caller is gone."""
        while True:
            with contextlib.suppress(InterruptedError):
                fcntl.ioctl(self.listener, ANSWER, answer)
                return

    def _hear(self, number: int, thread: int, call: int, arguments: tuple[int, ...]) -> bool:
        """Record the effects of a call; return True if it has been answered."""
        try:
            heard = Heard(number, thread, *self.calls[call], arguments)
            path = path_of(self.memory, heard, heard.call)
            if path.startswith(NOT_THERE):
                return self._asked(heard, path)
            if path and thread not in self.paused:
                self._note(heard, path)
        except Exception as error:  # noqa: BLE001  whatever goes wrong, the caller waits for an answer
            blind = Sight(BLIND, "", "", f"{type(error).__name__}: {error}" if call >= 0 else STRANGE, here=False)
            if blind not in self.known:
                self.known.add(blind)
                self.sights.append(blind)
        return False

    def _note(self, heard: Heard, path: str) -> None:
        here = self._process(heard.thread) in self.hooked
        key = heard.name, path, flags_of(self.memory, heard), here
        if key not in self.known:
            self.known.add(key)
            self.sights += sights_of(self.memory, heard, path, here=here)

    def _process(self, thread: int) -> int:
        """The process of a thread."""
        if thread not in self.processes:
            with open(f"/proc/{thread}/status", "rb") as file:  # noqa: PTH123  pathlib would take longer to import
                self.processes[thread] = int(file.read().partition(b"Tgid:")[2].split(None, 1)[0])
        return self.processes[thread]

    def _asked(self, heard: Heard, path: str) -> bool:
        if path == PAUSE:
            self.paused.add(heard.thread)
        elif path == RESUME:
            self.paused.discard(heard.thread)
        elif path == HELLO:
            self.hooked.add(self._process(heard.thread))
        elif path == SEEN and self._process(heard.thread) in self.hooked:
            return self._tell(heard.number)
        return False

    def _tell(self, number: int) -> bool:
        """Respond to an open call with a file that contains the report."""
        import json

        file = os.memfd_create("seen")
        try:
            os.write(file, json.dumps(self.sights).encode())
            os.lseek(file, 0, os.SEEK_SET)
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # one now would hand over descriptor 0
            fcntl.ioctl(self.listener, HAND_OVER, struct.pack("QIIII", number, AND_ANSWER, file, 0, os.O_CLOEXEC))
        except OSError:  # before Linux 5.14: the file does not exist, and only audit hooks are used
            return False
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            os.close(file)
        self.begin()
        return True


def main(command: list[str]) -> None:
    """Run a program and witness its calls until it ends; return its exit code.

    Jupyter passes the id of our parent, who may be killed before we could ask for it.
    """
    parent, here = int(os.environ.get("JPY_PARENT_PID") or os.getppid()), machine()
    if here:
        fork_witnessed(here, lambda: os.getppid() != parent)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(command[0], command)


def fork_witnessed(here: Machine, is_orphan: Callable[[], bool], *, home: str = "") -> None:
    """Fork; return only in the child, under the filter if it can be installed.

    The parent witnesses the child's calls and ends with it, or when its own parent is gone. ``home``: it ends only
    after the last process descended from the child, and deletes this folder.
    """
    assert LIBC is not None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the whole group gets the signal, but it is meant for the kernel
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans of the program become our children
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _filter(theirs, here)
        return
    theirs.close()
    _, listeners, _, _ = socket.recv_fds(ours, 1, 1)
    ours.close()

    def look(*_: object) -> None:
        if _has_ended(0 if home else child) or is_orphan():
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # reaped explicitly from here on
            os._exit(_end(child, home))

    signal.signal(signal.SIGCHLD, look)
    signal.signal(signal.SIGALRM, look)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, PULSE, PULSE)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGALRM, 0, 0, 0)  # do not outlive a killed build, not even for a pulse
    look()
    if listeners:
        Witness(listeners[0], here).listen()
    while True:
        signal.pause()


def _filter(parent: socket.socket, here: Machine) -> None:
    """Install the filter on this process, if possible, and send the listener to the parent."""
    assert LIBC is not None
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    try:
        listener = install(here)
        socket.send_fds(parent, [b"+"], [listener])
        os.close(listener)
    except OSError:
        parent.send(b"-")
    parent.close()


def _has_ended(child: int) -> bool:
    """Whether the program has ended; reaps its orphans."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        if ended is None or ended.si_pid == child:
            return ended is not None
        with contextlib.suppress(ChildProcessError):  # a handler interrupted this one and reaped the child
            os.waitpid(ended.si_pid, os.WNOHANG)


def _end(child: int, home: str) -> int:
    """Kill what is left of the program; return its exit code in shell convention."""
    code = 1
    with contextlib.suppress(ChildProcessError):
        while True:
            with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123
                for left in file.read().split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(left), signal.SIGKILL)
            process, status = os.waitpid(-1, 0)
            if process == child:
                code = os.waitstatus_to_exitcode(status)
    if home:
        import shutil

        shutil.rmtree(home, ignore_errors=True)
    return code if code >= 0 else 128 - code
