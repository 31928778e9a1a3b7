"""Reruns decks that read files written by other decks, until their inputs no longer change.

The order of decks follows from the observed reads and writes; another build would change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from marpweave.cache.current import CurrentInputs, Where
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome, Input, Outcome

ANYWHERE = ("deps", "importable")
"""Kinds of inputs whose names do not tell which files they cover."""
CIRCULAR = "decks write files that each other reads, so their results change on every run; " \
           "let only one deck write each file"


class Run(Protocol):
    """Runs decks and puts their figures in place."""

    def __call__(self, decks: Sequence[Deck], *, afresh: bool) -> list[DeckOutcome]:
        """Run the decks and return their outcomes; ``afresh``: run every cell, even if its result is cached."""


Drawn = Callable[[Deck, DeckOutcome], Iterable[str]]
"""The names of figures that running a deck wrote."""


@dataclass(frozen=True, slots=True)
class _Write:
    """A file written by a deck."""

    deck: int
    outcome: Outcome | None
    """Outcome of the cell that wrote it; None: the build wrote it (a figure)."""
    file: Input


@dataclass(frozen=True, slots=True)
class _Edge:
    """A read that may depend on a write."""

    reader: int
    """Index of the deck that reads."""
    read: Input
    write: _Write


def settled(
    decks: Sequence[Deck], run: Run, drawn: Drawn, current: Callable[[], CurrentInputs],
) -> tuple[list[DeckOutcome], set[int]]:
    """The outcomes of all decks, and the numbers of the decks whose inputs change on every run.

    Every call of ``current`` reads all inputs again.
    """
    outcomes = run(decks, afresh=False)
    lost, late = _unsettled(decks, outcomes, drawn, current())
    for _ in decks:
        for again, afresh in ((lost, True), (late - lost, False)):
            order = sorted(again)
            fresh = run([decks[i] for i in order], afresh=afresh) if order else []
            for i, outcome in zip(order, fresh, strict=True):
                outcomes[i] = outcome
        if not lost | late:
            break
        lost, late = _unsettled(decks, outcomes, drawn, current())
    return outcomes, lost | late


def _unsettled(
    decks: Sequence[Deck], outcomes: Sequence[DeckOutcome], drawn: Drawn, current: CurrentInputs,
) -> tuple[set[int], set[int]]:
    """Decks whose files were lost or changed before being read, and decks whose inputs others changed."""
    lost, late = set(), set()
    for edge in _edges(decks, outcomes, drawn):
        reader, write = decks[edge.reader], edge.write
        where = Where(reader.path, reader.text)
        if current.change([edge.read], where):
            late.add(edge.reader)
        if write.outcome and current.change([write.file], where):
            lost.add(write.deck)
    return lost, late


def _edges(decks: Sequence[Deck], outcomes: Sequence[DeckOutcome], drawn: Drawn) -> Iterator[_Edge]:
    """Reads of decks that may depend on writes of other decks, or of their own isolated cells."""
    writes = list(_writes(decks, outcomes, drawn))
    by_name: dict[str, list[_Write]] = {}
    for write in writes:
        for name in (write.file.name, PurePath(write.file.name).parent.as_posix()):
            by_name.setdefault(name, []).append(write)
    for i, (deck, outcome) in enumerate(zip(decks, outcomes, strict=True)):
        isolated = {id(step) for cell, step in zip(deck.cells, outcome.cells, strict=True)
                    if cell.options.execution.isolate}
        for step in outcome.steps:
            for found in step.provenance.inputs:
                known = writes if found.kind in ANYWHERE else by_name.get(found.name.partition("::")[0], ())
                yield from (_Edge(i, found, write) for write in known if write.deck != i
                            or (write.outcome is not step and id(write.outcome) in isolated))


def _writes(decks: Sequence[Deck], outcomes: Sequence[DeckOutcome], drawn: Drawn) -> Iterator[_Write]:
    for i, (deck, outcome) in enumerate(zip(decks, outcomes, strict=True)):
        yield from (_Write(i, step, file) for step in outcome.steps for file in step.provenance.written)
        yield from (_Write(i, None, Input("file", name, "")) for name in drawn(deck, outcome))


def circular_finding(path: Path) -> Finding:
    """The finding for a deck whose inputs change on every run."""
    return Finding(Kind.CIRCULAR, Location(path, 1), CIRCULAR)
