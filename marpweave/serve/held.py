"""What the last run of a deck gave, moved to where its cells stand now.

The store keeps what holds for every build. A session also holds what a build from nothing would have to run again each
time: cells that were stopped, that are volatile, and all that follow them. It holds as long as nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import PurePosixPath

from marpweave.cache.codec import pack, unpack
from marpweave.cache.keys import Step
from marpweave.cache.snapshot import Snapshot, Where
from marpweave.cache.traces import where
from marpweave.model.deck import Deck
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome, Outcome, Warned


@dataclass(frozen=True, slots=True)
class Held:
    """Outcomes of a run by the step's number, and what the run left behind."""

    deck: Deck
    steps: tuple[Step, ...]
    outcomes: Mapping[int, Outcome]
    left: Snapshot | None = None
    """Inputs as they were when the run ended; None: it still runs."""

    def now(self, deck: Deck, steps: Sequence[Step], snapshot: Snapshot) -> dict[int, Outcome]:
        """The outcomes that still hold: those before the first step that was edited or whose inputs have changed."""
        found: dict[int, Outcome] = {}
        if surroundings(deck) != surroundings(self.deck):
            return found
        for n, (old, new) in enumerate(zip(self.steps, steps, strict=False)):
            outcome = self.outcomes.get(n)
            if _code(old) != _code(new) or (outcome and self._changed(outcome, snapshot, where(new, deck))):
                break
            if outcome:
                try:
                    found[n] = _moved(outcome, old, new, (self.steps, steps))
                except ValueError:  # it shows what no record may hold, and is run again
                    break
        return found

    def _changed(self, outcome: Outcome, snapshot: Snapshot, place: Where) -> bool:
        if self.left is None:
            return False
        written = {each.name for gave in self.outcomes.values() for each in gave.provenance.written}
        folders = {str(PurePosixPath(name).parent) for name in written}
        own = [each for each in outcome.provenance.inputs if each.name in written | folders]
        foreign = [each for each in outcome.provenance.inputs if each not in own]
        return bool(snapshot.change(map(astuple, foreign), place)) or \
            any(snapshot.digest(each.kind, each.name, place) != self.left.digest(each.kind, each.name, place)
                for each in own if each.kind != "code")


def surroundings(deck: Deck) -> tuple[object, ...]:
    """What all cells of a deck depend on besides each other."""
    return deck.prelude, deck.env, deck.kernel, deck.sandbox


def by_step(deck: Deck, steps: Iterable[Step], outcome: DeckOutcome) -> dict[int, Outcome]:
    """The outcomes of a deck by the step's number."""
    gave = {id(what): each for what, each in (*zip(deck.cells, outcome.cells, strict=True),
                                              *zip(deck.values, outcome.inlines, strict=True))}
    return {n: gave[id(step.what)] for n, step in enumerate(steps)}


def _code(step: Step) -> tuple[object, ...]:
    return step.own, step.view, step.place, step.isolated


def _moved(outcome: Outcome, old: Step, new: Step, steps: tuple[Sequence[Step], Sequence[Step]]) -> Outcome:
    """An outcome with the lines of today's deck; its trouble travels as a warning, which has a line, too."""
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
