"""Answers questions from the store: why a cell would run, and what an edit would affect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from marpweave.build.project import Project
from marpweave.build.reading import parsed_deck
from marpweave.cache.current import BY_PATH
from marpweave.cache.plan import Plan
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.location import Location
from marpweave.model.outcome import Input
from marpweave.text import split_lines
from marpweave.weave.embed import files_of


def why(project: Project, label: str = "") -> Iterator[str]:
    """A line for each cell: cached, or the first change because of which it would run."""
    for plan in _plans(project):
        for n, step in enumerate(plan.steps):
            if label in ("", step.label):
                behind = "runs: a cell below needs it" if n in plan.wanted else "known"
                verdict = f"runs: {plan.reasons[n]}" if n in plan.reasons else behind
                yield f"{plan.deck.origins.place(step.what.location)}: {step.label}: {verdict}"


def impact(project: Project, name: str) -> Iterator[str]:
    """A line for each slide that depends on a file, or on a function of a module: ``PATH[::FUNCTION]``."""
    path, _, function = name.partition("::")
    place = project.current_inputs().named(Path(path).resolve())
    for plan in _plans(project):
        yield from _impact_on(plan, place, function)
        yield from _including(plan.deck, Path(path).resolve())
        unknown = [plan.steps[n].label for n in sorted(plan.reasons)]
        if unknown:
            yield (f"{plan.deck.path}: no current results of {', '.join(unknown)} "
                   f"({plan.reasons[min(plan.reasons)]}); build the deck first, unless these cells always run")
        for image in plan.deck.images:
            if Path(path).resolve() in files_of(plan.deck, Files()) and Path(image.source).name == Path(path).name:
                yield f"{plan.deck.origins.place(image.location)}: slide {image.slide}: the picture {image.source}"


def _impact_on(plan: Plan, path: str, function: str) -> Iterator[str]:
    touched = [n for n in plan.known if any(_means(each, path, function) for each in plan.known[n].provenance.inputs)]
    for n in touched:
        step = plan.steps[n]
        figures = [f"figures/{plan.deck.name}/{figure.name}" for figure in plan.known[n].figures]
        place = plan.deck.origins.place(step.what.location)
        yield ", ".join([f"{place}: slide {step.what.slide}: {step.label}", *figures])
    first = next((n for n in touched if not plan.steps[n].isolated), None)
    below = [n for n in plan.known if n > first and n not in touched] if first is not None else []
    if below:
        yield f"{plan.deck.path}: and {len(below)} more below, which run after it"


def _including(deck: Deck, path: Path) -> Iterator[str]:
    """The slides that contain text of an included file."""
    for file in deck.files[1:]:
        if file.place == path:
            found = sorted({slide.number for slide in deck.slides for block in slide.blocks
                            for line, _ in enumerate(split_lines(block.text), block.location.line)
                            if deck.origins.place(Location(deck.path, line)).path == file.path})
            yield from (f"{deck.path}: slide {number}: includes {file.path}" for number in found)


def _means(found: Input, path: str, function: str) -> bool:
    name, _, functions = found.name.partition("::")
    if found.kind not in (*BY_PATH, "code") or name != path:
        return False
    return not function or found.kind != "code" or function in functions.split()


def _plans(project: Project) -> Sequence[Plan]:
    with project.cache() as cache:
        return [cache.plan(parsed_deck(path, project.settings.given(path))) for path in project.settings.paths]
