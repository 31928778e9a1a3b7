"""The event loop and zygote of kernels during a preview."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING

from marpweave.build.project import Environments
from marpweave.build.settings import Settings
from marpweave.model.environment import NATIVE, Environment

if TYPE_CHECKING:
    from marpweave.kernel.zygote import Zygote


class KernelHost:
    """The event loop and zygote of kernels during a preview; nothing is imported or started before it is needed."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop, stack: ExitStack) -> None:
        """``loop`` runs in a thread of its own; ``stack`` closes what was started."""
        self.settings, self.loop, self._stack = settings, loop, stack
        self._lock = Lock()
        self._zygote: Zygote | None = None
        self._environment: Environment | None = None

    def start(self) -> None:
        """Start the zygote, unless it is running, and import what controls kernels."""
        self._started()
        self.loop.call_soon_threadsafe(import_module, "marpweave.kernel.client")

    @property
    def zygote(self) -> Zygote | None:
        """The zygote from which kernels are forked; None: cold starts."""
        self._started()
        return self._zygote

    @property
    def environment(self) -> Environment:
        """The environment at the time of the zygote's imports."""
        return self._started()

    def _started(self) -> Environment:
        from marpweave.kernel.zygote import KernelStart, zygote

        with self._lock:
            if self._environment is None:
                self._environment = Environments(self.settings.python, self.settings.root).of(NATIVE)
                start = KernelStart(self.settings.kernel_start)
                self._zygote = self._stack.enter_context(zygote(start, self._environment, self.settings.root))
            return self._environment


@contextmanager
def kernel_host(settings: Settings) -> Iterator[KernelHost]:
    """An event loop for kernels in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="kernels", daemon=True)
    thread.start()
    with ExitStack() as stack:
        try:
            yield KernelHost(settings, loop, stack)
        finally:
            asyncio.run_coroutine_threadsafe(_ended(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _ended() -> None:
    """Cancel the remaining tasks of the loop."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
