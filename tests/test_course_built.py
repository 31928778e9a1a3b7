"""A sheet of homework as `build.py` makes it; tests/attack/test_course.py has the whole course."""

import shutil

import pytest

from tests.project import ROOT, Project

pytestmark = pytest.mark.usefixtures("kernel", "browser")


def test_a_sheet_is_proven_and_rendered_as_students_get_it_and_with_solutions(tmp_path):
    for name in ("slides", "figures"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    built = Project(tmp_path).build("--strict", "slides/homework/03-network.md")
    assert [(deck["variant"], deck["findings"], deck["unchecked"], deck["written"], bool(deck["blanks"])) for deck in built.decks] == [
        ("student", [], 0, [], True), ("solution", [], 0, [], False)]
    assert sorted(path.name for path in (tmp_path / "dist/homework").iterdir()) == [
        f"03-network.{variant}.{form}" for variant in ("solution", "student") for form in ("html", "ipynb")]
