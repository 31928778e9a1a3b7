"""The law for a whole build: whatever decks read of each other, a warm build gives what a cold one gives."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from marpweave.build.runners import settle
from marpweave.build.runners.settle import settled
from marpweave.inputs.digests import digest
from marpweave.model.outcome import DeckOutcome, Input, Outcome, Provenance, Stream
from tests.planted import plant

CELL = SimpleNamespace(options=SimpleNamespace(execution=SimpleNamespace(isolate=False)))


@dataclass(frozen=True)
class Deck:
    """Reads files of decks before it in ``World.order``; writes one that tells what it read."""

    reads: tuple[int, ...]
    constant: int = 0


@dataclass
class World:
    """Decks, what stands on the disk, and what earlier builds gave."""

    decks: list[Deck]
    order: list[int]
    disk: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)

    def jobs(self):
        return [SimpleNamespace(number=i, text="", path=Path(f"{i}.md"), cells=(CELL,))
                for i in range(len(self.decks))]

    def now(self):
        disk = dict(self.disk)
        return SimpleNamespace(change=lambda found, *_: next((name for _, name, was in found if digest(disk.get(name, "")) != was), ""))

    def run(self, jobs, *, afresh):
        fresh = {}
        for job in jobs:
            deck = self.decks[job.number]
            names = [str(self.order[i % self.order.index(job.number)]) for i in deck.reads if self.order.index(job.number)]
            inputs = tuple(Input("file", name, digest(self.disk.get(name, ""))) for name in names)
            was = self.known.get((job.number, deck.constant))
            if was and was.cells[0].provenance.inputs == inputs and not afresh:
                fresh[job.number] = was
                continue
            text = f"{deck.constant}({','.join(self.disk.get(name, '?') for name in names)})"
            self.disk[str(job.number)] = text
            fresh[job.number] = DeckOutcome((Outcome(outputs=(Stream("stdout", text),), provenance=Provenance(inputs=inputs, written=(Input("file", str(job.number), ""),))),))
        for number, outcome in fresh.items():
            cell = outcome.cells[0]
            if not cell.provenance.written[0].digest:
                cell = cell.with_provenance(written=(cell.provenance.written[0]._replace(digest=digest(self.disk[str(number)])),))
            fresh[number] = self.known[number, self.decks[number].constant] = DeckOutcome((cell,))
        return [fresh[job.number] for job in jobs]

    def build(self):
        outcomes, circular = settled(self.jobs(), self.run, lambda *_: (), self.now)
        assert circular == set()
        return [outcome.cells[0].outputs[0].text for outcome in outcomes], dict(self.disk)


SIZES = st.integers(1, 5)
WORLDS = SIZES.flatmap(lambda n: st.builds(
    lambda reads, order: World([Deck(tuple(each)) for each in reads], order),
    st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=n, max_size=n), st.permutations(range(n))))
EDITS = st.lists(st.tuples(st.sampled_from(["constant", "lose", "spoil"]), st.integers(0, 9), st.integers(0, 2)), max_size=4)


def law(world, edits):
    world.build()
    for kind, n, value in edits:
        n %= len(world.decks)
        if kind == "constant":
            world.decks[n] = replace(world.decks[n], constant=value)
        elif kind == "lose":
            world.disk.pop(str(n), None)
        else:
            world.disk[str(n)] = "by hand"
        cold = World(list(world.decks), world.order, dict(world.disk))
        texts, _ = world.build()
        assert texts == cold.build()[0]


@given(WORLDS, EDITS)
def test_warm_is_cold_in_one_build(world, edits):
    law(world, edits)


@pytest.mark.parametrize("forgotten", ["lost.add(write.deck)", "late.add(edge.reader)"])
def test_the_law_catches_planted_bugs(monkeypatch, forgotten):
    plant(monkeypatch, settle, (forgotten, "pass"))

    @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], report_multiple_bugs=False)
    @given(WORLDS, EDITS)
    def planted(world, edits):
        law(world, edits)

    with pytest.raises(AssertionError):
        planted()
