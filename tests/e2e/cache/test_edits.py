"""Never stale, with the real kernel: each edit, and exactly the cells that run again for it."""

import pytest

from tests.e2e.cache.course import EDITS, FILES, LABELS, build, deck, told, without_figure
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")

LIKE_OTHERS = ("a heading", "blank lines in a cell", "a width on the slide", "a semicolon", "the first cell", "a timeout", "what runs at import",
               "a comment in the package", "a label with a figure", "a cell less")
"""Edits for which the same happens as for another one."""
OF_FIGURES = ("a caption", "a width on the slide", "a figure's height", "a label with a figure")



def tried(edits):
    return pytest.mark.parametrize("edit", [pytest.param(edit, marks=pytest.mark.attack if edit in LIKE_OTHERS else ()) for edit in edits])


@tried(edit for edit in EDITS if edit not in OF_FIGURES)
def test_an_edit_runs_what_can_change_and_nothing_else(edit, plain, tmp_path):
    files, runs = EDITS[edit]
    runs_nothing_else(plain.copy(tmp_path), without_figure(files), runs)


@tried(OF_FIGURES)
def test_an_edit_of_a_figure_runs_what_can_change_and_nothing_else(edit, copied):
    runs_nothing_else(copied, *EDITS[edit])


def runs_nothing_else(project, files, runs):
    before = build(project)
    warm = build(project.write(files))
    assert warm["executed"] == runs
    if runs not in ([], LABELS):  # all that is known proves what it proved; if all ran, that was a build from nothing
        before = build(project, "--no-cache")
    assert runs == LABELS or [warm[key] for key in ("findings", "checked", "unchecked")] == [before[key] for key in ("findings", "checked", "unchecked")]
    assert build(project)["executed"] == []


def test_a_variable_that_is_not_let_through_is_told_and_not_seen(plain, tmp_path):
    copied = plain.copy(tmp_path)
    told = build(copied, environment={"COURSE": "1"})
    assert told["executed"] == LABELS
    assert [(f["kind"], f["line"], f["message"]) for f in told["findings"]] == [
        ("warning", 31, "COURSE is set, but hidden from cells; pass it on with `execute: {env: [COURSE]}`")]
    assert build(copied, environment={"COURSE": "2"})["executed"] == []
    assert build(copied, environment={"OTHER": "1"})["executed"] == []


def test_a_variable_that_is_let_through_is_an_input_of_all_cells(plain, tmp_path):
    copied = plain.copy(tmp_path).write(without_figure(deck("execute: true", "execute: {env: [COURSE]}")))
    assert build(copied, environment={"COURSE": "1"})["executed"] == LABELS
    assert build(copied, environment={"COURSE": "1"})["executed"] == []
    changed = build(copied, environment={"COURSE": "2"})
    assert changed["executed"] == LABELS
    assert [f["got"] for f in changed["findings"] if f["kind"] == "suspect"] == ["2"]
    lines = told(copied, "why", "slides/deck.md:start")
    assert lines == ["slides/deck.md:10: start: runs: the variable COURSE changed"]


def test_a_project_in_a_cache_folder_is_a_project_all_the_same(tmp_path):
    project, home = Project(tmp_path / ".cache/project").write(without_figure(FILES)), {"HOME": str(tmp_path)}
    build(project, environment=home)
    project.write(EDITS["a function of the package"][0])
    assert build(project, environment=home)["executed"] == LABELS
    project.write(EDITS["data"][0])
    assert build(project, environment=home)["executed"] == LABELS
