"""Splits a deck into pieces that become notebook cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from marpweave.model.deck import Cell, Deck, Prose, Slide
from marpweave.text import split_lines

RULER = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})[\r\n]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a deck; ``before + core + after`` of all pieces, joined, is its text."""

    core: str
    before: str = ""
    """The ruler of its slide, and the opening line of its fence."""
    after: str = ""
    """The closing line of its fence, its output fence, and the blank lines after it."""
    opens: bool = False
    """Whether it is the first piece of its slide."""
    slide: int = 0
    """Number of its slide; 0: outside of slides."""
    block: Prose | Cell | None = None
    """The block; None for the front matter."""


def pieces_of(deck: Deck, *, front: bool) -> tuple[Piece, ...]:
    """The pieces of all slides, and the ``front`` matter if wanted; blank lines belong to the piece above."""
    text = deck.front_matter.text
    core = text.rstrip("\r\n")
    pieces = [Piece(core, after=text[len(core):])] if front else []
    for piece in (piece for slide in deck.slides for piece in _of_slide(slide)):
        if not pieces:
            pieces.append(piece)
            continue
        is_empty = not piece.core and not isinstance(piece.block, Cell)
        blank, before = (piece.before + piece.after, "") if is_empty else _blank(piece.before)
        pieces[-1] = replace(pieces[-1], after=pieces[-1].after + blank)
        pieces += [] if is_empty else [replace(piece, before=before)]
    return tuple(pieces)


def without_options(piece: Piece) -> Piece:
    """A piece whose option lines are moved from the content to ``before``."""
    if not isinstance(piece.block, Cell):
        return piece
    lines, end = split_lines(piece.core), piece.block.first_row
    return replace(piece, before=piece.before + "".join(lines[:end]), core="".join(lines[end:]))


def is_front_matter(text: str) -> bool:
    """Whether the text before the first slide is more than a byte order mark."""
    return text.lstrip("\ufeff").startswith("---")


def _of_slide(slide: Slide) -> Iterator[Piece]:
    """The pieces of a slide, at least one even if it is empty."""
    waiting, opens, last = "", True, slide.blocks[-1] if slide.blocks else None
    for block in slide.blocks:
        if isinstance(block, Cell):
            piece = _of_cell(block)
        else:
            piece = replace(piece_of(block.text, ruled=opens and slide.number > 1), block=block)
            if not piece.core and block is not last:
                waiting += piece.before + piece.after
                continue
        yield replace(piece, before=waiting + piece.before, opens=opens, slide=slide.number)
        waiting, opens = "", False


def _of_cell(cell: Cell) -> Piece:
    lines = split_lines(cell.text)
    end = 1 + len(split_lines(cell.source))
    code = "".join(lines[1:end])
    core = code.rstrip("\r\n") if cell.source.strip("\n") else ""
    return Piece(core, lines[0], code[len(core):] + "".join(lines[end:]), block=cell)


def piece_of(text: str, *, ruled: bool) -> Piece:
    """Prose without surrounding blank lines and, if ``ruled``, without the ruler of its slide."""
    lines = split_lines(text)
    end = 1 if ruled and lines and RULER.fullmatch(lines[0]) else 0
    while end < len(lines) and not lines[end].strip(" \t\r\n"):
        end += 1
    head, rest = "".join(lines[:end]), "".join(lines[end:])
    core = rest.rstrip(" \t\r\n")
    return Piece(core, head, rest[len(core):])


def _blank(before: str) -> tuple[str, str]:
    """The leading blank lines, and the rest."""
    rest = before.lstrip("\r\n")
    return before[:len(before) - len(rest)], rest
