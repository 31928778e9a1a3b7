"""What holds for every text that is read as a deck."""

import re
from pathlib import Path

from hypothesis import assume, given, settings

from marpweave.errors import DeckError
from marpweave.model.deck import Cell
from marpweave.read.classic import modernise
from marpweave.read.parse import parse_deck, unparse
from tests.strategies import any_texts

PATH = Path("deck.md")
repeatable = settings(max_examples=500, deadline=None, derandomize=True, database=None)


def parsed(text):
    try:
        return parse_deck(text, PATH)
    except DeckError as error:
        assert error.findings
        assume(False)


def lines_of(text):
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff").replace("\0", "\ufffd"))


@repeatable
@given(any_texts)
def test_a_deck_is_its_text_again(text):
    assert unparse(parsed(text)) == text


@repeatable
@given(any_texts)
def test_every_cell_starts_with_its_own_fence_at_its_own_line(text):
    lines = lines_of(text)
    for cell in parsed(text).cells:
        opening = lines[cell.location.line - 1]
        assert re.fullmatch(r"[\s>*+\-0-9.)]*(?:```+|~~~+)(.*)", opening)[1].strip() == cell.info
        assert lines_of(cell.text)[0] == opening


@repeatable
@given(any_texts)
def test_every_line_of_a_cell_stands_behind_its_prefix_at_its_line(text):
    lines = lines_of(text)
    for cell in parsed(text).cells:
        for part in filter(None, [cell, cell.output_fence]):
            for number, source in enumerate(part.source.split("\n")[:-1], start=part.location.line):
                assert lines[number].replace("\t", " ").endswith(source.lstrip(" \t").replace("\t", " "))


@repeatable
@given(any_texts)
def test_blocks_know_the_line_they_start_on(text):
    deck = parsed(text)
    before = deck.front_matter.text
    for slide in deck.slides:
        for block in slide.blocks:
            assert block.location.line == len(lines_of(before)) if block.text else True
            assert not isinstance(block, Cell) or block.slide == slide.number
            before += block.text


@repeatable
@given(any_texts)
def test_a_deck_of_today_is_not_modernised(text):
    assert modernise(text) == text


@repeatable
@given(any_texts)
def test_modernising_keeps_every_line_in_its_place_and_is_done_once(text):
    classic = "<!-- $theme: gaia -->\n\n![50% center](a.png)\n" + text.removeprefix("\ufeff")
    modern = modernise(classic)
    assert lines_of(modern)[:3] == ["<!-- theme: gaia -->", "", "![zoom:50% center](a.png)"]
    assert lines_of(modern)[3:len(lines_of(classic)) - 1] == lines_of(classic)[3:-1]
    assert modernise(modern) == modern
