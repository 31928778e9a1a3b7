"""Homework: each lecture has one, graded, with hints, tests that blanks fail, and answers that explain."""

import re

import pytest

from marpweave.model.deck import Cell
from tests.test_course import DECKS, LETTERS, LONGEST, ROOT, TERMS, deck_of

HOMEWORK = sorted((ROOT / "slides/homework").glob("*.md"))
TOLD = re.compile(r"^## 問 (\d)　([^：\n]+)（(\d+) 点）$", re.MULTILINE)
"""A problem's number, name and points in its heading."""
LISTED = re.compile(r"^\| (\d) \| (.+) \| ★+ \| (\d+) \|$", re.MULTILINE)
"""The same in the table of all problems."""
every_homework = pytest.mark.parametrize("path", HOMEWORK, ids=lambda path: path.stem)


def slides_of(path):
    """Each slide's text with its cells."""
    for slide in deck_of(path).slides:
        text = "".join(block.text for block in slide.blocks)
        yield text, [block for block in slide.blocks if isinstance(block, Cell)]


def test_each_lecture_has_homework():
    assert [path.name for path in HOMEWORK] == [path.name for path in DECKS]


@every_homework
def test_a_sheet_lists_its_problems_and_gives_a_hundred_points(path):
    text = path.read_text(encoding="utf-8")
    problems = TOLD.findall(text)
    assert [(number, name.replace("`", "")) for number, name, _ in problems] == [
        (number, name.replace("`", "").replace("$", "")) for number, name, _ in LISTED.findall(text)]
    assert [points for *_, points in problems] == [points for *_, points in LISTED.findall(text)]
    assert 3 <= len(problems) <= 6
    assert sum(int(points) for *_, points in problems) == 100


@every_homework
def test_a_problem_has_a_hint_and_a_blank_and_then_a_test_and_then_its_answer(path):
    slides = list(slides_of(path))
    places = [place for place, (text, _) in enumerate(slides) if TOLD.search(text)]
    for number, place in enumerate(places, 1):
        (asked, cells), (check, tests), *after = slides[place:]
        assert "\n* ヒント　" in asked
        assert any(region.blank for cell in cells for region in cell.regions)
        assert f"## 問 {number} を確かめる\n" in check
        assert "test" in tests[0].tags
        assert f"\n## 問 {number} の解説：" in next(text for text, _ in after if "_class: solution" in text)


@every_homework
def test_a_sheet_writes_terms_and_letters_as_lectures_do(path):
    text = path.read_text(encoding="utf-8")
    assert {wrong: right for wrong, right in TERMS.items() if wrong in text} == {}
    assert {right: found for wrong, right in LETTERS.items() if (found := re.findall(wrong, text))} == {}


@every_homework
def test_code_of_a_sheet_is_short_enough_to_be_read(path):
    for cell in deck_of(path).cells:
        if cell.options.display.echo:
            assert cell.source.count("\n") - cell.option_lines - 2 * len(cell.regions) <= LONGEST, cell.location
