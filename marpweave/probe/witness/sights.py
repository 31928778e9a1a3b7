"""A use of a path, recorded just before it happens; common to the witness and audit hooks."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from marpweave.inputs.digests import listing_digest, presence

READ, ASK, LIST, RUN = "read", "ask", "list", "run"
"""Read content; query existence or status; list names; run as a program."""
WRITE, ALTER = "write", "alter"
"""Create, replace or remove; modify content."""
SOCKET, BLIND = "socket", "blind"
"""Connect to another program's socket; unknown."""
NETWORK = "network"
"""The path of network addresses."""
NOT_THERE = "/.marpweave/"
SEEN, PAUSE, RESUME, HELLO = (f"{NOT_THERE}{name}" for name in ("seen", "pause", "resume", "hello"))
"""Paths for communication with the witness. Opened: return the report. Queried by a thread: start ignoring me; stop
ignoring me; my process has audit hooks."""
Stamp = tuple[int, ...]


class Sight(NamedTuple):
    """One use of a path."""

    act: str
    path: str
    real: str
    """With symlinks resolved."""
    found: str = ""
    """What was found if the act is ASK; a digest of the names if it is LIST."""
    stamp: Stamp | None = None
    """Identifies the state of a file; None: it did not exist."""
    here: bool = True
    """Whether a process with audit hooks did it; False: a program started by one."""


def stamp_of(path: str) -> Stamp | None:
    """Kind, inode, size and times of a file; only the inode of a folder, whose times change with new files."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(found.st_mode):
        return stat.S_IFDIR, found.st_ino
    return stat.S_IFMT(found.st_mode), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def used(act: str, path: str, *, here: bool) -> Iterator[Sight]:
    """A use of a path in its current state."""
    found = presence(path) if act == ASK else listing_digest(path) if act == LIST else ""
    real = os.path.realpath(path)
    if act == WRITE:  # concerns a link itself, not its target
        folder, name = os.path.split(path)
        real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
    yield Sight(act, path, real, found, stamp_of(path), here)


def made(path: str, *, here: bool) -> Iterator[Sight]:
    """The creation of a folder, unless it exists."""
    yield from used(WRITE if stamp_of(path) is None else ASK, path, here=here)


def opened(path: str, flags: int, *, here: bool) -> Iterator[Sight]:
    """The uses that opening a path with these flags implies."""
    stamp = stamp_of(path)
    for act in _acts(flags, stamp):
        found = presence(path) if act == ASK else ""
        yield Sight(act, path, os.path.realpath(path), found, stamp, here)


def _acts(flags: int, stamp: Stamp | None) -> list[str]:
    mode = flags & (os.O_WRONLY | os.O_RDWR)
    makes = flags & os.O_CREAT and stamp is None
    if (stamp and stamp[0] == stat.S_IFDIR) or flags & getattr(os, "O_PATH", 0) or (flags & os.O_EXCL and not makes):
        return [ASK]
    if makes or (mode != os.O_RDONLY and flags & os.O_TRUNC):
        return [WRITE]
    return {os.O_RDONLY: [READ], os.O_WRONLY: [ALTER]}.get(mode, [READ, ALTER])
