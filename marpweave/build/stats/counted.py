"""What is counted of decks. Nothing runs: what cells gave comes from results that are known."""

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
    """What was counted of a deck."""

    path: Path
    unit: str
    """What is counted as words: ``words`` or ``characters``."""
    slides: int
    words: int
    """On its slides, but for code, formulas and notes."""
    spoken: int
    """Words of its notes."""
    minutes: float | None
    """How long the notes take to say; None: it has none."""
    cells: int
    ran: int
    """Cells whose results are known."""
    not_run: int
    """Cells that would run."""
    proven: int
    """Expected outputs that are right."""
    unchecked: int
    """Cells with output that nothing on the slide says."""
    figures: int


def counted(project: Project, rate: int | None) -> tuple[Counted, ...]:
    """All decks; ``rate``: how many words are spoken in a minute, None: as many as is usual."""
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
