"""Diagrams written as text, and what was drawn for a deck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from marpweave.model.location import Location


@dataclass(frozen=True, slots=True)
class Diagram:
    """A Mermaid or Graphviz fence; ``text`` is its part of the file."""

    text: str
    language: str
    """``mermaid`` or ``dot``."""
    source: str
    """Content of the fence, including options (comments in both languages)."""
    location: Location
    """Line of the opening fence; source line i is line ``location.line + 1 + i`` of the file."""
    slide: int
    """Number of the slide that contains it."""
    number: int
    """1-based position among the diagrams of the deck."""
    label: str = ""
    """Label set by the author, or ""."""
    alt: str = ""
    """Alternative text, or ""."""
    caption: str = ""
    width: str | None = None
    """Width on the slide (``out-width``); None: natural width."""
    prefix: str = ""
    """The prefix of its lines in the file: indentation in a list item, ``> `` in a quote."""
    height: float | None = None
    """Maximum height on the slide in CSS pixels; None: the height of the slide."""
    echo: str = ""
    """The code fence shown before the diagram, or ""."""

    @property
    def name(self) -> str:
        """The author's label, or ``mermaid-1``, ``dot-2``."""
        return self.label or f"{self.language}-{self.number}"


@dataclass(frozen=True, slots=True)
class Frame:
    """An HTML page that runs on a slide, in a sandboxed iframe."""

    beginning: str
    """The common beginning of all pages of its kind, such as a library's script."""
    html: str


@dataclass(frozen=True, slots=True)
class Drawings:
    """SVG drawings of a deck; b"" for one that could not be drawn."""

    diagrams: Mapping[Diagram, bytes] = field(default_factory=dict)
    plots: Mapping[str, bytes] = field(default_factory=dict)
    """By the data that a cell displayed."""
    frames: Mapping[str, Frame] = field(default_factory=dict)
    """Live pages to show in place of a plot, by the data that a cell displayed."""


NO_DRAWINGS = Drawings()
