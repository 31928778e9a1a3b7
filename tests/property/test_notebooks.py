"""A deck that became a notebook or a script comes back as it was."""

from pathlib import Path

import nbformat
from hypothesis import given

from marpweave.errors import DeckError
from marpweave.notebook.editable import notebook_of
from marpweave.notebook.imported.deck import deck_of
from marpweave.notebook.scripts import Form, as_text, from_text
from marpweave.read.parse import parse_deck
from tests.strategies import any_texts

PATH = Path("deck.md")


def parsed(text):
    try:
        return parse_deck(text, PATH)
    except DeckError:
        return None


@given(any_texts)
def test_a_notebook_is_its_deck_again(text):
    if deck := parsed(text):
        written = as_text(notebook_of(deck), Form.NOTEBOOK)
        nbformat.validate(nbformat.reads(written, as_version=4))
        assert deck_of(from_text(written, Form.NOTEBOOK), "files").text == text


@given(any_texts)
def test_every_cell_of_a_deck_is_one_of_its_notebook(text):
    if deck := parsed(text):
        cells = [node.source for node in notebook_of(deck).cells if node.cell_type == "code"]
        assert cells == [cell.source.removesuffix("\n") for cell in deck.cells]
