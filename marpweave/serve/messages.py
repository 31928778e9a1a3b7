"""Messages to the pages of a deck."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marpweave.inputs.digests import digest
from marpweave.model.finding import Finding, Kind, Severity
from marpweave.model.location import Location
from marpweave.model.origins import Origins
from marpweave.serve.web.feed import Message

if TYPE_CHECKING:
    from marpweave.check.verdicts import CellCheck
    from marpweave.model.deck import Cell
    from marpweave.render.live.slides import Slides
    from marpweave.render.prepare import PreparedDeck
    from marpweave.serve.cells import Run

ALONE = Origins()
"""For a deck without includes."""
ACCEPTABLE = (Kind.MISMATCH, Kind.SUSPECT, Kind.STALE_SOURCE)
"""Findings that `--update` can fix."""


def hello(deck: Path, name: str, editor: str, *, live: bool) -> Message:
    """The first message: the deck and its settings."""
    return {"type": "hello", "name": name, "path": str(deck.resolve()), "editor": editor, "live": live}


def slides(shown: Slides, prepared: PreparedDeck, number: int, edited: int | None) -> Message:
    """All slides of a deck; ``edited``: the number of the author's slide that was edited."""
    deck, sources = prepared.deck, [prepared.source_slide(n) for n in range(1, len(shown.order) + 1)]
    places = [deck.origins.place(deck.slides[source - 1].first_line) for source in sources]
    pictures = [(picture.still, source) for source, picture in prepared.presentation.images.items()]
    return {"type": "slides", "seq": number, "order": shown.order, "html": shown.html, "css": shown.css,
            "pages": shown.pages, "size": shown.size, "title": shown.title, "lang": deck.lang, "notes": shown.notes,
            "lines": [place.line for place in places], "paths": [str(place.path.resolve()) for place in places],
            "pictures": pictures, "edited": sources.index(edited) if edited in sources else None}


def running(cells: Iterable[Cell], run: Run | None, origins: Origins = ALONE) -> Message:
    """The cells that are running or waiting."""
    current, since = (run.current, round(run.since * 1000)) if run else (0, 0)
    return {"type": "running", "cells": [
        {"cell": cell.number - 1, "slide": cell.slide, "line": origins.place(cell.location).line, "label": cell.label,
         "since": since if cell.number == current else 0} for cell in (cells if run else ())]}


def findings(all_findings: Iterable[Finding], origins: Origins = ALONE, checks: Sequence[CellCheck] = ()) -> Message:
    """All findings in the order of slides, and the number of proven outputs."""
    problems = (each for each in all_findings if each.severity is not Severity.NOTICE)
    ordered = sorted(problems, key=lambda finding: (finding.location.line, finding.kind))
    return {"type": "findings", "findings": [_finding(each, origins.place(each.location)) for each in ordered],
            "proven": sum(check.proven for check in checks), "unchecked": sum(check.unchecked for check in checks)}


def broken(finding: Finding) -> Message:
    """The deck on disk cannot be shown; the page keeps its last good state."""
    place = finding.location
    return {"type": "broken", "line": place.line, "path": str(place.path.resolve()), "message": finding.message}


def status(text: str, *, level: str = "info") -> Message:
    """A status message of the preview."""
    return {"type": "status", "level": level, "text": text}


def id_of(finding: Finding) -> str:
    """An id that is the same for the same finding at the same location."""
    parts = finding.kind, finding.location, finding.message, finding.want, finding.got
    return digest("\0".join(map(str, parts)))[:12]


def _finding(finding: Finding, place: Location) -> dict[str, Any]:
    return {
        "id": id_of(finding), "kind": finding.kind.value, "severity": finding.severity.value, "slide": finding.slide,
        "line": place.line, "path": str(place.path.resolve()), "message": finding.message,
        "want": finding.want, "got": finding.got, "acceptable": finding.kind in ACCEPTABLE and finding.got is not None}
