"""What holds for every text that is read as a deck."""

import re
from pathlib import Path

from hypothesis import given

from marpweave.errors import DeckError
from marpweave.model.deck import Cell
from marpweave.read.classic import modernise
from marpweave.read.parse import parse_deck, unparse
from tests.strategies import any_texts

PATH = Path("deck.md")


def lines_of(text):
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff").replace("\0", "\ufffd"))


def a_deck_is_its_text_again(text, deck):
    assert unparse(deck) == text


def every_cell_starts_with_its_own_fence_at_its_own_line(text, deck):
    lines = lines_of(text)
    for cell in deck.cells:
        opening = lines[cell.location.line - 1]
        assert re.fullmatch(r"[\s>*+\-0-9.)]*(?:```+|~~~+)(.*)", opening)[1].strip() == cell.info
        assert lines_of(cell.text)[0] == opening


def every_line_of_a_cell_stands_behind_its_prefix_at_its_line(text, deck):
    lines = lines_of(text)
    for cell in deck.cells:
        for part in filter(None, [cell, cell.output_fence]):
            for number, source in enumerate(part.source.split("\n")[:-1], start=part.location.line):
                assert lines[number].replace("\t", " ").endswith(source.lstrip(" \t").replace("\t", " "))


def blocks_know_the_line_they_start_on(text, deck):
    before = deck.front_matter.text
    for slide in deck.slides:
        for block in slide.blocks:
            assert block.location.line == len(lines_of(before)) if block.text else True
            assert not isinstance(block, Cell) or block.slide == slide.number
            before += block.text


def a_deck_of_today_is_not_modernised(text, deck):
    assert modernise(text) == text


def modernising_keeps_every_line_in_its_place_and_is_done_once(text, deck):
    classic = "<!-- $theme: gaia -->\n\n![50% center](a.png)\n" + text.removeprefix("\ufeff")
    modern = modernise(classic)
    assert lines_of(modern)[:3] == ["<!-- theme: gaia -->", "", "![zoom:50% center](a.png)"]
    assert lines_of(modern)[3:len(lines_of(classic)) - 1] == lines_of(classic)[3:-1]
    assert modernise(modern) == modern


OF_TEXTS = (a_deck_of_today_is_not_modernised, modernising_keeps_every_line_in_its_place_and_is_done_once)
OF_DECKS = (a_deck_is_its_text_again, every_cell_starts_with_its_own_fence_at_its_own_line,
            every_line_of_a_cell_stands_behind_its_prefix_at_its_line, blocks_know_the_line_they_start_on)
"""Laws of a text that can be read as a deck."""


@given(any_texts)
def test_what_holds_for_every_text(text):
    """One test for all laws: to make a random deck takes longer than to look at it."""
    laws, deck = OF_TEXTS, None
    try:
        deck = parse_deck(text, PATH)
        laws += OF_DECKS
    except DeckError as error:
        assert error.findings
    for law in laws:
        law(text, deck)
