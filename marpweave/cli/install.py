"""What `setup` and ``make setup`` install: a browser and citation-js; in a checkout, also Node.js and npm packages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from marpweave.errors import HERE, ToolError
from marpweave.render.programs.browsers import find_browser
from marpweave.render.programs.citing import citation_modules
from marpweave.render.programs.nodes import find_node, find_npm


def main() -> None:
    """Set up a checkout; on failure, exit with one line."""
    try:
        _packages(_node())
        set_up()
    except ToolError as error:
        sys.exit(f"error: {error}")


def set_up() -> list[str]:
    """Download a browser, if there is none, and citation-js; return the locations of all tools. Raises ToolError.

    Only decks that cite need citation-js, so a failure to install it is reported, but not raised.
    """
    lines = [f"Node.js  {find_node()}", f"browser  {find_browser().path}"]
    try:
        return [*lines, f"citation-js  {citation_modules()}"]
    except ToolError as error:
        return [*lines, f"citation-js  missing: {error}"]


def _node() -> Path:
    try:
        return find_node()
    except ToolError:
        click.echo("no recent Node.js found: installing one into .venv")
        lock = HERE / "requirements/node.lock"
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
        return find_node()


def _packages(node: Path) -> None:
    """Run ``npm ci``."""
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    _run(*find_npm(node), "ci", "--no-audit", "--no-fund", "--loglevel=error", PATH=path)


def _run(*words: str | Path, **variables: str) -> None:
    command = [str(word) for word in words]
    result = subprocess.run(command, cwd=HERE, check=False, env={**os.environ, **variables})
    if result.returncode:
        raise ToolError(f"{' '.join(command[:3])} … failed with exit code {result.returncode}")


if __name__ == "__main__":
    main()
