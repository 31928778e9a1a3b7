"""What an incremental kernel has run and what of that holds; which snapshots are worth their memory. Reads files."""

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
"""Whether all that a step has read stands as it did."""


@dataclass(frozen=True, slots=True)
class Past:
    """A step that ran."""

    code: str
    """What the kernel was sent; tells the line, too."""
    outcome: Outcome
    alive: bool
    """Whether its kernel could run more; if not, the next step found a fresh one."""
    files: Mapping[str, str]
    """All files that this step or one before it has written, and what they were then."""


def past_of(step: Cell | Inline, finished: Finished, before: Sequence[Past]) -> Past:
    """A step that has just run."""
    written = {each.name: file_digest(each.name) for each in finished.outcome.provenance.written}
    return Past(code_of(step), finished.outcome, finished.alive, {**(before[-1].files if before else {}), **written})


def standing(trail: Sequence[Past], steps: Sequence[Cell | Inline], holds: Holds) -> int:
    """How many of the first steps have run already and would give the same again."""
    pairs = zip(trail, steps, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].code == code_of(pair[1]) and holds(pair[0].outcome), pairs))


def files_stand(past: Past) -> bool:
    """Whether files that the deck has written until then are as they were."""
    return all(file_digest(name) == found for name, found in past.files.items())


def modules_of(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The modules that a step used, with the digests of their files as they were imported."""
    for each in outcome.provenance.inputs:
        if each.kind in ("code", "module"):
            yield each.name.partition("::")[0], each.digest.partition(" ")[0]


def cheapest(numbers: Sequence[int], trail: Sequence[Past]) -> int:
    """Of the snapshots before steps of these numbers, in order, the one whose state is made again the fastest.

    The first one is a fresh kernel, and not among them.
    """
    def cost(number: int) -> float:
        before = max((each for each in numbers if each < number), default=0)
        return sum(past.outcome.provenance.seconds for past in trail[before:number])

    return min(numbers, key=lambda number: (cost(number), number))


def with_header(code: str, step: Cell | Inline) -> str:
    """Code as it is sent to the kernel, in the place of a step."""
    return Header(step.location.line + 1, step.label if isinstance(step, Cell) else "").before(code)
