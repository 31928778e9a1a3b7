"""Lays out a cell on its slide: code, then the parts of its output, in the list or quote that contains it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marpweave.model.deck import Cell
from marpweave.model.options import OutputLocation
from marpweave.text import fence_for


@dataclass(frozen=True, slots=True)
class OutputPart:
    """One piece of a cell's output on the slide."""

    kind: str
    """``output``, ``error``, ``figure``, ``caption`` or ``markdown``."""
    text: str
    alt: str = ""
    caption: str = ""

    @property
    def markdown(self) -> str:
        """Its Markdown."""
        match self.kind:
            case "output" | "error":
                fence = fence_for(self.text)
                return f"{fence}{self.kind}\n{self.text}\n{fence}"
            case "figure":
                return f"![{self.alt}]({self.text})" + (f"\n*{self.caption}*" if self.caption else "")
            case "caption":
                return f"*{self.text}*"
            case _:
                return self.text


def laid_out(code: str, parts: Sequence[OutputPart], location: OutputLocation, heading: str, *, stacks: bool) -> str:
    """Code and output at the place that the cell asks for.

    ``heading``: the heading if the output has its own slide; ``stacks``: whether figures replace each other.
    """
    if not parts:
        return code
    output = _stacked(parts) if stacks else _row(parts)
    match location:
        case OutputLocation.COLUMN | OutputLocation.COLUMN_FRAGMENT if code:
            own = ' class="fragment"' if location is OutputLocation.COLUMN_FRAGMENT else ""
            return _apart('<div class="columns outcome">\n<div>', code, f"</div>\n<div{own}>", output, "</div>\n</div>")
        case OutputLocation.SLIDE:
            return _apart(code, "---", heading, output)
        case OutputLocation.FRAGMENT | OutputLocation.COLUMN_FRAGMENT:
            return _apart(code, '<div class="fragment">', output, "</div>")
    return _apart(code, output)


def _stacked(parts: Sequence[OutputPart]) -> str:
    """Figures that replace each other, after all other parts."""
    figures, others = ([part for part in parts if (part.kind == "figure") is is_figure] for is_figure in (True, False))
    return _row(parts) if len(figures) < 2 else _apart(_row(others), '<div class="r-stack">', _row(figures), "</div>")


def _row(parts: Sequence[OutputPart]) -> str:
    return "\n\n".join(part.markdown for part in parts)


def _apart(*pieces: str) -> str:
    """Join the non-empty pieces as paragraphs."""
    return "\n\n".join(filter(None, pieces))


def outdented(text: str, prefix: str) -> str:
    """The lines of a fence without the prefix of its container; the first line loses the container's marker."""
    first, *others = text.split("\n")
    fence = re.search(r"(`{3,}|~{3,}).*", first)
    return "\n".join([fence[0] if fence else first, *(line.removeprefix(prefix) for line in others)])


def indented(woven: str, opening: str, cell: Cell) -> str:
    """Woven lines with the prefix of the cell's container."""
    first, *others = woven.split("\n")
    fence = re.search(r"`{3,}|~{3,}", opening)
    start = opening[:fence.start()] if fence else cell.prefix
    return "\n".join([start + first, *((cell.prefix + line).rstrip() for line in others)])
