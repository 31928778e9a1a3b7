"""What students are shown of a cell that fails because of a blank."""

from pathlib import Path

import pytest

from marpweave.check.verdicts import check_deck
from marpweave.model.outcome import Outcome
from marpweave.read.parse import parse_deck
from marpweave.variants.effects import BlankEffects
from marpweave.variants.shown import shown


@pytest.mark.parametrize(("comment", "left"), [
    ("# 1.5", ""), ("# about 1.5", ""), ("# 約1.5", ""), ("# ≈ 1.5", ""), ("# the mean", "  # the mean")])
def test_a_comment_that_tells_the_value_is_left_out(comment, left):
    deck = parse_deck(f"---\nexecute: true\n---\n```python\nm = mean([1, 2])  {comment}\n```\n", Path("a.md"))
    (check,) = shown(deck, check_deck(deck, [Outcome()]), (), BlankEffects(cells={1: 5})).checks
    assert check.cell.source == f"m = mean([1, 2]){left}\n"
