"""Runs inside the kernel: notes which inputs a cell reads, by Python's audit events.

Seen are files opened for reading (absent ones, too), folders listed, whether a path is there, modules that are not
installed packages, and the deck's own source. What the installed packages read of themselves
is left out: their versions are in every key. A cell that starts programs or uses the network depends on more than
can be seen; it is ``volatile``.
"""

from __future__ import annotations

import importlib
import os
import site
import stat
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

from marpweave.inputs import digests as inputs
from marpweave.probe.monitor import Functions

MACHINE = ("/proc", "/sys", "/dev", "/etc", "/usr/share/zoneinfo")
SOURCES = (".py", ".pyc", ".pyi")
ABOUT_THE_MACHINE = frozenset({"fc-list", "gcc", "ld", "ldconfig", "lscpu", "objdump", "uname"})
"""Programs that libraries ask about the machine."""
OPEN_IN_C = ("h5py", "netCDF4", "tables", "zarr", "pyarrow.dataset", "pyarrow.parquet", "pyarrow.feather", "polars",
             "duckdb", "cv2", "rasterio", "osgeo")
"""Packages that open files behind Python's back."""
PROGRAMS = ("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn")
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto")
LOADER = "<frozen importlib"
SEARCHERS = (LOADER, str(Path(importlib.__file__).parent / "metadata"))
"""Who looks through ``sys.path`` for modules and for what is installed: `importable` and the versions say more."""


class Audit:
    """What was read since :meth:`begin`; one for the life of a kernel."""

    def __init__(self, search: list[str]) -> None:
        """``search`` are the folders of the project's modules."""
        self.search = search
        self.installed = _installed()
        self.machine_only = _machine_only()
        self.project = tuple(folder.rstrip(os.sep) + os.sep for folder in search)
        self.written: set[str] = set()
        self.made: tuple[str, ...] = ()
        """Folders that the deck has made."""
        self.modules: set[str] = set(sys.modules)
        self.functions = Functions(self._is_installed)
        self.listening = False
        self._mine = threading.local()
        self._handlers: dict[str, Callable[..., None]] = {
            "open": self._open, "os.listdir": self._listing, "os.scandir": self._listing, "import": self._import,
            "os.mkdir": self._made, "os.rename": self._renamed, "sqlite3.connect": self._database,
            "subprocess.Popen": self._program,
            **{event: self._volatile(f"it starts a program ({event})") for event in PROGRAMS},
            **{event: self._volatile("it uses the network") for event in NETWORK}}
        self.begin()
        _watch_presence(self)
        sys.addaudithook(self._hook)

    def begin(self) -> None:
        """Forget what was read."""
        self.files: dict[str, tuple[int, ...] | None] = {}
        self.seen: dict[tuple[str, str], str] = {}
        self.wrote: set[str] = set()
        self.asked: set[str] = set()
        self.loads: set[str] = set()
        self.done: set[str] = set()
        """Paths of which reading once more tells nothing new."""
        self.functions.begin()
        self.volatile = ""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is read inside is our own affair."""
        before, self.listening = self.listening, False
        try:
            yield
        finally:
            self.listening = before

    def note(self, kind: str, name: str, found: str) -> None:
        """One more input; how it stood first counts."""
        if self.listening:
            self.seen.setdefault((kind, name), found)

    def _code(self, path: str, *, whole: bool) -> dict[tuple[str, str], str]:
        """A module as an input: its file, or where it can be told its skeleton and the functions that ran."""
        found = inputs.file_digest(path)
        module = None if whole else self.functions.module(path)
        if module is None:
            return {("module", path): found}
        names = self.functions.ran(path, module)
        return {("code", f"{path}::{' '.join(names)}"): " ".join([found, *module.digest(names)])}

    def result(self, *, whole: bool) -> dict[str, Any]:
        """``inputs`` as [kind, name, digest], names of files ``written``, and why the cell is ``volatile`` or "".

        ``whole``: modules count with every line, since a traceback shows them.
        """
        self.listening = False
        loaded = dict(self._loaded())
        for path, before in self.files.items():
            found = inputs.file_digest(path)
            self.seen["file", path] = found if _signature(path) == before else inputs.CHANGING
        for path in {*loaded, *self.loads, *self.functions.files()}:
            self.seen.update(self._code(path, whole=whole))
        for name in {*(name.partition(".")[0] for name in loaded.values()), *(self.asked - set(sys.modules))}:
            self.seen["importable", name] = inputs.importable(name, self.search)
        for name in OPEN_IN_C:
            if name in sys.modules:
                self.volatile = self.volatile or f"{name} opens files that cannot be seen; name them in `#| deps:`"
        seen = [[kind, name, found] for (kind, name), found in sorted(self.seen.items())]
        return {"inputs": seen, "written": sorted(filter(os.path.isfile, self.wrote)), "volatile": self.volatile}

    def asked_for(self, path: Any, found: str) -> None:  # noqa: ANN401
        """Whether there is something at ``path`` was asked."""
        name = self._name(path)
        if name is not None and not name.endswith(SOURCES) and not self._is_own(name):
            self.note("presence", name, found)

    # -- events ----------------------------------------------------------------------

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        handler = self._handlers.get(event)
        if handler is None or not self.listening:
            return
        if event == "open" and args[0] in self.done and args[1] in ("r", "rb"):
            return
        if getattr(self._mine, "busy", False):
            return
        caller = sys._getframe(1).f_code.co_filename
        if caller.startswith(LOADER) and event == "open":
            handler = self._load
        elif caller.startswith(SEARCHERS) and event != "import":
            return
        self._mine.busy = True
        try:
            handler(*args)
        except Exception as error:  # noqa: BLE001  a hook that raises would break the cell
            self.volatile = f"what it reads could not be seen ({event}: {error})"
        finally:
            self._mine.busy = False

    def _open(self, path: Any, mode: str | None, flags: int) -> None:  # noqa: ANN401
        name = self._name(path)
        if name is None:
            return
        writes = bool(set(mode or "") & set("wax+")) or bool(mode is None and flags & (os.O_WRONLY | os.O_RDWR))
        reads = not writes or bool(set(mode or "") & set("a+")) or bool(mode is None and flags & os.O_RDWR)
        if reads and name not in self.files and not self._is_own(name):
            self.files[name] = _signature(name)
        if writes:
            self.written.add(name)
            self.wrote.add(name)
        elif path == name:
            self.done.add(name)

    def _load(self, path: Any, *_: object) -> None:  # noqa: ANN401
        """A module's file, even if its code then fails and it is in ``sys.modules`` no more."""
        if isinstance(path, int):
            return  # the loader writes what it has compiled
        name = os.fsdecode(path)
        name = source_from_cache(name) if name.endswith(".pyc") else name
        if os.path.isabs(name) and not self._is_installed(name):  # noqa: PTH117
            self.loads.add(name)

    def _listing(self, path: Any = None) -> None:  # noqa: ANN401
        name = self._name("." if path is None else path)
        if name is not None and not self._is_own(name):
            self.note("listing", name, inputs.listing_digest(name))

    def _import(self, module: str, *_: object) -> None:
        self.asked.add(module.partition(".")[0])

    def _made(self, path: Any, *_: object) -> None:  # noqa: ANN401
        name = self._name(path)
        if name is not None:
            self.written.add(name)
            self.made = (*self.made, f"{name}{os.sep}")

    def _renamed(self, _source: object, target: Any, *_: object) -> None:  # noqa: ANN401
        self._made(target)
        self.wrote.add(os.path.abspath(os.fsdecode(target)))  # noqa: PTH100

    def _database(self, path: Any) -> None:  # noqa: ANN401
        if str(path) not in (":memory:", ""):
            self._open(path, "r+", 0)

    def _program(self, executable: Any, args: Any, *_: object) -> None:  # noqa: ANN401
        words = [args] if isinstance(args, str | bytes | os.PathLike) else list(args or [executable])
        program = Path(os.fsdecode(words[0]).split()[0]).name if words else ""
        if program not in ABOUT_THE_MACHINE:
            self.volatile = self.volatile or f"it starts a program ({program})"

    def _volatile(self, reason: str) -> Callable[..., None]:
        def handler(*_: object) -> None:
            self.volatile = self.volatile or reason
        return handler

    # -- names ------------------------------------------------------------------------

    def _name(self, path: Any) -> str | None:  # noqa: ANN401
        """The absolute path; None for what is no file of the author's."""
        if isinstance(path, int):
            return None
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  Path is ten times slower
        return None if self._is_installed(name) else name

    def is_authors(self, file: str) -> bool:
        """Whether code in a file of that name is the author's, and no package's."""
        return not self._is_installed(file) and not file.startswith("<frozen")

    def _is_installed(self, name: str) -> bool:
        path = f"{name}{os.sep}"
        if path.startswith(self.installed) or "__pycache__" in name or "/fontlist-v" in name:
            return True
        return path.startswith(self.machine_only) and not path.startswith(self.project)

    def _is_own(self, name: str) -> bool:
        """Whether the deck itself has made it."""
        return name in self.written or name.startswith(self.made)

    def _loaded(self) -> Iterator[tuple[str, str]]:
        """Files of the project's modules that were loaded since last time."""
        for name in set(sys.modules) - self.modules:
            self.modules.add(name)
            spec = getattr(sys.modules.get(name), "__spec__", None)
            origin = getattr(spec, "origin", None)
            if isinstance(origin, str) and os.path.isabs(origin) and not self._is_installed(origin):  # noqa: PTH117
                yield origin, name


def _signature(path: str) -> tuple[int, ...] | None:
    try:
        found = _stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _installed() -> tuple[str, ...]:
    """Folders whose files stand in a key already: Python, its packages, ourselves; and what only this run has."""
    paths = sysconfig.get_paths()
    folders = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return _real([*folders, *site.getsitepackages(), site.getusersitepackages(), str(Path(__file__).parents[1]),
                  os.environ.get("IPYTHONDIR", "")])


def _machine_only() -> tuple[str, ...]:
    """Folders that tell of the machine alone, unless the project itself stands there."""
    return _real([*MACHINE, str(Path(sysconfig.get_paths()["stdlib"]).parent), str(Path.home() / ".cache")])


def _real(folders: Iterable[str]) -> tuple[str, ...]:
    """Folders as they are written and as they are, to be compared with what paths begin with."""
    found = {name.rstrip(os.sep) for folder in folders if folder for name in (folder, os.path.realpath(folder))}
    return tuple(f"{name}{os.sep}" for name in sorted(found))


# -- what has no event -----------------------------------------------------------------

_stat = os.stat


def _watch_presence(audit: Audit) -> None:
    """``Path.exists`` and its kin all ask ``os.stat``."""
    def noted(path: Any, *args: Any, **kwargs: Any) -> os.stat_result:  # noqa: ANN401
        found = inputs.ABSENT
        try:
            status = _stat(path, *args, **kwargs)
            found = "folder" if stat.S_ISDIR(status.st_mode) else "file"
            return status
        finally:
            if audit.listening:
                audit.asked_for(path, found)

    os.stat = noted
