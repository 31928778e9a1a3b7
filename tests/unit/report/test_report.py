"""What a build says to people, to GitHub and to programs."""

import json
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome, Provenance
from marpweave.report.formats import Format, show
from marpweave.report.github import annotation
from marpweave.report.json import as_json
from marpweave.report.progress import Silent, Terminal
from marpweave.report.report import CellReport, DeckReport, Report
from marpweave.report.text import as_text


def finding(kind=Kind.MISMATCH, line=3, message="differs", want=None, got=None, slide=1):
    return Finding(kind, Location(Path("slides/a.md"), line), message, slide, want, got)


CELL = CellReport("cell-1", 5, 7)


def report(*findings, strict=False, **numbers):
    return Report((DeckReport(Path("slides/a.md"), findings=findings, **numbers),), strict=strict)


def test_place_kind_message_and_slide_then_want_and_got():
    text = click.unstyle(as_text(finding(want="1\n2", got="1\n3")))
    assert text.split("\n") == [
        "slides/a.md:3: mismatch: differs (slide 1)", "      1", "    - 2", "    + 3"]


@pytest.mark.parametrize("slides, told", [
    ((), "(slide 3)"), ((3,), "(slide 3)"), ((3, 5), "(slides 3, 5)"), ((3, 5, 8, 9, 10, 12), "(slides 3, 5, 8-10, 12)")])
def test_a_finding_of_many_slides_names_them_all(slides, told):
    one = Finding(Kind.SMALL_TEXT, Location(Path("slides/a.md"), 3), "small", 3, slides=slides)
    assert click.unstyle(as_text(one)) == f"slides/a.md:3: small-text: small {told}"
    [found] = json.loads(as_json(report(one)))["decks"][0]["findings"]
    assert (found["slide"], found["slides"]) == (3, list(slides) or [3])
    assert annotation(one, report(one)) == (
        f"::error file=slides/a.md,line=3,title=small-text::slides/a.md:3: small-text: small {told}")


def test_findings_stand_in_the_order_of_the_file(capsys):
    show(report(finding(line=9), finding(line=2), slides=2, checked=3, proven=1), Format.TEXT)
    lines = click.unstyle(capsys.readouterr().out).splitlines()
    assert [line.split(":")[1] for line in lines[:2]] == ["2", "9"]
    assert lines[2] == "slides/a.md: 2 slides, 0 cells, 1 output proven: 2 findings"


def test_a_clean_deck_is_called_clean(capsys):
    show(report(slides=1, cells=(CELL,), checked=1, proven=1), Format.TEXT)
    assert click.unstyle(capsys.readouterr().out) == "slides/a.md: 1 slide, 1 cell, 1 output proven: clean\n"


WARNINGS = {Kind.BLANK, Kind.SUSPECT, Kind.WARNING, Kind.HIDDEN_NAME, Kind.NONDETERMINISTIC, Kind.SMALL_LABEL, Kind.EMPTY}


@pytest.mark.parametrize("kind", list(Kind))
def test_severity_tells_how_a_build_ends_and_strict_forgives_nothing(kind):
    failing = 3 if kind is Kind.INTERNAL else 1
    assert report(finding(kind)).exit_code == (0 if kind in {*WARNINGS, Kind.UNCHECKED, Kind.NO_ALT} else failing)
    assert report(finding(kind), strict=True).exit_code == failing


def test_nondeterministic_cells_fail_the_build_that_looks_for_them(capsys):
    (deck,) = report(finding(Kind.NONDETERMINISTIC), finding(Kind.NONDETERMINISTIC)).decks
    for verify, end in ((False, "2 nondeterministic cells: clean"), (True, "2 findings")):
        looked = Report((deck,), verify=verify)
        show(looked, Format.TEXT)
        assert click.unstyle(capsys.readouterr().out).splitlines()[-1] == f"slides/a.md: 0 slides, 0 cells, 0 outputs proven{', ' if not verify else ': '}{end}"
        assert looked.exit_code == verify


def test_a_notice_is_listed_only_under_strict(capsys):
    for strict in (False, True):
        show(report(finding(Kind.UNCHECKED), strict=strict), Format.TEXT)
        assert ("unchecked: differs" in capsys.readouterr().out) is strict


def test_json_holds_the_contract():
    one = finding(want="1", got="2")
    (deck,) = (read := json.loads(as_json(report(one, slides=2, cells=(CELL,) * 3, executed=("a", "b", "c"), checked=1, unchecked=1))))["decks"]
    assert read["exit_code"] == 1
    assert {key: deck[key] for key in ("path", "slides", "cells", "ran", "from_cache", "checked", "unchecked")} == {
        "path": "slides/a.md", "slides": 2, "cells": 3, "ran": 3, "from_cache": 0, "checked": 1, "unchecked": 1}
    assert deck["findings"] == [{"kind": "mismatch", "path": "slides/a.md", "line": 3, "slide": 1, "slides": [1],
                                 "message": "differs", "want": "1", "got": "2"}]


def test_progress_of_slow_cells_goes_to_stderr(capsys):
    fast, slow = (Outcome(provenance=Provenance(seconds=seconds)) for seconds in (0.1, 2.0))
    cell = SimpleNamespace(location=Location(Path("a.md"), 1), label="plot")
    with Terminal().running(2) as done:
        done(cell, fast)
        done(cell, slow)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "   2/2  a.md plot  2.0 s\n")
    with Silent().running(1) as done:
        done(cell, slow)
    assert capsys.readouterr().err == ""
