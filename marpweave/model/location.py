"""A line of an author's file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of an author's file; ``str()`` is ``path:line``."""

    path: Path
    line: int
    """1-based, as in editors."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"
