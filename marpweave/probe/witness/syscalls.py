"""The system calls with paths on x86-64 and arm64 Linux, and the seccomp filter that reports them.

The filter is installed between fork and exec without privileges. It suspends each of these calls, in the process and
all its children, until the process with the listener has inspected it; other calls are not slowed down. (Named tuples,
not dataclasses: a kernel waits for its witness's imports, and ``dataclasses`` would double their time.)
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Mapping
from typing import NamedTuple

from marpweave.probe.witness.sights import ALTER, ASK, LIST, RUN, SOCKET, WRITE

NOTIFY, ALLOW, NO_SUCH_CALL = 0x7FC00000, 0x7FFF0000, 0x00050000 | 38
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
"""BPF instructions."""
CALL_AT, MACHINE_AT, FLAGS_AT = 0, 4, 16 + 8 * 3
"""Offsets of the call number, architecture and fourth argument in the filter's input."""
FOREIGN_NUMBERS = 0x40000000
"""First number of x32 calls on x86-64."""
EMPTY_PATH = 0x1000
PR_SET_NO_NEW_PRIVS, SET_MODE_FILTER = 38, 1
NEW_LISTENER, WAIT_KILLABLE = 8, 32
LIBC = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


class Call(NamedTuple):
    """A system call: its effect, and the indices of the arguments with path, folder descriptor and flags."""

    act: str
    path: int | None = None
    folder: int | None = None
    flags: int | None = None
    target: Call | None = None
    """The second path, if any."""


OPEN, MOVE, MAKE = "open", "move", "make"
WRITES, WRITES_AT = Call(WRITE, 0), Call(WRITE, 1, 0)
ASKS, ASKS_AT = Call(ASK, 0), Call(ASK, 1, 0)
MOVED, MOVED_AT = Call(WRITE, 1), Call(WRITE, 3, 2)
CALLS: Mapping[str, tuple[int | None, int | None, Call]] = {
    "open": (2, None, Call(OPEN, 0, None, 1)), "openat": (257, 56, Call(OPEN, 1, 0, 2)),
    "openat2": (437, 437, Call(OPEN, 1, 0, 2)), "creat": (85, None, WRITES),
    "stat": (4, None, ASKS), "lstat": (6, None, ASKS), "newfstatat": (262, 79, ASKS_AT), "statx": (332, 291, ASKS_AT),
    "access": (21, None, ASKS), "faccessat": (269, 48, ASKS_AT), "faccessat2": (439, 439, ASKS_AT),
    "readlink": (89, None, ASKS), "readlinkat": (267, 78, ASKS_AT), "chdir": (80, 49, ASKS),
    "getxattr": (191, 8, ASKS), "lgetxattr": (192, 9, ASKS),
    "listxattr": (194, 11, ASKS), "llistxattr": (195, 12, ASKS),
    "inotify_add_watch": (254, 27, Call(ASK, 1)), "name_to_handle_at": (303, 264, ASKS_AT),
    "getdents": (78, None, Call(LIST, None, 0)), "getdents64": (217, 61, Call(LIST, None, 0)),
    "execve": (59, 221, Call(RUN, 0)), "execveat": (322, 281, Call(RUN, 1, 0)),
    "truncate": (76, 45, Call(ALTER, 0)), "mkdir": (83, None, Call(MAKE, 0)), "mkdirat": (258, 34, Call(MAKE, 1, 0)),
    "mknod": (133, None, Call(MAKE, 0)), "mknodat": (259, 33, Call(MAKE, 1, 0)), "rmdir": (84, None, WRITES),
    "unlink": (87, None, WRITES), "unlinkat": (263, 35, WRITES_AT),
    "symlink": (88, None, Call(MAKE, 1)), "symlinkat": (266, 36, Call(MAKE, 2, 1)),
    "rename": (82, None, Call(MOVE, 0, target=MOVED)), "renameat": (264, 38, Call(MOVE, 1, 0, target=MOVED_AT)),
    "renameat2": (316, 276, Call(MOVE, 1, 0, target=MOVED_AT)),
    "link": (86, None, Call(MOVE, 0, target=MOVED)), "linkat": (265, 37, Call(MOVE, 1, 0, target=MOVED_AT)),
    "connect": (42, 203, Call(SOCKET, 1)), "bind": (49, 200, Call(SOCKET, 1)), "sendto": (44, 206, Call(SOCKET, 4)),
}
"""Name -> number on x86-64, number on arm64, effect."""
UNSEEN: Mapping[str, tuple[int, int]] = {
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265)}
"""Calls that would bypass the filter; programs work without them."""


class Machine(NamedTuple):
    """The call numbers of an architecture."""

    audit: int
    """Identifies the architecture in the filter's input."""
    seccomp: int
    column: int

    @property
    def calls(self) -> dict[int, tuple[str, Call]]:
        """Number -> name and meaning."""
        numbers = {name: (x86, arm)[self.column] for name, (x86, arm, _) in CALLS.items()}
        return {number: (name, CALLS[name][2]) for name, number in numbers.items() if number is not None}

    @property
    def unseen(self) -> list[int]:
        """Numbers of the rejected calls."""
        return [numbers[self.column] for numbers in UNSEEN.values()]


MACHINES = {"x86_64": Machine(0xC000003E, 317, 0), "aarch64": Machine(0xC00000B7, 277, 1)}


def machine() -> Machine | None:
    """The current architecture; None if its call numbers are unknown."""
    if os.name != "posix" or os.uname().sysname != "Linux" or struct.calcsize("P") != 8:
        return None
    return MACHINES.get(os.uname().machine)


def op(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction of a filter; ``then`` and ``otherwise``: numbers of instructions to skip."""
    return struct.pack("HBBI", code, then, otherwise, value)


def program(here: Machine) -> bytes:
    """The filter: report calls with paths, and all calls of other architectures; allow the rest."""
    lines = [op(LOAD, MACHINE_AT), op(EQUAL, here.audit, 1, 0), op(RETURN, NOTIFY), op(LOAD, CALL_AT),
             op(AT_LEAST, FOREIGN_NUMBERS, 0, 1), op(RETURN, NO_SUCH_CALL)]
    for number in here.unseen:
        lines += [op(EQUAL, number, 0, 1), op(RETURN, NO_SUCH_CALL)]
    fstat = next(number for number, (name, _) in here.calls.items() if name == "newfstatat")
    lines += [op(EQUAL, fstat, 0, 4), op(LOAD, FLAGS_AT), op(EQUAL, EMPTY_PATH, 0, 1), op(RETURN, ALLOW),
              op(RETURN, NOTIFY)]
    for number in sorted(here.calls):
        lines += [op(EQUAL, number, 0, 1), op(RETURN, NOTIFY)]
    return b"".join([*lines, op(RETURN, ALLOW)])


def install(here: Machine) -> int:
    """Install the filter on this process and its children; return the listener's descriptor."""
    code = program(here)
    for flags in (NEW_LISTENER | WAIT_KILLABLE, NEW_LISTENER):  # WAIT_KILLABLE since Linux 5.19
        listener = load(here, code, flags)
        if listener >= 0:
            return listener
    raise OSError(ctypes.get_errno(), "the system allows no seccomp listener")


def load(here: Machine, code: bytes, flags: int = 0) -> int:
    """Install a filter on this process and its children; negative if impossible."""
    assert LIBC is not None
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)))
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return int(LIBC.syscall(here.seccomp, SET_MODE_FILTER, flags, filter_))
