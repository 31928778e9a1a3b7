"""Is the program, until it touches the disk for the Nth time: then it is killed, between two writes.

``killer.py N COUNT PROGRAM…``: N of 0 kills never; the number of writes goes to the file COUNT.
"""

import itertools
import os
import runpy
import signal
import sys
from pathlib import Path

CHANGES = ("os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
nth, count, program = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
here = f"{Path.cwd()}{os.sep}"
writes = itertools.count(1)


def watch(event, args):
    """Count what changes the project, and die in good time."""
    changes = args[2] & WRITES if event == "open" else event in CHANGES
    inside = changes and not isinstance(args[0], int) and str(Path.cwd() / os.fsdecode(args[0])).startswith(here)
    if inside and next(writes) == nth:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.addaudithook(watch)
    sys.argv[:3] = []
    try:
        runpy.run_path(program, run_name="__main__")
    finally:
        count.write_text(str(next(writes) - 1))
