"""Converts a notebook to a deck: code cells become fences, outputs expected outputs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from marpweave.notebook.imported.adapted import adapted, sections, slide_type
from marpweave.notebook.kept import KEY, Node, text_of
from marpweave.notebook.pieces import is_front_matter

FRONT_MATTER = "---\nmarp: true\npaginate: true\nexecute: true\n---\n\n"


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
    foreign = not any(slide_type(node) or KEY in node.metadata for node in notebook.cells)
    front = notebook.metadata.get(KEY, {}).get("front_matter")
    parts = [(number, part) for number, node in enumerate(notebook.cells, start=1)
             for part in _parts(node, foreign=foreign)
             if node.cell_type != "code" or node.source.strip() or KEY in node.metadata]
    has_front_matter = bool(parts) and _is_front_matter(parts[0][1])
    front = "" if has_front_matter else FRONT_MATTER if front is None else front
    adaptations = {at: adapted(part, folder, last=at == len(parts) - 1) for at, (_, part) in enumerate(parts)
                   if KEY not in part.metadata and not (has_front_matter and at == 0)}
    text = front + text_of([adaptations[at].node if at in adaptations else part for at, (_, part) in enumerate(parts)])
    return DeckText(_for_marp(text) if has_front_matter and foreign else text,
                    {path: content for each in adaptations.values() for path, content in each.files.items()},
                    tuple(Loss(parts[at][0], what) for at, each in adaptations.items() for what in each.losses))


def _is_front_matter(node: Node) -> bool:
    return node.cell_type == "raw" and is_front_matter(node.source)


def _for_marp(text: str) -> str:
    """A text with front matter of another tool, and in it what makes a deck of it."""
    front = text.partition("\n---")[0]
    if re.search("^marp:", front, re.MULTILINE):
        return text
    keys = "marp: true\npaginate: true\n" + "execute: true\n" * (not re.search("^execute:", front, re.MULTILINE))
    return text.replace("---\n", f"---\n{keys}", 1)


def _parts(node: Node, *, foreign: bool) -> Iterator[Node]:
    """A cell; prose of a ``foreign`` notebook, which has no slides of its own, in parts that its headings begin."""
    if not foreign or node.cell_type != "markdown":
        yield node
        return
    for text, opens in sections(node.source):
        part = deepcopy(node)
        part.source = text
        if opens:
            part.metadata["slideshow"] = {"slide_type": "slide"}
        yield part
