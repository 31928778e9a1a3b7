"""Weaves prose: values, numbers and references. Also finds its heading. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from marpweave.model.deck import Deck, Prose
from marpweave.model.outcome import Outcome
from marpweave.read.tokens import marp_tokens
from marpweave.text import split_lines
from marpweave.weave.blocks import placed_blocks
from marpweave.weave.references.edits import Edit, edited
from marpweave.weave.values import value_edits, values_by_line


def woven_prose(deck: Deck, inlines: Sequence[Outcome], edits: Sequence[Edit] = ()) -> Mapping[Prose, str]:
    """The woven text of each block of prose; offsets of ``edits`` refer to the deck's plain text."""
    ordered = sorted(edits, key=lambda edit: edit.start)
    starts = [edit.start for edit in ordered]
    values, words = values_by_line(deck, inlines), {}
    for placed in placed_blocks(deck):
        block, at = placed.block, placed.start
        if isinstance(block, Prose):
            inside = ordered[bisect_left(starts, at):bisect_right(starts, at + len(block.text))]
            words[block] = edited(block.text, [*value_edits(block, values, at), *inside], offset=at)
    return words


def heading(prose: str) -> str:
    """The heading of a slide, to be repeated if its output gets a slide of its own."""
    text = f"\n{prose}"  # a ruler at the start is not front matter
    for token in marp_tokens(text):
        if token.type == "heading_open" and token.level == 0 and token.map:
            return "".join(split_lines(text)[slice(*token.map)]).replace("\r\n", "\n").strip()
    return ""
