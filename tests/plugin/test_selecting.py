"""Pytest's own ways to choose among tests work for cells."""

import pytest

DECK = "---\nmarp: true\nexecute: true\n---\n" + "".join(
    f"\n```python\n#| label: {label}\nprint(1)  # => {told}\n```\n" for label, told in (("right", 1), ("wrong", 2), ("last", 3)))


@pytest.fixture
def decks(pytester):
    folder = pytester.mkdir("week 1")
    for name in ("a", "b"):
        (folder / f"{name}.md").write_text(DECK, encoding="utf-8")
    return pytester


def test_cells_are_listed_without_running_any(decks):
    listed = decks.runpytest("--decks", "--collect-only", "-q")
    assert listed.outlines[:6] == [f"week 1/{name}.md::{label}" for name in "ab" for label in ("right", "wrong", "last")]


def test_cells_are_chosen_by_name_by_place_and_by_what_failed_last(decks, kernel):
    decks.runpytest("--decks", "-k", "right or wrong").assert_outcomes(passed=2, failed=2, deselected=2)
    decks.runpytest("--decks", "--lf").assert_outcomes(failed=2)
    decks.runpytest("--decks", "week 1/b.md::right").assert_outcomes(passed=1)
    first = decks.runpytest("--decks", "-x", "-v")
    first.assert_outcomes(passed=1, failed=1)
    first.stdout.fnmatch_lines(["week 1/a.md::right PASSED*", "week 1/a.md::wrong FAILED*"])


@pytest.mark.attack
def test_workers_of_xdist_find_what_one_process_finds(decks, kernel):
    done = decks.runpytest_subprocess("--decks", "-n", "2", "-W", "error", "-q")
    done.assert_outcomes(passed=2, failed=4)
    assert (done.errlines, [line for line in done.outlines if "zmq" in line.lower()]) == ([], [])
