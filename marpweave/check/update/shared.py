"""Edits in files shared by several decks, all of which must agree. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from marpweave.check.update.edits import LineEdit, apply_edits, first_line
from marpweave.check.verdicts import CellCheck
from marpweave.model.deck import Deck
from marpweave.model.location import Location
from marpweave.model.origins import SourceFile

TWICE = "the deck includes this file more than once, with different outputs"
ELSEWHERE = "{} includes this file, too, with a different output"


@dataclass(frozen=True, slots=True)
class Stance:
    """The outputs that a deck expects in the files it is made of."""

    deck: Deck
    judged: frozenset[int]
    """First lines of the outputs of cells that ran."""
    edits: frozenset[tuple[int, tuple[str, ...]]]
    """Lines with their new content."""

    def objects(self, edit: LineEdit, place: Location) -> bool:
        """Whether an edit made for another deck, or another place of this one, would be wrong here."""
        return any(line in self.judged and (line, edit.lines) not in self.edits
                   for line in lines_at(place, self.deck))


def place_of(line: int, deck: Deck) -> Location:
    """The source file and line of a line of the deck, with symlinks resolved."""
    place = deck.origins.place(Location(deck.path, line))
    return Location(next(file.place for file in deck.files if file.path == place.path), place.line)


def lines_at(place: Location, deck: Deck) -> tuple[int, ...]:
    """The lines of a deck that come from a line of a source file."""
    if deck.origins:
        return tuple(deck.origins.lines(place))
    return (place.line,) if place.path == deck.files[0].place else ()


def stance_of(checks: Iterable[CellCheck], deck: Deck, edits: Iterable[LineEdit]) -> Stance:
    """The stance of a deck, from its verdicts and edits."""
    judged = (first_line(check.cell, verdict) for check in checks for verdict in check.verdicts)
    return Stance(deck, frozenset(judged), frozenset((edit.first, edit.lines) for edit in edits))


def objections(edits: Iterable[LineEdit], deck: Deck, stances: Sequence[Stance]) -> dict[int, str]:
    """Lines of a deck whose edits would be wrong elsewhere, and why."""
    conflicts = {}
    for edit in edits:
        place = place_of(edit.first, deck)
        against = next((each for each in stances if each.objects(edit, place)), None)
        if against:
            conflicts[edit.first] = TWICE if against.deck.path == deck.path else ELSEWHERE.format(against.deck.path)
    return conflicts


def by_file(edits: Iterable[LineEdit], deck: Deck) -> dict[SourceFile, str]:
    """The files of a deck that the edits change, each with its new text."""
    changed: dict[SourceFile, dict[int, LineEdit]] = {}
    files = {file.place: file for file in reversed(deck.files)}
    for edit in edits:
        place = place_of(edit.first, deck)
        moved = replace(edit, first=place.line, last=place.line + edit.last - edit.first, free=())
        changed.setdefault(files[place.path], {})[place.line] = moved
    return {file: apply_edits(file.text, line_edits.values()) for file, line_edits in changed.items()}
