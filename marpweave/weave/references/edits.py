"""Edits of prose, by the places of their characters; and words that Markdown shows as they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MARKUP = re.compile(r"([\\`*_{}\[\]<>|#$~])")


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of a part of a text."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit], *, offset: int = 0) -> str:
    """The text with its edits made; ``offset`` is where it begins in the text that they count in."""
    pieces, at = [], 0
    within = len(text) - text.endswith(("\n", "\r"))  # what is put before the next line belongs there
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if at <= edit.start - offset <= within and edit.end - offset <= len(text):
            pieces += [text[at:edit.start - offset], edit.text]
            at = edit.end - offset
    return "".join([*pieces, text[at:]])


def escaped(words: str) -> str:
    """Words as Markdown that shows nothing else."""
    return MARKUP.sub(r"\\\1", words)
