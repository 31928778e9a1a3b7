"""Landlock bindings: unprivileged restriction of file access for a process and its children."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Mapping

from marpweave.probe.witness.syscalls import LIBC, PR_SET_NO_NEW_PRIVS

CREATE_RULES, ADD_RULE, RESTRICT = 444, 445, 446
"""System call numbers, which are equal on all architectures."""
VERSION, BENEATH = 1, 1
LEAST = 3
"""The first version that can forbid truncation of files, since Linux 6.2."""
READ = 0b1101
"""Execute, read files, list folders."""
CHANGE = 0b111111111110010
"""Write, remove, create, link, truncate."""
EVERY = 0xFFFF
OF_FILES = 0b1000000000000110
"""Write, read, ioctl on devices: access rights of files, other than execution."""
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""Number of file access rights by version; 16 since 5."""
NETWORK, SIGNALS = 4, 6
"""Versions that introduced restrictions of TCP, and of abstract sockets and signals."""


def version() -> int:
    """The version of Landlock; 0 if unavailable."""
    return max(0, int(LIBC.syscall(CREATE_RULES, None, 0, VERSION))) if LIBC is not None else 0


def restrict(allowed: Mapping[str, int], *, rights: int = EVERY, reach: bool = False) -> None:
    """Restrict file access of this thread and its children to what is ``allowed``; raises OSError.

    Only ``rights`` are restricted; unless it may ``reach`` them, so are TCP and programs outside.
    """
    assert LIBC is not None
    here = version()
    rights &= (1 << RIGHTS.get(here, 16)) - 1
    size = 8 if reach or here < NETWORK else 16 if here < SIGNALS else 24
    asked = struct.pack("QQQ", rights, 3, 3)[:size]
    rules = _call(CREATE_RULES, asked, size, 0)
    for path in filter(os.path.exists, allowed):
        _allow(rules, path, allowed[path] & rights)
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call(RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not os.path.isdir(path):  # noqa: PTH112  pathlib would take longer to import
        rights &= OF_FILES | 1
    _call(ADD_RULE, rules, BENEATH, struct.pack("=Qi", rights, opened), 0)
    os.close(opened)


def _call(number: int, *arguments: object) -> int:
    assert LIBC is not None
    done = int(LIBC.syscall(number, *arguments))
    if done < 0:
        raise OSError(ctypes.get_errno(), f"Landlock refuses call {number}")
    return done
