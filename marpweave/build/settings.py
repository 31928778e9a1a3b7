"""The settings of one run of the program."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from marpweave.errors import UsageError


class Sandbox(StrEnum):
    """Which decks run where they can reach nothing; a deck can ask for it itself."""

    NEVER = "never"
    OUTSIDE = "outside"
    """Those that lie outside of the project's folder."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run of the program."""

    root: Path
    """The project's folder; decks inside it have their figures in its ``figures``."""
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
    """The folder with results of earlier builds; None: use none."""
    shared: str = ""
    """URL of a store that several machines share, for results that the folder lacks."""
    read_only: bool = False
    """Put nothing into the shared store."""
    python: str = ""
    """The Python in which cells run: a program, or an environment's folder; "": the one that runs this."""
    frozen: bool = False
    """Use what `freeze` kept beside the decks; run nothing."""
    allow: tuple[Path, ...] = ()
    """Files and folders outside of the project whose pictures may stand on slides."""
    kernel_start: str = "warm"
    """How kernels start: a value of `KernelStart`."""
    snapshots_memory: int = 1000
    """Megabytes for the states that a previewed deck keeps between its cells."""
    sandbox: Sandbox = Sandbox.NEVER
    executor: str = "local"
    """Where decks run: ``local``, ``processes`` or ``dask``."""
    scheduler: str = ""
    """The address of a Dask scheduler; "": a cluster of our own on this machine."""
    shared_files: bool = False
    """Workers find the project's files where they are here."""
    verify: bool = False
    """Run everything, even if its result is known, and compare."""

    def sandboxes(self, deck: Path) -> bool:
        """Whether a deck is sandboxed without asking for it."""
        outside = self.sandbox is Sandbox.OUTSIDE and not is_inside(deck, self.root)
        return outside or self.sandbox is Sandbox.ALWAYS


def is_inside(deck: Path, root: Path) -> bool:
    """Whether a deck lies in a folder, wherever links to it stand."""
    return deck.resolve().is_relative_to(root.resolve())


def refuse_outside(found: Sequence[Path], root: Path) -> None:
    """Raise UsageError if one of the decks that were found, not named, lies outside of the project.

    Running a deck is running a program: a folder that somebody sends must not bring one in by a link.
    """
    for deck in found:
        if not is_inside(deck, root):
            raise UsageError(f"{deck} lies outside of the project, at {deck.resolve()}, and running it runs its code; "
                             "name it to run it, or give `--sandbox` or `--trust`")


def refuse_equal_names(paths: Sequence[Path]) -> None:
    """Raise UsageError if two decks would write the same files."""
    named: dict[str, Path] = {}
    for path in paths:
        other = named.setdefault(path.stem.casefold(), path)
        if other != path:
            raise UsageError(f"{other} and {path} would both become {path.stem}.html; rename one")
