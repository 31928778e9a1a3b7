"""Converts a deck to an editable notebook: every Python fence becomes a code cell with its options. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from marpweave.model.deck import Cell, Deck
from marpweave.notebook.kept import KEY, Node, keep
from marpweave.notebook.names import ids_of
from marpweave.notebook.pieces import Piece, is_front_matter, pieces_of

PYTHON = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebook_of(deck: Deck) -> Node:
    """The deck as an unexecuted notebook."""
    front = is_front_matter(deck.front_matter.text)
    pieces = pieces_of(deck, front=front)
    nodes = [_node(piece) for piece in pieces]
    placed(nodes, pieces)
    keep(nodes, pieces)
    metadata = PYTHON if front else {**PYTHON, KEY: {"front_matter": deck.front_matter.text}}
    return new_notebook(cells=nodes, metadata=metadata)


def placed(nodes: Sequence[Node], pieces: Sequence[Piece]) -> None:
    """Assign ids to cells, and mark where slides begin."""
    for node, name in zip(nodes, ids_of((piece.block, piece.slide) for piece in pieces), strict=True):
        node["id"] = name
    for node, piece in zip(nodes, pieces, strict=True):
        if piece.opens:
            node.metadata["slideshow"] = {"slide_type": "slide"}


def _node(piece: Piece) -> Node:
    match piece.block:
        case Cell(source=source):
            return new_code_cell(source.removesuffix("\n"))
        case None:
            return new_raw_cell(piece.core)
        case _:
            return new_markdown_cell(piece.core)
