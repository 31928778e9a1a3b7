"""Where citation-js stands: downloaded once and kept for all projects, since its CSL engine is in no wheel of ours."""

from __future__ import annotations

from pathlib import Path

from marpweave.errors import ToolError, command
from marpweave.inputs.digests import file_digest
from marpweave.render.programs.npm import installed, made_once
from marpweave.render.programs.places import home

LOCK = Path(__file__).with_name("citations")
"""What npm is asked for."""


def citation_modules() -> Path:
    """The folder with the packages; made at first need. Raises ToolError."""
    folder = home() / f"citations-{file_digest(str(LOCK / 'package-lock.json'))[:12]}"
    made_once(folder, _make, what="citation-js", size="3 MB")
    return folder


def _make(aside: Path) -> None:
    why = installed(LOCK, aside)
    if why:
        raise ToolError(f"citation-js could not be downloaded: {why}; run {command('setup')} where there is "
                        "a network")
    aside.chmod(0o755)
