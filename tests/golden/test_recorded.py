"""Decks whose cells do not run again: what recorded outcomes prove, weave and rewrite."""

import pytest

from tests.golden.recorded import FILES, again, cases

CASES = [pytest.param(case, id=f"{path.stem}: {case.title}") for path in FILES for case in cases(path)]


@pytest.mark.parametrize("case", CASES)
def test_what_outcomes_give(case, tmp_path, monkeypatch):
    assert str(again(case, tmp_path, monkeypatch)) == str(case)
