"""Classifies paths: the author's, an installed package's, or the system's."""

from __future__ import annotations

import os
import re
import site
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from importlib.util import source_from_cache
from pathlib import Path

MACHINE = ("/proc", "/sys", "/dev", "/etc", "/run", "/var/run", "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32",
           "/usr/lib64", "/usr/libexec", "/usr/include", "/usr/share/locale", "/usr/share/zoneinfo")
OF_MACOS = ("/System", "/Library", "/private/etc", "/private/var/db", "/private/var/run")
OF_WINDOWS = ("SystemRoot", "ProgramFiles", "ProgramFiles(x86)", "ProgramData")
"""Environment variables with system folders of Windows."""
BYTECODE = re.compile(r"[/\\]__pycache__(?:[/\\][^/\\]*\.pyc(?:\.\d+)?)?$")
SHELL = os.path.join("IPython", "core", "interactiveshell.py")  # noqa: PTH118
"""Defines the ``open`` of cells."""
SHARED_MEMORY = "/dev/shm/"
"""Contains ordinary files."""
SEMAPHORES = f"{SHARED_MEMORY}sem."
PROGRAMS = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")
ABOUT_THE_MACHINE = frozenset({"fc-list", "gcc", "ld", "ldconfig", "lscpu", "objdump", "uname"})
"""Programs that libraries run to query properties of the machine."""


class PathOwners:
    """Classifies paths from the point of view of one deck."""

    def __init__(self, search: Iterable[str]) -> None:
        """``search``: folders of the project's modules."""
        self.project = _real(search)
        self.installed = _real(_installed())
        system = system_folders(sys.platform, os.environ)
        self.machine = _real([*system, str(Path(sysconfig.get_paths()["stdlib"]).parent), str(Path.home() / ".cache")])
        styles = str(Path.home() / ".config/matplotlib/stylelib")
        self.above = (*self.project, *self.installed, *self.machine, *_real([styles]))
        self.library = _real([sysconfig.get_paths()["stdlib"]])
        self.ours = str(Path(__file__).parents[1])
        self.python = os.path.realpath(sys.executable)
        """Its version is in every key."""

    def is_foreign(self, path: str) -> bool:
        """Whether its content is covered by a key, or only describes the machine."""
        name = f"{path}{os.sep}"
        if name.startswith((*self.installed, SEMAPHORES)) or BYTECODE.search(path) or "/fontlist-v" in path:
            return True
        return name.startswith(self.machine) and not name.startswith((*self.project, SHARED_MEMORY))

    def is_above(self, path: str) -> bool:
        """Whether it is a folder above the project or an installation, which exists on every machine."""
        return any(folder.startswith(path.rstrip(os.sep) + os.sep) for folder in self.above)

    def is_pythons(self, file: str) -> bool:
        """Whether code in a file is Python's or ours, which acts for its caller."""
        if "-packages" in file:
            return file.endswith(SHELL)
        return file.startswith(("<frozen ", self.ours, *self.library))

    def is_told(self, program: str) -> bool:
        """Whether a program only describes the machine."""
        return program.startswith(PROGRAMS) and program.rpartition(os.sep)[2] in ABOUT_THE_MACHINE


def system_folders(platform: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Folders of the operating system."""
    if platform == "win32":
        return tuple(variables[name] for name in OF_WINDOWS if name in variables)
    return (*MACHINE, *OF_MACOS) if platform == "darwin" else MACHINE


def source_of(path: str) -> str:
    """The source of a compiled module; any other path unchanged."""
    if not path.endswith(".pyc"):
        return path
    try:
        return source_from_cache(path)
    except ValueError:
        return path


def _installed() -> list[str]:
    """Folders covered by a key: Python, its packages, marpweave; and IPython's own folder of this run."""
    paths = sysconfig.get_paths()
    folders = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    virtual = [sys.prefix] if sys.prefix != sys.base_prefix else []
    ours, home = Path(__file__).parents[2:4]
    return [*folders, *virtual, *site.getsitepackages(), site.getusersitepackages(), str(ours),
            *([str(home)] if list(home.iterdir()) == [ours] else []), os.environ.get("IPYTHONDIR", "")]


def _real(folders: Iterable[str]) -> tuple[str, ...]:
    """Folders as path prefixes, as written and with symlinks resolved."""
    found = {name.rstrip(os.sep) for folder in folders if folder for name in (folder, os.path.realpath(folder))}
    return tuple(f"{name}{os.sep}" for name in sorted(found))
