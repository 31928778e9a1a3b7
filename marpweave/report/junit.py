"""The report as JUnit XML: a suite per deck, with a test case for the deck and one for each cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from marpweave.model.finding import Finding, Severity
from marpweave.report.report import CellReport, DeckReport, Report, cell_of
from marpweave.report.text import as_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot represent, even escaped."""


def junit(report: Report) -> str:
    """All decks."""
    from xml.etree.ElementTree import Element, indent, tostring

    suites = Element("testsuites", name="marpweave")
    suites.extend(_suite(deck, report) for deck in report.decks)
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, 0)) for suite in suites)))
    indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(suites, encoding="unicode")}'


def _suite(deck: DeckReport, report: Report) -> Element:
    """The suite of a deck; findings outside of cells fail the deck's own test case."""
    from xml.etree.ElementTree import Element

    by_cell: dict[CellReport | None, list[Finding]] = {cell: [] for cell in (None, *deck.cells)}
    for finding in report.shown(deck):
        by_cell[cell_of(finding, deck)].append(finding)
    suite = Element("testsuite", name=deck.name, time=f"{deck.seconds:.3f}")
    suite.extend(_case(cell, findings, deck, report) for cell, findings in by_cell.items())
    suite.set("tests", str(len(suite)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"*/{tag}"))))
    return suite


def _case(cell: CellReport | None, findings: Sequence[Finding], deck: DeckReport, report: Report) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    line = cell.line if cell else findings[0].location.line if findings else 1
    file = (cell and cell.path) or (deck.path if cell or not findings else findings[0].location.path)
    case = Element("testcase", name=cell.label if cell else deck.path.name, file=file.as_posix(), line=str(line),
                   classname=deck.name.replace(deck.path.suffix, "", 1).replace("/", "."),
                   time=f"{cell.seconds if cell else 0.0:.3f}")
    failing = [finding for finding in findings if report.fails(finding)]
    if failing:
        tag = "error" if any(each.severity is Severity.INTERNAL for each in failing) else "failure"
        first = failing[0]
        SubElement(case, tag, type=first.kind.value, message=_plain(first.message)).text = _texts(failing)
    elif cell and not cell.ran:
        SubElement(case, "skipped", message="not run")
    if others := [finding for finding in findings if finding not in failing]:
        SubElement(case, "system-out").text = _texts(others)
    return case


def _texts(findings: Sequence[Finding]) -> str:
    return _plain(click.unstyle("\n".join(map(as_text, findings))))


def _plain(text: str) -> str:
    """Text with characters that XML cannot represent escaped as in pytest."""
    return NOT_IN_XML.sub(lambda match: f"#x{ord(match[0]):02X}", text)
