"""The first program in a sandbox: drops its privileges, then becomes the witness of the kernel.

It runs before anything of the deck, and uses only the standard library.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from marpweave.probe.sandbox import landlock
from marpweave.probe.sandbox.refused import refuse
from marpweave.probe.witness import supervisor
from marpweave.probe.witness.syscalls import LIBC, machine

PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, RAISE = 4, 8, 47, 2
CAPABILITIES = 0x20080522
"""Version of the structure that `capset` expects."""
READ_ALL = 2
"""CAP_DAC_READ_SEARCH: read files regardless of their mode."""
CHUNK = 1 << 26
"""Bytes to copy at once."""


class Rules(NamedTuple):
    """The rules of the sandbox."""

    limits: Mapping[str, int]
    """Name of an ``RLIMIT_`` -> value."""
    user: int
    """User id that replaces root; unique, so that processes can be counted."""
    copied: str
    """Folder whose content is copied to the working folder; "": none."""
    readable: Sequence[str]
    """Readable paths for Landlock; (): restricted by mounts."""
    writable: Sequence[str]


def main(arguments: list[str]) -> None:
    """Confine this process by the rules in the first argument (JSON), then run the command in the others."""
    rules, command = Rules(**json.loads(arguments[0])), arguments[1:]
    here = machine()
    assert here is not None
    for name, value in rules.limits.items():
        _limit(getattr(resource, f"RLIMIT_{name}"), value)
    if os.getuid() == 0:
        for path in filter(os.path.isdir, rules.writable):
            os.chown(path, rules.user, rules.user)
        _become(rules.user)
    if rules.copied:
        _copy(rules.copied, os.getcwd())  # noqa: PTH109
    if rules.readable:
        landlock.restrict({**dict.fromkeys(rules.readable, landlock.READ),
                           **dict.fromkeys(rules.writable, landlock.EVERY)})
    refuse(here, shared=bool(rules.readable))
    os.environ.pop("PWD", None)  # set by bubblewrap
    supervisor.main(command)


def _copy(source: str, target: str) -> None:
    """Copy the content of a folder; tmpfs lists names in reverse order of creation."""
    for entry in reversed(list(os.scandir(source))):
        path = f"{target}/{entry.name}"
        with contextlib.suppress(PermissionError):  # unreadable outside, so missing here
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), path)  # noqa: PTH115, PTH211
            elif entry.is_dir() and not os.path.ismount(path):
                os.makedirs(path, exist_ok=True)  # noqa: PTH103
                _copy(entry.path, path)
                _as_before(entry, path)
            elif entry.is_file():
                with open(entry.path, "rb") as file, open(path, "xb") as copy:  # noqa: PTH123
                    while os.sendfile(copy.fileno(), file.fileno(), None, CHUNK):
                        pass
                _as_before(entry, path)


def _as_before(entry: os.DirEntry[str], path: str) -> None:
    """Copy mode and times of an entry."""
    found = entry.stat()
    os.chmod(path, found.st_mode & 0o7777)  # noqa: PTH101
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def _limit(number: int, value: int) -> None:
    _, hard = resource.getrlimit(number)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (value, value))


def _become(user: int) -> None:
    """Change the user: root's processes are not counted, and it may ignore file modes; keep only the right to read."""
    assert LIBC is not None
    LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    kept = struct.pack("6I", *[1 << READ_ALL] * 3, 0, 0, 0)
    if LIBC.capset(struct.pack("Ii", CAPABILITIES, 0), ctypes.create_string_buffer(kept)):
        raise OSError(ctypes.get_errno(), "could not drop root privileges")
    LIBC.prctl(PR_CAP_AMBIENT, RAISE, READ_ALL, 0, 0)
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # so that the witness can read its own /proc folder
