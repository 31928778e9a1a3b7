"""Converts a notebook to a deck: code cells become fences, outputs expected outputs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from marpweave.notebook.imported.adapted import adapted, slide_type
from marpweave.notebook.kept import KEY, Node, text_of
from marpweave.notebook.pieces import is_front_matter

FRONT_MATTER = "---\nmarp: true\npaginate: true\nexecute: true\n---\n\n"
HEADING = re.compile(r"#{1,2}[ \t]")


@dataclass(frozen=True, slots=True)
class Loss:
    """Something in a notebook that a deck cannot represent."""

    cell: int
    """1-based number of the cell."""
    what: str


@dataclass(frozen=True, slots=True)
class DeckText:
    """The text of a deck, files beside it, and what was lost."""

    text: str
    files: Mapping[str, bytes]
    """Images by path beside the deck."""
    losses: tuple[Loss, ...]


def deck_of(notebook: Node, folder: str) -> DeckText:
    """Convert a notebook to a deck; its images go to ``folder`` beside the deck."""
    front = notebook.metadata.get(KEY, {}).get("front_matter")
    numbered = [(number, node) for number, node in enumerate(_divided(notebook.cells), start=1)
                if node.cell_type != "code" or node.source.strip() or KEY in node.metadata]
    own = [number for number, node in numbered if _is_front_matter(node, number)]
    front = "" if own else FRONT_MATTER if front is None else front
    made = {number: adapted(node, folder, last=number == numbered[-1][0]) for number, node in numbered
            if KEY not in node.metadata and number not in own}
    text = text_of([made[number].node if number in made else node for number, node in numbered])
    return DeckText(front + text, {path: content for each in made.values() for path, content in each.files.items()},
                    tuple(Loss(number, what) for number, each in made.items() for what in each.losses))


def _is_front_matter(node: Node, number: int) -> bool:
    return number == 1 and node.cell_type == "raw" and is_front_matter(node.source)


def _divided(nodes: Sequence[Node]) -> Sequence[Node]:
    """Mark the cells that begin slides: if no metadata does, those with a first- or second-level heading."""
    if any(slide_type(node) for node in nodes):
        return nodes
    divided = deepcopy(nodes)
    for node in divided:
        if node.cell_type == "markdown" and KEY not in node.metadata and HEADING.match(node.source):
            node.metadata["slideshow"] = {"slide_type": "slide"}
    return divided
