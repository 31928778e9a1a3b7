"""Processes in tests, each of which may end at any moment."""

import contextlib
import time
from pathlib import Path

import psutil


def below(process):
    """The processes that a process has started, and theirs."""
    return [each.pid for each in psutil.Process(process).children(recursive=True)]


def alive(processes):
    """Those that have not ended."""
    return [each for each in processes if not ended(each)]


def ended(process):
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def command(process):
    """The words that it was started with; none if it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return psutil.Process(process).cmdline()
    return []


def at_work(process):
    """What runs or waits for a processor or a disk of all that a process has started, however busy the machine is."""
    states = {}
    for task in (task for each in below(process) for task in Path(f"/proc/{each}/task").glob("*")):
        with contextlib.suppress(OSError):  # it has ended
            states[int(task.name)] = (task / "stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    return [each for each, state in states.items() if state in "RD"]


def waited(done, seconds=120):
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done()
