"""Installs citation-js once for all projects; the licence of its CSL engine excludes it from our wheel."""

from __future__ import annotations

from pathlib import Path

from marpweave.errors import ToolError, command
from marpweave.inputs.digests import file_digest
from marpweave.render.programs.npm import installed, made_once
from marpweave.render.programs.places import home

LOCK = Path(__file__).with_name("citations")
"""Folder with package.json and lock file."""


def citation_modules() -> Path:
    """The folder with the packages, installed if necessary. Raises ToolError."""
    folder = home() / f"citations-{file_digest(str(LOCK / 'package-lock.json'))[:12]}"
    made_once(folder, _make, what="citation-js", size="3 MB")
    return folder


def _make(aside: Path) -> None:
    why = installed(LOCK, aside)
    if why:
        raise ToolError(f"citation-js could not be downloaded: {why}; run {command('setup')} where there is "
                        "a network")
    aside.chmod(0o755)
