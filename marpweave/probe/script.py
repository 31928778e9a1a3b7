"""Makes cells look like a script: ``__file__``, ``sys.argv``, and no running event loop."""

from __future__ import annotations

import asyncio
import builtins
import sys
from asyncio import events, tasks
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any


def pose_as_script(path: str) -> None:
    """Set the attributes of a running script for the deck at ``path``.

    ``__file__`` is not an attribute of ``__main__``: spawned processes would run that file as Python.
    """
    name = str(Path(path).absolute())
    vars(builtins)["__file__"] = name
    sys.argv[:] = [name]
    loop = asyncio.BaseEventLoop
    own = asyncio.new_event_loop()
    asyncio.run = asyncio.runners.run = _alone(asyncio.run)
    runner = getattr(asyncio, "Runner", None)  # Python >= 3.11
    for holder, name in ((runner, "run"), (runner, "close"), (loop, "run_forever")):
        if holder:
            setattr(holder, name, _alone(getattr(holder, name)))
    until_complete = _alone(loop.run_until_complete)

    @wraps(until_complete)
    def run_until_complete(self: asyncio.BaseEventLoop, future: Any) -> Any:  # noqa: ANN401
        """Use another loop if ``asyncio.get_event_loop()`` returned the kernel's own, which is already running."""
        return until_complete(own if self.is_running() else self, future)

    loop.run_until_complete = run_until_complete  # type: ignore[method-assign]


def _alone(call: Callable[..., Any]) -> Callable[..., Any]:
    """Call a function as if no event loop were running; the kernel's own loop is suspended meanwhile."""
    @wraps(call)
    def without_loop(*args: object, **kwargs: object) -> Any:  # noqa: ANN401
        around = events._get_running_loop()
        if around is None:
            return call(*args, **kwargs)
        task = tasks.current_task(around)
        if task:
            tasks._leave_task(around, task)
        events._set_running_loop(None)
        try:
            return call(*args, **kwargs)
        finally:
            events._set_running_loop(around)
            if task:
                tasks._enter_task(around, task)

    return without_loop
