"""Variants of a deck share what they have in common: neither is run for the other, and neither changes the other."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from marpweave.cache.keys import steps_of
from marpweave.cache.plan import Cache
from marpweave.cache.reuse import outcomes_of
from marpweave.cache.store import Store
from marpweave.model.outcome import Error, Outcome
from marpweave.model.variant import Variant
from marpweave.read.parse import parse_deck
from marpweave.variants.variant import variant_of
from tests.property import worlds
from tests.property.worlds import CODES, RESTLESS, CurrentInputs, World, environments

WORLD = World(())
codes = st.lists(st.sampled_from([code for code in CODES if code not in RESTLESS]), min_size=1, max_size=3)
KINDS = {
    "plain": "{}", "region": "### BEGIN SOLUTION\n{}\n### END SOLUTION\nx", "function": "def f():\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n{}",
    "call": "x = f()\n{}", "solution": "#| tags: [solution]\n{}", "hidden": "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS\nx"}
"""Each ends in a line of code, where this kernel says that it wrote; a real one names no comment."""
cells = st.lists(st.tuples(st.sampled_from((*["plain"] * 4, *KINDS)), codes), min_size=1, max_size=5)


class Kernel(worlds.Kernel):
    """A kernel in which cells may fail."""

    def step(self, what, deck, names):
        try:
            return super().step(what, deck, names)
        except (NotImplementedError, NameError) as error:
            return Outcome(outputs=(Error(type(error).__name__, str(error), what.location.line, ""),))


def deck_of(written, variant):
    fences = "\n".join(f"```python\n{KINDS[kind].format(chr(10).join(lines))}\n```\n" for kind, lines in written)
    return variant_of(parse_deck(f"---\nexecute:\n  prelude: x = 0\n---\n\n{fences}", Path("deck.md")), variant)


def build(deck, store):
    kernel = Kernel(WORLD)
    (outcome,) = outcomes_of([deck], Cache(store, CurrentInputs(WORLD), environments(WORLD.facts)), kernel)
    return outcome.cells, [step.number for step in kernel.ran]


def common(written):
    """How many cells stand above the first difference."""
    full, student = ([(step.what.number, step.own) for step in steps_of(deck_of(written, variant))] for variant in (Variant.FULL, Variant.STUDENT))
    return next((n for n, (one, other) in enumerate(zip(full, student, strict=False)) if one != other), min(len(full), len(student)))


@given(cells)
def test_cells_above_the_first_difference_have_one_outcome_and_run_once(written):
    store, above = Store({}), common(written)
    full, _ = build(deck_of(written, Variant.FULL), store)
    assert build(deck_of(written[:above], Variant.STUDENT), store) == (full[:above], [])
    assert build(deck_of(written, Variant.STUDENT), store)[0][:above] == full[:above]


@given(cells, st.permutations([*Variant]))
def test_no_variant_changes_another(written, order):
    store = Store({})
    for variant in order:
        deck = deck_of(written, variant)
        assert build(deck, store)[0] == build(deck, Store({}))[0]
    assert build(deck_of(written, Variant.SOLUTION), store)[1] == build(deck_of(written, Variant.FULL), store)[1] == []
