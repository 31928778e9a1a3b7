"""What a call of the program asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from marpweave.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """What a call of the program asks for."""

    root: Path
    """The project's folder; figures of decks in it go to its ``figures``."""
    paths: tuple[Path, ...]
    out: Path = Path("dist")
    formats: tuple[str, ...] = ("html", "pdf")
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    prelude: str = ""
    strict: bool = False
    update: bool = False
    timeout: float = 60.0
    deck_timeout: float = 600.0
    cache: Path | None = None
    """The folder with results of earlier builds; None: nothing is known."""
    shared: str = ""
    """URL of a store that several machines share; asked where the folder knows nothing."""
    read_only: bool = False
    """Put nothing into the shared store."""
    frozen: bool = False
    """Take what `freeze` kept beside the decks, run nothing."""
    allow: tuple[Path, ...] = ()
    """Files and folders outside of the project whose pictures may stand on slides."""
    kernel_start: str = "warm"
    """How kernels start, a word of `KernelStart`."""
    verify: bool = False
    """Run everything, whatever is known, and compare."""


def refuse_equal_names(paths: Sequence[Path]) -> None:
    """Two decks of one name would write the same files; raises UsageError."""
    named: dict[str, Path] = {}
    for path in paths:
        other = named.setdefault(path.stem.casefold(), path)
        if other != path:
            raise UsageError(f"{other} and {path} would both become {path.stem}.html; rename one")
