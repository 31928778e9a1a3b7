"""Outcomes out of the store where nothing they depend on has changed; all others are run.

The law: whatever was edited, a build gives what a build from nothing would give. A state is a chain: the versions of
everything, and of each step its code and what it was seen to read. A step's result is taken when it was met in the same
state before, and all that it read is as it was. A step that must run, runs in a fresh kernel behind all steps before
it; one of those that then gives something else than it did is not deterministic, and the rest of its deck is run, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from marpweave.cache.codec import PackedOutcome, pack, unpack
from marpweave.cache.environment import environment_key
from marpweave.cache.keys import Step, chained, label_of, steps_of
from marpweave.cache.records import Digest, Found, Record, decoded, encoded
from marpweave.cache.snapshot import BY_PATH, Now, Where
from marpweave.cache.store import Store
from marpweave.inputs import digests as inputs
from marpweave.inputs.digests import ABSENT
from marpweave.model.deck import Cell, Deck, Inline
from marpweave.model.options import ExecutionOptions
from marpweave.model.outcome import UNCACHED, DeckOutcome, Input, Outcome
from marpweave.probe.isolate import CAN_FORK

MOST_TRACES = 8
"""Results of one step with different inputs that are kept: going back to a branch costs nothing."""
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")


@dataclass(frozen=True, slots=True)
class Job:
    """A deck whose outcomes are wanted."""

    deck: Deck
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a deck is known, and what has to run."""

    job: Job
    steps: tuple[Step, ...]
    known: Mapping[int, Outcome]
    """Valid results by the step's number."""
    wanted: tuple[int, ...]
    """Numbers of the steps that run."""
    reasons: Mapping[int, str]
    """Why a step is not known."""

    @property
    def running(self) -> tuple[Cell | Inline, ...]:
        """The wanted cells and values themselves."""
        return tuple(self.steps[n].what for n in self.wanted)


@dataclass(frozen=True, slots=True)
class Look:
    """What the store knows of one step."""

    state: str = ""
    """The state behind it, where that is one that was met before."""
    outcome: Outcome | None = None
    reason: str = ""
    """Why there is no outcome."""


class Trace(Record, frozen=True):
    """One result of a step: what it read, what it wrote, and where its outcome is."""

    inputs: tuple[Found, ...]
    written: tuple[Found, ...]
    view: str
    label: str
    figures: bool
    """Whether there are some: they carry the label."""
    outcome: Digest
    watched: str


class Ledger(Record, frozen=True):
    """What a deck was made of in its last build."""

    facts: dict[str, str]
    steps: tuple[Digest, ...]


Run = Callable[[Sequence[Plan]], Sequence[Sequence[Outcome]]]
"""Runs the wanted steps of each plan in a fresh kernel -> an outcome for each of them."""


class Cache:
    """What earlier builds gave, seen from one build."""

    def __init__(self, store: Store, now: Now, facts: Mapping[str, str]) -> None:
        """``facts`` are the versions that all results depend on."""
        self.store = store
        self.now = now
        self.facts = facts
        self.environment = environment_key(facts)

    def plan(self, job: Job, *, afresh: bool = False) -> Plan:
        """Which steps of a deck are known and which have to run; ``afresh``: all of them run."""
        steps = steps_of(job.deck, isolates=CAN_FORK)
        known: dict[int, Outcome] = {}
        reasons: dict[int, str] = {}
        state = self._start(job)
        for n, step in enumerate(steps):
            for pattern in _execution(step).deps:
                self.now.digest("deps", pattern, _where(step, job))
            look = self._look(step, steps, job, state) if state else Look(reason="it follows a cell that runs")
            if look.outcome is None:
                reasons[n] = look.reason
            else:
                known[n] = look.outcome
            state = state if step.isolated else look.state
        missing = set(range(len(steps))) if afresh else set(reasons)
        wanted = tuple(n for n in range(max(missing, default=-1) + 1) if n in missing or not steps[n].isolated)
        return Plan(job, steps, known, wanted, reasons)

    def _start(self, job: Job) -> str:
        """The state before the first step; a cell can tell which deck it is in."""
        return chained(self.environment, self._name(job), job.deck.prelude, *job.deck.env)

    def _look(self, step: Step, steps: Sequence[Step], job: Job, state: str) -> Look:
        if _execution(step).cache is False:
            return Look(reason=UNCACHED)
        key = chained(state, step.own)
        traces = [trace for trace in self._traces(key) if asks_for(trace.inputs, step)]
        changes = [self.now.change(trace.inputs, _where(step, job)) for trace in traces]
        valid = [trace for trace, change in zip(traces, changes, strict=True) if not change]
        for trace in valid:
            if trace.view == step.view and (not trace.figures or trace.label == label_of(step)):
                outcome = self._outcome(trace, step, steps)
                if outcome is not None:
                    return Look(_behind(key, outcome.provenance.inputs), outcome)
        if valid:
            found = tuple(Input(*each) for each in valid[0].inputs)
            return Look(_behind(key, found), reason="its label or its claims changed")
        return Look(reason=changes[0] if changes else self._news(step, job))

    def _news(self, step: Step, job: Job) -> str:
        """Why there is no result at all under a step's key."""
        ledger = self.store.record("deck", self._deck_key(job), Ledger) or Ledger({}, ())
        was = ledger.facts
        for name in sorted({*was, *self.facts} if was and not step.place else ()):
            if was.get(name) != self.facts.get(name):
                return f"{name} {was.get(name, 'not installed')} -> {self.facts.get(name, 'not installed')}"
        return "its result is lost" if step.own in ledger.steps else "its code or an option is new"

    def _traces(self, key: str) -> tuple[Trace, ...]:
        return self.store.record("step", key, tuple[Trace, ...]) or ()

    def _outcome(self, trace: Trace, step: Step, steps: Sequence[Step]) -> Outcome | None:
        try:
            packed = decoded(self.store.blob(trace.outcome), PackedOutcome)
            outcome = unpack(packed, step, steps, self.store.blob)
        except KeyError:
            return None
        except ValueError:
            self.store.damaged.add(f"outcome {trace.outcome}")
            return None
        return outcome.with_provenance(
            inputs=tuple(Input(*each) for each in trace.inputs),
            written=tuple(Input(*each) for each in trace.written), watched=trace.watched)

    def keep(self, plan: Plan, fresh: Mapping[int, Outcome]) -> None:
        """Store what has run, up to the first step whose state nobody can know again."""
        state = self._start(plan.job)
        for n, step in enumerate(plan.steps):
            key = chained(state, step.own)
            outcome = fresh.get(n) or plan.known[n]
            lasting = outcome.ran and not outcome.trouble and not outcome.provenance.volatile
            if n in fresh and lasting:
                self._keep_step(plan, step, outcome, key)
            if not step.isolated:
                if not lasting:
                    break
                state = _behind(key, outcome.provenance.inputs)
        self.store.put_record("deck", self._deck_key(plan.job),
                              Ledger(dict(self.facts), tuple(step.own for step in plan.steps)))

    def _keep_step(self, plan: Plan, step: Step, outcome: Outcome, key: str) -> None:
        packed, blobs = pack(outcome, step, plan.steps)
        body = encoded(packed)
        try:
            unpack(decoded(body, PackedOutcome), step, plan.steps, blobs.__getitem__)
        except ValueError:
            return  # what could not be read again
        for content in (*blobs.values(), body):
            self.store.put_blob(content)
        known = outcome.provenance
        trace = Trace(tuple(map(astuple, known.inputs)), tuple(map(astuple, known.written)), step.view,
                      label_of(step), bool(outcome.figures), inputs.digest(body), known.watched)
        others = [each for each in self._traces(key)
                  if (each.inputs, each.view, each.label) != (trace.inputs, trace.view, trace.label)]
        self.store.put_record("step", key, (trace, *others)[:MOST_TRACES])

    def seen(self, step: Step, outcome: Outcome, job: Job) -> Outcome:
        """A fresh outcome with its inputs as records name them, and with what its author says of them."""
        execution, where, fresh = _execution(step), _where(step, job), outcome.provenance
        found = [replace(each, name=self._named(each), digest=each.digest or where.spot) for each in fresh.inputs]
        told = [*(("environment", name) for name in job.deck.env), *(("deps", pattern) for pattern in execution.deps)]
        found += [Input(kind, name, self.now.digest(kind, name, where)) for kind, name in told]
        volatile = UNCACHED if execution.cache is False else fresh.volatile
        answered = execution.cache is True or any(each.kind == "deps" and each.digest != ABSENT for each in found)
        return outcome.with_provenance(
            inputs=tuple(sorted(found)), written=tuple(map(self._left, fresh.written)),
            volatile="" if answered else volatile,
            unseen=() if answered else tuple(self.now.named(Path(path)) for path in fresh.unseen))

    def _left(self, file: Input) -> Input:
        return replace(file, name=self._named(file), digest=inputs.file_digest(file.name))

    def _named(self, found: Input) -> str:
        if found.kind not in (*BY_PATH, "code"):
            return found.name
        path, mark, functions = found.name.partition("::")
        return self.now.named(Path(path)) + mark + functions

    def _name(self, job: Job) -> str:
        return self.now.named(job.deck.path.resolve())

    def _deck_key(self, job: Job) -> str:
        return inputs.digest(self._name(job))


def outcomes_of(jobs: Sequence[Job], cache: Cache, run: Run, *, afresh: bool = False) -> list[DeckOutcome]:
    """The outcomes of all decks, of which as few steps are run as can be."""
    plans = [cache.plan(job, afresh=afresh) for job in jobs]
    results = _run(plans, run, cache)
    wavering = [_wavering(plan, fresh) for plan, fresh in zip(plans, results, strict=True)]
    again = [i for i, plan in enumerate(plans) if set(plan.known) - set(results[i])
             and (wavering[i] or any(not each.ran or each.trouble for each in results[i].values()))]
    whole = [replace(plans[i], known={}, wanted=tuple(range(len(plans[i].steps)))) for i in again]
    for i, plan, fresh in zip(again, whole, _run(whole, run, cache), strict=True):
        plans[i], results[i] = plan, fresh
    for i, (plan, fresh) in enumerate(zip(plans, results, strict=True)):
        cache.keep(plan, fresh)
        results[i] = {n: outcome.with_provenance(nondeterministic=n in wavering[i]) for n, outcome in fresh.items()}
    return [assembled(plan.job, plan.steps, {**plan.known, **fresh})
            for plan, fresh in zip(plans, results, strict=True)]


def _run(plans: Sequence[Plan], run: Run, cache: Cache) -> list[dict[int, Outcome]]:
    todo = [plan for plan in plans if plan.wanted]
    done = iter(run(todo) if todo else ())
    return [{n: cache.seen(plan.steps[n], outcome, plan.job)
             for n, outcome in zip(plan.wanted, next(done), strict=True)} if plan.wanted else {} for plan in plans]


def _wavering(plan: Plan, fresh: Mapping[int, Outcome]) -> set[int]:
    """Steps that gave something else than before, though nothing has changed."""
    return {n for n in set(plan.known) & set(fresh) if fresh[n].ran and not fresh[n].trouble
            and not _same(plan.known[n], fresh[n])}


def _same(one: Outcome, other: Outcome) -> bool:
    """Whether two runs gave the same, addresses of objects aside."""
    return one == other or ADDRESS.sub("0x", repr(one)) == ADDRESS.sub("0x", repr(other))


def assembled(job: Job, steps: Sequence[Step], outcomes: Mapping[int, Outcome]) -> DeckOutcome:
    """Outcomes of steps as those of all cells and values of a deck."""
    gave = {id(step.what): outcomes[n] for n, step in enumerate(steps) if n in outcomes}
    idle = Outcome(ran=False)
    return DeckOutcome(tuple(gave.get(id(cell), idle) for cell in job.deck.cells),
                       tuple(gave.get(id(value), idle) for value in job.deck.values))


def _behind(key: str, found: Iterable[Input]) -> str:
    """The state behind a step: what it was before, the step's code, and what the step read."""
    return chained(key, *(part for each in found for part in astuple(each)))


def _where(step: Step, job: Job) -> Where:
    return Where(job.deck.path, job.text, step.spot)


def asks_for(found: Iterable[Found], step: Step) -> bool:
    """Whether the patterns among kept inputs are the step's own: another one could mean all files of the machine."""
    return all(name in _execution(step).deps for kind, name, _ in found if kind == "deps")


def _execution(step: Step) -> ExecutionOptions:
    return step.what.options.execution if isinstance(step.what, Cell) else ExecutionOptions()
