"""A store that several machines share, used together with this machine's folder: any place that fsspec can open.

It holds JSON and pictures, each with its digest: another machine's results cannot run code here. A store that does not
answer is not used again in this build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from marpweave.cache.store import Folder

TIMEOUT = 5.0
"""Seconds that one answer may take."""
KINDS = ("step/", "blob/")
"""Kinds of entries that are valid on every machine."""


class Shared(MutableMapping[str, bytes]):
    """Reads the local folder first, then the shared store, whose answers it keeps locally; writes to both."""

    def __init__(self, here: Folder, there: MutableMapping[str, bytes], *, read_only: bool) -> None:
        self.here = here
        self.there = there
        self.read_only = read_only
        self.fault = ""
        """Why the shared store is no longer used; "": it is."""
        self._workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="shared")
        self._sent: list[Future[None]] = []

    def __getitem__(self, name: str) -> bytes:
        try:
            return self.here[name]
        except KeyError:
            if not name.startswith(KINDS):
                raise
        content = self._answer(self._workers.submit(self.there.get, name)) if not self.fault else None
        if content is None:
            raise KeyError(name)
        self.here[name] = content
        return bytes(content)

    def __setitem__(self, name: str, content: bytes) -> None:
        self.here[name] = content
        if name.startswith(KINDS) and not self.read_only and not self.fault:
            self._sent.append(self._workers.submit(self.there.__setitem__, name, content))

    def __delitem__(self, name: str) -> None:
        del self.here[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.here)

    def __len__(self) -> int:
        return len(self.here)

    def close(self) -> str:
        """Wait until everything is sent, or the store fails to answer -> what went wrong, or ""."""
        for future in self._sent:
            if not self.fault:
                self._answer(future)
        self._sent.clear()
        self._workers.shutdown(wait=False, cancel_futures=True)
        kept = self.here.close()
        return f"stopped using the shared store: {self.fault}" if self.fault else kept

    def _answer(self, future: Future[Any]) -> Any:  # noqa: ANN401
        try:
            return future.result(timeout=TIMEOUT)
        except TimeoutError:
            self.fault = f"no answer within {TIMEOUT:g} s"
        except Exception as error:  # noqa: BLE001  every file system has errors of its own
            self.fault = f"{type(error).__name__}: {error}"
        return None


def open_url(url: str) -> MutableMapping[str, bytes]:
    """The files of a store at a URL; raises ValueError or ImportError if fsspec cannot open it."""
    import fsspec

    make: Callable[..., MutableMapping[str, bytes]] = fsspec.get_mapper
    return make(url, create=False)
