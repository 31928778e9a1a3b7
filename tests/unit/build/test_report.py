"""What a build reports of a deck."""

import click

from marpweave.build.commands import deck_report
from marpweave.build.decks import Checked
from marpweave.check.findings import findings_of
from marpweave.check.verdicts import check_deck
from marpweave.model.finding import Kind
from marpweave.model.outcome import Outcome, Stream, Write
from marpweave.read.parse import parse_deck
from marpweave.report.report import Report
from marpweave.report.text import summary
from tests.unit.check.cells import PATH, cells_of, failing


def test_an_output_that_a_failure_above_makes_wrong_is_not_proven():
    deck = parse_deck(f"---\nexecute: true\n---\n{cells_of('x = 1', 'x = 1 / 0', 'print(x)  # => 2')}", PATH)
    printed = Outcome(outputs=(Stream("stdout", "1\n"),), writes=(Write("1\n", (13,)),))
    checks = check_deck(deck, [Outcome(), failing("ZeroDivisionError", "division by zero", 9), printed])
    findings = tuple(findings_of(checks, deck))
    assert [(found.kind, found.message) for found in findings] == [
        (Kind.ERROR, "ZeroDivisionError: division by zero (also affects line 13)")]
    told = click.unstyle(summary(deck_report(Checked(deck, checks, findings=findings)), Report(())))
    assert told == "deck.md: 1 slide, 3 cells, 0 outputs proven: 1 finding"
