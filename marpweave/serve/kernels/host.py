"""Where kernels run for as long as decks are previewed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from threading import Lock, Thread
from typing import TYPE_CHECKING

from marpweave.build.project import Environments
from marpweave.build.settings import Settings
from marpweave.model.deck import NATIVE
from marpweave.model.environment import Environment

if TYPE_CHECKING:
    from marpweave.kernel.zygote import Zygote


class KernelHost:
    """Where kernels run for as long as decks are previewed; nothing is imported or started before it is asked for."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop, stack: ExitStack) -> None:
        """``loop`` runs in a thread of its own; ``stack`` ends what was started."""
        self.settings, self.loop, self._stack = settings, loop, stack
        self._lock = Lock()
        self._zygote: Zygote | None = None
        self._environment: Environment | None = None

    def start(self) -> None:
        """Start what kernels are forked from, unless it runs, and import what drives them."""
        self._started()
        self.loop.call_soon_threadsafe(import_module, "marpweave.kernel.client")

    @property
    def zygote(self) -> Zygote | None:
        """What kernels are forked from; None: they start cold."""
        self._started()
        return self._zygote

    @property
    def environment(self) -> Environment:
        """As it was when the zygote imported."""
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
    """A loop for kernels in a thread of its own."""
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
    """End what still runs in this loop."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
