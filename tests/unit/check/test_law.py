"""The law of `--update`: outputs may change, and no code, no prose and no other byte."""

from pathlib import Path

import pytest

from marpweave.check.update.edits import LineEdit, apply_edits, free_spans
from marpweave.check.update.law import lawful
from marpweave.check.verdicts import check_deck
from marpweave.errors import DeckError
from marpweave.model.outcome import Outcome, Stream, Write
from marpweave.read.parse import parse_deck

TEXT = "# A\n\n```python\nprint(1)  # => 1\nprint(2)  # => 2\n```\n\nprose\n\n```python\nx = 3\n```\n```output\n3\n```\n"


def reread(text):
    try:
        return parse_deck(text, Path("deck.md"))
    except DeckError:
        return None


def kept(*edits, text=TEXT):
    return lawful(edits, text, reread(text), reread)


@pytest.mark.parametrize("edit", [
    LineEdit(4, 4, ("print(1)  # => 9",)), LineEdit(5, 5, ("print(2)  # => 'b'",)), LineEdit(14, 14, ("4",)), LineEdit(14, 14, ("4", "5")), LineEdit(14, 14, ())])
def test_another_output_keeps_the_law(edit):
    assert kept(edit) == (edit,)


@pytest.mark.parametrize("edit", [
    LineEdit(4, 4, ("print(9)  # => 1",)), LineEdit(4, 4, ("# => 1",)), LineEdit(4, 5, ("print(1)  # => 1",)), LineEdit(8, 8, ("other",)), LineEdit(11, 11, ("x = 4",)),
    LineEdit(14, 14, ("4", "```", "", "new")), LineEdit(14, 14, ("4", "```", "", "```python", "x")), LineEdit(12, 13, ("```", "```text")), LineEdit(1, 1, ("# A", "", "---"))])
def test_other_code_other_prose_or_another_fence_breaks_it(edit):
    assert kept(edit) == ()


def test_a_lawful_edit_is_made_whatever_stands_beside_it():
    good, bad, fence = LineEdit(4, 4, ("print(1)  # => 9",)), LineEdit(5, 5, ("print(9)  # => 2",)), LineEdit(14, 14, ("4",))
    assert kept(good, bad, fence) == (good, fence)


def test_only_what_is_free_may_change():
    at = TEXT.index("=> 1") + 3
    assert kept(LineEdit(4, 4, ("print(1)  # => 9",), free=((at, at + 1),))) != ()
    assert kept(LineEdit(4, 4, ("print(1)  # -> 9",), free=((at, at + 1),))) == ()


def test_an_input_of_a_session_is_code():
    text = "```python\n>>> 1 + 1\n3\n>>> 2\n2\n```\n"
    right = LineEdit(3, 3, ("2",))
    assert kept(right, text=text) == (right,)
    assert kept(LineEdit(2, 3, (">>> 1 + 2", "3")), text=text) == ()
    assert kept(LineEdit(3, 4, ("2",)), text=text) == ()


@pytest.mark.parametrize(("text", "edits", "new"), [
    ("a\r\nb\r\nc", [LineEdit(2, 2, ("x", "y"))], "a\r\nx\r\ny\r\nc"), ("a\nb", [LineEdit(2, 2, ("x",))], "a\nx"), ("a\nb", [LineEdit(2, 2, ())], "a\n"),
    ("a\nb\n", [LineEdit(1, 1, ("x",)), LineEdit(2, 2, ("y", "z"))], "x\ny\nz\n"), ("a\nb\n", [LineEdit(2, 1, ("x",))], "a\nx\nb\n"), ("a", [LineEdit(2, 1, ("x",))], "a\nx")])
def test_edits_keep_the_ends_of_lines(text, edits, new):
    assert apply_edits(text, edits) == new


def test_remarks_and_ellipses_are_not_free():
    text = "```python\nprint(x)  # => about 1 ... 2 (rounded)\n```\n"
    deck = reread(text)
    outcome = Outcome(outputs=(Stream("stdout", "5 6 7\n"),), writes=(Write("5 6 7\n", (2,)),))
    [check] = check_deck(deck, [outcome])
    spans = free_spans(check.cell, check.verdicts[0], text.splitlines(keepends=True))
    assert [text[start:end] for start, end in spans if start < end] == ["1 ", " 2"]
