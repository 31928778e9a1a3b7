"""The tools for rendering: Node.js, the Marp CLI and a browser."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from marpweave.errors import ToolError, reinstall
from marpweave.inputs.digests import file_digest
from marpweave.render.programs.browsers import Browser, find_browser, installed_browser
from marpweave.render.programs.chromium import locked_version
from marpweave.render.programs.nodes import find_node
from marpweave.render.programs.places import home, modules


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
        fixed = {"NODE_PATH": str(modules()), "TZ": "UTC", "NO_UPDATE_NOTIFIER": "1"}
        compiled = {"NODE_COMPILE_CACHE": str(home() / "compiled")}  # Node.js >= 22.1
        return {**compiled, **os.environ, **fixed, **self.browser.environment}


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
