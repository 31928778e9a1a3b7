"""Runs decks on a Dask cluster, in copies of the project or in a shared folder."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, WorkerPlugin, get_worker
from distributed.utils import get_mp_context

from marpweave.errors import ToolError
from marpweave.files import WORK, sweep, work_folder
from marpweave.kernel.client import DeckRun, Progress
from marpweave.kernel.environments import own_environment
from marpweave.kernel.executors.collect import CellDone, Mailbox, lost
from marpweave.kernel.executors.files import ProjectFiles, project_files
from marpweave.kernel.executors.workplace import METHOD, Workplace
from marpweave.kernel.zygote import KernelStart
from marpweave.model.outcome import Outcome

WAIT = 10
"""Seconds to wait for a scheduler, and for its first worker."""
UNLIKE = "worker {} differs from this machine: {}; install the same versions there"
QUIET = {
    "distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "60s", "distributed.admin.system-monitor.interval": "10s",
    "distributed.scheduler.work-stealing-interval": "1s"}
"""Makes housekeeping of a local cluster rare, because decks take seconds and need the cores."""
Facts = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """The configuration of a cluster."""

    root: Path
    scheduler: str
    """Address of the scheduler; "": start a local cluster."""
    jobs: int
    """Number of workers of a local cluster."""
    shared: bool
    """True: workers see the project at the same path."""
    start: KernelStart
    without: tuple[Path, ...]
    """Folders whose files are not sent to workers."""
    facts: Facts
    """Versions that must be equal on all machines, by name."""
    note: Callable[[str], None]


class OnWorker(WorkerPlugin):
    """Sets up a workplace on each worker."""

    def __init__(self, asked: ClusterSettings, files: ProjectFiles | None, scratch: str) -> None:
        """``scratch``: folder for temporary files of local workers, or ""."""
        self.start, self.files, self.scratch = asked.start, files, scratch
        self.facts, self.wanted = asked.facts, asked.facts()

    def setup(self, worker: Any) -> None:  # noqa: ANN401
        """Prepare the workplace, and remove leftovers of lost workers on this machine."""
        if self.scratch:
            tempfile.tempdir = self.scratch
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent process, which shuts us down
        sweep(Path(tempfile.gettempdir()), f"{WORK}????????")
        self.unlike = unlike(self.wanted, self.facts())
        self.place = Workplace(self.start, self.files)

    async def teardown(self, worker: Any) -> None:  # noqa: ANN401
        """Stop running decks."""
        await asyncio.to_thread(self.place.stop)


def unlike(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """How another machine differs from this one, or ""."""
    differ = [f"{name} {there.get(name, 'missing')} (here {here.get(name, 'missing')})"
              for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
    more = [f"{len(differ) - 3} more"] if len(differ) > 3 else []
    return ", ".join([*differ[:3], *more])


def run_there(number: int, run: DeckRun, name: str) -> list[Outcome]:
    """Run a deck on a worker, reporting each cell; ``name`` identifies the plugin."""
    worker = get_worker()
    plugin: Any = worker.plugins[name]
    if plugin.unlike:
        raise ToolError(UNLIKE.format(worker.address, plugin.unlike))
    outcomes = plugin.place.run(replace(run, environment=own_environment()), lambda cell, outcome: worker.log_event(
        name, (number, cell.number, outcome.provenance.seconds)))
    return [outcome.with_provenance(worker=worker.address) for outcome in outcomes]


class Cluster:
    """A lazy connection to a cluster."""

    def __init__(self, asked: ClusterSettings) -> None:
        self.asked = asked
        self._name = f"{WORK}{uuid4().hex}"
        self._open = ExitStack()
        self._client: Any = None
        self._scratch = ""
        self._sent = ""
        """Digest of the files that workers have."""
        self._mail: Mailbox[Future[Any]] | None = None

    def run(self, runs: Sequence[DeckRun], progress: Progress) -> list[list[Outcome]]:
        """Run the steps of decks on all workers; return an outcome for each step."""
        files = None if self.asked.shared else project_files(self.asked.root, self.asked.without)
        client = self._client or self._connected()
        self._send(client, files, many=len(runs) > self.asked.jobs)
        mail = self._mail = Mailbox(runs, progress)
        pending = {client.submit(run_there, number, run, self._name, pure=False): number
                   for number, run in enumerate(runs)}
        for future in pending:
            future.add_done_callback(mail.queue.put)
        found = mail.collected(pending, lambda done: _outcomes(done, runs[pending[done]]))
        return [found[number] for number in range(len(runs))]

    def _tell(self, event: tuple[float, tuple[int, int, float]]) -> None:
        if self._mail:
            self._mail.queue.put(CellDone(*event[1]))

    def close(self) -> None:
        """Stop decks, clean up the workers, and stop a local cluster."""
        with suppress(Exception):
            self._open.close()

    def _connected(self) -> Any:  # noqa: ANN401
        address = self.asked.scheduler or self._own()
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            client = self._open.enter_context(Client(address, timeout=WAIT, set_as_default=False))
        except OSError:
            raise ToolError(f"no Dask scheduler answers at {address}; start one with `dask scheduler`, or leave "
                            "--scheduler out for a cluster on this machine") from None
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            raise ToolError(f"the Dask scheduler at {address} has no worker; start one with `dask worker {address}`"
                            ) from None
        self._open.callback(lambda: client.unregister_worker_plugin(self._name))
        _refuse_other_pythons(client)
        client.subscribe_topic(self._name, self._tell)
        self._client = client
        return client

    def _own(self) -> str:
        self._scratch = str(self._open.enter_context(work_folder()))
        self._open.enter_context(dask.config.set({
            **QUIET, "temporary-directory": self._scratch, "distributed.worker.multiprocessing-method": METHOD}))
        if METHOD == "forkserver":
            get_mp_context().set_forkserver_preload([__name__])  # workers share the imports
        cluster = self._open.enter_context(LocalCluster(
            n_workers=self.asked.jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, memory_limit=0,
            silence_logs=logging.CRITICAL))
        return str(cluster.scheduler_address)

    def _send(self, client: Any, files: ProjectFiles | None, *, many: bool) -> None:  # noqa: ANN401
        digest = files.digest if files else "shared"
        if digest == self._sent:
            return
        if files:
            self.asked.note(f"{len(files.files)} files of the project, {files.bytes / 1e6:.1f} MB, go to each worker")
        asked = self.asked if many else replace(self.asked, start=KernelStart.COLD)
        try:
            client.register_plugin(OnWorker(asked, files, self._scratch), name=self._name)
        except Exception as error:  # noqa: BLE001  what a worker raises comes as anything
            raise ToolError(f"the workers of {asked.scheduler} cannot load marpweave ({error}); install it there, with "
                            "the same packages as here") from None
        self._sent = digest


def _refuse_other_pythons(client: Any) -> None:  # noqa: ANN401
    """Raise an error for workers with another version of Python, which cannot unpickle our requests."""
    versions = client.get_versions(check=False)
    here = versions["client"]["host"]["python"]
    for address, told in versions["workers"].items():
        if told["host"]["python"] != here:
            raise ToolError(UNLIKE.format(address, unlike({"Python": here}, {"Python": told["host"]["python"]})))


def _outcomes(done: Future[Any], run: DeckRun) -> list[Outcome]:
    try:
        return list(done.result())
    except KilledWorker:
        return lost(run)
    except CancelledError:
        raise ToolError("lost the Dask scheduler and everything that ran there; run the build again") from None
