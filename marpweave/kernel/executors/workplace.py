"""The resources of a worker that runs decks: a zygote, copies of the project, and a way to stop."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from marpweave.files import work_folder
from marpweave.kernel.client import DeckRun, Progress, run_deck
from marpweave.kernel.environments import own_environment
from marpweave.kernel.executors.files import ProjectFiles
from marpweave.kernel.zygote import KernelStart, zygote
from marpweave.model.outcome import Input, Outcome

NAMED = ("file", "module", "listing", "presence", "time", "mode", "status", "importable", "distributions", "code")
"""Kinds of inputs whose names are paths."""
MAX_TEMPORARY = 70
"""Maximum bytes in the path of the temporary folder, so that a fork server's socket path fits into 107 bytes."""
METHOD = "forkserver" if os.name == "posix" and len(os.fsencode(tempfile.gettempdir())) <= MAX_TEMPORARY else "spawn"
"""The start method of worker processes."""
TIMEOUT = 10.0
"""Seconds that running decks get to stop."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the project in a folder of its own, at a path that ends like that of the original.

    Relative paths that leave the project with ``..`` thus correspond to paths at the original, too.
    """

    below: Path
    kept: ExitStack
    """Deletes it."""

    def of(self, path: Path) -> Path:
        """The path in the copy."""
        return self.below / path.relative_to(path.anchor)

    def moved(self, run: DeckRun) -> DeckRun:
        """The run with paths in the copy."""
        return replace(run, root=self.of(run.root.resolve()), folder=self.of(run.place))

    def at_home(self, outcome: Outcome) -> Outcome:
        """The outcome with original paths."""
        found = outcome.provenance
        return outcome.with_provenance(
            inputs=tuple(each._replace(name=self._name(each.name)) if each.kind in NAMED else each
                         for each in found.inputs),
            written=tuple(Input(each.kind, self._name(each.name), each.digest) for each in found.written),
            unseen=tuple(map(self._name, found.unseen)))

    def _name(self, name: str) -> str:
        below = f"{self.below}{os.sep}"
        return os.sep + name.removeprefix(below) if name.startswith(below) else name


class Workplace:
    """Runs decks in this process, one or several at a time."""

    def __init__(self, start: KernelStart, files: ProjectFiles | None = None) -> None:
        """``files``: unpacked into copies of the project; None: the project itself is accessible."""
        self.files = files
        self._open = ExitStack()
        self._zygote = self._open.enter_context(zygote(start, own_environment(), Path()))
        self._copies: list[Copy] = []
        """Copies as they were unpacked; a deck takes one, and brings it back if it has changed nothing."""
        self._running: dict[Future[None], Callable[[], object]] = {}
        """What cancels each deck that runs now."""
        self._stopped = False

    def run(self, run: DeckRun, progress: Progress) -> list[Outcome]:
        """Run the steps of a deck; return an outcome for each, with original paths."""
        ended: Future[None] = Future()
        try:
            if self.files is None:
                return asyncio.run(self._run(run, progress, ended))
            with self._copy(self.files, run.root.resolve()) as copy:
                return [copy.at_home(each) for each in asyncio.run(self._run(copy.moved(run), progress, ended))]
        finally:
            ended.set_result(None)
            self._running.pop(ended, None)

    async def _run(self, run: DeckRun, progress: Progress, ended: Future[None]) -> list[Outcome]:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task
        self._running[ended] = lambda: loop.call_soon_threadsafe(task.cancel)
        if self._stopped:
            raise asyncio.CancelledError
        warm = self._zygote if self._zygote and self._zygote.is_for(run.environment) else None
        return await run_deck(run, progress=progress, started=warm)

    @contextmanager
    def _copy(self, files: ProjectFiles, root: Path) -> Iterator[Copy]:
        copy = self._copies.pop() if self._copies else _unpacked(files, root)
        with ExitStack() as kept:
            kept.push(copy.kept)
            before = _state(copy.below)
            yield copy
            if _state(copy.below) == before:
                kept.pop_all()
                self._copies.append(copy)

    def stop(self) -> None:
        """Stop running decks, and delete all copies."""
        self._stopped = True
        running = dict(self._running)
        for cancel in running.values():
            cancel()
        wait(running, TIMEOUT)
        for copy in self._copies:
            copy.kept.close()
        self._open.close()


def _unpacked(files: ProjectFiles, root: Path) -> Copy:
    with ExitStack() as kept:
        below = kept.enter_context(work_folder()).resolve()
        copy = Copy(below, kept)
        files.unpack(copy.of(root))
        return Copy(below, kept.pop_all())


def _state(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Files with sizes and modification times, without compiled Python."""
    found = (Path(there, name) for there, _, names in os.walk(folder) if not there.endswith("__pycache__")
             for name in names)
    return frozenset((str(path), (status := path.lstat()).st_mtime_ns, status.st_size) for path in found)
