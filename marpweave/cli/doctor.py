"""``marpweave doctor``: lists the tools found, and those missing."""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from marpweave.build.project import Environments
from marpweave.errors import ToolError, reinstall
from marpweave.kernel.sandbox import Protection, find_bubblewrap, protection
from marpweave.kernel.tree.fresh import no_snapshots
from marpweave.kernel.watch import has_witness
from marpweave.kernel.zygote import CAN_FORK
from marpweave.model.environment import NATIVE
from marpweave.render.programs.browsers import Browser, find_browser
from marpweave.render.programs.nodes import find_node
from marpweave.render.programs.places import modules
from marpweave.render.programs.tools import Tools, find_marp

PACKAGES = ("marpweave", "nbclient", "markdown-it-py")
OF_CELLS = ("ipykernel", "numpy", "matplotlib")
FONTS = (*(f"@fontsource/{name}" for name in (
    "noto-sans-jp", "m-plus-1-code", "noto-sans", "noto-sans-math", "noto-sans-symbols-2", "noto-emoji")),
    "@iconify-json/twemoji")

STILL_VISIBLE = "no user namespaces; still visible: names of other processes, total disk and memory (docs/SECURITY.md)"


def examine(python: str) -> tuple[list[str], bool]:
    """The lines to show, and whether nothing is missing; ``python``: where cells run, "" for this Python.

    Raises UsageError where they cannot.
    """
    environment = Environments(python, Path.cwd()).of(NATIVE)
    lines = [_line("Python", platform.python_version(), sys.executable)]
    lines += [_line(name, _package(name), "") for name in PACKAGES]
    lines.append(_line("cells run in", environment.version, environment.python))
    lines += [_line(f"  {name}", environment.facts.get(name, "missing"), "") for name in OF_CELLS]
    lines.append(_line("witness", "system calls" if has_witness() else "audit hooks", ""))
    lines.append(_line("kernels", "warm start" if CAN_FORK and has_witness() else "cold start", ""))
    fresh = no_snapshots(environment)
    lines.append(_line("preview", "fresh kernel per run" if fresh else "incremental kernel", fresh))
    lines.append(_line("sandbox", *_sandbox()))
    healthy = True
    for name, find in (("Node.js", _node), ("Marp CLI", _marp), ("browser", _browser), *_fonts()):
        try:
            lines.append(_line(name, *find()))
        except (ToolError, OSError, subprocess.SubprocessError) as error:
            lines.append(_line(name, "missing", str(error).partition("\n")[0]))
            healthy = False
    return lines, healthy


def _line(name: str, what: str, where: str) -> str:
    return f"{name:<20}{what:<26}{where}".rstrip()


def _sandbox() -> tuple[str, str]:
    try:
        kind = protection()
    except ToolError:
        return "missing", "no user namespaces, no Landlock: --sandbox is refused"
    return kind, str(find_bubblewrap()) if kind is Protection.BUBBLEWRAP else STILL_VISIBLE


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _node() -> tuple[str, str]:
    node = find_node()
    return _version_of([str(node), "--version"], None), str(node)


def _marp() -> tuple[str, str]:
    marp = find_marp()
    return json.loads(marp.read_text(encoding="utf-8"))["version"], str(marp.parent)


def _browser() -> tuple[str, str]:
    browser: Browser = find_browser(bring=False)
    tools = Tools(Path(), Path(), browser)
    return _version_of([str(browser.path), "--version"], tools.environment), str(browser.path)


def _fonts() -> Iterator[tuple[str, Callable[[], tuple[str, str]]]]:
    for name in FONTS:
        def find(name: str = name) -> tuple[str, str]:
            folder = modules() / name
            if not folder.is_dir():
                raise ToolError(f"not installed; run {reinstall()}")
            return "found", str(folder)

        yield name.partition("/")[2], find


def _version_of(command: list[str], environment: dict[str, str] | None) -> str:
    """The version that a program reports, or "found"."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=environment)
    return next(iter(re.findall(r"\d+(?:\.\d+)+", result.stdout + result.stderr)), "found")
