"""The comparison as text and as JSON. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from marpweave.build.compare.compare import Change, ComparedDeck, Comparison, Difference
from marpweave.build.compare.views import View
from marpweave.report.text import counted

COLOURS = {Change.CHANGED: "yellow", Change.ADDED: "green", Change.REMOVED: "red", Change.MOVED: "cyan"}


def as_text(comparison: Comparison, page: Path) -> Iterator[str]:
    """A line for each slide that differs, a summary, and where the page is."""
    for deck in comparison.decks:
        if deck.was:
            yield f"{deck.name}: renamed from {deck.was}"
        yield from (f"{fault.location}: {fault.kind}: {fault.message}; not compared" for fault in deck.faults)
        yield from map(_line, deck.differences)
    yield f"{summary(comparison)}; see {page}"


def _line(difference: Difference) -> str:
    what = click.style(difference.change, fg=COLOURS[difference.change], bold=True)
    title = difference.view.title
    about = [numbers_of(difference) + (f" “{title}”" if title else "")]
    why = [": " + ", ".join(difference.reasons)] if difference.reasons else []
    return f"{click.style(difference.view.location, bold=True)}: {what}: {''.join([*about, *why])}"


def numbers_of(difference: Difference) -> str:
    """``slide 3``, or ``slide 3 -> 4`` if its number changed."""
    numbers = [str(view.number) for view in (difference.before, difference.after) if view]
    return f"slide {' -> '.join(dict.fromkeys(numbers))}" + ", moved" * (
        difference.moved and difference.change is Change.CHANGED)


def summary(comparison: Comparison) -> str:
    """Numbers of different slides and decks."""
    what = Counter(each.change for deck in comparison.decks for each in deck.differences)
    counts = [f"{counted(what[change], 'slide')} {change}" for change in Change if what[change]]
    decks = sum(bool(deck.differences) for deck in comparison.decks)
    lost = sum(bool(deck.faults) for deck in comparison.decks)
    found = [f"{', '.join(counts)} in {decks} of {counted(len(comparison.decks), 'deck')}"] if counts else []
    found += [f"{counted(lost, 'deck')} not compared"] if lost else []
    return "; ".join(found) or f"no differences in {counted(len(comparison.decks), 'deck')}"


def as_json(comparison: Comparison, page: Path) -> str:
    """The whole comparison."""
    whole = {"before": comparison.before, "after": comparison.after, "differs": comparison.differs, "page": str(page),
             "decks": list(map(_deck, comparison.decks))}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _deck(deck: ComparedDeck) -> dict[str, Any]:
    faults = [{"kind": each.kind.value, "line": each.location.line, "message": each.message} for each in deck.faults]
    return {"path": deck.name, "was": deck.was or None, "slides": deck.slides, "faults": faults,
            "differences": list(map(_difference, deck.differences))}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "change": difference.change.value, "moved": difference.moved, "title": difference.view.title,
        "before": _view(difference.before), "after": _view(difference.after), "reasons": list(difference.reasons),
        "details": [{"name": each.name, "before": each.before, "after": each.after} for each in difference.details]}


def _view(view: View | None) -> dict[str, Any] | None:
    return {"slide": view.number, "location": view.location} if view else None
