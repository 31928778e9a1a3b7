"""What a deck cites from, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The files of sources that a deck can cite, and the citation style."""

    files: tuple[Path, ...] = ()
    style: str = ""
    """A CSL style: a file or the name of a built-in style; "": the default of the deck's language."""
    line: int = 0
    """Line of the deck that names the files; 0 if they come from outside the deck."""
    nocite: tuple[str, ...] = ()
    """Keys of sources to list without a citation; ``*``: all of them."""
    nocite_line: int = 0
