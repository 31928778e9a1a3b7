"""Runs kernels under a witness of system calls, if the machine supports it."""

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
"""Needs neither packages nor site settings, so that Python starts fast. Nothing is imported from the working
folder, which may contain a deck's own `signal.py`."""


def witnessed(command: Sequence[str]) -> list[str]:
    """A command that runs another one under a witness."""
    if not WATCHES:
        return list(command)
    return [sys.executable, "-E", "-s", "-S", "-c", START, str(Path(__file__).parents[2]), *command]


def has_witness() -> bool:
    """Whether this machine supports a witness."""
    asks = [sys.executable, "-E", "-s", "-S", "-c", f"import os; os.access({HELLO!r}, 0); open({SEEN!r})"]
    mine = {**os.environ, "JPY_PARENT_PID": str(os.getpid())}  # in a notebook, it is the id of another process
    return subprocess.run(witnessed(asks), env=mine, capture_output=True, timeout=60, check=False).returncode == 0
