"""The law of the cache refutes bugs that are planted into keys, inputs and looks."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings

from marpweave.cache import keys
from marpweave.cache import plan as cache
from marpweave.cache.keys import chained
from marpweave.cache.plan import Cache
from marpweave.cache.reuse import outcomes_of
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.model.outcome import Outcome, Stream
from tests.planted import plant
from tests.property.worlds import CurrentInputs, Kernel, World, Written, build, environments, histories, warm_is_cold

# -- planted bugs: the law must refute each ----------------------------------------------------------------


def refuted(build, *kinds):
    with pytest.raises(AssertionError):
        settings(max_examples=2000, database=None, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)(
            given(histories(*kinds))(lambda history: warm_is_cold(history, build)))()


def test_unchained_keys_are_refuted(monkeypatch):
    monkeypatch.setattr(cache, "chained", lambda *parts: chained(parts[-1]))
    refuted(build)


@pytest.mark.attack
def test_a_state_that_forgets_what_was_read_is_refuted(monkeypatch):
    monkeypatch.setattr(cache, "state_behind", lambda key, inputs: key)
    refuted(build, "file")


@pytest.mark.parametrize(("kind", "edit"), [("ExecutionOptions", "timeout"), ("FigureOptions", "height")])
def test_a_forgotten_option_is_refuted(monkeypatch, kind, edit):
    astuple = keys.astuple
    monkeypatch.setattr(keys, "astuple", lambda options: () if type(options).__name__ == kind else astuple(options))
    refuted(build, edit)


@pytest.mark.parametrize(("kind", "edit"), [
    ("file", "file"), ("module", "module"), pytest.param("environment", "environment", marks=pytest.mark.attack), ("outside", "environment"), ("lines", "cell")])
def test_a_forgotten_input_is_refuted(monkeypatch, kind, edit):
    recorded = Cache.recorded

    def blind(self, plan, n, outcome):
        outcome = recorded(self, plan, n, outcome)
        return outcome.with_provenance(inputs=tuple(each for each in outcome.provenance.inputs if each.kind != kind))

    monkeypatch.setattr(Cache, "recorded", blind)
    refuted(build, edit, *(["let"] if kind == "environment" else []))


@pytest.mark.attack
def test_a_chain_that_forgets_the_deck_is_refuted(monkeypatch):
    plant(monkeypatch, cache, ("self._name(deck), deck.prelude", "deck.prelude"))
    refuted(build, "deck")


@pytest.mark.attack
def test_a_chain_that_forgets_what_is_let_through_is_refuted(monkeypatch):
    plant(monkeypatch, cache, ("deck.prelude, *deck.env,", "deck.prelude,"))
    refuted(build, "let", "environment")


def test_the_size_of_a_figure_that_is_no_part_of_the_state_is_refuted(monkeypatch):
    plant(monkeypatch, keys, (",\n                  repr(astuple(cell.options.figure)))", ")"),
          ("view = chained(repr(watched))", "view = chained(repr(watched), repr(astuple(cell.options.figure)))"))
    refuted(build, "height")


def test_a_forgotten_environment_is_refuted(monkeypatch):
    class Shouting(Kernel):
        def step(self, what, deck, names):
            outcome = super().step(what, deck, names)
            return replace(outcome, outputs=(Stream("stdout", str(self.world.facts)),))

    def build(world, store):
        (outcome,) = outcomes_of([world.parsed()], Cache(store, CurrentInputs(world), environments({})), Shouting(world))
        return outcome, []

    refuted(build, "facts")


@pytest.mark.attack
def test_a_look_at_times_alone_is_refuted(monkeypatch):
    def by_time(self, kind, name, where):
        return digest(str(self.world.times[name])) if kind == "file" else self.was(kind, name, where)

    monkeypatch.setattr(CurrentInputs, "was", CurrentInputs.digest, raising=False)
    monkeypatch.setattr(CurrentInputs, "digest", by_time)
    step = Kernel.step

    def timed(self, what, deck, names):
        outcome = step(self, what, deck, names)
        return outcome.with_provenance(inputs=tuple(
            each._replace(digest=digest(str(self.world.times[each.name]))) if each.kind == "file" else each for each in outcome.provenance.inputs))

    monkeypatch.setattr(Kernel, "step", timed)
    refuted(build, "file")


def test_a_nondeterministic_step_is_told_and_takes_the_rest_along(monkeypatch):
    store = Store({})
    cells = (Written(("print(x)",)), Written(("draw()",)), Written(("print(x)",)))
    build(World(cells), store)
    wild = iter(range(1, 99))
    monkeypatch.setattr(Kernel, "step", lambda self, what, deck, names: Outcome(outputs=(Stream("stdout", str(next(wild))),)))
    outcome, ran = build(World((cells[0], replace(cells[1], label="one"), cells[2])), store)
    assert [each.provenance.nondeterministic for each in outcome.cells] == [True, False, False]
    assert [getattr(cell, "number", "value") for cell in ran] == [1, 2, 1, 2, 3, "value"]
