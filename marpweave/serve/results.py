"""The outcomes of the last run of a deck, moved to the current lines of its cells.

In addition to what the store has, a session keeps outcomes that a build would have to produce again: of cells before a
stop, of volatile cells, and of all cells after them. They are valid as long as nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from marpweave.cache.codec import pack, unpack
from marpweave.cache.current import CurrentInputs, Where
from marpweave.cache.keys import Step
from marpweave.cache.plan import Plan
from marpweave.model.deck import Deck
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome, Outcome, Warned

MODULES = ("code", "module")
"""Kinds of inputs that are modules."""


@dataclass(frozen=True, slots=True)
class Results:
    """Outcomes of a run by index of the step, and its side effects."""

    plan: Plan
    outcomes: Mapping[int, Outcome]
    digests: Mapping[tuple[str, str], str] | None = None
    """Kind and name -> digest at the end of the run, for each input that the run itself may have changed; None: still
    running."""

    def valid(self, plan: Plan, current: CurrentInputs) -> dict[int, Outcome]:
        """The outcomes that are still valid: those before the first edited step or changed input."""
        valid: dict[int, Outcome] = {}
        if surroundings(plan) != surroundings(self.plan):
            return valid
        for n, (old, new) in enumerate(zip(self.plan.steps, plan.steps, strict=False)):
            outcome = self.outcomes.get(n)
            if _code(old) != _code(new) or (outcome and self._changed(outcome, current, new.where(plan.deck))):
                break
            if outcome:
                try:
                    valid[n] = _moved(outcome, old, new, (self.plan.steps, plan.steps))
                except ValueError:  # not storable, so run it again
                    break
        return valid

    def stands(self, plan: Plan, current: CurrentInputs) -> bool:
        """Whether the modules it used are unchanged: cells rarely write modules, so a change was made by the author."""
        written = {each.name for gave in self.outcomes.values() for each in gave.provenance.written}
        return not any(
            current.change((each for each in outcome.provenance.inputs
                             if each.kind in MODULES and each.name.partition("::")[0] not in written),
                            plan.steps[n].where(plan.deck)) for n, outcome in self.outcomes.items())

    def _changed(self, outcome: Outcome, current: CurrentInputs, place: Where) -> bool:
        if self.digests is None:
            return False
        written, inputs = written_by(self.outcomes), outcome.provenance.inputs
        return bool(current.change((each for each in inputs if each.name not in written), place)) or \
            any(current.digest(each.kind, each.name, place) != self.digests[each.kind, each.name]
                for each in inputs if each.name in written)


def ended(plan: Plan, outcomes: Mapping[int, Outcome], current: CurrentInputs) -> Results:
    """The results of a run that has just ended, with its side effects."""
    written = written_by(outcomes)
    inputs = ((each, plan.steps[n].where(plan.deck)) for n, outcome in outcomes.items()
              for each in outcome.provenance.inputs if each.name in written)
    return Results(plan, outcomes, {(each.kind, each.name): current.digest(each.kind, each.name, place)
                                    for each, place in inputs})


def written_by(outcomes: Mapping[int, Outcome]) -> frozenset[str]:
    """Files written by a run, and their folders."""
    names = {each.name for outcome in outcomes.values() for each in outcome.provenance.written}
    return frozenset(names | {str(PurePosixPath(name).parent) for name in names})


def surroundings(plan: Plan) -> tuple[object, ...]:
    """Everything that all cells of a deck depend on, other than each other."""
    deck = plan.deck
    return deck.prelude, deck.env, deck.kernel, deck.sandbox, plan.environment


def by_step(deck: Deck, steps: Iterable[Step], outcome: DeckOutcome) -> dict[int, Outcome]:
    """The outcomes of a deck by index of the step."""
    gave = {id(what): each for what, each in (*zip(deck.cells, outcome.cells, strict=True),
                                              *zip(deck.values, outcome.inlines, strict=True))}
    return {n: gave[id(step.what)] for n, step in enumerate(steps)}


def _code(step: Step) -> tuple[object, ...]:
    return step.own, step.view, step.place, step.isolated


def _moved(outcome: Outcome, old: Step, new: Step, steps: tuple[Sequence[Step], Sequence[Step]]) -> Outcome:
    """An outcome with current lines; its trouble is moved as a warning, which has a line, too."""
    trouble = outcome.trouble
    if old.what.location == new.what.location and old.spot == new.spot:
        return outcome
    spot = (Warned("", "", trouble.location.line),) if trouble else ()
    packed, blobs = pack(replace(outcome, warnings=(*outcome.warnings, *spot)), old, steps[0])
    moved = replace(unpack(packed, new, steps[1], blobs.__getitem__), ran=outcome.ran, provenance=outcome.provenance)
    if not trouble:
        return moved
    line = moved.warnings[-1].line or new.what.location.line
    return replace(moved, warnings=moved.warnings[:-1], trouble=replace(
        trouble, location=Location(new.what.location.path, line), slide=new.what.slide))
