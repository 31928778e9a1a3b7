"""``python -m marpweave.cli.install``: installs Node.js and npm packages on a machine that has only Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from marpweave.errors import ToolError
from marpweave.render.programs import HOME, find_browser, find_node, installed_browser


def main() -> None:
    """Install npm packages, Node.js if none is new enough, and a browser if there is none."""
    try:
        node = _node()
        _packages(node)
        find_browser()
    except ToolError as error:
        sys.exit(f"error: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"error: {' '.join(map(str, error.cmd[:3]))} … failed with exit code {error.returncode}")


def _node() -> Path:
    try:
        return find_node()
    except ToolError:
        click.echo("found no Node.js that is new enough: installing one into .venv")
        lock = HOME / "requirements/node.lock"
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
        return find_node()


def _packages(node: Path) -> None:
    """Run ``npm ci``; the optional package is a browser for machines without one."""
    options = ["--omit=optional"] if installed_browser() else []
    npm = node.with_name("npm.cmd" if sys.platform == "win32" else "npm")
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run([npm if npm.exists() else "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", *options],
                   cwd=HOME, check=True, env={**os.environ, "PATH": path})


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], cwd=HOME, check=True)


if __name__ == "__main__":
    main()
