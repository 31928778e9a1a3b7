"""The first program in a sandbox: gives up its rights, then becomes the witness of the kernel.

It runs before anything of the deck does, with the standard library alone.
"""

from __future__ import annotations

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
"""Version of the structure that `capset` takes."""
READ_ALL = 2
"""CAP_DAC_READ_SEARCH: reads files that are root's alone."""


class Rules(NamedTuple):
    """What holds in the sandbox."""

    limits: Mapping[str, int]
    """Name of an ``RLIMIT_`` -> its value."""
    user: int
    """Whom root becomes: nobody else has this number, so that processes can be counted."""
    copied: str
    """The folder whose content is copied into the working folder; "": none."""
    readable: Sequence[str]
    """For Landlock; (): mounts see to it."""
    writable: Sequence[str]


def main(arguments: list[str]) -> None:
    """Confine this process by the rules that come first, as JSON; then run the command behind them."""
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
        os.spawnvp(os.P_WAIT, "cp", ["cp", "-a", f"{rules.copied}/.", "."])
    if rules.readable:
        landlock.restrict(rules.readable, rules.writable)
    refuse(here, sockets=bool(rules.readable))
    os.environ.pop("PWD", None)  # bubblewrap's
    supervisor.main(command)


def _limit(number: int, value: int) -> None:
    _, hard = resource.getrlimit(number)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (value, value))


def _become(user: int) -> None:
    """Root counts no processes and may do what a file's mode forbids: become a user who only reads everything."""
    assert LIBC is not None
    LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    kept = struct.pack("6I", *[1 << READ_ALL] * 3, 0, 0, 0)
    if LIBC.capset(struct.pack("Ii", CAPABILITIES, 0), ctypes.create_string_buffer(kept)):
        raise OSError(ctypes.get_errno(), "root's rights could not be given up")
    LIBC.prctl(PR_CAP_AMBIENT, RAISE, READ_ALL, 0, 0)
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # the witness looks at its own folder in /proc
