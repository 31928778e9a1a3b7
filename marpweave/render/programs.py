"""Finds the programs that rendering needs: Node.js, the Marp CLI, a browser."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from marpweave.errors import ToolError
from marpweave.files import work_folder
from marpweave.inputs.digests import file_digest

HOME = Path(__file__).resolve().parents[2]
"""Where ``node_modules`` and the unpacked browser stand."""
OLDEST_NODE = (20, 11)
BROWSERS = (
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
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that runs without a window."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it needs besides the usual environment."""
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    """What a build renders with."""

    node: Path
    marp: Path
    """The Marp CLI's script."""
    browser: Browser

    @property
    def environment(self) -> dict[str, str]:
        """The environment for Node and the browser under it."""
        fixed = {"NODE_PATH": str(HOME / "node_modules"), "CHROME_NO_SANDBOX": "1", "TZ": "UTC",
                 "NO_UPDATE_NOTIFIER": "1"}
        return {**os.environ, **fixed, **self.browser.environment}


def find_tools() -> Tools:
    """Find all tools; raises ToolError with the remedy where one is missing."""
    return Tools(find_node(), find_marp(), find_browser())


def identity() -> tuple[str, ...]:
    """What tells one set of tools from another, without starting any."""
    packages = HOME / "node_modules" / ".package-lock.json"
    browser = installed_browser()
    status = browser.stat() if browser else None
    return (file_digest(str(packages)), os.environ.get("MARPWEAVE_NODE", ""), str(browser or ""),
            f"{status.st_size} {status.st_mtime_ns}" if status else "")


# -- Node.js --------------------------------------------------------------------


def find_node() -> Path:
    """A Node.js that is new enough: MARPWEAVE_NODE, the system's, or the one out of the wheel."""
    for path in _nodes():
        if version_of_node(path) >= OLDEST_NODE:
            return path
    oldest = ".".join(map(str, OLDEST_NODE))
    raise ToolError(f"no Node.js >= {oldest} was found; `make setup` installs one into .venv")


def version_of_node(path: Path) -> tuple[int, ...]:
    """``(20, 11, 1)``; () where it does not run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", said))


def _nodes() -> Iterator[Path]:
    chosen = os.environ.get("MARPWEAVE_NODE")
    if chosen:
        yield Path(chosen)
    found = shutil.which("node")
    if found:
        yield Path(found)
    beside = Path(sys.executable).with_name("node.exe" if os.name == "nt" else "node")
    if beside.exists():
        yield beside


def find_marp() -> Path:
    """The Marp CLI out of ``node_modules``."""
    path = HOME / "node_modules/@marp-team/marp-cli/marp-cli.js"
    if not path.is_file():
        raise ToolError("the Marp CLI is not installed; run `make setup`")
    return path


# -- the browser --------------------------------------------------------------------


@cache
def find_browser() -> Browser:
    """CHROME_PATH, an installed Chrome, Chromium or Edge, or the one out of npm."""
    path = installed_browser()
    if path:
        return Browser(path)
    package = HOME / "node_modules/@sparticuz/chromium/bin"
    if not package.is_dir():
        raise ToolError("no Chrome, Chromium or Edge was found; install one, name it in CHROME_PATH, or run `make "
                        "setup`, which brings a Chromium on x86-64 Linux")
    return _unpacked(package)


def installed_browser() -> Path | None:
    """A browser of the machine's own."""
    chosen = os.environ.get("CHROME_PATH")
    if chosen:
        if not Path(chosen).is_file():
            raise ToolError(f"CHROME_PATH names {chosen}, which is not there")
        return Path(chosen)
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((Path(path) for path in INSTALLED if Path(path).is_file()), None)


def _unpacked(package: Path) -> Browser:
    """The browser of the npm package, unpacked once; with its libraries and fonts where the system lacks them."""
    version = re.search(r'"version":\s*"([^"]+)"', (package.parent / "package.json").read_text(encoding="utf-8"))
    folder = HOME / ".marpweave" / f"chromium-{version[1] if version else 'unknown'}"
    if not folder.is_dir():
        _unpack(package, folder)
    environment = {}
    if not _system_has_libraries():
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(
            filter(None, [str(folder / "lib"), os.environ.get("LD_LIBRARY_PATH")]))
    if not _system_has_fonts():
        environment["FONTCONFIG_PATH"] = str(folder)
    return Browser(folder / "chromium", environment, ("--no-zygote", "--disable-gpu", "--disable-webgl"))


def _unpack(package: Path, folder: Path) -> None:
    """Unpack aside and rename: two builds at once do not meet a half browser."""
    import brotli

    folder.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(beside=folder) as aside:
        program = aside / "chromium"
        program.write_bytes(brotli.decompress((package / "chromium.br").read_bytes()))
        program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        for name in ("al2023", "fonts"):
            packed = aside / f"{name}.tar"
            packed.write_bytes(brotli.decompress((package / f"{name}.tar.br").read_bytes()))
            with tarfile.open(packed) as archive:
                archive.extractall(aside, filter="data")
            packed.unlink()
        (aside / "fonts.conf").write_text(FONTS_CONF.format(folder=folder / "fonts"), encoding="utf-8")
        aside.chmod(0o755)
        try:
            aside.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise


def _system_has_libraries() -> bool:
    folders = [Path(folder) for folder in LIBRARY_FOLDERS]
    folders += [child for folder in folders if folder.is_dir() for child in folder.glob("*-linux-gnu")]
    return all(any((folder / name).exists() for folder in folders) for name in NEEDED_LIBRARIES)


def _system_has_fonts() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(True for folder in folders if folder.is_dir() for _ in folder.rglob("*.[to]t[fc]"))
