"""Replaces inline values, `` `{python} expr` ``, by their results. Pure, in time linear in the length of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from marpweave.model.deck import Deck, Prose
from marpweave.model.outcome import Outcome
from marpweave.text import split_lines
from marpweave.weave.references.edits import Edit, escaped

OPENING = re.compile(r"(?<!`)(`+)\s?\{python\}\s+")

Values = Mapping[int, Sequence[tuple[str, Outcome]]]
"""Expressions and their outcomes, by line."""


def values_by_line(deck: Deck, outcomes: Sequence[Outcome]) -> Values:
    """The outcomes of the inline values of a deck."""
    values: dict[int, list[tuple[str, Outcome]]] = {}
    for inline, outcome in zip(deck.values, outcomes, strict=False):
        values.setdefault(inline.location.line, []).append((inline.source, outcome))
    return values


def value_edits(block: Prose, values: Values, offset: int) -> Iterator[Edit]:
    """The edits that insert values into a block at ``offset``; an expression that failed is left as written."""
    for at, line in enumerate(split_lines(block.text), block.location.line):
        yield from _filled(line, values[at], offset) if at in values else ()
        offset += len(line)


def _filled(line: str, values: Sequence[tuple[str, Outcome]], offset: int) -> Iterator[Edit]:
    waiting: dict[str, list[Outcome]] = {}
    for source, outcome in reversed(values):
        waiting.setdefault(source, []).append(outcome)
    for opening in OPENING.finditer(line):
        closing = re.compile(rf"(?<!`){opening[1]}(?!`)").search(line, opening.end())
        source = line[opening.end():closing.start()].rstrip() if closing else ""
        gave = waiting[source].pop() if waiting.get(source) else None
        if closing and gave and gave.ran and not gave.error and not gave.trouble:
            yield Edit(offset + opening.start(), offset + closing.end(),
                       escaped(" ".join(gave.text(stderr=False).split())))
