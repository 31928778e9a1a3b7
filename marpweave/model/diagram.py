"""Diagrams that an author wrote as text, and what was drawn for a deck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from marpweave.model.location import Location


@dataclass(frozen=True, slots=True)
class Diagram:
    """A fence of Mermaid or Graphviz; ``text`` is its part of the file."""

    text: str
    language: str
    """``mermaid`` or ``dot``."""
    source: str
    """The fence's content; its options are comments in both languages."""
    location: Location
    """The opening line of the fence; source line i is line ``location.line + 1 + i`` of the file."""
    slide: int
    """Number of the slide it is on."""
    number: int
    """1-based position among the deck's diagrams."""
    label: str = ""
    """The author's; "": it has none."""
    alt: str = ""
    """The words that stand for it; "": it has none."""
    caption: str = ""
    width: str | None = None
    """On the slide, as ``out-width`` says it; None: its own."""
    prefix: str = ""
    """What stands before its lines in the file: blanks of a list item, ``> `` of a quote."""
    height: float | None = None
    """CSS pixels that it may take on the slide; None: as many as a slide has."""
    echo: str = ""
    """The fence that stands before it on the slide; "": none does."""

    @property
    def name(self) -> str:
        """The author's label, else ``mermaid-1``, ``dot-2``."""
        return self.label or f"{self.language}-{self.number}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A page of HTML that runs on a slide, in a frame that reaches nothing."""

    beginning: str
    """What all pages of its kind begin with, such as the script of a library."""
    html: str


@dataclass(frozen=True, slots=True)
class Drawings:
    """What was drawn for a deck as SVG; b"": it could not be drawn."""

    diagrams: Mapping[Diagram, bytes] = field(default_factory=dict)
    plots: Mapping[str, bytes] = field(default_factory=dict)
    """By what a cell displayed."""
    frames: Mapping[str, Frame] = field(default_factory=dict)
    """What runs where a page shows a plot, by what a cell displayed."""


NO_DRAWINGS = Drawings()
