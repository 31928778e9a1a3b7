"""What happens to a deck, as messages to its pages."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell
from marpweave.model.finding import Finding, Kind, Severity
from marpweave.render.live.slides import Slides
from marpweave.render.prepare import PreparedDeck
from marpweave.serve.cells import Run
from marpweave.serve.web.feed import Message

EDITOR = "vscode://file/{path}:{line}"
ACCEPTABLE = (Kind.MISMATCH, Kind.SUSPECT, Kind.STALE_SOURCE)
"""What `--update` can rewrite."""


def hello(deck: Path, editor: str, *, live: bool) -> Message:
    """The first message: what the page is about."""
    return {"type": "hello", "name": deck.stem, "path": str(deck.resolve()), "editor": editor, "live": live}


def slides(shown: Slides, prepared: PreparedDeck, number: int, edited: int | None) -> Message:
    """A whole deck; ``edited``: the author's slide that was edited, by its number."""
    deck, sources = prepared.deck, [prepared.source_slide(n) for n in range(1, len(shown.order) + 1)]
    lines = [deck.slides[source - 1].first_line.line for source in sources]
    pictures = [(picture.still, source) for source, picture in prepared.presentation.images.items()]
    return {"type": "slides", "seq": number, "order": shown.order, "html": shown.html, "css": shown.css,
            "pages": shown.pages, "size": shown.size, "title": shown.title, "lang": deck.lang, "notes": shown.notes,
            "lines": lines, "pictures": pictures, "edited": sources.index(edited) if edited in sources else None}


def running(cells: Iterable[Cell], run: Run | None) -> Message:
    """The cells that run or wait."""
    current, since = (run.current, round(run.since * 1000)) if run else (0, 0)
    return {"type": "running", "cells": [
        {"cell": cell.number - 1, "slide": cell.slide, "line": cell.location.line, "label": cell.label,
         "since": since if cell.number == current else 0} for cell in (cells if run else ())]}


def findings(found: Iterable[Finding]) -> Message:
    """All that is wrong, in the order of the file."""
    ordered = sorted((f for f in found if f.severity is not Severity.NOTICE), key=lambda f: (f.location.line, f.kind))
    return {"type": "findings", "findings": [_finding(each) for each in ordered]}


def broken(finding: Finding) -> Message:
    """The deck on disk cannot be shown; its last good page stays."""
    return {"type": "broken", "line": finding.location.line, "message": finding.message}


def status(text: str, *, level: str = "info") -> Message:
    """A word on what the preview did."""
    return {"type": "status", "level": level, "text": text}


def id_of(finding: Finding) -> str:
    """The same for the same finding at the same place."""
    said = finding.kind, finding.location, finding.message, finding.want, finding.got
    return digest("\0".join(map(str, said)))[:12]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": id_of(finding), "kind": finding.kind.value, "severity": finding.severity.value, "slide": finding.slide,
        "line": finding.location.line, "path": os.fspath(finding.location.path), "message": finding.message,
        "want": finding.want, "got": finding.got, "acceptable": finding.kind in ACCEPTABLE}
