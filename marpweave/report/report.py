"""The report of a build: as text, as annotations for GitHub, as JSON, as an exit code."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from marpweave.model.finding import Finding, Kind, Severity

INTERNAL = 3
"""The exit code of a build in which marpweave itself failed."""
COLOURS = {Severity.NOTICE: "yellow", Severity.WARNING: "yellow", Severity.ERROR: "red", Severity.INTERNAL: "red"}
NOUNS = {Kind.NONDETERMINISTIC: "nondeterministic cell"}
"""The summary's noun for a kind of finding, if it is not the kind's own name."""


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    GITHUB = "github"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class DeckReport:
    """The report on one deck."""

    path: Path
    slides: int = 0
    cells: int = 0
    executed: tuple[str, ...] = ()
    """Labels of the cells that ran in this build."""
    from_cache: int = 0
    checked: int = 0
    unchecked: int = 0
    updated: int = 0
    """How many places ``--update`` rewrote."""
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    written: tuple[Path, ...] = ()
    watched: str = ""
    """What showed the inputs of its cells: ``system calls`` or ``audit hooks``."""
    workers: tuple[str, ...] = ()
    """Where its cells ran in this build, if not in this process."""

    def behind(self, earlier: DeckReport | None) -> DeckReport:
        """The report with what an earlier run of the deck in the same build did."""
        if earlier is None:
            return self
        return replace(
            self, executed=tuple(dict.fromkeys((*earlier.executed, *self.executed))),
            seconds=earlier.seconds + self.seconds, updated=earlier.updated + self.updated,
            written=tuple(dict.fromkeys((*earlier.written, *self.written))),
            workers=tuple(dict.fromkeys((*earlier.workers, *self.workers))))


@dataclass(frozen=True, slots=True)
class Report:
    """The report on all decks."""

    decks: tuple[DeckReport, ...]
    strict: bool = False
    verify: bool = False
    """True: nondeterministic cells fail the build, too, since ``--verify`` looks for them."""

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes this build fail."""
        return finding.fails(strict=self.strict) or (self.verify and finding.kind is Kind.NONDETERMINISTIC)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that make the build fail."""
        return tuple(f for deck in self.decks for f in deck.findings if self.fails(f))

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 3 if one of them is a fault of ours."""
        return INTERNAL if any(f.severity is Severity.INTERNAL for f in self.failing) else 1 if self.failing else 0


def show(report: Report, style: Format) -> None:
    """Print a report."""
    if style is Format.JSON:
        click.echo(as_json(report))
        return
    for deck in report.decks:
        for finding in shown_findings(deck, strict=report.strict):
            click.echo(as_annotation(finding, report) if style is Format.GITHUB else as_text(finding))
    for deck in report.decks:
        click.echo(summary(deck, report))


def shown_findings(deck: DeckReport, *, strict: bool) -> Iterator[Finding]:
    """Findings in the order of the file; notices only under ``--strict``."""
    for finding in sorted(deck.findings, key=lambda f: (f.location.line, f.kind)):
        if strict or finding.severity is not Severity.NOTICE:
            yield finding


def as_text(finding: Finding) -> str:
    """``slides/03.md:41: mismatch: … (slide 5)``, then want and got."""
    kind = click.style(finding.kind.value, fg=COLOURS[finding.severity], bold=True)
    text = f"{click.style(str(finding.location), bold=True)}: {kind}: {finding.message}{_slides(finding)}"
    if finding.want is None and finding.got is None:
        return text
    return "\n".join([text, *difference(finding.want or "", finding.got or "")])


def difference(want: str, got: str) -> Iterator[str]:
    """``-`` what the slide shows, ``+`` what the code gives."""
    for line in difflib.ndiff(want.split("\n"), got.split("\n")):
        if line.startswith("?"):
            continue
        sign = line[0]
        colour = {"-": "red", "+": "green"}.get(sign)
        yield click.style(f"    {line}".rstrip(), fg=colour)


def as_annotation(finding: Finding, report: Report) -> str:
    """A workflow command that GitHub shows at the line of the deck."""
    level = "error" if report.fails(finding) else "warning"
    message = finding.message + _slides(finding) * (len(finding.slides) > 1)
    if finding.want is not None or finding.got is not None:
        message += f"\nwant: {finding.want}\ngot:  {finding.got}"
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(sign, code)
    path = finding.location.path.as_posix().replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    return f"::{level} file={path},line={finding.location.line},title={finding.kind.value}::{message}"


def summary(deck: DeckReport, report: Report) -> str:
    """One line per deck: counts, and whether it is clean."""
    failing = [f for f in deck.findings if report.fails(f)]
    warned = [f.kind for f in deck.findings if f.severity is Severity.WARNING and not report.fails(f)]
    proven = deck.checked - sum(f.kind is Kind.MISMATCH for f in deck.findings)
    parts = [_count(deck.slides, "slide"), _count(deck.cells, "cell"), f"{_count(proven, 'output')} proven"]
    parts += [f"{deck.unchecked} unchecked"] if deck.unchecked else []
    parts += [_count(warned.count(kind), NOUNS.get(kind, kind)) for kind in Kind if kind in warned]
    parts += [f"{_count(deck.updated, 'place')} updated"] if deck.updated else []
    verdict = click.style(_count(len(failing), "finding"), fg="red") if failing else click.style("clean", fg="green")
    return f"{deck.path}: {', '.join(parts)}: {verdict}"


def as_json(report: Report) -> str:
    """The report for programs; README, "What can be found", describes the keys."""
    decks = [{
        "path": str(d.path), "slides": d.slides, "cells": d.cells, "ran": len(d.executed), "executed": list(d.executed),
        "from_cache": d.from_cache, "checked": d.checked, "unchecked": d.unchecked, "updated": d.updated,
        "seconds": round(d.seconds, 3), "written": [str(p) for p in d.written],
        "watched": d.watched, "workers": list(d.workers),
        "findings": [_as_dict(f) for f in sorted(d.findings, key=lambda f: (f.location.line, f.kind))],
    } for d in report.decks]
    return json.dumps({"decks": decks, "strict": report.strict, "exit_code": report.exit_code},
                      ensure_ascii=False, indent=2)


def _numbers(finding: Finding) -> list[int]:
    return list(finding.slides or filter(None, [finding.slide]))


def _slides(finding: Finding) -> str:
    """`` (slide 3)``, or `` (slides 3, 5, 8-12)``."""
    numbers = _numbers(finding)
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    told = ", ".join("-".join(map(str, span)) for span in spans)
    return f" (slide{'s' * (len(numbers) > 1)} {told})" if numbers else ""


def _as_dict(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value, "path": str(finding.location.path), "line": finding.location.line,
        "slide": finding.slide, "slides": _numbers(finding), "message": finding.message, "want": finding.want,
        "got": finding.got,
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

