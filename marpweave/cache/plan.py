"""Which steps of a deck are known, and which have to run.

The law: whatever was edited, a build gives what a build from scratch would give. A state is a chain: the versions of
everything, then for each step its code and what it was observed to read. A step is known if it ran in the same state
before and nothing that it read has changed. Any other step runs in a fresh kernel, after all steps before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from marpweave.cache.codec import PackedOutcome, pack, unpack
from marpweave.cache.current import BY_PATH, CurrentInputs
from marpweave.cache.environment import environment_key, is_as_it_was
from marpweave.cache.keys import Step, chained, state_behind, steps_of
from marpweave.cache.records import Digest, Record, decoded, encoded
from marpweave.cache.store import Store
from marpweave.inputs.digests import ABSENT, digest, file_digest
from marpweave.model.deck import Cell, Deck, Inline
from marpweave.model.environment import Environment
from marpweave.model.outcome import UNCACHED, Input, Outcome

MAX_TRACES = 8
"""How many results of one step are kept, for different inputs: switching back to a branch costs nothing."""
OF_COPIES = ("mode", "status")
"""What differs each time of the copies that a sandbox has; that of the files counts."""


class Trace(Record, frozen=True):
    """One result of a step: what it read, what it wrote, and where its outcome is."""

    inputs: tuple[Input, ...]
    written: tuple[Input, ...]
    view: str
    label: str
    figures: bool
    """Whether it has figures: their names begin with the label."""
    outcome: Digest
    watched: str


class Ledger(Record, frozen=True):
    """What a deck was made of in its last build."""

    facts: dict[str, str]
    steps: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a deck: which are known, and which have to run."""

    deck: Deck
    environment: Environment
    """Where they run."""
    steps: tuple[Step, ...]
    known: Mapping[int, Outcome]
    """Valid results by the step's number."""
    wanted: tuple[int, ...]
    """Numbers of the steps that run."""
    reasons: Mapping[int, str]
    """Why a step is not known."""
    declared: Mapping[int, tuple[Input, ...]]
    """Inputs that the author names, by the step's number, as they were before anything ran."""

    @property
    def running(self) -> tuple[Cell | Inline, ...]:
        """The wanted cells and values themselves."""
        return tuple(self.steps[n].what for n in self.wanted)

    def whole(self) -> Plan:
        """The same deck with nothing known."""
        return replace(self, known={}, wanted=tuple(range(len(self.steps))))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the store knows of one step."""

    outcome: Outcome | None = None
    reason: str = ""
    """Why there is no outcome."""
    state: str = ""
    """The state after the step; "": unknown."""


class Cache:
    """Results of earlier builds, for use in one build."""

    def __init__(self, store: Store, current: CurrentInputs, environments: Callable[[str], Environment]) -> None:
        """``environments``: the Python of a kernel."""
        self.store = store
        self.current = current
        self.environments = environments

    def plan(self, deck: Deck, *, afresh: bool = False) -> Plan:
        """Which steps of a deck are known and which have to run; ``afresh``: all of them run."""
        environment = self.environments(deck.kernel)
        steps = steps_of(deck)
        known: dict[int, Outcome] = {}
        reasons: dict[int, str] = {}
        state = self._start(deck, environment)
        for n, step in enumerate(steps):
            lookup = self._look_up(step, steps, deck, state) if state else Lookup(reason="it follows a cell that runs")
            if lookup.outcome is None:
                reasons[n] = lookup.reason
            else:
                known[n] = lookup.outcome
            state = state if step.isolated else lookup.state
        missing = set(range(len(steps))) if afresh else set(reasons)
        wanted = tuple(n for n in range(max(missing, default=-1) + 1) if n in missing or not steps[n].isolated)
        declared = {n: self._declared(step, deck) for n, step in enumerate(steps)}
        return Plan(deck, environment, steps, known, wanted, reasons, declared)

    def _start(self, deck: Deck, environment: Environment) -> str:
        """The state before the first step; it has the deck's name, since a cell can tell which deck it is in."""
        return chained(environment_key(environment.facts), self._name(deck), deck.prelude, *deck.env,
                       *["in a sandbox"] * deck.sandbox)

    def _declared(self, step: Step, deck: Deck) -> tuple[Input, ...]:
        named = [*(("environment", name) for name in deck.env), *(("deps", each) for each in step.execution.deps)]
        return tuple(Input(kind, name, self.current.digest(kind, name, step.where(deck))) for kind, name in named)

    def _look_up(self, step: Step, steps: Sequence[Step], deck: Deck, state: str) -> Lookup:
        if step.execution.cache is False:
            return Lookup(reason=UNCACHED)
        key = chained(state, step.own)
        changes = [(trace, self.current.change(trace.inputs, step.where(deck)))
                   for trace in self._traces(key) if step.asks_for(trace.inputs)]
        valid = [trace for trace, change in changes if not change]
        for trace in valid:
            if trace.view == step.view and (not trace.figures or trace.label == step.label):
                outcome = self._outcome(trace, step, steps)
                if outcome is not None:
                    return Lookup(outcome, state=state_behind(key, outcome.provenance.inputs))
        if valid:
            return Lookup(reason="its label or its expected outputs changed",
                          state=state_behind(key, valid[0].inputs))
        return Lookup(reason=changes[0][1] if changes else self._why_new(step, deck))

    def _why_new(self, step: Step, deck: Deck) -> str:
        """Why a step's key has no result at all."""
        ledger = self.store.record("deck", self._deck_key(deck), Ledger) or Ledger({}, ())
        was = ledger.facts
        now = self.environments(deck.kernel).facts
        for name in sorted({*was, *now} if was and not step.place else ()):
            if was.get(name) != now.get(name):
                return f"{name} {was.get(name, 'not installed')} -> {now.get(name, 'not installed')}"
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
            inputs=trace.inputs, written=trace.written, watched=trace.watched)

    def keep(self, plan: Plan, fresh: Mapping[int, Outcome]) -> None:
        """Store what has run, up to the first step after which the state cannot be known."""
        if not is_as_it_was(plan.environment):
            return
        state, now = self._start(plan.deck, plan.environment), self.current.again()
        for n, step in enumerate(plan.steps):
            key = chained(state, step.own)
            outcome = fresh.get(n) or plan.known[n]
            lasting = outcome.ran and not outcome.trouble and not outcome.provenance.volatile and not now.change(
                plan.declared[n], step.where(plan.deck))  # nobody saw when it was read
            if n in fresh and lasting:
                self._keep_step(plan, step, outcome, key)
            if not step.isolated:
                if not lasting:
                    break
                state = state_behind(key, outcome.provenance.inputs)
        self.store.put_record("deck", self._deck_key(plan.deck),
                              Ledger(dict(plan.environment.facts), tuple(step.own for step in plan.steps)))

    def _keep_step(self, plan: Plan, step: Step, outcome: Outcome, key: str) -> None:
        packed, blobs = pack(outcome, step, plan.steps)
        body = encoded(packed)
        try:
            unpack(decoded(body, PackedOutcome), step, plan.steps, blobs.__getitem__)
        except ValueError:
            return  # it could not be read back
        for content in (*blobs.values(), body):
            self.store.put_blob(content)
        known = outcome.provenance
        trace = Trace(known.inputs, known.written, step.view,
                      step.label, bool(outcome.figures), digest(body), known.watched)
        others = [each for each in self._traces(key)
                  if (each.inputs, each.view, each.label) != (trace.inputs, trace.view, trace.label)]
        self.store.put_record("step", key, (trace, *others)[:MAX_TRACES])

    def recorded(self, plan: Plan, n: int, outcome: Outcome) -> Outcome:
        """A fresh outcome of step ``n``, its inputs named as in records, with those that its author declares."""
        step, fresh, declared = plan.steps[n], outcome.provenance, plan.declared[n]
        copied = OF_COPIES if plan.deck.sandbox else ()
        inputs = [Input(each.kind, self._named(each), BY_PATH[each.kind](each.name) if each.kind in copied
                       else each.digest or step.spot) for each in fresh.inputs]
        volatile = UNCACHED if step.execution.cache is False else fresh.volatile
        answered = step.execution.cache is True or any(
            each.kind == "deps" and each.digest != ABSENT for each in declared)
        return outcome.with_provenance(
            inputs=tuple(sorted((*inputs, *declared))),
            written=tuple(Input(each.kind, self._named(each), file_digest(each.name)) for each in fresh.written),
            volatile="" if answered else volatile,
            unseen=() if answered else tuple(self.current.named(Path(path)) for path in fresh.unseen))

    def _named(self, item: Input) -> str:
        if item.kind not in (*BY_PATH, "code"):
            return item.name
        path, mark, functions = item.name.partition("::")
        return self.current.named(Path(path)) + mark + functions

    def _name(self, deck: Deck) -> str:
        return self.current.named(deck.path.resolve())

    def _deck_key(self, deck: Deck) -> str:
        return digest(deck.variant.named(self._name(deck)))
