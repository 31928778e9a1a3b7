"""Reuse outcomes whose inputs are unchanged; run the rest.

A step that runs again and gives something else than before is nondeterministic. Then the rest of its deck runs, too:
results of two runs are never mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from marpweave.cache.keys import Step
from marpweave.cache.plan import Cache, Plan
from marpweave.model.deck import Deck
from marpweave.model.outcome import DeckOutcome, Outcome

Run = Callable[[Sequence[Plan]], Sequence[Sequence[Outcome]]]
"""Runs the wanted steps of each plan in a fresh kernel -> an outcome for each of them."""


@dataclass(frozen=True, slots=True)
class Executed:
    """A plan, and the outcomes of the steps that ran."""

    plan: Plan
    fresh: Mapping[int, Outcome]
    nondeterministic: frozenset[int]
    """Steps whose result changed though nothing that they depend on did."""

    @property
    def is_mixed(self) -> bool:
        """Whether known results may belong to another state than the fresh ones."""
        beside = set(self.plan.known) - set(self.fresh)
        return bool(beside) and (bool(self.nondeterministic)
                                 or any(not each.ran or each.trouble for each in self.fresh.values()))

    @property
    def outcome(self) -> DeckOutcome:
        """What the whole deck gives."""
        fresh = {n: each.with_provenance(nondeterministic=n in self.nondeterministic) for n, each in self.fresh.items()}
        return assembled(self.plan.deck, self.plan.steps, {**self.plan.known, **fresh})


def outcomes_of(decks: Sequence[Deck], cache: Cache, run: Run, *, afresh: bool = False) -> list[DeckOutcome]:
    """The outcomes of all decks; only the steps run that have to."""
    done = _execute([cache.plan(deck, afresh=afresh) for deck in decks], run, cache)
    whole = iter(_execute([each.plan.whole() for each in done if each.is_mixed], run, cache))
    done = [replace(next(whole), nondeterministic=each.nondeterministic) if each.is_mixed else each for each in done]
    for each in done:
        cache.keep(each.plan, each.fresh)
    return [each.outcome for each in done]


def _execute(plans: Sequence[Plan], run: Run, cache: Cache) -> list[Executed]:
    wanting = [plan for plan in plans if plan.wanted]
    gave = iter(run(wanting) if wanting else ())
    return [_executed(plan, next(gave) if plan.wanted else (), cache) for plan in plans]


def _executed(plan: Plan, outcomes: Sequence[Outcome], cache: Cache) -> Executed:
    fresh = {n: cache.recorded(plan, n, outcome) for n, outcome in zip(plan.wanted, outcomes, strict=True)}
    changed = {n for n, outcome in fresh.items() if n in plan.known and outcome.ran and not outcome.trouble
               and not outcome.resembles(plan.known[n])}
    return Executed(plan, fresh, frozenset(changed))


def assembled(deck: Deck, steps: Sequence[Step], outcomes: Mapping[int, Outcome]) -> DeckOutcome:
    """The outcome of a deck from those of its steps; cells and values without one did not run."""
    gave = {id(step.what): outcomes[n] for n, step in enumerate(steps) if n in outcomes}
    idle = Outcome(ran=False)
    return DeckOutcome(tuple(gave.get(id(cell), idle) for cell in deck.cells),
                       tuple(gave.get(id(value), idle) for value in deck.values))
