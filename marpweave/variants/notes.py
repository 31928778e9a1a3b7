"""Finds and removes presenter notes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from marpweave.model.deck import Cell, Prose, Slide
from marpweave.read.tokens import directive_tokens, directives, marp_tokens

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def without_notes(slide: Slide) -> Slide:
    """A slide without presenter notes; its line numbers do not change."""
    return replace(slide, blocks=tuple(block if isinstance(block, Cell) else _bare(block) for block in slide.blocks))


def _bare(prose: Prose) -> Prose:
    notes = set(notes_of(prose.text))
    if not notes:
        return prose
    return Prose(COMMENT.sub(lambda match: "\n" * match[0].count("\n") if _words(match[0]) in notes else match[0],
                             prose.text), prose.location)


def notes_of(text: str) -> Iterator[str]:
    """The stripped presenter notes in Markdown."""
    plain = f"\n{text}"  # a ruler at the start is not front matter
    for token, _ in directive_tokens(marp_tokens(plain)):
        if not directives(token).entries:
            yield _words(token.content)


def _words(comment: str) -> str:
    return " ".join(comment.removeprefix("<!--").removesuffix("-->").strip("-").split())
