"""Kills this program when it touches the disk for the Nth time: between two writes."""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

CHANGES = ("os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def die_at(nth: int) -> Callable[[], int]:
    """Count from now on what changes the working folder, and die in good time; 0: never -> tells how often it was."""
    here, writes = f"{Path.cwd()}{os.sep}", itertools.count(1)

    def watch(event, args):
        changes = args[2] & WRITES if event == "open" else event in CHANGES
        inside = changes and not isinstance(args[0], int) and str(Path.cwd() / os.fsdecode(args[0])).startswith(here)
        if inside and next(writes) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    return lambda: next(writes) - 1
