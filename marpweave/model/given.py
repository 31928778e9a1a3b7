"""Settings of a deck that do not stand in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marpweave.model.bibliography import Bibliography
from marpweave.model.deck import NATIVE

Parameter = tuple[str, Any]
"""A name, and the value that it gets in place of the deck's."""


@dataclass(frozen=True, slots=True)
class Given:
    """Settings of a deck that come from outside its file."""

    name: str = ""
    """Of its outputs, with ``/`` between folders; "": as its file is called."""
    prelude: str = ""
    """Python that runs before its own prelude."""
    sandbox: bool = False
    """True: it is to run in a sandbox, whatever it says itself."""
    env: tuple[str, ...] = ()
    """Environment variables that its cells see, besides those that it names, unless it is sandboxed."""
    kernel: str = NATIVE
    """The Jupyter kernel, if it names none."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of all cells, under those that it gives itself."""
    lang: str = ""
    """Language of its slides, if it names none; "": English."""
    parameters: tuple[Parameter, ...] = ()
    """Other values for names that it assigns."""
    allowed: tuple[Path, ...] = ()
    """Folders and files from which it may include others, its project's folder first."""
    named_from: tuple[Path, ...] = ()
    """Folders from which its project's decks are named, the narrowest first; (): its own."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """What it cites from, if it names nothing itself."""
