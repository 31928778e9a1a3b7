"""The report as GitHub workflow commands, which annotate the lines of a pull request."""

from __future__ import annotations

import click

from marpweave.model.finding import Finding
from marpweave.report.report import Report
from marpweave.report.text import as_text, summaries

IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTIES = IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


def github(report: Report) -> str:
    """An annotation per finding, then all summaries for the log."""
    annotations = (annotation(finding, report) for deck in report.decks for finding in report.shown(deck))
    return "\n".join((*annotations, *summaries(report)))


def annotation(finding: Finding, report: Report) -> str:
    """A workflow command; its message repeats the location, because GitHub's log does not show properties."""
    level = "error" if report.fails(finding) else "warning"
    place, message = finding.location, click.unstyle(as_text(finding))
    properties = f"file={place.path.as_posix().translate(IN_PROPERTIES)},line={place.line},title={finding.kind.value}"
    return f"::{level} {properties}::{message.translate(IN_MESSAGES)}"
