"""Counts slides, words, cells and outputs of decks. Runs nothing: outcomes come from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marpweave.build.project import Project
from marpweave.build.reading import parsed_deck
from marpweave.build.stats.words import RATES, unit_of, words_in, words_shown
from marpweave.cache.plan import Plan
from marpweave.cache.reuse import assembled
from marpweave.check.verdicts import check_deck
from marpweave.model.deck import Deck, Prose
from marpweave.read.parse import plain_text
from marpweave.read.tokens import marp_tokens
from marpweave.variants.notes import notes_of


@dataclass(frozen=True, slots=True)
class Counted:
    """The statistics of a deck."""

    path: Path
    unit: str
    """Unit of length: ``words`` or ``characters``."""
    slides: int
    words: int
    """On slides, excluding code, formulas and notes."""
    spoken: int
    """In notes."""
    minutes: float | None
    """Speaking time of the notes; None: there are none."""
    cells: int
    ran: int
    """Number of cells with cached results."""
    not_run: int
    """Number of cells that would run."""
    proven: int
    """Number of correct expected outputs."""
    unchecked: int
    """Number of cells with output that no expected output covers."""
    figures: int


def counted(project: Project, rate: int | None) -> tuple[Counted, ...]:
    """The statistics of all decks; ``rate``: words per minute, None: the default of the language."""
    with project.cache() as cache:
        return tuple(_counted(cache.plan(parsed_deck(path, project.settings.given(path))), rate)
                     for path in project.settings.paths)


def _counted(plan: Plan, rate: int | None) -> Counted:
    deck, unit = plan.deck, unit_of(plan.deck.lang)
    checks = check_deck(deck, assembled(deck, plan.steps, plan.known).cells)
    runs = [check for check in checks if any(check.cell is step.what for step in plan.steps)]
    ran = sum(check.outcome.ran for check in runs)
    spoken = sum(map(words_in, _notes(deck)))
    return Counted(
        deck.path, unit, len(deck.slides), words_shown(marp_tokens(plain_text(deck))),
        spoken, spoken / (rate or RATES[unit]) if spoken else None,
        len(deck.cells), ran, len(runs) - ran,
        sum(check.proven for check in checks), sum(check.unchecked for check in checks),
        sum(len(check.outcome.figures) for check in checks))


def _notes(deck: Deck) -> Sequence[str]:
    return [note for slide in deck.slides for block in slide.blocks if isinstance(block, Prose)
            for note in notes_of(block.text)]
