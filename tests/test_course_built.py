"""A lecture and its homework as `build.py` makes them: proven, rendered, and handed out as notebooks that run elsewhere.

tests/attack/test_course.py has the whole course.
"""

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

pytestmark = [pytest.mark.usefixtures("kernel", "browser"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def lectures():
    """What is built; homework has their names."""
    return [path for path in DECKS if path.stem == "03-network"]


@pytest.fixture(scope="module")
def course(lectures, tmp_path_factory):
    """Its folder, and the decks of the report."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("slides", "figures"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path in (folder / "slides").rglob("[0-9]*.md"):
        if path.name not in {each.name for each in lectures}:
            path.unlink()
    done = subprocess.run([sys.executable, PROGRAM, "--strict", "--json", "report.json"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return folder, json.loads((folder / "report.json").read_text(encoding="utf-8"))["decks"]


@pytest.fixture(scope="module")
def ended(course):
    """By deck and variant: its report, and its notebook after it ran."""
    folder, decks = course
    sheets = {(Path(deck["path"]).stem, deck["variant"]): deck for deck in decks if deck["variant"] != "full"}
    notebooks = ran(plain(folder / "there", course=True), *(folder / f"dist/homework/{name}.{variant}.ipynb" for name, variant in sheets))
    return {name: (deck, notebook) for (name, deck), notebook in zip(sheets.items(), notebooks, strict=True)}


def test_the_course_is_proven_and_rendered_without_a_finding(course, lectures):
    folder, decks = course
    assert [(deck["path"], deck["variant"]) for deck in decks if (deck["findings"], deck["unchecked"], deck["written"]) != ([], 0, [])] == []
    for path, deck in zip([*lectures, GLOSSARY], (each for each in decks if each["variant"] == "full"), strict=True):
        assert len(pypdf.PdfReader(folder / f"dist/{path.stem}.pdf").pages) == deck["slides"]
        page = (folder / f"dist/{path.stem}.html").read_text(encoding="utf-8")
        assert len(re.findall(r"<svg [^>]*data-marpit-svg", page)) == deck["slides"]
        assert re.findall(r"(?:src|href)=[\"']?https?://", re.sub(r"<a [^>]*>", "", page)) == []
    with chromium() as browser:
        pages = sorted((folder / "dist").rglob("*.html"))
        assert {page.stem: found for page in pages if (found := violations(browser, page))} == {}


def test_sheets_are_proven_as_students_get_them_and_with_solutions(course, lectures):
    sheets = [(Path(deck["path"]).stem, deck["variant"], bool(deck["blanks"])) for deck in course[1] if deck["variant"] != "full"]
    assert sorted(sheets) == [(path.stem, variant, variant == "student") for path in lectures for variant in ("solution", "student")]


def test_notebooks_pass_with_the_solutions_and_stop_without_them_at_blanks_alone(ended, lectures):
    for path in lectures:
        (report, student), (_, solution) = (ended[path.stem, variant] for variant in ("student", "solution"))
        assert errors(solution) == {}, path.stem
        assert "NotImplementedError" in errors(student).values(), path.stem
        assert {*errors(student)} - unfilled(ROOT / "slides/homework" / path.name, report) == set(), path.stem
