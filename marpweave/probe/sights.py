"""What was seen of a path at the moment before it was used; told alike by the witness and by the audit hooks."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from marpweave.inputs.digests import listing_digest, presence

READ, ASK, LIST, RUN = "read", "ask", "list", "run"
"""Its content is read; what stands there is asked; its names are listed; it is a program that is started."""
WRITE, ALTER = "write", "alter"
"""It is made, replaced or taken away; its content is changed in parts."""
SOCKET, BLIND = "socket", "blind"
"""It is another program's ear; what happened cannot be told."""
NETWORK = "network"
"""Stands for the path of an ear that is on no machine of its own."""
NOT_THERE = "/.marpweave/"
SEEN, PAUSE, RESUME, HELLO = (f"{NOT_THERE}{name}" for name in ("seen", "pause", "resume", "hello"))
"""Paths that the witness answers. Opened: tell what you saw. Asked about by a thread: what I do now is none of the
deck's; it is again; I have audit hooks."""
Stamp = tuple[int, ...]


class Sight(NamedTuple):
    """One use of a path."""

    act: str
    path: str
    real: str
    """Where its symbolic links lead."""
    found: str = ""
    """What stood there, where that was asked; a digest of the names, where they were listed."""
    stamp: Stamp | None = None
    """Tells two states of a file apart; None: there was nothing."""
    here: bool = True
    """Whether a process did it that has audit hooks; False: a program that it started."""


def stamp_of(path: str) -> Stamp | None:
    """Kind of the file, size, times and number; of a folder its number alone: what is made in it changes the rest."""
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
    """A folder is made, where there is nothing yet."""
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
