"""Records which environment variables the author's code reads, and whether it asks for the project's location.

The environment is sealed: most variables have the same value in every kernel. Two kinds differ: locations on this
machine, on which a cell that reads them depends, and variables that are set outside but hidden from cells, about which
the author is told.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import FrameType
from typing import Any

from marpweave.inputs.digests import ABSENT
from marpweave.probe.audit import patches
from marpweave.probe.audit.events import hear
from marpweave.probe.audit.patches import watch_environment

OF_THIS_RUN = ("IPYTHONDIR", "JPY_PARENT_PID", "JPY_SESSION_NAME")
"""Variables needed to start a kernel."""
OF_PLACE = ("PYTHONPATH", "MATPLOTLIBRC")
"""Variables of ours that contain the path of the project or of marpweave."""
PLACE = re.compile(r"__file__|\bargv\b")
"""Code that asks for the deck's location."""
GETTERS = ("getenv", "secure_getenv", "environ")
"""C functions that read the environment."""


class Variables:
    """Records reads of ``os.environ``."""

    def __init__(self, known: Mapping[str, Any], note: Callable[[str, str, str], None],
                 is_authors: Callable[[str], bool], tell: Callable[[str], None]) -> None:
        """``known``: digests of the ``machine``'s variables by name; names of ``hidden`` ones; digest of the ``place``.

        The digests are of what stands outside: here a variable may differ, by rule. ``is_authors`` says whether code in
        a file is the author's; ``tell`` gets the name of a hidden variable that the author's code asks for.
        """
        self.machine: Mapping[str, str] = known["machine"]
        self.hidden = frozenset(known["hidden"])
        self.place: str = known["place"]
        self.note = note
        self.is_authors = cache(is_authors)
        self.tell = tell
        self.before: dict[str, str] = {}

    def install(self) -> None:
        """Observe the environment permanently from now on."""
        for name in OF_THIS_RUN:
            os.environ.pop(name, None)
        # in child processes, because equal size and time do not imply current bytecode
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        self.before = dict(os.environ)
        hear(("ctypes.dlsym",), self._hook)
        watch_environment(self._asked_one, self._asked_every, self._asked_where)

    def _asked_one(self, name: Any) -> None:  # noqa: ANN401
        if isinstance(name, str | bytes) and self._author_asks():
            self._asked(os.fsdecode(name), itself=self.is_authors(_asking(_is_environ)))

    def _asked_every(self) -> None:
        if self._author_asks():
            self._asked_all()

    def _asked_where(self) -> None:
        if self._author_asks():
            self._asked_place()

    def _asked(self, name: str, *, itself: bool = False) -> None:
        """``itself``: the author's own code reads the variable, not a library that it calls."""
        value = _DATA.get(_encoded(name))
        now = None if value is None else os.fsdecode(value)
        if now != self.before.get(name):
            return  # the deck has set it
        if name in OF_PLACE:
            self._asked_place()
        elif name in self.machine:
            self.note("environment", name, self.machine[name])
        elif now is None:
            self.note("outside", name, "set" if name in self.hidden else ABSENT)
            if itself and name in self.hidden:
                self.tell(name)

    def _asked_all(self) -> None:
        for name in (*self.machine, *OF_PLACE):
            self._asked(name)

    def learn(self, code: str) -> None:
        """Inspect code of the author's before it runs."""
        if PLACE.search(code):
            self._asked_place()

    def _asked_place(self) -> None:
        self.note("place", "", self.place)

    def _author_asks(self) -> bool:
        """Whether the author's code asks: the standard library acts for its caller, a package for itself."""
        return self.is_authors(_asking(_is_pythons))

    def _hook(self, _event: str, args: tuple[Any, ...]) -> None:
        if str(args[1]) in GETTERS:
            self._asked_all()


_DATA: Any = os.environ._data  # type: ignore[attr-defined]
_encoded: Callable[[str], Any] = os.environ.encodekey
_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120
_LOADER = ("<frozen importlib", os.path.join(_LIBRARY, "importlib", "_bootstrap"))  # noqa: PTH118
_OURS = (__file__, patches.__file__)


def _asking(passes: Callable[[str], bool]) -> str:
    """The file of the code that asks, skipping files for which ``passes`` is true."""
    frame = sys._getframe(1)
    while frame.f_back and ((file := _file_of(frame)) in _OURS or passes(file)):
        frame = frame.f_back
    return _file_of(frame)


def _file_of(frame: FrameType) -> str:
    """The file of a frame's module; reading the frame's code would be slow, because it raises an audit event."""
    return frame.f_globals.get("__file__") or frame.f_code.co_filename


@cache
def _is_pythons(file: str) -> bool:
    if file.startswith(_LOADER):
        return False
    return file.startswith("<frozen ") or (file.startswith(_LIBRARY) and "-packages" not in file)


def _is_environ(file: str) -> bool:
    """Whether a file contains code of `os` that takes names of variables."""
    name = file.removeprefix("<frozen ").rstrip(">").rpartition(os.sep)[2].removesuffix(".py")
    return name in ("os", "_collections_abc", "posixpath", "ntpath") and _is_pythons(file)
