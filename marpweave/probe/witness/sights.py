"""What was seen of a path just before it was used; the same for the witness and for audit hooks."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from marpweave.inputs.digests import listing_digest, presence

READ, ASK, LIST, RUN = "read", "ask", "list", "run"
"""Its content is read; its kind is asked for; its names are listed; it is started as a program."""
WRITE, ALTER = "write", "alter"
"""It is created, replaced or removed; its content is changed in part."""
SOCKET, BLIND = "socket", "blind"
"""It is another program's socket; what happened is unknown."""
NETWORK = "network"
"""Stands for the path of a network address."""
NOT_THERE = "/.marpweave/"
SEEN, PAUSE, RESUME, HELLO = (f"{NOT_THERE}{name}" for name in ("seen", "pause", "resume", "hello"))
"""Paths that talk to the witness. Opened: report what you saw. Asked about, by a thread: what I do from now on is not
the deck's; it is again; my process has audit hooks."""
Stamp = tuple[int, ...]


class Sight(NamedTuple):
    """One use of a path."""

    act: str
    path: str
    real: str
    """Where its symbolic links lead."""
    found: str = ""
    """What was there, if the act is ASK; a digest of the names, if it is LIST."""
    stamp: Stamp | None = None
    """Tells two states of a file apart; None: there was nothing."""
    here: bool = True
    """Whether a process with audit hooks did it; False: a program that it started."""


def stamp_of(path: str) -> Stamp | None:
    """Kind, inode, size and times of a file; of a folder the inode alone, since new files in it change the rest."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(found.st_mode):
        return stat.S_IFDIR, found.st_ino
    return stat.S_IFMT(found.st_mode), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def used(act: str, path: str, *, here: bool) -> Iterator[Sight]:
    """One use of a path, as it stands now."""
    found = presence(path) if act == ASK else listing_digest(path) if act == LIST else ""
    real = os.path.realpath(path)
    if act == WRITE:  # means a link itself, not what it leads to
        folder, name = os.path.split(path)
        real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
    yield Sight(act, path, real, found, stamp_of(path), here)


def made(path: str, *, here: bool) -> Iterator[Sight]:
    """A folder is created, unless something is there."""
    yield from used(WRITE if stamp_of(path) is None else ASK, path, here=here)


def opened(path: str, flags: int, *, here: bool) -> Iterator[Sight]:
    """What opening a path with these flags would do."""
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
    return [READ] * (mode != os.O_WRONLY) + [ALTER] * (mode != os.O_RDONLY)
