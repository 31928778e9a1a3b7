"""Decks whose cells do not run again: what recorded outcomes prove, weave and rewrite."""

import pytest

from tests.golden.recorded import FILES, RECORDED, again, cases, folder_again, in_folder

CASES = [pytest.param(case, id=f"{path.stem}: {case.title}") for path in FILES for case in cases(path)]


@pytest.mark.parametrize("case", CASES)
def test_what_outcomes_give(case, tmp_path, monkeypatch):
    assert str(again(case, tmp_path, monkeypatch)) == str(case)


@pytest.mark.parametrize("folder", RECORDED, ids=lambda folder: folder.name)
def test_what_outcomes_give_with_files_beside_the_deck(folder, tmp_path, monkeypatch):
    assert folder_again(folder, tmp_path, monkeypatch) == in_folder(folder)
