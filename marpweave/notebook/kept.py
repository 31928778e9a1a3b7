"""Stores in notebook metadata what is needed to restore the deck's text, and no more. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell
from marpweave.notebook.pieces import Piece
from marpweave.text import fence_for

KEY = "marpweave"
EXPECTED = "expected"
"""Metadata key of the output of a foreign notebook's cell."""
RULER = "---\n\n"
Node = Any
"""A cell or notebook of nbformat."""


def keep(nodes: Sequence[Node], pieces: Sequence[Piece], *, always: bool = False) -> None:
    """Store in each cell what its source and position do not tell about its piece.

    ``always``: also store what follows a fence, so that outputs are not mistaken for expected outputs.
    """
    for node, piece, (before, after) in zip(nodes, pieces, _around(nodes), strict=True):
        kept: dict[str, str] = {}
        if node.source != piece.core:
            kept |= {"text": piece.core, "shown": digest(node.source)}
            kept |= {"prefix": piece.block.prefix} if isinstance(piece.block, Cell) and piece.block.prefix else {}
        kept |= {"before": piece.before} if piece.before != before else {}
        empty = isinstance(piece.block, Cell) and not node.source.strip()  # imports omit empty cells
        kept |= {"after": piece.after} if piece.after != after or always or empty else {}
        if kept:
            node.metadata[KEY] = kept


def text_of(nodes: Sequence[Node]) -> str:
    """The text of the deck that the cells represent; parts that were not edited are restored exactly."""
    originals = [node for node in nodes if not node.metadata.get(KEY, {}).get("added")]
    return "".join(_text(node, *around) for node, around in zip(originals, _around(originals), strict=True))


def _text(node: Node, before: str, after: str) -> str:
    kept = node.metadata.get(KEY, {})
    core = kept["text"] if kept.get("shown") == digest(node.source) else _prefixed(node.source, kept.get("prefix", ""))
    return f"{kept.get('before', before)}{core}{kept.get('after', after)}"


def _prefixed(source: str, prefix: str) -> str:
    return "\n".join((prefix + line).rstrip() for line in source.split("\n")) if prefix else source


def _around(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """The text around the content of each cell, default or stored: rulers, fences and blank lines."""
    begun = False
    for number, node in enumerate(nodes, start=1):
        opens = node.metadata.get("slideshow", {}).get("slide_type") == "slide"
        ruler, end = RULER * (opens and begun), "\n" * (1 + (number < len(nodes)))
        fence = fence_for(node.source) if node.cell_type == "code" else ""
        yield (f"{ruler}{fence}python\n", f"\n{fence}{_expected(node)}{end}") if fence else (ruler, end)
        begun = begun or opens


def _expected(node: Node) -> str:
    """The output fence of a cell with an expected output."""
    want = node.metadata.get(KEY, {}).get(EXPECTED, "")
    fence = fence_for(want)
    return f"\n\n{fence}output\n{want}\n{fence}" if want else ""
