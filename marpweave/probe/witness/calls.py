"""Decodes the arguments of another process's system call from its memory."""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from marpweave.probe.witness.sights import NETWORK, SOCKET, WRITE, Sight, made, opened, used
from marpweave.probe.witness.syscalls import LIBC, MAKE, MOVE, OPEN, Call

NOWHERE = -100
"""AT_FDCWD: the working folder in place of a descriptor."""
PAGE, MAX_PATH, SHORT = 4096, 4096, 256
FLAGS_IN_MEMORY = "openat2"
MAGIC = re.compile(r"/(?:proc/(?P<who>self|thread-self|\d+)(?:/task/\d+)?|dev(?=/fd/))"
                   r"/(?P<link>cwd|root|fd/\d+)(?P<rest>/.*)?$")
"""A path through one of the links in a process's /proc folder."""
LOCAL, NETWORKS = 1, (2, 10)
"""Address families of sockets."""


class Piece(ctypes.Structure):
    """An iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Memory:
    """The memory of other processes."""

    def __init__(self) -> None:
        self.buffer = ctypes.create_string_buffer(MAX_PATH)
        self.mine = Piece(ctypes.addressof(self.buffer), 0)
        self.theirs = (Piece * 2)()

    def read(self, thread: int, address: int, size: int) -> bytes:
        """At most ``size`` bytes; fewer at the end of mapped memory."""
        assert LIBC is not None
        first = min(size, PAGE - address % PAGE)
        self.mine.length = size
        self.theirs[0].base, self.theirs[0].length = address, first
        self.theirs[1].base, self.theirs[1].length = address + first, size - first
        done = LIBC.process_vm_readv(thread, ctypes.byref(self.mine), 1, self.theirs, 2 if size > first else 1, 0)
        if done < 0:
            raise OSError(ctypes.get_errno(), "its memory cannot be read")
        return self.buffer.raw[:done] if done > SHORT else ctypes.string_at(self.buffer, done)

    def text(self, thread: int, address: int) -> bytes:
        """The zero-terminated string at an address; b"" if it is too long for a path."""
        for size in (SHORT, MAX_PATH):
            text, end, _ = self.read(thread, address, size).partition(b"\0")
            if end:
                return text
        return b""


class Heard(NamedTuple):
    """A system call that waits for a response."""

    number: int
    """Identifies the call in the response."""
    thread: int
    name: str
    call: Call
    arguments: tuple[int, ...]


def path_of(memory: Memory, heard: Heard, call: Call) -> str:
    """The absolute path in a call, with symlinks unresolved, or ""."""
    if call.path is None:
        return _folder(heard, call)
    address = heard.arguments[call.path]
    if not address:
        return ""
    if call.act == SOCKET:
        return _ear(memory.read(heard.thread, address, min(heard.arguments[call.path + 1], SHORT)))
    path = os.fsdecode(memory.text(heard.thread, address))
    if not path:
        return ""
    return _led(_normal(path if path.startswith("/") else f"{_folder(heard, call)}/{path}"), heard.thread)


def _led(path: str, thread: int) -> str:
    """Resolve a /proc link in a path from the point of view of the calling process."""
    magic = MAGIC.match(path)
    if magic is None:
        return path
    who = magic["who"] if magic["who"] and magic["who"].isdecimal() else thread
    try:
        place = os.readlink(f"/proc/{who}/{magic['link']}")  # noqa: PTH115
    except OSError:
        return path
    return _normal(f"{place}{magic['rest'] or ''}") if place.startswith("/") else path


def _normal(path: str) -> str:
    """A path without ``.`` and ``..``, resolved as in the kernel."""
    if ".." not in path:
        return os.path.normpath(path)
    folder, _, name = path.rstrip("/").rpartition("/")
    return os.path.realpath(path) if name == ".." else f"{os.path.realpath(folder or '/').rstrip('/')}/{name}"


def _folder(heard: Heard, call: Call) -> str:
    number = NOWHERE if call.folder is None else ctypes.c_int(heard.arguments[call.folder] & 0xFFFFFFFF).value
    return os.readlink(f"/proc/{heard.thread}/cwd" if number == NOWHERE else f"/proc/{heard.thread}/fd/{number}")  # noqa: PTH115


def _ear(address: bytes) -> str:
    """A socket address: a path or ``NETWORK``."""
    family = int.from_bytes(address[:2], "little")
    if family in NETWORKS:
        return NETWORK
    path = os.fsdecode(address[2:].partition(b"\0")[0])
    return path if family == LOCAL and path.startswith("/") else ""


def flags_of(memory: Memory, heard: Heard) -> int:
    """The flags with which a file is opened."""
    if heard.call.flags is None:
        return 0
    flags = heard.arguments[heard.call.flags]
    return int.from_bytes(memory.read(heard.thread, flags, 8), "little") if heard.name == FLAGS_IN_MEMORY else flags


def sights_of(memory: Memory, heard: Heard, path: str, *, here: bool) -> Iterator[Sight]:
    """The uses of paths by a call."""
    act = heard.call.act
    if act == OPEN:
        yield from opened(path, flags_of(memory, heard), here=here)
    elif act == MAKE:
        yield from made(path, here=here)
    elif act == MOVE:
        yield from opened(path, os.O_RDONLY, here=here)
        if heard.name.startswith("rename"):
            yield from used(WRITE, path, here=here)
        assert heard.call.target is not None
        if target := path_of(memory, heard, heard.call.target):
            yield from used(WRITE, target, here=here)
    else:
        yield from used(act, path, here=here)
