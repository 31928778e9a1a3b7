"""What the store keeps of a step: what its result depended on, and where the result is."""

from __future__ import annotations

from marpweave.cache.records import Digest, Record
from marpweave.model.outcome import Input


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
