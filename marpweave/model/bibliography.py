"""What a deck cites from, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The files with the sources that a deck can cite, and the style in which it cites them."""

    files: tuple[Path, ...] = ()
    style: str = ""
    """A CSL style: its file, or the name of one that is built in; "": that of the deck's language."""
    line: int = 0
    """Where the deck names the files; 0: they are given."""
    nocite: tuple[str, ...] = ()
    """Keys of what is listed without being cited; ``*``: all that there is."""
    nocite_line: int = 0
