"""The audiences of a deck, and the parts of a cell that students do not get."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Variant(StrEnum):
    """The audience of a deck."""

    FULL = "full"
    STUDENT = "student"
    """Without solutions, which are replaced by blanks."""
    SOLUTION = "solution"

    def named(self, deck: str) -> str:
        """Name of the variant's outputs: ``intro``, ``intro.student``."""
        return deck if self is Variant.FULL else f"{deck}.{self}"


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of a cell that students do not get, between two nbgrader markers."""

    first: int
    """0-based source line of the opening marker."""
    last: int
    """0-based source line of the closing marker, or of the cell's last line if there is none."""
    blank: bool
    """True: replaced by a blank (a solution). False: removed (hidden tests)."""
