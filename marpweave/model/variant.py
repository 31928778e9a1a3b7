"""For whom a deck is, and where a cell differs for students."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Variant(StrEnum):
    """For whom a deck is."""

    FULL = "full"
    STUDENT = "student"
    """Without solutions: blanks stand in their place."""
    SOLUTION = "solution"

    def named(self, deck: str) -> str:
        """How the outputs of a deck are called for them: ``intro``, ``intro.student``."""
        return deck if self is Variant.FULL else f"{deck}.{self}"


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of a cell that students do not get, between two of nbgrader's markers."""

    first: int
    """0-based source line of the marker that begins it."""
    last: int
    """That of the marker that ends it; the cell's last line if there is none."""
    blank: bool
    """Whether a blank stands in its place: hidden tests leave nothing behind."""
