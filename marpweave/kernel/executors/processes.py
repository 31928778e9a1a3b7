"""Runs decks in worker processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection

from marpweave.files import work_folder
from marpweave.kernel.client import MAX_DEATHS, DeckRun, Progress
from marpweave.kernel.executors.collect import CellDone, Mailbox, lost
from marpweave.kernel.executors.workplace import METHOD, Workplace
from marpweave.kernel.zygote import KernelStart
from marpweave.model.outcome import Outcome

Pending = Future[list[Outcome]]


@dataclass(frozen=True, slots=True)
class Worker:
    """The state of a worker process."""

    place: Workplace
    tells: Connection


WORKER: ContextVar[Worker] = ContextVar("worker")
"""The state of this worker process."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Runs decks in processes that end with the call."""

    jobs: int
    start: KernelStart

    def run(self, runs: Sequence[DeckRun], progress: Progress) -> list[list[Outcome]]:
        """Run the steps of decks; return an outcome for each step. If a process dies, its deck runs again."""
        mail: Mailbox[Pending] = Mailbox(runs, progress)
        found: dict[int, list[Outcome]] = {}
        for _ in range(MAX_DEATHS):
            left = {number: run for number, run in enumerate(runs) if number not in found}
            if left:
                found |= self._run(left, mail)
        return [found.get(number) or lost(run) for number, run in enumerate(runs)]

    def _run(self, runs: Mapping[int, DeckRun], mail: Mailbox[Pending]) -> dict[int, list[Outcome]]:
        here = multiprocessing.get_context(METHOD)
        if METHOD == "forkserver":
            here.set_forkserver_preload([__name__])
        start = self.start if len(runs) > self.jobs else KernelStart.COLD
        hears, tells = here.Pipe(duplex=False)
        lives, we_live = here.Pipe(duplex=False)
        threading.Thread(target=_hear, args=(hears, mail), daemon=True).start()
        with ExitStack() as ending:
            ending.callback(tells.close)
            scratch = ending.enter_context(work_folder())
            pool = ProcessPoolExecutor(min(self.jobs, len(runs)), here, _begin, (start, str(scratch), tells, lives))
            ending.callback(pool.shutdown, cancel_futures=True)
            ending.callback(we_live.close)
            pending = {pool.submit(_run_here, number, run): number for number, run in runs.items()}
            for future in pending:
                future.add_done_callback(mail.queue.put)
            return mail.collected(pending, _outcomes)


def _hear(hears: Connection, mail: Mailbox[Pending]) -> None:
    with suppress(EOFError):
        while True:
            mail.queue.put(CellDone(*hears.recv()))


def _outcomes(done: Pending) -> list[Outcome] | None:
    try:
        return done.result()
    except BrokenProcessPool:
        return None


# -- in such a process -----------------------------------------------------------------


def _begin(start: KernelStart, scratch: str, tells: Connection, lives: Connection) -> None:
    """Initialise a worker process; ``scratch``: temporary files, ``lives``: closed whenever the build ends."""
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the build, which shuts us down
    worker = Worker(Workplace(start), tells)
    WORKER.set(worker)
    threading.Thread(target=_end_with, args=(lives, worker.place), daemon=True).start()


def _end_with(lives: Connection, place: Workplace) -> None:
    with suppress(EOFError):
        lives.recv()
    place.stop()
    os._exit(0)


def _run_here(number: int, run: DeckRun) -> list[Outcome]:
    worker = WORKER.get()
    outcomes = worker.place.run(run, lambda cell, outcome: worker.tells.send(
        (number, cell.number, outcome.provenance.seconds)))
    return [outcome.with_provenance(worker=f"process {os.getpid()}") for outcome in outcomes]
