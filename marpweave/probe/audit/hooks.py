"""Combines system calls heard by the witness and Python's audit events into the inputs of a cell.

The witness reports every path. Audit events report what only Python knows: functions of modules that ran, module
searches, fonts by name; without a witness, they also report paths, as far as they can. Files of installed packages are
omitted, because their versions are in every key. Anything that cannot be observed makes the cell ``volatile``.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from marpweave.inputs import digests
from marpweave.probe.audit.account import OF_THIS_MOMENT, Account
from marpweave.probe.audit.events import hear
from marpweave.probe.audit.imports import Imports
from marpweave.probe.audit.monitor import CAN_SEE, Functions
from marpweave.probe.audit.owners import ABOUT_THE_MACHINE, PathOwners
from marpweave.probe.audit.patches import compile_anew, watch_presence
from marpweave.probe.witness.sights import ASK, HELLO, LIST, PAUSE, READ, RESUME, SEEN, WRITE, Sight, made, opened, used

OPEN_IN_C = ("h5py", "netCDF4", "tables", "zarr", "pyarrow.dataset", "pyarrow.parquet", "pyarrow.feather", "polars",
             "duckdb", "cv2", "rasterio", "osgeo")
"""Packages that open files without audit events."""
PROGRAMS = ("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn")
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto")
LOADER = "<frozen importlib"
METADATA = str(Path(importlib.__file__).parent / "metadata")
"""Python's code that searches ``sys.path`` for modules and installed packages."""
CALLS, HOOKS = "system calls", "audit hooks"
"""Names of the two ways to observe."""


class Audit:
    """Observations since :meth:`begin`; one object per kernel."""

    def __init__(self, search: list[str]) -> None:
        """``search`` are the folders of the project's modules."""
        self.owners = PathOwners(search)
        self.imports = Imports(self.owners)
        self.account = Account(self.owners)
        self.functions = Functions(self.owners.is_foreign)
        self._mine = threading.local()
        self.watched = True
        """Whether a witness hears us; assumed until it was asked."""
        self._handlers: dict[str, Callable[..., None]] = {
            "open": self._open, "os.listdir": self._listing, "os.scandir": self._listing,
            "sqlite3.connect": self._database, "os.fork": self._forked}
        self.begin()

    def install(self) -> None:
        """Observe the whole process permanently from now on."""
        self.functions.install()
        compile_anew(self.owners.is_foreign, self.functions.load)
        self._mark(HELLO)
        self.watched = self._heard() is not None
        if not self.watched:
            self._handlers |= self._without_witness()
            watch_presence(self._asked)
        self.begin()
        sys.meta_path.insert(0, self.imports)
        hear(self._handlers, self._hook)

    def _without_witness(self) -> dict[str, Callable[..., None]]:
        """Events that replace the witness as far as possible."""
        return {
            "os.mkdir": self._made, "os.rename": self._renamed, "subprocess.Popen": self._program,
            **{event: self._doubt(f"it starts a program ({event})") for event in PROGRAMS},
            **{event: self._doubt("it uses the network") for event in NETWORK}}

    def begin(self) -> None:
        """Reset for a new cell."""
        self.sights: list[Sight] = []
        self.by_code: set[tuple[str, str]] = set()
        """What hooks saw the code do, and to which path."""
        self.done: set[tuple[str, int]] = set()
        """Paths and flags of opened files: opening one again in the same way says nothing new."""
        self.account.begin()
        self.imports.begin()
        self.functions.begin()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not observe this thread inside the block."""
        before = getattr(self._mine, "busy", False)
        try:
            self._mine.busy = True
            self._mark(PAUSE)
            yield
        finally:
            self._mine.busy = before
            self._mark(RESUME)

    def listen(self) -> None:
        """Observe this thread again, even after an interrupt."""
        self._mine.busy = False
        self._mark(RESUME)

    def _mark(self, path: str) -> None:
        """Tell the witness something about this thread."""
        if self.watched:
            os.access(path, os.F_OK)

    def copied(self) -> None:
        """Continue in a forked copy of the kernel, in which a cell runs."""
        self._mark(HELLO)
        self._mine.busy = False

    def resumed(self) -> None:
        """Continue in a snapshot, ignoring what other processes did since it was forked."""
        self._mark(HELLO)
        self._heard()

    def note(self, kind: str, name: str, found: str) -> None:
        """Add an input that only Python knows of."""
        if self._is_heard():
            self.account.note(kind, name, found)

    def result(self, *, whole: bool) -> dict[str, Any]:
        """The inputs of a cell, the files it wrote, and how it was observed.

        ``inputs`` as [kind, name, digest]; ``volatile``: the reason or ""; ``unseen``: what hooks alone would miss.
        ``whole``: all lines of modules count, because a traceback shows them; likewise if code asks for line numbers.
        """
        with self.paused():
            heard = self._heard()
            told = self.sights if heard is None else list(self.imports.excused(heard, self.by_code))
            self.account.add(told)
            loaded = self.imports.loaded()
            for path in loaded:
                self.account.read_code(digests.text_of(path))
            found = self.account.inputs()
            whole = whole or ("lines", "") in found or self.functions.run_unseen
            for path in {*loaded, *self.functions.files(), *(self.functions.loaded if whole and CAN_SEE else ())}:
                found |= self._code(path, whole=whole)
            for path, stands in self.imports.inputs():
                found["importable", path] = stands
            for name in OPEN_IN_C if heard is None else ():
                if name in sys.modules:
                    self.account.doubt(f"{name} opens files in C, unseen by Python")
            result = {"inputs": [[kind, name, digest] for (kind, name), digest in sorted(found.items())],
                      "volatile": self.account.volatile, "written": self.account.lasting(),
                      "watched": HOOKS if heard is None else CALLS, "unseen": self._unseen(told)}
            self.begin()
            return result

    def _unseen(self, told: list[Sight]) -> list[str]:
        """Files that the kernel itself read without an audit event."""
        here = {(sight.act, sight.path) for sight in told if sight.here}
        return sorted(path for act, path in here - self.by_code if (
            (act == READ and path in self.account.files) or (act == LIST and ("listing", path) in self.account.seen)))

    def _heard(self) -> list[Sight] | None:
        """What the witness heard since the last report; None: there is no witness."""
        try:
            with open(SEEN, encoding="utf-8") as file:  # noqa: PTH123  the file is nowhere
                return [Sight(act, path, real, found, stamp and tuple(stamp), here)
                        for act, path, real, found, stamp, here in json.load(file)]
        except FileNotFoundError:
            return None

    def _code(self, path: str, *, whole: bool) -> dict[tuple[str, str], str]:
        """A module as an input: its skeleton and the functions that ran or, if unknown, the whole file."""
        found = self.functions.digest(path)
        module = None if whole else self.functions.module(path)
        if module is None:
            return {("module", path): found}
        names = self.functions.ran(path, module)
        return {("code", f"{path}::{' '.join(names)}"): " ".join([found, *module.digest(names)])}

    # -- events ----------------------------------------------------------------------

    def _is_heard(self) -> bool:
        """Whether this thread runs code of the deck, whose tasks and threads continue between cells."""
        return not getattr(self._mine, "busy", False)

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._is_heard():
            return
        if event == "open" and isinstance(args[0], str) and (args[0], args[2]) in self.done:
            return
        handler, caller = self._handlers[event], sys._getframe(2).f_code.co_filename
        if caller.startswith(LOADER):
            handler = self._load if event == "open" else self._searched
        elif caller.startswith(METADATA) and event != "open":
            handler = self._catalogued
        self._mine.busy = True
        try:
            handler(*args)
        except Exception as error:  # noqa: BLE001  a hook that raises would break the cell
            self.account.doubt(f"its inputs could not be observed ({event}: {error})")
        finally:
            self._mine.busy = False

    def _open(self, path: Any, _mode: str | None, flags: int) -> None:  # noqa: ANN401
        name = self._name(path)
        if name is None or (name, flags) in self.done:
            return
        self.done.add((name, flags))
        if OF_THIS_MOMENT.match(name) and self._author_asks():
            self.account.doubt(f"it reads {name}, which differs each time")
        if not self.owners.is_foreign(name):
            self.by_code.add((READ, name))
            if not self.watched:
                self.sights += opened(name, flags, here=True)

    def _load(self, path: Any, *_: object) -> None:  # noqa: ANN401
        if not isinstance(path, int):
            self.imports.load(os.fsdecode(path))

    def _searched(self, path: Any = ".", *_: object) -> None:  # noqa: ANN401
        name = self._name(path)
        if name is not None:
            self.imports.listed.add(name)

    def _catalogued(self, path: Any = ".", *_: object) -> None:  # noqa: ANN401
        """Code asks which packages are installed in a folder."""
        self._searched(path)
        name = self._name(path)
        if name is not None and not self.owners.is_foreign(name):
            self.account.note("distributions", name, digests.distributions(name))

    def _listing(self, path: Any = None) -> None:  # noqa: ANN401
        self._saw(LIST, "." if path is None else path)

    def _saw(self, act: str, path: Any) -> None:  # noqa: ANN401
        name = self._name(path)
        if name is not None and (act, name) not in self.by_code and not self.owners.is_foreign(name):
            self.by_code.add((act, name))
            if not self.watched:
                self.sights += used(act, name, here=True)

    def _asked(self, path: Any) -> None:  # noqa: ANN401
        """Code asks what is at a path."""
        if self._is_heard():
            with self.paused(), suppress(TypeError):  # the function itself rejects invalid paths
                self._saw(ASK, path)

    def _made(self, path: Any, *_: object) -> None:  # noqa: ANN401
        name = self._name(path)
        if name is not None:
            self.sights += made(name, here=True)

    def _renamed(self, source: Any, target: Any, *_: object) -> None:  # noqa: ANN401
        self._open(source, "r", os.O_RDONLY)
        self._saw(WRITE, source)
        self._saw(WRITE, target)

    def _database(self, path: Any) -> None:  # noqa: ANN401
        address = urlsplit(os.fsdecode(path))
        name = unquote(address.path) if address.scheme == "file" else os.fsdecode(path)
        if name not in (":memory:", ""):
            self._open(name, None, os.O_RDONLY if "mode=ro" in address.query else os.O_RDWR | os.O_CREAT)

    def _program(self, executable: Any, args: Any, *_: object) -> None:  # noqa: ANN401
        words = [args] if isinstance(args, str | bytes | os.PathLike) else list(args or [executable])
        program = Path(os.fsdecode(words[0]).split()[0]).name if words else ""
        if program not in ABOUT_THE_MACHINE:
            self.account.doubt(f"it starts a program ({program})")

    def _forked(self) -> None:
        self.functions.run_unseen = True

    def _doubt(self, reason: str) -> Callable[..., None]:
        return lambda *_: self.account.doubt(reason)

    # -- names ------------------------------------------------------------------------

    def _name(self, path: Any) -> str | None:  # noqa: ANN401
        """The absolute path; None for a descriptor."""
        return None if isinstance(path, int) else os.path.abspath(os.fsdecode(path))  # noqa: PTH100  Path is slower

    def _author_asks(self) -> bool:
        """Whether the author's code asks, directly or through the standard library, not an installed package."""
        frame = sys._getframe(2)
        while frame.f_back and self.owners.is_pythons(file := frame.f_code.co_filename) and not file.startswith(LOADER):
            frame = frame.f_back
        return self.is_authors(file)

    def is_authors(self, file: str) -> bool:
        """Whether the code in a file is the author's."""
        return not self.owners.is_foreign(file) and not file.startswith("<frozen")
