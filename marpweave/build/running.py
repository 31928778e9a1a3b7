"""Runs decks, each after those whose files it reads; outcomes come from the store, from kernels or from lock files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from marpweave.build.project import Project
from marpweave.build.settle import settled
from marpweave.cache.reuse import outcomes_of
from marpweave.inputs.used import BuildInput, Files
from marpweave.model.deck import Deck
from marpweave.model.outcome import DeckOutcome
from marpweave.weave.figures import figure_folder, write_figures


@dataclass(frozen=True, slots=True)
class Ran:
    """The outcome of a deck, and the figures that running it changed."""

    outcome: DeckOutcome
    written: tuple[Path, ...]
    """Figures that changed."""
    used: tuple[BuildInput, ...]
    """Its figures as they are now."""
    restless: bool
    """True: its inputs change on every run."""


def run_decks(decks: Sequence[Deck], project: Project, *, drawing: bool) -> list[Ran]:
    """Run the decks until nothing that they read changes any more; ``drawing``: write their figures, too."""
    written: dict[Path, list[Path]] = {deck.path: [] for deck in decks}
    files = {deck.path: Files() for deck in decks}

    def run(decks: Sequence[Deck], *, afresh: bool) -> list[DeckOutcome]:
        outcomes = run_once(decks, project, afresh=afresh)
        for deck, outcome in zip(decks, outcomes, strict=True):
            if drawing and deck.draws:
                files[deck.path] = Files()
                written[deck.path] += write_figures(
                    outcome.cells, figure_folder(deck, project.root), files[deck.path])
        return outcomes

    def drawn(deck: Deck, outcome: DeckOutcome) -> Iterator[str]:
        folder, snapshot = figure_folder(deck, project.root), project.snapshot()
        names = [figure.name for cell in outcome.cells for figure in cell.figures]
        return (snapshot.named(folder / name) for name in names if drawing and deck.draws)

    outcomes, restless = settled(decks, run, drawn, project.snapshot)
    return [Ran(outcome, tuple(dict.fromkeys(written[deck.path])), tuple(files[deck.path].used()), i in restless)
            for i, (deck, outcome) in enumerate(zip(decks, outcomes, strict=True))]


def run_once(decks: Sequence[Deck], project: Project, *, afresh: bool = False) -> list[DeckOutcome]:
    """The outcomes of decks, from the store where they are known; no kernel starts if nothing has to run."""
    if not decks:
        return []
    if project.settings.frozen:
        from marpweave.cache.frozen import thaw

        snapshot = project.snapshot()
        return [thaw(deck, snapshot) for deck in decks]
    with project.cache() as cache:
        return outcomes_of(decks, cache, lambda plans: project.runner.run(plans, project.events),
                           afresh=afresh or project.settings.verify)
