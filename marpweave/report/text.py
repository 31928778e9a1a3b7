"""The report as text: findings with locations and differences, then one line per deck."""

from __future__ import annotations

from collections.abc import Iterator

import click

from marpweave.model.finding import Finding, Kind, Severity
from marpweave.report.report import DeckReport, Report, numbers_of

COLOURS = {Severity.NOTICE: "yellow", Severity.WARNING: "yellow", Severity.ERROR: "red", Severity.INTERNAL: "red"}
NOUNS = {Kind.NONDETERMINISTIC: "nondeterministic cell", Kind.BLANK: "unstopped cell", Kind.HIDDEN_NAME: "hidden name",
         Kind.SMALL_LABEL: "small label", Kind.EMPTY: "empty slide", Kind.NO_ALT: "missing alt text"}
"""Nouns for kinds of findings in the summary, if they differ from the kind's name."""


def text(report: Report) -> str:
    """All findings, then all summaries."""
    findings = (as_text(finding) for deck in report.decks for finding in report.shown(deck))
    return "\n".join((*findings, *summaries(report)))


def as_text(finding: Finding) -> str:
    """``slides/03.md:41: mismatch: … (slide 5)``, followed by the difference."""
    kind = click.style(finding.kind.value, fg=COLOURS[finding.severity], bold=True)
    return f"{click.style(str(finding.location), bold=True)}: {kind}: {message_of(finding)}"


def message_of(finding: Finding) -> str:
    """The message and the slides, followed by the difference."""
    return "\n".join((f"{finding.message}{_slides(finding)}", *_difference(finding)))


def _difference(finding: Finding) -> Iterator[str]:
    """``-`` what the slide shows, ``+`` what the code gives."""
    if finding.want is None and finding.got is None:
        return
    import difflib  # rarely needed

    for line in difflib.ndiff((finding.want or "").split("\n"), (finding.got or "").split("\n")):
        if line.startswith("?"):
            continue
        sign = line[0]
        colour = {"-": "red", "+": "green"}.get(sign)
        yield click.style(f"    {line}".rstrip(), fg=colour)


def summaries(report: Report) -> Iterator[str]:
    """One line per deck."""
    return (summary(deck, report) for deck in report.decks)


def summary(deck: DeckReport, report: Report) -> str:
    """The counts of a deck, and whether it is clean."""
    failing = [f for f in deck.findings if report.fails(f)]
    warned = [f.kind for f in deck.findings if f.kind is not Kind.UNCHECKED and not report.fails(f)]
    proven = f"{counted(deck.proven, 'output')} proven"
    parts = [counted(deck.slides, "slide"), counted(len(deck.cells), "cell"), proven]
    stopped = {line for lines in deck.blanks.values() for line in lines}
    parts += [f"{counted(len(deck.blanks), 'blank')} before {counted(len(stopped), 'step')}"] if deck.blanks else []
    parts += [f"{deck.unchecked} unchecked"] if deck.unchecked else []
    parts += [counted(warned.count(kind), NOUNS.get(kind, kind)) for kind in Kind if kind in warned]
    parts += [f"{counted(deck.updated, 'place')} updated"] if deck.updated else []
    verdict = click.style(counted(len(failing), "finding"), fg="red") if failing else click.style("clean", fg="green")
    return f"{deck.name}: {', '.join(parts)}: {verdict}"


def _slides(finding: Finding) -> str:
    """`` (slide 3)``, or `` (slides 3, 5, 8-12)``."""
    numbers = numbers_of(finding)
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    text = ", ".join("-".join(map(str, span)) for span in spans)
    return f" (slide{'s' * (len(numbers) > 1)} {text})" if numbers else ""


def counted(number: int, noun: str) -> str:
    """``1 slide``, ``2 slides``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
