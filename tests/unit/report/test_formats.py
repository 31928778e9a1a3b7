"""The report as other programs read it: GitHub, code scanning, CI servers."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import click
import pytest

from marpweave.model.finding import Finding, Kind, Severity
from marpweave.model.location import Location
from marpweave.report.formats import Format, in_repository, show, write
from marpweave.report.github import annotation, github
from marpweave.report.junit import junit
from marpweave.report.report import CellReport, DeckReport, Report
from marpweave.report.sarif import sarif

DECK = Path("week1/図 1.md")
CELLS = (CellReport("first", 5, 8, seconds=1.25), CellReport("second", 12, 14), CellReport("shown", 20, 22, ran=False))


def found(line, kind=Kind.MISMATCH, want=None, got=None, message="differs"):
    return Finding(kind, Location(DECK, line), message, 2, want, got)


def report(*findings, strict=False, cells=CELLS, path=DECK):
    return Report((DeckReport(path, 2, cells, checked=2, proven=1, findings=findings, seconds=1.25),), strict=strict)


# -- GitHub -----------------------------------------------------------------------------


def test_an_annotation_survives_what_github_would_cut():
    told = Finding(Kind.MISMATCH, Location(Path("a,b:c%\n.md"), 3), "100 %\r\nmore", None, "1", "2")
    assert annotation(told, report()) == (
        "::error file=a%2Cb%3Ac%25%0A.md,line=3,title=mismatch::a,b:c%25%0A.md:3: mismatch: 100 %25%0D%0Amore%0A    - 1%0A    + 2")
    assert annotation(found(3, Kind.SUSPECT), report()).startswith("::warning ")
    assert annotation(found(3, Kind.SUSPECT), report(strict=True)).startswith("::error ")


def test_annotations_come_first_and_summaries_stay_for_the_log():
    lines = click.unstyle(github(report(found(6)))).split("\n")
    assert lines == [
        "::error file=week1/図 1.md,line=6,title=mismatch::week1/図 1.md:6: mismatch: differs (slide 2)",
        "week1/図 1.md: 2 slides, 3 cells, 1 output proven: 1 finding"]


# -- SARIF ------------------------------------------------------------------------------


def test_a_result_names_its_rule_its_level_and_its_place_in_the_repository():
    (run,) = json.loads(sarif(report(found(6, want="1", got="2"), found(9, Kind.SUSPECT))))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    place = {"uri": "week1/%E5%9B%B3%201.md", "uriBaseId": "%SRCROOT%"}
    assert run["results"] == [
        {"ruleId": "mismatch", "ruleIndex": rules.index("mismatch"), "level": "error",
         "message": {"text": "differs (slide 2)\n    - 1\n    + 2"},
         "locations": [{"physicalLocation": {"artifactLocation": place, "region": {"startLine": 6}}}]},
        {"ruleId": "suspect", "ruleIndex": rules.index("suspect"), "level": "warning",
         "message": {"text": "differs (slide 2)"},
         "locations": [{"physicalLocation": {"artifactLocation": place, "region": {"startLine": 9}}}]}]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_a_rule_that_explains_itself(kind):
    document = json.loads(sarif(report()))
    (rule,) = (rule for rule in document["runs"][0]["tool"]["driver"]["rules"] if rule["id"] == kind)
    level = {Severity.NOTICE: "note", Severity.WARNING: "warning"}.get(found(1, kind).severity, "error")
    assert rule["defaultConfiguration"] == {"level": level}
    assert document["version"] == "2.1.0"
    assert rule["help"]["text"] == rule["fullDescription"]["text"] != ""


def test_what_strict_makes_fail_is_an_error_and_a_notice_is_no_result_without_it():
    def levels(strict):
        run = json.loads(sarif(report(found(5, Kind.UNCHECKED), found(6, Kind.SUSPECT), strict=strict)))["runs"][0]
        return [result["level"] for result in run["results"]]

    assert (levels(strict=False), levels(strict=True)) == (["warning"], ["error", "error"])


# -- JUnit ------------------------------------------------------------------------------


def cases(given):
    return [(case.get("name"), case.get("line"), case.get("time"), [(child.tag, child.get("message"), child.text) for child in case])
            for case in ElementTree.fromstring(junit(given)).iter("testcase")]


def test_a_suite_is_a_deck_and_each_cell_a_test_case_that_holds_its_findings():
    told = report(found(13, want="1", got="2"), found(14, Kind.ERROR, message="ValueError: no"), found(30, Kind.OVERFLOW), found(7, Kind.SUSPECT))
    assert cases(told) == [
        ("図 1.md", "30", "0.000", [("failure", "differs", "week1/図 1.md:30: overflow: differs (slide 2)")]),
        ("first", "5", "1.250", [("system-out", None, "week1/図 1.md:7: suspect: differs (slide 2)")]),
        ("second", "12", "0.000", [("failure", "differs", "week1/図 1.md:13: mismatch: differs (slide 2)\n    - 1\n    + 2\n"
                                    "week1/図 1.md:14: error: ValueError: no (slide 2)")]),
        ("shown", "20", "0.000", [("skipped", "not run", None)])]
    whole = ElementTree.fromstring(junit(told))
    (suite,) = whole
    counts = {"tests": "4", "failures": "2", "errors": "0", "skipped": "1"}
    assert suite.attrib == {"name": "week1/図 1.md", "time": "1.250", **counts}
    assert whole.attrib == {"name": "marpweave", **counts}
    assert {(case.get("file"), case.get("classname")) for case in suite} == {("week1/図 1.md", "week1.図 1")}


def test_a_deck_that_cannot_be_read_is_one_failed_case_and_a_fault_of_ours_an_error():
    assert cases(report(found(1, Kind.MARKDOWN), cells=())) == [
        ("図 1.md", "1", "0.000", [("failure", "differs", "week1/図 1.md:1: markdown: differs (slide 2)")])]
    ((_, _, _, [(tag, _, _)]),) = cases(report(found(1, Kind.INTERNAL), cells=()))
    assert tag == "error"


def test_what_no_xml_can_hold_is_written_as_pytest_does():
    ((_, _, _, [(_, message, text)]), *_) = cases(report(found(1, message="\x1b[1mbold\x00\udc80 & <tag>\ufffe")))
    assert message == "#x1B[1mbold#x00#xDC80 & <tag>#xFFFE"
    assert text == "week1/図 1.md:1: mismatch: bold#x00#xDC80 & <tag>#xFFFE (slide 2)"


# -- paths, files -----------------------------------------------------------------------


def test_paths_start_at_the_repository_wherever_the_program_was_called(tmp_path, monkeypatch):
    inner = tmp_path / "course" / "week1"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    elsewhere = tmp_path.parent / "other.md"
    told = Report(tuple(DeckReport(path, findings=(Finding(Kind.ERROR, Location(path, 3), "no"),))
                        for path in (Path("a.md"), Path("../b.md"), elsewhere)))
    moved = in_repository(told, tmp_path)
    assert [deck.path for deck in moved.decks] == [Path("course/week1/a.md"), Path("course/b.md"), elsewhere]
    assert [deck.findings[0].location for deck in moved.decks] == [Location(deck.path, 3) for deck in moved.decks]
    results = json.loads(sarif(moved))["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in results]
    assert places[1:] == [{"uri": "course/b.md", "uriBaseId": "%SRCROOT%"}, {"uri": elsewhere.as_uri()}]


def test_a_report_for_a_service_names_files_from_the_folder_with_git(tmp_path, monkeypatch, capsys):
    (tmp_path / ".git").mkdir()
    (tmp_path / "course").mkdir()
    monkeypatch.chdir(tmp_path / "course")
    told = report(Finding(Kind.ERROR, Location(Path("a.md"), 3), "no"), path=Path("a.md"))
    show(told, Format.GITHUB)
    show(told, Format.TEXT)
    lines = click.unstyle(capsys.readouterr().out).split("\n")
    assert (lines[0], lines[2]) == ("::error file=course/a.md,line=3,title=error::course/a.md:3: error: no", "a.md:3: error: no")


@pytest.mark.parametrize("style", list(Format))
def test_every_format_is_written_as_utf_8_without_colours(style, tmp_path):
    write(report(found(5, want="é\udc80", got="\x1b[31mred")), style, tmp_path / "new" / "report")
    written = (tmp_path / "new" / "report").read_bytes().decode("utf-8")
    assert "\x1b" not in written
    assert written.endswith("\n")
