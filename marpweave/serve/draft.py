"""A deck as it stands on disk now, with all that is known of it: the steps of a build but for the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from marpweave.build.decks import Checked, Source
from marpweave.build.pipeline import checked_of, news, prepared, with_linked_figures
from marpweave.build.project import Project
from marpweave.cache.keys import Step, label_of
from marpweave.cache.plan import Plan
from marpweave.cache.reuse import assembled
from marpweave.cache.snapshot import BY_PATH
from marpweave.check.verdicts import check_deck
from marpweave.model.deck import Cell, Deck
from marpweave.model.finding import Finding
from marpweave.model.outcome import Outcome
from marpweave.render.prepare import PreparedDeck
from marpweave.serve.held import Held, surroundings
from marpweave.serve.watch import names_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What the page of a deck shows."""

    checked: Checked
    plan: Plan
    outcomes: Mapping[int, Outcome]
    """What is known, by the step's number."""
    prepared: PreparedDeck

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps of which nothing is known."""
        return tuple(step for n, step in enumerate(self.plan.steps) if n not in self.outcomes)

    @property
    def pending(self) -> tuple[Cell, ...]:
        """The cells that have to run."""
        return tuple(step.what for step in self.missing if isinstance(step.what, Cell))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is wrong with it, but for what is measured."""
        awaited = {cell.label for cell in self.pending}
        return (*self.checked.findings, *(found for found in news(self.prepared.findings, self.checked)
                                          if Path(found.image).stem.rpartition("-")[0] not in awaited
                                          and Path(found.image).stem not in awaited))

    def inputs(self, root: Path) -> Iterator[Path]:
        """Every file and folder on which it depends, there or not, with the folders that are still missing."""
        return inputs_of(replace(self.checked, used=(*self.checked.used, *self.prepared.used)), root)


def draft_of(source: Source, project: Project, helds: Iterable[Held], shown: Mapping[str, Outcome]) -> Draft:
    """The draft of a deck; cells that have to run show what they gave last, by their keys or labels."""
    deck = source.deck
    with project.cache() as cache:
        plan = cache.plan(deck)
        known = dict(plan.known)
        for held in helds:
            known |= held.now(deck, plan.steps, cache.snapshot)
    checked = with_linked_figures(checked_of(source, assembled(deck, plan.steps, known), project), project)
    return Draft(checked, plan, known, prepared(_with_last(checked, plan, known, shown), project, live=True))


def inputs_of(checked: Checked, root: Path) -> Iterator[Path]:
    """Every file and folder on which a deck depends, there or not, with the folders that are still missing."""
    for path in _named(checked, root):
        yield from names_of(path)
        yield from takewhile(lambda folder: not folder.exists(), path.absolute().parents)


def _named(checked: Checked, root: Path) -> Iterator[Path]:
    home = checked.deck.path.parent
    yield checked.deck.path
    yield from (path for _, path, _ in checked.used)
    for each in {each for outcome in checked.outcomes for each in outcome.provenance.inputs}:
        if each.kind in BY_PATH or each.kind == "code":
            yield root / each.name.partition("::")[0]
        elif each.kind == "deps":
            yield from {found.parent for found in (home / each.name, *home.glob(each.name))}


def last_shown(draft: Draft) -> dict[str, Outcome]:
    """What each step gave, by its key and by its label."""
    gave = [(draft.plan.steps[n], outcome) for n, outcome in draft.outcomes.items()]
    return {label_of(step): outcome for step, outcome in gave} | {step.own: outcome for step, outcome in gave}


def same_steps(one: Plan, other: Plan) -> bool:
    """Whether two plans run the same code for the same reasons."""
    return one.wanted == other.wanted and surroundings(one.deck) == surroundings(other.deck) and \
        [(s.own, s.view, s.place) for s in one.steps] == [(s.own, s.view, s.place) for s in other.steps]


def _with_last(
    checked: Checked, plan: Plan, known: Mapping[int, Outcome], shown: Mapping[str, Outcome],
) -> Checked:
    """The deck with the last outcomes of the steps that have to run."""
    last = {n: found for n, step in enumerate(plan.steps) if n not in known
            and (found := shown.get(step.own) or shown.get(label_of(step)))}
    if not last:
        return checked
    outcome = assembled(checked.deck, plan.steps, {**last, **known})
    return replace(checked, checks=check_deck(checked.deck, outcome.cells), inlines=outcome.inlines)


def edited(old: Deck, new: Deck) -> int | None:
    """The number of the first slide whose text is another one; None: all are the same."""
    was, texts = ([[block.text for block in slide.blocks] for slide in deck.slides] for deck in (old, new))
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(was, texts, strict=False))))
    return None if was == texts else min(same + 1, len(texts))
