"""Values in prose: `` `{python} expr` `` becomes what it gave. Pure, and linear in the length of a line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from marpweave.model.deck import Deck, Prose
from marpweave.model.outcome import Outcome
from marpweave.text import split_lines

OPENING = re.compile(r"(?<!`)(`+)\s?\{python\}\s+")
MARKUP = re.compile(r"([\\`*_{}\[\]<>|#$~])")

Values = Mapping[int, Sequence[tuple[str, Outcome]]]
"""Expressions and their outcomes by line."""


def values_by_line(deck: Deck, outcomes: Sequence[Outcome]) -> Values:
    """What the values in the prose of a deck gave."""
    found: dict[int, list[tuple[str, Outcome]]] = {}
    for inline, outcome in zip(deck.values, outcomes, strict=False):
        found.setdefault(inline.location.line, []).append((inline.source, outcome))
    return found


def with_values(block: Prose, values: Values) -> str:
    """Prose with its values; the expression stays where its evaluation failed."""
    lines = enumerate(split_lines(block.text), block.location.line)
    return "".join(_filled(line, values[at]) if at in values else line for at, line in lines)


def _filled(line: str, values: Sequence[tuple[str, Outcome]]) -> str:
    waiting: dict[str, list[Outcome]] = {}
    for source, outcome in reversed(values):
        waiting.setdefault(source, []).append(outcome)
    pieces, at = [], 0
    for opening in OPENING.finditer(line):
        closing = re.compile(rf"(?<!`){opening[1]}(?!`)").search(line, opening.end())
        source = line[opening.end():closing.start()].rstrip() if closing else ""
        gave = waiting[source].pop() if waiting.get(source) else None
        if closing and gave and gave.ran and not gave.error and not gave.trouble:
            pieces += [line[at:opening.start()], MARKUP.sub(r"\\\1", " ".join(gave.text(stderr=False).split()))]
            at = closing.end()
    return "".join([*pieces, line[at:]])
