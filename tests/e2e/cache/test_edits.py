"""Never stale, with the real kernel: each edit, and exactly the cells that run again for it."""

import pytest

from tests.e2e.cache.course import EDITS, FILES, LABELS, build, deck, told
from tests.project import Project

pytestmark = pytest.mark.usefixtures("kernel")

@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_runs_what_can_change_and_nothing_else(edit, copied):
    files, runs = EDITS[edit]
    copied.write(files)
    warm = build(copied)
    assert warm["executed"] == runs
    cold = build(copied, "--no-cache") if runs != LABELS else warm  # every cell ran in a fresh kernel: that is a build from nothing
    assert [warm[key] for key in ("findings", "checked", "unchecked")] == [cold[key] for key in ("findings", "checked", "unchecked")]
    assert build(copied)["executed"] == []


def test_a_variable_that_is_not_let_through_is_told_and_not_seen(copied):
    told = build(copied, environment={"COURSE": "1"})
    assert told["executed"] == LABELS
    assert [(f["kind"], f["line"], f["message"]) for f in told["findings"] if f["kind"] != "stale-figure"] == [
        ("warning", 31, "COURSE is set outside, but cells do not see it; let it in with `execute: {env: [COURSE]}`")]
    assert build(copied, environment={"COURSE": "2"})["executed"] == []
    assert build(copied, environment={"OTHER": "1"})["executed"] == []


def test_a_variable_that_is_let_through_is_an_input_of_all_cells(copied):
    copied.write(deck("execute: true", "execute: {env: [COURSE]}"))
    assert build(copied, environment={"COURSE": "1"})["executed"] == LABELS
    assert build(copied, environment={"COURSE": "1"})["executed"] == []
    changed = build(copied, environment={"COURSE": "2"})
    assert changed["executed"] == LABELS
    assert [f["got"] for f in changed["findings"] if f["kind"] == "suspect"] == ["2"]
    lines = told(copied, "why", "slides/deck.md:start")
    assert lines == ["slides/deck.md:10: start: runs: the variable COURSE changed"]


def test_a_project_in_a_cache_folder_is_a_project_all_the_same(tmp_path):
    project, home = Project(tmp_path / ".cache/project").write(FILES), {"HOME": str(tmp_path)}
    build(project, environment=home)
    project.write(EDITS["a function of the package"][0])
    assert build(project, environment=home)["executed"] == LABELS
    project.write(EDITS["data"][0])
    assert build(project, environment=home)["executed"] == LABELS
