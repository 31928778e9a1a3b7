"""A short run of the fuzzer; what a long one finds becomes a golden case or a unit test of what it broke."""

import random

from tests.fuzz import fuzz
from tests.fuzz.fuzz import corpus, fault, smallest, text_of


def test_a_few_random_decks_hold_every_law():
    chance, decks = random.Random(0), corpus()
    texts = [text_of(chance, decks) for _ in range(200)]
    assert {found: text for text in texts if (found := fault(text))} == {}


def test_a_planted_fault_is_found_and_made_small(monkeypatch):
    really = fuzz.unparse
    monkeypatch.setattr(fuzz, "unparse", lambda deck: really(deck) if not any("boom" in c.source for c in deck.cells) else 1 / 0)
    text = "# A\n\ntext\n\n```python\nx = 1\nprint('boom')\n```\n\n---\n\n# B\n"
    found = fault(text)
    assert found.startswith("ZeroDivisionError")
    assert smallest(text, found) == "```python\nboom"
