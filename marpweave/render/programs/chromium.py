"""Chromium from npm, for machines without a browser: downloaded once for all projects."""

from __future__ import annotations

import json
import platform
import stat
import sys
from functools import partial
from pathlib import Path

from marpweave.errors import ToolError, command
from marpweave.files import work_folder
from marpweave.render.programs.npm import installed, made_once
from marpweave.render.programs.places import home

LOCK = Path(__file__).with_name("browser")
"""Folder with package.json and lock file."""
PACKAGE = "@sparticuz/chromium"
MADE_FOR = "linux-x86_64"
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir></fontconfig>
"""


def chromium(*, bring: bool) -> Path:
    """The folder with the browser, installed if necessary by one process at a time. Raises ToolError."""
    if f"{sys.platform}-{platform.machine()}" != MADE_FOR:
        raise ToolError("no Chrome, Chromium or Edge was found; install one, or name it in CHROME_PATH")
    folder = home() / f"chromium-{locked_version()}-{MADE_FOR}"
    if not folder.is_dir():
        if not bring:
            raise ToolError(f"no browser is installed; {command('setup')} downloads one")
        made_once(folder, partial(_make, folder=folder), what="a browser", size="70 MB")
    return folder


def locked_version() -> str:
    """The version of the browser package in the lock file."""
    wanted = json.loads((LOCK / "package.json").read_text(encoding="utf-8"))
    return str(wanted["dependencies"][PACKAGE])


def _make(aside: Path, folder: Path) -> None:
    """Install the package into ``aside``, and unpack it there."""
    with work_folder(beside=folder) as fetched:
        why = installed(LOCK, fetched)
        if why:
            raise ToolError(f"no browser is installed, and none could be downloaded: {why}; run {command('setup')} "
                            "where there is a network, install Chromium, or name a browser in CHROME_PATH")
        _unpack(fetched / "node_modules" / PACKAGE / "bin", aside, folder)


def _unpack(packed: Path, aside: Path, folder: Path) -> None:
    """Unpack the browser, its libraries and fonts; they will be moved to ``folder``."""
    import tarfile
    from html import escape

    import brotli

    program = aside / "chromium"
    program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    for name in ("al2023", "fonts"):
        archive = aside / f"{name}.tar"
        archive.write_bytes(brotli.decompress((packed / f"{name}.tar.br").read_bytes()))
        with tarfile.open(archive) as files:
            files.extractall(aside, filter="data")
        archive.unlink()
    (aside / "fonts.conf").write_text(FONTS_CONF.format(folder=escape(str(folder / "fonts"))), encoding="utf-8")
    aside.chmod(0o755)
