"""Adjusts a process after a fork so that cells do not notice it."""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import random
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from marpweave.probe.audit.patches import all_of, patch


def forked() -> bool:
    """Fork a process that is not a child of this one; return whether this is the new one. Invisible to cells."""
    numbers, filters = random.getstate(), warnings.filters
    ended = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    warnings.filters = [("ignore", None, Warning, None, 0)]  # the kernel's other threads only wait for messages
    child = os.fork()
    is_copy = child == 0
    if is_copy:
        if os.fork():
            os._exit(0)
        random.setstate(numbers)  # a fork reseeds it
    else:
        os.waitpid(child, 0)
    warnings.filters = filters
    signal.signal(signal.SIGCHLD, signal.SIG_DFL if ended is None else ended)
    return is_copy


def descriptors() -> set[int]:
    """The file descriptors of this process."""
    found = set(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208
    return {number for number in found if os.path.lexists(f"/proc/self/fd/{number}")}


def close(loop: Any) -> None:  # noqa: ANN401
    """Close what a loop shares with the parent process, without affecting it there."""
    loop._selector.close()
    loop._ssock.close()
    loop._csock.close()


def renew(loop: Any, io_loop: Any, socket_: Any) -> None:  # noqa: ANN401
    """Give the running loop new descriptors; ``socket_`` belongs to the parent process."""
    for number, (handled, _) in list(io_loop.handlers.items()):
        if handled is socket_:
            del io_loop.handlers[number]
            io_loop.readers.discard(number)
            io_loop.writers.discard(number)
    loop._selector = type(loop._selector)()
    loop._internal_fds -= 1
    loop._make_self_pipe()


def in_place_of(old: threading.Thread, new: threading.Thread) -> threading.Thread:
    """Replace a thread by another one with the same name."""
    new.name = old.name
    return new


@contextmanager
def unnoticed() -> Iterator[None]:
    """Hide the effects of a second start from cells."""
    logger = logging.getLogger("tornado")
    undo = all_of(patch(atexit, "register", lambda call, *_args, **_options: call),
                  patch(threading, "_counter", itertools.count(1).__next__),
                  patch(logger, "handlers", list(logger.handlers)))
    try:
        yield
    finally:
        undo()
