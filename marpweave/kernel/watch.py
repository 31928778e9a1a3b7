"""Puts a witness of system calls behind a kernel, where the machine allows one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from marpweave.probe.witness.sights import HELLO, SEEN

WATCHES = sys.platform == "linux"
START = ("import sys; sys.path[0] = sys.argv.pop(1); from marpweave.probe.witness.supervisor import main; "
         "main(sys.argv[1:])")
"""Needs no packages and none of the machine's settings: a bare Python starts fast. Nothing is imported from the working
folder, in which a deck's own `signal.py` may stand."""


def witnessed(command: Sequence[str]) -> list[str]:
    """The command that runs another one under a witness."""
    if not WATCHES:
        return list(command)
    return [sys.executable, "-E", "-s", "-S", "-c", START, str(Path(__file__).parents[2]), *command]


def has_witness() -> bool:
    """Whether this machine allows a witness."""
    asks = [sys.executable, "-E", "-s", "-S", "-c", f"import os; os.access({HELLO!r}, 0); open({SEEN!r})"]
    mine = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}  # in a notebook it names somebody else
    return subprocess.run(witnessed(asks), env=mine, capture_output=True, timeout=60, check=False).returncode == 0
