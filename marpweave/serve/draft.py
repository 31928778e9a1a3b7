"""Drafts: the current state of a deck with everything known of it; a build without the run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from glob import escape, glob
from itertools import takewhile
from pathlib import Path, PurePath

from marpweave.build.checking import checked_of
from marpweave.build.decks import Checked, Source
from marpweave.build.drawing.diagrams import with_its_diagrams
from marpweave.build.pipeline import prepared, with_linked_figures, without_awaited
from marpweave.build.project import Project
from marpweave.cache.current import BY_PATH
from marpweave.cache.keys import Step
from marpweave.cache.plan import Plan
from marpweave.cache.reuse import assembled
from marpweave.check.verdicts import check_deck
from marpweave.model.deck import Cell, Deck
from marpweave.model.environment import Environment
from marpweave.model.finding import Finding
from marpweave.model.outcome import Outcome
from marpweave.render.prepare import PreparedDeck
from marpweave.render.renderer import Renderer
from marpweave.serve.results import Results, surroundings
from marpweave.serve.watch import names_of


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a deck showed last."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """Outcomes by key of the step, and by label."""
    drawings: Mapping[str, bytes] = field(default_factory=dict)
    """Drawings by name of the diagram."""

    def seconds(self, step: Step) -> float:
        """How long a step took when it ran last, as far as that is known."""
        last = self.outcomes.get(step.own) or self.outcomes.get(step.label)
        return last.provenance.seconds if last else 0.0

    def then(self, draft: Draft) -> Shown:
        """The state after showing a draft."""
        results = [(draft.plan.steps[n], outcome) for n, outcome in draft.outcomes.items()]
        outcomes = {step.label: outcome for step, outcome in results} | {step.own: outcome for step, outcome in results}
        known = draft.checked.drawings.diagrams
        drawings = {diagram.name: svg for diagram, svg in known.items() if svg}
        return Shown({**self.outcomes, **outcomes}, {**self.drawings, **drawings})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a deck without running anything."""

    plan: Plan
    outcomes: Mapping[int, Outcome]
    """By index of the step."""

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps without a known outcome."""
        return tuple(step for n, step in enumerate(self.plan.steps) if n not in self.outcomes)

    @property
    def pending(self) -> tuple[Cell, ...]:
        """The cells that have to run."""
        return tuple(step.what for step in self.missing if isinstance(step.what, Cell))


@dataclass(frozen=True, slots=True)
class Draft(Known):
    """What the page of a deck is to show."""

    checked: Checked
    prepared: PreparedDeck

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings except those from measuring slides."""
        awaited = {cell.label for cell in self.pending}
        return (*self.checked.findings, *(finding for finding in without_awaited(self.prepared.findings, self.checked)
                                          if Path(finding.image).stem.rpartition("-")[0] not in awaited
                                          and Path(finding.image).stem not in awaited))

    def inputs(self, root: Path) -> Iterator[Path]:
        """All files and folders on which it depends, existing or not, including missing parent folders."""
        yield from places_of_packages(self.plan.environment)
        yield from inputs_of(replace(self.checked, used=(*self.checked.used, *self.prepared.used)), root)


def known_of(deck: Deck, project: Project, results: Iterable[Results]) -> Known:
    """What the store and earlier runs know of a deck."""
    with project.cache() as cache:
        plan = cache.plan(deck)
        known = dict(plan.known)
        for each in results:
            known |= each.valid(plan, cache.current)
    return Known(plan, known)


def draft_of(source: Source, project: Project, known: Known, shown: Shown, renderer: Renderer) -> Draft:
    """The draft of a deck; unknown outcomes are shown as they were last."""
    plan, outcomes = known.plan, known.outcomes
    checked = with_linked_figures(checked_of(source, assembled(plan.deck, plan.steps, outcomes), project), project)
    checked = with_its_diagrams(checked, project)
    last = _with_last_drawings(_with_last(checked, plan, outcomes, shown.outcomes), shown.drawings)
    return Draft(plan, outcomes, checked, prepared(last, project, renderer, bare=True))


def places_of_packages(environment: Environment) -> Iterator[Path]:
    """Folders whose changes indicate installed packages."""
    return (Path(folder) for folder in environment.path if folder.endswith("-packages"))


def inputs_of(checked: Checked, root: Path) -> Iterator[Path]:
    """All files and folders on which a deck depends, existing or not, including missing parent folders."""
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
            yield from places_of(each.name, home)


def places_of(pattern: str, home: Path) -> Iterator[Path]:
    """Paths whose changes may affect the matches of a ``deps`` pattern, existing or not."""
    parts = PurePath(pattern).parts
    literal = len(list(takewhile(lambda part: escape(part) == part, parts)))
    yield home.joinpath(*parts[:literal])
    folders = (f"{PurePath(*parts[:n])}{os.sep}" for n in range(literal + 1, len(parts)))  # folders only
    for each in (*folders, pattern, f"{pattern}/**"):
        yield from (home / name for name in glob(each, root_dir=home, recursive=True))  # noqa: PTH207  as in digests


def same_steps(one: Plan, other: Plan) -> bool:
    """Whether two plans run the same code for the same reasons."""
    return one.wanted == other.wanted and surroundings(one) == surroundings(other) and \
        [(s.own, s.view, s.place) for s in one.steps] == [(s.own, s.view, s.place) for s in other.steps]


def _with_last(
    checked: Checked, plan: Plan, known: Mapping[int, Outcome], shown: Mapping[str, Outcome],
) -> Checked:
    """The deck with the last known outcomes of steps that have to run."""
    last = {n: earlier for n, step in enumerate(plan.steps) if n not in known
            and (earlier := shown.get(step.own) or shown.get(step.label))}
    if not last:
        return checked
    outcome = assembled(checked.deck, plan.steps, {**last, **known}).in_files(checked.deck.origins)
    return replace(checked, checks=check_deck(checked.deck, outcome.cells), inlines=outcome.inlines)


def _with_last_drawings(checked: Checked, shown: Mapping[str, bytes]) -> Checked:
    """The deck with the last drawings of diagrams that have to be drawn."""
    drawings = checked.drawings
    last = {diagram: shown[diagram.name] for diagram in checked.deck.diagrams if diagram.name in shown}
    return replace(checked, drawings=replace(drawings, diagrams={**last, **drawings.diagrams}))


def edited(old: Deck, new: Deck) -> int | None:
    """The number of the first slide whose text differs; None: all are equal."""
    old_texts, new_texts = ([[block.text for block in slide.blocks] for slide in deck.slides] for deck in (old, new))
    unchanged = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(old_texts, new_texts, strict=False))))
    return None if old_texts == new_texts else min(unchanged + 1, len(new_texts))
