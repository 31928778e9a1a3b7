"""Installs locked npm packages on demand, once for all projects."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from marpweave.errors import ToolError
from marpweave.files import sweep, work_folder
from marpweave.render.programs.nodes import find_node, find_npm
from marpweave.render.programs.places import writing_at_home
from marpweave.report.progress import Terminal

TIMEOUT = 1800.0
OFFLINE = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b")
OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1",
           "--fetch-retry-mintimeout=1000")


def made_once(folder: Path, make: Callable[[Path], None], *, what: str, size: str) -> None:
    """Fill ``folder`` with ``make``, atomically and by one process at a time, unless it exists.

    ``what`` and ``size``: the download, for messages.
    """
    if folder.is_dir():
        return
    with writing_at_home(), _alone(folder, what):
        sweep(folder.parent)
        if not folder.is_dir():
            with work_folder(beside=folder) as aside:
                with Terminal().busy(f"downloading {what} into {folder} ({size}, once for all projects)"):
                    make(aside)
                with contextlib.suppress(OSError):  # another process was faster
                    aside.rename(folder)


def installed(lock: Path, place: Path) -> str:
    """Run npm to install the packages locked in ``lock``; return an error message, or ""."""
    node = find_node()
    shutil.copytree(lock, place, dirs_exist_ok=True)
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    try:
        npm = find_npm(node)
    except ToolError as error:
        return str(error)
    done = subprocess.run([*npm, "ci", *OPTIONS], cwd=place, env={**os.environ, "PATH": path},
                          capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT, check=False)
    offline = OFFLINE.search(done.stderr)
    if offline:
        return f"npm cannot reach its registry ({offline[1]})"
    return (done.stderr.strip().splitlines() or ["npm failed"])[-1] if done.returncode else ""


@contextmanager
def _alone(folder: Path, what: str) -> Iterator[None]:
    """Hold a lock for making ``folder``; the system releases the locks of killed processes."""
    if sys.platform == "win32":  # the folder of the faster process is kept
        yield
        return
    import fcntl

    with folder.with_name(f"{folder.name}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with Terminal().busy(f"another marpweave is downloading {what} into {folder}; waiting"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:  # no locks on this file system: the folder of the faster process is kept
            pass
        yield
