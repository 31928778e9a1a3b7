"""What is edited is what differs: exactly those slides, each with the reason."""

import pytest

from tests.e2e.diff.repository import DECK, commit, differences, git


@pytest.mark.parametrize(("name", "old", "new", "expected"), [
    ("slides/one.md", "はじめの文。", "はじめの文章。", [("one.md", "changed", 1, 1, ["source changed"])]),
    ("kit/core.py", "x / 2", "x / 3", [("one.md", "changed", 3, 3, ["kit/core.py::halve"])]),
    pytest.param("kit/core.py", "2 * x", "3 * x", [("one.md", "changed", 2, 2, ["kit/core.py::double"])], marks=pytest.mark.attack),
    ("kit/core.py", "return 2 * x", "return x + x", []),
    pytest.param("slides/data.txt", "7", "8", [("one.md", "changed", 4, 4, ["slides/data.txt"])], marks=pytest.mark.attack),
    pytest.param("slides/dot.svg", "red", "blue", [("one.md", "changed", 4, 4, ["picture dot.svg"])], marks=pytest.mark.attack),
    ("slides/theme/own.css", "green", "#060", [("one.md", "changed", n, n, ["theme slides/theme/own.css"]) for n in (4, 5)]),
    ("slides/one.md", "---\n\n## A line", "---\n\n## New\n\n- 新しい\n\n---\n\n## A line", [("one.md", "added", None, 3, [])]),
    pytest.param("slides/one.md", "---\n\n### The end\n\n- a\n- b\n", "", [("one.md", "removed", 5, None, [])], marks=pytest.mark.attack),
    pytest.param("slides/one.md", "![a dot]", "![a red dot]", [("one.md", "changed", 4, 4, ["source changed"])], marks=pytest.mark.attack),
    pytest.param("slides/one.md", "paginate: true", "paginate: true\nstyle: 'h2 { color: purple }'", [("one.md", "changed", n, n, ["front matter changed"]) for n in (2, 3)],
                 marks=pytest.mark.attack),
    pytest.param("slides/one.md", "# 第一", "<!-- a note -->\n\n# 第一", [], marks=pytest.mark.attack),
], ids=["text", "figure", "output", "same-result", "data", "picture", "theme", "inserted", "removed", "alt", "style", "note"])
def test_exactly_the_slides_that_look_different_are_told_with_their_reason(name, old, new, expected, course):
    course.edit(name, old, new)
    assert differences(course, code=bool(expected)) == expected


def test_nothing_differs_where_nothing_was_edited(course):
    assert differences(course, code=0) == []


def test_a_slide_that_moved_is_no_other_slide(course):
    head, *slides = DECK.split("\n---\n\n")
    course.write({"slides/one.md": "\n---\n\n".join([head, slides[0], slides[4], *slides[1:4]])})
    assert differences(course) == [("one.md", "moved", 5, 2, [])]


def test_a_cell_on_another_slide_is_named_where_it_is(course):
    course.edit("slides/one.md", "from kit.core import double\n", "from kit.core import double\nWIDTH = 3\n")
    course.edit("slides/one.md", "figsize=(6, 3)", "figsize=(6, WIDTH)")
    commit(course)
    course.edit("slides/one.md", "WIDTH = 3", "WIDTH = 2")
    assert differences(course) == [("one.md", "changed", 2, 2, ["source changed"]), ("one.md", "changed", 3, 3, ["slides/one.md:16: cell twice changed"])]


def test_decks_are_renamed_added_and_removed(course):
    git(course, "mv", "slides/two.md", "slides/zwei.md")
    assert course.run("diff").stdout.splitlines()[0] == "slides/zwei.md: renamed from slides/two.md"
    commit(course)
    (course / "slides/zwei.md").unlink()
    course.write({"slides/three.md": "---\nmarp: true\n---\n\n# Drei\n\nsomething else\n"})
    assert differences(course) == [("three.md", "added", None, 1, []), ("zwei.md", "removed", 1, None, []), ("zwei.md", "removed", 2, None, [])]
    assert differences(course, "slides/three.md") == [("three.md", "added", None, 1, [])]
    assert differences(course, "slides/one.md", code=0) == []


@pytest.mark.attack
def test_one_revision_is_compared_with_another_whatever_stands_in_the_folder(course):
    course.edit("kit/core.py", "x / 2", "x / 3")
    commit(course)
    course.edit("slides/one.md", "はじめの文。", "まだ。")
    expected = [("one.md", "changed", 3, 3, ["kit/core.py::halve"])]
    assert differences(course, "HEAD~1", "HEAD") == differences(course, "HEAD~1..") == differences(course, "HEAD~1...main") == expected
    assert differences(course, "HEAD~1", "slides") == [("one.md", "changed", 1, 1, ["source changed"]), *expected]
