"""What is done to a process when it is forked, so that cells do not notice."""

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
    """Fork a process that is no child of this one -> whether we are it; nothing that cells can see changes."""
    numbers, filters = random.getstate(), warnings.filters
    ended = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    warnings.filters = [("ignore", None, Warning, None, 0)]  # the kernel's other threads only wait for messages
    child = os.fork()
    is_copy = child == 0
    if is_copy:
        if os.fork():
            os._exit(0)
        random.setstate(numbers)  # it has new ones after each fork
    else:
        os.waitpid(child, 0)
    warnings.filters = filters
    signal.signal(signal.SIGCHLD, signal.SIG_DFL if ended is None else ended)
    return is_copy


def descriptors() -> set[int]:
    """The numbers of this process's open files."""
    found = set(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208
    return {number for number in found if os.path.lexists(f"/proc/self/fd/{number}")}


def close(loop: Any) -> None:  # noqa: ANN401
    """Close what a loop shares with the process that we were forked from, without a change there."""
    loop._selector.close()
    loop._ssock.close()
    loop._csock.close()


def renew(loop: Any, io_loop: Any, socket_: Any) -> None:  # noqa: ANN401
    """Give the running loop descriptors of its own; ``socket_`` is none of ours any more."""
    for number, (handled, _) in list(io_loop.handlers.items()):
        if handled is socket_:
            del io_loop.handlers[number]
            io_loop.readers.discard(number)
            io_loop.writers.discard(number)
    loop._selector = type(loop._selector)()
    loop._internal_fds -= 1
    loop._make_self_pipe()


def in_place_of(old: threading.Thread, new: threading.Thread) -> threading.Thread:
    """A thread in place of another one, with its name."""
    new.name = old.name
    return new


@contextmanager
def unnoticed() -> Iterator[None]:
    """Leave no trace of a second start where cells can see it."""
    logger = logging.getLogger("tornado")
    undo = all_of(patch(atexit, "register", lambda call, *_args, **_options: call),
                  patch(threading, "_counter", itertools.count(1).__next__),
                  patch(logger, "handlers", list(logger.handlers)))
    try:
        yield
    finally:
        undo()
