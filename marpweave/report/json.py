"""The report as JSON; docs/FINDINGS.md describes the keys."""

from __future__ import annotations

import json
from typing import Any

from marpweave.model.finding import Finding
from marpweave.report.report import DeckReport, Report, numbers_of


def as_json(report: Report) -> str:
    """The whole report, including notices."""
    document = {"decks": list(map(_deck, report.decks)), "strict": report.strict, "exit_code": report.exit_code}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _deck(deck: DeckReport) -> dict[str, Any]:
    return {
        "path": str(deck.path), "variant": deck.variant.value, "slides": deck.slides, "cells": len(deck.cells),
        "ran": len(deck.executed),
        "executed": list(deck.executed), "from_cache": deck.from_cache, "checked": deck.checked,
        "unchecked": deck.unchecked, "blanks": {str(line): lines for line, lines in deck.blanks.items()},
        "updated": deck.updated, "seconds": round(deck.seconds, 3),
        "written": list(map(str, deck.written)), "watched": deck.watched, "workers": list(deck.workers),
        "findings": list(map(_finding, deck.in_order)),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value, "path": str(finding.location.path), "line": finding.location.line,
        "slide": finding.slide, "slides": numbers_of(finding), "message": finding.message, "want": finding.want,
        "got": finding.got,
    }
