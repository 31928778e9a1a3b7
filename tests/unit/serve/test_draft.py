"""What the page of a deck depends on."""

import pytest

from marpweave.serve.draft import places_of
from marpweave.serve.watch import concerned


@pytest.mark.parametrize("pattern, saved, is_concerned", [
    ("data/a/x.csv", "data/a/x.csv", True), ("data/a/x.csv", "data/a/y.csv", False), ("data/a/x.csv", "data/a", False),
    ("data", "data/a/x.csv", True), ("data", "data/a/new", True), ("data", "other", False),
    ("data/*/x.csv", "data/new", True), ("data/*/x.csv", "data/a/x.csv", True), ("data/*/x.csv", "other", False),
    ("data/**/*.csv", "data/new", True), ("data/**/*.csv", "data/a/b/new.csv", True),
    ("*.csv", "new.csv", True), ("*.csv", "data/new.csv", False), ("new/*.csv", "new", True)])
def test_files_that_match_a_pattern_concern_it_before_and_after_they_are_there(pattern, saved, is_concerned, tmp_path):
    (tmp_path / "data/a/b").mkdir(parents=True)
    (tmp_path / "data/a/x.csv").write_text("1", encoding="utf-8")
    assert concerned(frozenset(places_of(pattern, tmp_path)), frozenset({tmp_path / saved})) == is_concerned
