"""What an incremental kernel has run, what of it is still valid, and which snapshots to drop. Reads files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from marpweave.inputs.digests import file_digest
from marpweave.kernel.client import Finished, code_of
from marpweave.model.deck import Cell, Inline
from marpweave.model.outcome import Outcome
from marpweave.probe.cell.header import Header

Holds = Callable[[Outcome], bool]
"""Whether everything that a step has read is unchanged."""


@dataclass(frozen=True, slots=True)
class Past:
    """A step that has run."""

    code: str
    """The code sent to the kernel, including the line number."""
    outcome: Outcome
    alive: bool
    """Whether its kernel could run more code; if not, the next step started in a fresh one."""
    files: Mapping[str, str]
    """Digests of all files written up to this step."""


def past_of(step: Cell | Inline, finished: Finished, before: Sequence[Past]) -> Past:
    """The record of a step that has just run."""
    written = {each.name: file_digest(each.name) for each in finished.outcome.provenance.written}
    return Past(code_of(step), finished.outcome, finished.alive, {**(before[-1].files if before else {}), **written})


def standing(trail: Sequence[Past], steps: Sequence[Cell | Inline], holds: Holds) -> int:
    """Number of leading steps that have run and would give the same result again."""
    pairs = zip(trail, steps, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].code == code_of(pair[1]) and holds(pair[0].outcome), pairs))


def files_stand(past: Past) -> bool:
    """Whether the files written up to a step are unchanged."""
    return all(file_digest(name) == found for name, found in past.files.items())


def modules_of(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The modules used by a step, with digests of their files at import time."""
    for each in outcome.provenance.inputs:
        if each.kind in ("code", "module"):
            yield each.name.partition("::")[0], each.digest.partition(" ")[0]


def cheapest(numbers: Sequence[int], trail: Sequence[Past]) -> int:
    """The snapshot, among those before the steps with these sorted numbers, whose state is fastest to recreate.

    The first one, a fresh kernel, is never chosen.
    """
    def cost(number: int) -> float:
        before = max((each for each in numbers if each < number), default=0)
        return sum(past.outcome.provenance.seconds for past in trail[before:number])

    return min(numbers, key=lambda number: (cost(number), number))


def with_header(code: str, step: Cell | Inline) -> str:
    """The code sent to the kernel in place of a step."""
    return Header(step.location.line + 1, step.label if isinstance(step, Cell) else "").before(code)
