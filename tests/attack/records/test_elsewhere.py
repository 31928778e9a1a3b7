"""Records of a shared store, and of a lock file."""

import json
import shutil

import pytest

from marpweave.inputs.digests import digest
from tests.attack.records.records import ALL, DECK, LOCK, OUTCOME, RAW, is_a_miss, with_outcome, with_value

# -- a shared store ------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["a figure above its folder", "a million outputs", "a place in step 99", "an outcome that is null"])
def test_an_outcome_of_another_machine(row, project, capsys):
    there = project.folder / "there"
    arguments = ("build", "--to", "md", "--cache", there.as_uri())
    shutil.rmtree(project.folder / ".marpweave")
    assert {*project.call(capsys, *arguments)[2]} == {*ALL}
    shutil.rmtree(project.folder / ".marpweave")
    assert project.call(capsys, *arguments) == (0, "", [])
    shutil.rmtree(project.folder / ".marpweave")
    before = project.tree()
    assert with_outcome(there, "plot", with_value(*OUTCOME[row]))
    is_a_miss(project, capsys, before, ran=["plot", "{python} 1 + 1"], arguments=arguments)
    assert project.call(capsys, *arguments) == (0, "", [])
# -- lock files ------------------------------------------------------------------------------


def is_refused(project, capsys):
    """One sentence with the remedy, and nothing is written."""
    before = project.tree()
    code, said, ran = project.call(capsys, "build", "--frozen", "--to", "md")
    assert (code, said[:7], said.count("\n"), ran) == (2, "error: ", 1, [])
    assert "run `build.py freeze`" in said
    assert project.tree() == before


@pytest.mark.parametrize("row", LOCK)
def test_a_lock_file(row, project, frozen, capsys):
    lock = frozen / "deck.lock.json"
    lock.write_bytes(with_value(*LOCK[row])(lock.read_bytes()))
    is_refused(project, capsys)


@pytest.mark.parametrize("row", RAW)
def test_what_is_no_lock_file(row, project, frozen, capsys):
    (frozen / "deck.lock.json").write_bytes(RAW[row])
    is_refused(project, capsys)


def refrozen(folder, edit):
    """Edit the kept outcome of the cell with the figures."""
    lock = folder / "deck.lock.json"
    content = json.loads(lock.read_bytes())
    (line,) = (line for line in content["steps"] if line["label"] == "plot")
    body = edit((folder / "_frozen" / line["outcome"]).read_bytes())
    line["outcome"] = digest(body)
    (folder / "_frozen" / digest(body)).write_bytes(body)
    lock.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize("row", OUTCOME)
def test_a_kept_outcome(row, project, frozen, capsys):
    refrozen(frozen, with_value(*OUTCOME[row]))
    is_refused(project, capsys)


@pytest.mark.parametrize("row", RAW)
def test_what_is_no_kept_outcome(row, project, frozen, capsys):
    refrozen(frozen, lambda body: RAW[row])
    is_refused(project, capsys)


@pytest.mark.parametrize("row", ["a list", "an outcome whose digest is a path"])
def test_freezing_anew_beside_a_damaged_lock_file_removes_nothing(row, project, frozen, capsys):
    other, kept = frozen / "other.lock.json", frozen / "_frozen"
    other.write_bytes(with_value(*LOCK[row])((frozen / "deck.lock.json").read_bytes()))
    (kept / "notes.txt").write_text("mine", encoding="utf-8")
    before = project.tree()
    code, _, _ = project.call(capsys, "freeze")
    assert (code, project.tree()) == (0, before)


def test_a_deck_cut_short_since_it_was_frozen_is_out_of_date(project, frozen, capsys):
    deck = frozen / "deck.md"
    deck.write_text(DECK[:DECK.index("```python")] + DECK[DECK.index("```python\n#| label: text"):], encoding="utf-8")
    code, said, ran = project.call(capsys, "check", "--frozen")
    assert (code, said, ran) == (1, "", [])
