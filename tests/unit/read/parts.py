"""Decks of the tests and parts of them."""

from pathlib import Path

import pytest

from marpweave.errors import DeckError
from marpweave.model.location import Location
from marpweave.read.parse import parse_deck

PATH = Path("slides/deck.md")


def at(line):
    return Location(PATH, line)


def sources(text):
    return [cell.source for cell in parse_deck(text, PATH).cells]


def faults(text):
    with pytest.raises(DeckError) as caught:
        parse_deck(text, PATH)
    return str(caught.value).split("\n")
