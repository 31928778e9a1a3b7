"""Outcomes as records."""

from collections.abc import Sequence
from pathlib import Path

from marpweave.cache.codec import pack, unpack
from marpweave.cache.keys import steps_of
from marpweave.model.outcome import Outcome, Stream, Write
from marpweave.read.parse import parse_deck

CELLS = 200


class Watched(Sequence):
    """A sequence that counts how often somebody looks at one of its items."""

    def __init__(self, items):
        self.items, self.looks = items, 0

    def __getitem__(self, index):
        self.looks += 1
        return self.items[index]

    def __len__(self):
        return len(self.items)


def test_what_a_cell_prints_is_kept_and_read_without_a_look_at_all_cells():
    deck = parse_deck("---\nmarp: true\nexecute: true\n---\n\n" + "```python\nprint(1)\n```\n\n" * CELLS, Path("d.md"))
    steps = Watched(steps_of(deck))
    step = steps.items[CELLS // 2]
    outcome = Outcome(outputs=(Stream("stdout", "1\n"),), writes=(Write("1\n", (step.what.location.line + 1,)),))
    packed, blobs = pack(outcome, step, steps)
    assert unpack(packed, step, steps, blobs.__getitem__).writes == outcome.writes
    assert steps.looks < CELLS // 2
