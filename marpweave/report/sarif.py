"""The report as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from marpweave.model.finding import SEVERITIES, Finding, Kind, Severity
from marpweave.report.kinds import MEANINGS
from marpweave.report.report import Report
from marpweave.report.text import message_of

LEVELS = {Severity.NOTICE: "note", Severity.WARNING: "warning", Severity.ERROR: "error", Severity.INTERNAL: "error"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""The SARIF name of the checked-out folder."""


def sarif(report: Report) -> str:
    """One run, with a rule for each kind of finding."""
    driver = {"name": "marpweave", "version": version("marpweave"), "rules": list(map(_rule, Kind))}
    results = [_result(finding, report) for deck in report.decks for finding in report.shown(deck)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(kind: Kind) -> dict[str, Any]:
    meaning = MEANINGS[kind]
    sentence = f"{meaning[0].upper()}{meaning[1:]}."
    return {
        "id": kind.value, "shortDescription": {"text": kind.value.replace("-", " ").capitalize()},
        "fullDescription": {"text": sentence}, "help": {"text": sentence, "markdown": sentence},
        "defaultConfiguration": {"level": LEVELS[SEVERITIES[kind]]},
    }


def _result(finding: Finding, report: Report) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(finding.location.path), "region": {"startLine": finding.location.line}}
    return {
        "ruleId": finding.kind.value, "ruleIndex": _index(finding.kind),
        "level": "error" if report.fails(finding) else LEVELS[finding.severity],
        "message": {"text": click.unstyle(message_of(finding))},
        "locations": [{"physicalLocation": place}],
    }


@cache
def _index(kind: Kind) -> int:
    return list(Kind).index(kind)


def _artifact(path: Path) -> dict[str, str]:
    """A file as a URI: relative to the repository, or absolute if outside."""
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": ROOT}
