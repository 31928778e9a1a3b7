"""Edits of prose by offsets, and escaping of plain text in Markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MARKUP = re.compile(r"([\\`*_{}\[\]<>|#$~])")


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of a range of a text."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit], *, offset: int = 0) -> str:
    """The text after the edits; ``offset`` is the position of the text in the one that their offsets refer to."""
    pieces, at = [], 0
    within = len(text) - text.endswith(("\n", "\r"))  # an insertion before the next line belongs to that line
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if at <= edit.start - offset <= within and edit.end - offset <= len(text):
            pieces += [text[at:edit.start - offset], edit.text]
            at = edit.end - offset
    return "".join([*pieces, text[at:]])


def escaped(words: str) -> str:
    """Words escaped for Markdown."""
    return MARKUP.sub(r"\\\1", words)
