"""Settings of a deck that come from outside its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marpweave.model.bibliography import Bibliography
from marpweave.model.environment import NATIVE

Parameter = tuple[str, Any]
"""A name, and the value that it gets in place of the deck's."""


@dataclass(frozen=True, slots=True)
class Given:
    """Settings of a deck from the project's configuration and the command line."""

    name: str = ""
    """Name of its outputs, with ``/`` between folders; "": the file's stem."""
    prelude: str = ""
    """Python code that runs before the deck's own prelude."""
    sandbox: bool = False
    """True: run in a sandbox, even if the deck does not ask for one."""
    env: tuple[str, ...] = ()
    """Additional environment variables that cells may read; ignored in a sandbox."""
    kernel: str = NATIVE
    """Jupyter kernel, unless the deck names one."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Default options of all cells; the deck's own defaults override them."""
    lang: str = ""
    """Language of the slides, unless the deck names one; "": English."""
    parameters: tuple[Parameter, ...] = ()
    """New values for variables of the cell tagged ``parameters``."""
    allowed: tuple[Path, ...] = ()
    """Folders and files from which the deck may include files, the project's folder first."""
    named_from: tuple[Path, ...] = ()
    """Folders to which the names of decks are relative, the narrowest first; (): the deck's own."""
    bibliography: Bibliography = field(default_factory=Bibliography)
    """Bibliography, unless the deck names one."""
