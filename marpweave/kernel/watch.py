"""Who watches what a kernel reads: a witness of its system calls, where the machine lets one stand there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from marpweave.probe.sights import HELLO, SEEN

WATCHES = sys.platform == "linux"
START = "import sys; sys.path.append(sys.argv.pop(1)); from marpweave.probe.witness import main; main(sys.argv[1:])"
"""Needs no packages and none of the machine's settings: a bare Python starts fast."""
WATCHED = "system calls"


def witnessed(command: Sequence[str]) -> list[str]:
    """The command that runs another one before a witness."""
    if not WATCHES:
        return list(command)
    return [sys.executable, "-E", "-s", "-S", "-c", START, str(Path(__file__).parents[2]), *command]


def has_witness() -> bool:
    """Whether this machine lets a witness stand behind a program."""
    asks = [sys.executable, "-E", "-s", "-S", "-c", f"import os; os.access({HELLO!r}, 0); open({SEEN!r})"]
    return subprocess.run(witnessed(asks), capture_output=True, timeout=60, check=False).returncode == 0
