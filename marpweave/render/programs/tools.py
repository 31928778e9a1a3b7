"""The tools for rendering: Node.js, the Marp CLI and a browser."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from marpweave.errors import ToolError, reinstall
from marpweave.inputs.digests import file_digest
from marpweave.render.programs.browsers import Browser, find_browser, installed_browser
from marpweave.render.programs.chromium import locked_version
from marpweave.render.programs.nodes import find_node
from marpweave.render.programs.places import home, modules

LOCALE = "en_US.UTF-8"
"""Of numbers and dates that drawings show; it need not be installed."""
MOST_COMPILED = 10_000
"""Files in the folder for compiled scripts, about 70 MB; one installation with one Node.js makes 900."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools for rendering."""

    node: Path
    marp: Path
    """The package of the Marp CLI."""
    browser: Browser

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for Node.js and its browser."""
        fixed = {"NODE_PATH": str(modules()), "NO_UPDATE_NOTIFIER": "1", "TZ": "UTC",
                 "LANG": LOCALE, "LC_ALL": LOCALE, "LANGUAGE": ""}
        compiled = {"NODE_COMPILE_CACHE": str(_compiled())}  # Node.js >= 22.1
        return {**compiled, **os.environ, **fixed, **self.browser.environment}


def _compiled() -> Path:
    """The folder for compiled scripts; emptied when it has too many, since Node.js never deletes any."""
    folder = home() / "compiled"
    if sum(1 for _ in folder.glob("*/*")) > MOST_COMPILED:
        shutil.rmtree(folder, ignore_errors=True)
    return folder


def find_tools() -> Tools:
    """Find all tools; raises ToolError with a remedy if one is missing."""
    return Tools(find_node(), find_marp(), find_browser())


def find_marp() -> Path:
    """The package of the Marp CLI."""
    path = modules() / "@marp-team/marp-cli/package.json"
    if not path.is_file():
        raise ToolError(f"the Marp CLI is not installed; run {reinstall()}")
    return path


def identity() -> tuple[str, ...]:
    """Identifies the tools without starting any."""
    packages = modules() / ".package-lock.json"
    browser = installed_browser()
    status = browser.stat() if browser else None
    return (file_digest(str(packages)), os.environ.get("MARPWEAVE_NODE", ""), str(browser or locked_version()),
            f"{status.st_size} {status.st_mtime_ns}" if status else "")
