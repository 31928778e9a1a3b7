"""Runs decks in dependency order; outcomes come from the store, from kernels or from lock files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from marpweave.build.project import Project
from marpweave.build.runners.settle import settled
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
    """Digests of its figures."""
    circular: bool
    """True: its inputs change on every run."""


@dataclass(slots=True)
class _Figures:
    """The figure files of a deck, written after each run."""

    folder: Path
    written: list[Path] = field(default_factory=list)
    files: Files = field(default_factory=Files)
    """Figure files as of the last run."""

    def write(self, outcome: DeckOutcome) -> None:
        """Write the figures that changed."""
        self.files = Files()
        self.written += write_figures(outcome.cells, self.folder, self.files)


def run_decks(decks: Sequence[Deck], project: Project, *, drawing: bool) -> list[Ran]:
    """Run decks until their inputs no longer change; ``drawing``: also write their figures."""
    figures = {deck.path: _Figures(figure_folder(deck, project.root)) for deck in decks}
    drawing_decks = {deck.path for deck in decks if drawing and deck.draws}

    def run(decks: Sequence[Deck], *, afresh: bool) -> list[DeckOutcome]:
        outcomes = run_once(decks, project, afresh=afresh)
        for deck, outcome in zip(decks, outcomes, strict=True):
            if deck.path in drawing_decks:
                figures[deck.path].write(outcome)
        return outcomes

    def drawn(deck: Deck, outcome: DeckOutcome) -> Iterator[str]:
        current, folder = project.current_inputs(), figures[deck.path].folder
        names = [figure.name for cell in outcome.cells for figure in cell.figures if deck.path in drawing_decks]
        return (current.named(folder / name) for name in names)

    outcomes, circular = settled(decks, run, drawn, project.current_inputs)
    return [Ran(outcome, tuple(dict.fromkeys(each.written)), tuple(each.files.used()), number in circular)
            for number, (outcome, each) in enumerate(zip(outcomes, figures.values(), strict=True))]


def run_once(decks: Sequence[Deck], project: Project, *, afresh: bool = False) -> list[DeckOutcome]:
    """Outcomes of decks, from the store if cached; no kernel starts unless something has to run."""
    if not decks:
        return []
    if project.settings.frozen:
        from marpweave.cache.frozen import thaw

        current = project.current_inputs()
        return [thaw(deck, current) for deck in decks]
    with project.cache() as cache:
        return outcomes_of(decks, cache, lambda plans: project.runner.run(plans, project.events),
                           afresh=afresh or project.settings.verify)
