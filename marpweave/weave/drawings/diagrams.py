"""Replaces diagram fences by their drawings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from marpweave.model.deck import Deck, text_width
from marpweave.model.diagram import Diagram, Drawings
from marpweave.model.outcome import Figure
from marpweave.text import line_end, split_lines
from marpweave.weave.blocks import diagrams_in
from marpweave.weave.embed import svg_side
from marpweave.weave.pictures import DIAGRAMS, address, in_brackets, width_words
from marpweave.weave.references.edits import Edit
from marpweave.weave.references.references import References

HIGHEST = 460
"""CSS pixels available below a heading in every Marp theme."""


@dataclass(frozen=True, slots=True)
class WovenDiagrams:
    """The drawings of a deck's diagrams, and the edits that insert them into its prose."""

    edits: tuple[Edit, ...]
    figures: Mapping[str, Figure]
    """By image source."""


def woven_diagrams(
    deck: Deck, drawings: Drawings, folder: PurePosixPath, references: References | None,
) -> WovenDiagrams:
    """All diagrams that could be drawn; ``folder`` is the deck's figure folder relative to the deck."""
    edits, figures = [], {}
    for diagram, start in diagrams_in(deck):
        if svg := drawings.diagrams.get(diagram):
            name = f"{DIAGRAMS}/{diagram.name}.svg"
            source = address(folder / name)
            figures[source] = Figure(name, svg)
            words = " ".join(filter(None, [_width(diagram, svg, deck), in_brackets(diagram.alt) or diagram.name]))
            caption = " ".join(diagram.caption.split())
            caption = references.captioned("fig", diagram.label, caption) if references else caption
            picture = f"![{words}]({source})" + (f"\n*{caption}*" if caption else "")
            picture = f"{diagram.echo}\n\n{picture}" if diagram.echo else picture
            edits.append(Edit(start, start + len(diagram.text), _in_place(picture, diagram)))
    return WovenDiagrams(tuple(edits), figures)


def _width(diagram: Diagram, svg: bytes, deck: Deck) -> str:
    """The width or height set by the author, otherwise the natural one, limited to the available space."""
    room, text = text_width(deck.size), svg.decode()
    width, height = svg_side(text, "width"), svg_side(text, "height")
    if diagram.width and not (diagram.height and diagram.width.endswith("px")):
        return width_words(diagram.width, room)
    if not width or not height:
        return ""
    most = float(diagram.width.removesuffix("px")) if diagram.width else room if diagram.height else min(width, room)
    return f"w:{min(most, width * (diagram.height or HIGHEST) / height):.0f}px"


def _in_place(picture: str, diagram: Diagram) -> str:
    """The image with the prefix of the fence's container, and the fence's line end."""
    opening = split_lines(diagram.text)[0]
    start = re.split(r"`{3,}|~{3,}", opening)[0]
    first, *others = picture.split("\n")
    end = line_end(opening) or "\n"
    lines = [start + first, *((diagram.prefix + line).rstrip() for line in others)]
    return end.join(lines) + line_end(split_lines(diagram.text)[-1])
