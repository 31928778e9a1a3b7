"""Runs decks on other machines, and verifies that results are valid here.

A deck that ran in a copy of the project read and wrote files of that copy. Its outcome is accepted only if it wrote
nothing and everything it read is the same here; otherwise the deck runs again in this process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.runners.local import Kernels, cells_of, runs_of
from marpweave.build.runners.ports import Events
from marpweave.build.settings import Settings
from marpweave.cache.current import OF_TEXT, CurrentInputs, Where
from marpweave.cache.environment import with_facts
from marpweave.errors import UsageError
from marpweave.inputs.digests import place_digest
from marpweave.kernel.environments import own_environment
from marpweave.kernel.messages import placed
from marpweave.kernel.zygote import KernelStart
from marpweave.model.deck import Deck
from marpweave.model.outcome import Input, Outcome

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan
    from marpweave.kernel.executors.cluster import Cluster


class Elsewhere:
    """Runs steps on a Dask cluster, or here if necessary."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.here = Kernels(settings)
        self.local: dict[str, str] = {}
        """Decks that run here, and why."""
        self.cluster: Cluster | None = None

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel; return one outcome per step."""
        found = self._there([plan for plan in plans if not self._must_run_here(plan)], events)
        rest = [plan for plan in plans if str(plan.deck.path) not in found]
        for plan in rest:
            events.note(f"{plan.deck.path} runs here, not on a worker: {self.local[str(plan.deck.path)]}")
        fresh = iter(self.here.run(rest, events) if rest else ())
        return [found.get(str(plan.deck.path)) or next(fresh) for plan in plans]

    def close(self) -> None:
        """Close the connection, and a cluster that we started."""
        if self.cluster:
            self.cluster.close()

    def _there(self, plans: Sequence[Plan], events: Events) -> dict[str, list[Outcome]]:
        """Outcomes that are valid here, by deck."""
        runs = runs_of(plans, self.settings)
        if not runs:
            return {}
        cluster = self.cluster = self.cluster or self._opened(events)
        with events.running(cells_of(runs)) as done:
            found = [[placed(each, run.root.resolve(), place_digest(run.search)) for each in outcomes]
                     for run, outcomes in zip(runs, cluster.run(runs, done), strict=True)]
        now = CurrentInputs(self.settings.root, os.environ)
        for run, outcomes in zip(runs, found, strict=True):
            if fault := next(self._faults(run.deck, outcomes, now), ""):
                self.local[str(run.deck.path)] = fault
        return {str(run.deck.path): outcomes for run, outcomes in zip(runs, found, strict=True)
                if str(run.deck.path) not in self.local}

    def _faults(self, deck: Deck, outcomes: Sequence[Outcome], now: CurrentInputs) -> Iterator[str]:
        """Why outcomes are not valid here."""
        for known in (outcome.provenance for outcome in outcomes):
            if not self.settings.shared_files:
                yield from (f"it writes {_named(file, now)}" for file in known.written)
            yield from (_reason(each, now) for each in known.inputs if each.kind not in OF_TEXT
                        and now.change([each], Where(deck.path, deck.text)))

    def _must_run_here(self, plan: Plan) -> bool:
        """Whether a deck can only run here."""
        deck = plan.deck
        if not deck.path.resolve().is_relative_to(self.settings.root.resolve()):
            self.local[str(deck.path)] = "it is outside the project"
        elif deck.sandbox:
            self.local[str(deck.path)] = "it is sandboxed"
        elif not plan.environment.is_own:
            self.local[str(deck.path)] = "its Python is not the workers'"
        elif deck.env:
            self.local[str(deck.path)] = f"its `env` names variables of this machine ({', '.join(deck.env)})"
        return str(deck.path) in self.local

    def _opened(self, events: Events) -> Cluster:
        try:
            from marpweave.kernel.executors.cluster import Cluster, ClusterSettings
        except ModuleNotFoundError as error:
            raise UsageError(f"--executor dask needs the package {error.name}; install it with "
                             "`pip install marpweave[dask]`") from None
        settings = self.settings
        return Cluster(ClusterSettings(
            settings.root, settings.scheduler, settings.jobs, settings.shared_files,
            KernelStart(settings.kernel_start), (settings.out, settings.cache or settings.out), facts, events.note))


def facts() -> Mapping[str, str]:
    """The versions of everything in this process."""
    return with_facts(own_environment(), "").facts


def _reason(found: Input, now: CurrentInputs) -> str:
    """Why an outcome with a different input is not valid here."""
    return "it depends on the project's location" if found.kind == "place" else \
        f"{_named(found, now)} is not the same on the worker"


def _named(found: Input, now: CurrentInputs) -> str:
    return now.named(Path(found.name.partition("::")[0]))
