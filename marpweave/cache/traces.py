"""What the store keeps of a step: what its result depended on, and where the result is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple

from marpweave.cache.keys import Step, chained
from marpweave.cache.records import Digest, InputRow, Record
from marpweave.cache.snapshot import Where
from marpweave.model.deck import Cell, Deck
from marpweave.model.options import ExecutionOptions
from marpweave.model.outcome import Input


class Trace(Record, frozen=True):
    """One result of a step: what it read, what it wrote, and where its outcome is."""

    inputs: tuple[InputRow, ...]
    written: tuple[InputRow, ...]
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


def state_behind(key: str, inputs: Iterable[Input]) -> str:
    """The state after a step: its key (the state before it and its code) and what it read."""
    return chained(key, *(part for each in inputs for part in astuple(each)))


def where(step: Step, deck: Deck) -> Where:
    """What the inputs of a step are relative to."""
    return Where(deck.path, deck.text, step.spot)


def execution(step: Step) -> ExecutionOptions:
    """A step's execution options; a value in prose has the defaults."""
    return step.what.options.execution if isinstance(step.what, Cell) else ExecutionOptions()


def asks_for(found: Iterable[InputRow], step: Step) -> bool:
    """Whether all ``deps`` patterns among stored inputs are the step's own: another could match any file here."""
    return all(name in execution(step).deps for kind, name, _ in found if kind == "deps")


def inputs_of(found: Iterable[InputRow]) -> tuple[Input, ...]:
    """Stored inputs as values."""
    return tuple(Input(*each) for each in found)
