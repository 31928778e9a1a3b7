"""The whole course as `build.py` makes it: proven, rendered, and handed out as notebooks that run elsewhere."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from tests.axe import chromium, violations
from tests.notebooks import errors, plain, ran, unfilled
from tests.project import PROGRAM, ROOT
from tests.test_course import DECKS, GLOSSARY

pytestmark = [pytest.mark.usefixtures("kernel", "browser"), pytest.mark.timeout(1800)]


@pytest.fixture
def course(tmp_path):
    """Its folder, and the decks of the report."""
    for name in ("slides", "figures"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path, built(tmp_path)


def built(folder, *arguments):
    """What the report says of decks that are built without a finding."""
    done = subprocess.run([sys.executable, PROGRAM, *arguments, "--strict", "--json", "report.json"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))["decks"]


def test_the_course_is_proven_rendered_and_handed_out(course):  # one test, for it is built once
    are_proven_and_rendered_without_a_finding(*course)
    are_proven_without_the_slides_that_answer_as_students_get_them(*course)
    sheets_are_proven_as_students_get_them_and_with_solutions(*course)
    notebooks_pass_with_the_solutions_and_stop_without_them_at_blanks_alone(*course)


def are_proven_and_rendered_without_a_finding(folder, decks):
    assert [(deck["path"], deck["variant"]) for deck in decks if (deck["findings"], deck["unchecked"], deck["written"]) != ([], 0, [])] == []
    for path, deck in zip([*DECKS, GLOSSARY], (each for each in decks if each["variant"] == "full"), strict=True):
        assert len(pypdf.PdfReader(folder / f"dist/{path.stem}.pdf").pages) == deck["slides"]
        page = (folder / f"dist/{path.stem}.html").read_text(encoding="utf-8")
        assert len(re.findall(r"<svg [^>]*data-marpit-svg", page)) == deck["slides"]
        assert re.findall(r"(?:src|href)=[\"']?https?://", re.sub(r"<a [^>]*>", "", page)) == []
    with chromium() as browser:
        pages = sorted((folder / "dist").rglob("*.html"))
        assert {page.stem: found for page in pages if (found := violations(browser, page))} == {}


def are_proven_without_the_slides_that_answer_as_students_get_them(folder, _):
    names = [f"slides/{path.name}" for path in DECKS]
    decks = built(folder, "check", "--variant", "full,student", *names)
    slides = {(deck["path"], deck["variant"]): deck["slides"] for deck in decks}
    for name, path in zip(names, DECKS, strict=True):
        assert slides[name, "full"] - slides[name, "student"] == len(re.findall(r"<!-- _class:.*\bsolution\b", path.read_text(encoding="utf-8")))


def sheets_are_proven_as_students_get_them_and_with_solutions(_, decks):
    sheets = [(Path(deck["path"]).stem, deck["variant"], bool(deck["blanks"])) for deck in decks if deck["variant"] != "full"]
    assert sorted(sheets) == [(path.stem, variant, variant == "student") for path in DECKS for variant in ("solution", "student")]


def notebooks_pass_with_the_solutions_and_stop_without_them_at_blanks_alone(folder, decks):
    sheets = {(Path(deck["path"]).stem, deck["variant"]): deck for deck in decks if deck["variant"] != "full"}
    notebooks = ran(plain(folder / "there", course=True), *(folder / f"dist/homework/{name}.{variant}.ipynb" for name, variant in sheets))
    ended = {name: (deck, notebook) for (name, deck), notebook in zip(sheets.items(), notebooks, strict=True)}
    for path in DECKS:
        (report, student), (_, solution) = (ended[path.stem, variant] for variant in ("student", "solution"))
        assert errors(solution) == {}, path.stem
        assert "NotImplementedError" in errors(student).values(), path.stem
        assert {*errors(student)} - unfilled(ROOT / "slides/homework" / path.name, report) == set(), path.stem
