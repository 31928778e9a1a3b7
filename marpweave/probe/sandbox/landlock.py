"""Landlock by ctypes: which files a process and its children may use from now on, without any rights."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Mapping

from marpweave.probe.witness.syscalls import LIBC, PR_SET_NO_NEW_PRIVS

CREATE_RULES, ADD_RULE, RESTRICT = 444, 445, 446
"""Calls; their numbers are the same on all machines."""
VERSION, BENEATH = 1, 1
LEAST = 3
"""The first version that keeps files from being cut to nothing, since Linux 6.2."""
READ = 0b1101
"""Execute, read a file, list a folder."""
CHANGE = 0b111111111110010
"""Write to files, remove, make, link, cut them."""
EVERY = 0xFFFF
OF_FILES = 0b1000000000000110
"""Write, read, call a device: rights that a file can have, besides execution."""
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights on files a version knows; 16 since 5."""
NETWORK, SIGNALS = 4, 6
"""Versions since which TCP, and abstract sockets and signals, can be restricted."""


def version() -> int:
    """The version of Landlock here; 0: there is none."""
    return max(0, int(LIBC.syscall(CREATE_RULES, None, 0, VERSION))) if LIBC is not None else 0


def restrict(allowed: Mapping[str, int], *, rights: int = EVERY, reach: bool = False) -> None:
    """Let this thread, and all that it starts, use files and folders only as is ``allowed``; raises OSError.

    Only these ``rights`` are taken; unless it may ``reach`` them, also those to TCP and to programs outside.
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
