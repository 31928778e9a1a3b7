"""Values in prose are put where they stand."""

from pathlib import Path

import pytest

from marpweave.model.outcome import Error, Outcome, Stream
from marpweave.read.parse import parse_deck
from marpweave.weave.prose import woven_prose


def filled(prose, *gave):
    deck = parse_deck(f"---\nexecute: true\n---\n{prose}", Path("deck.md"))
    outcomes = [Outcome(outputs=(Stream("stdout", text),)) if isinstance(text, str) else text for text in gave]
    assert len(deck.values) == len(outcomes)
    return "".join(woven_prose(deck, outcomes).values())


@pytest.mark.parametrize(("prose", "gave", "woven"), [
    ("a `{python} x` b `{python} y` c", ("1", "2"), "a 1 b 2 c"),
    ("`{python} x` `{python} x`", ("1", "2"), "1 2"),
    ("`{python} f(\"`\")`` `{python} y`", ("1", "2"), "1\")`` 2"),
    ("``{python} f(\"`\")`` `` `{python} y` ``", ("1",), "1 `` `{python} y` ``"),
    ("line\nnext `{python} x`  \nlast `{python} y `", ("1", "a  *b*\n"), "line\nnext 1  \nlast a \\*b\\*"),
    ("`{python} a\nb` and `{python} c`", ("1", "2"), "`{python} a\nb` and 2")])
def test_values_are_woven_where_they_stand(prose, gave, woven):
    assert filled(prose, *gave) == woven


def test_a_value_that_failed_stays_and_the_next_one_of_its_kind_does_not():
    failed = Outcome(outputs=(Error("NameError", "name 'x' is not defined", 4),))
    assert filled("`{python} x`, `{python} x`, `{python} y`", failed, "2", Outcome(ran=False)) == "`{python} x`, 2, `{python} y`"


@pytest.mark.slow
def test_thousands_of_values_are_woven_in_linear_time():
    numbers = [str(n) for n in range(5_000)]
    assert filled(" ".join(f"`{{python}} {n}`" for n in numbers), *numbers) == " ".join(numbers)
    assert filled("\n\n".join(f"`{{python}} {n}`" for n in numbers), *numbers) == "\n\n".join(numbers)
