"""Runs inside the kernel: which environment variables the author's code asks for, and whether it asks where it is.

The environment is sealed: most of what a kernel has is the same everywhere. Left are the variables that say where
things are on this machine (who asks for one depends on it), and those that are set outside and hidden (who asks for one
is told).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marpweave.inputs.digests import ABSENT, digest

LOADER = "<frozen importlib"
OF_THIS_RUN = ("IPYTHONDIR", "JPY_PARENT_PID", "JPY_SESSION_NAME")
"""Variables that a kernel needs to start."""
OF_PLACE = ("PYTHONPATH", "MATPLOTLIBRC")
"""Variables of ours that say where the project is, and we ourselves."""
PLACE = re.compile(r"__file__|\bargv\b")
"""In code that asks where the deck is."""
GETTERS = ("getenv", "secure_getenv", "environ")
"""Names of C under which the environment is read."""


class Variables:
    """Notes what is asked of ``os.environ``."""

    def __init__(self, names: Mapping[str, Sequence[str]], place: str, note: Callable[[str, str, str], None],
                 is_authors: Callable[[str], bool]) -> None:
        """``names`` of the ``machine``'s variables and of ``hidden`` ones; ``place``: digest of where the project is.

        ``is_authors`` tells whether code in a file is the author's.
        """
        self.machine, self.hidden = map(frozenset, (names["machine"], names["hidden"]))
        self.place = place
        self.note = note
        self.is_authors = is_authors
        self.tell: Callable[[str], None] = lambda name: None
        """Is called with the name of a hidden variable that was asked for."""
        for name in OF_THIS_RUN:
            os.environ.pop(name, None)
        self.before = dict(os.environ)
        self._watch()
        sys.addaudithook(self._hook)

    def _watch(self) -> None:
        kind = type(os.environ)
        get = kind.__getitem__

        def one(environ: Any, name: Any) -> Any:  # noqa: ANN401
            if isinstance(name, str | bytes) and self._author_asks():
                self._asked(os.fsdecode(name), itself=self.is_authors(_asking(_is_environ)))
            return get(environ, name)

        def standing_for(true: Callable[..., Any], asked: Callable[[], None]) -> Callable[..., Any]:
            def noted(*args: Any) -> Any:  # noqa: ANN401
                if self._author_asks():
                    asked()
                return true(*args)
            return noted

        kind.__getitem__ = one  # type: ignore[method-assign]
        for name in ("__iter__", "__len__", "__repr__"):
            setattr(kind, name, standing_for(getattr(kind, name), self._asked_all))
        for name in ("getcwd", "getcwdb"):
            setattr(os, name, standing_for(getattr(os, name), self._asked_place))

    def _asked(self, name: str, *, itself: bool = False) -> None:
        """``itself``: the author's code has the name, and no library that it uses."""
        value = _DATA.get(_encoded(name))
        now = None if value is None else os.fsdecode(value)
        if now != self.before.get(name):
            return  # the deck has set it
        if name in OF_PLACE:
            self._asked_place()
        elif name in self.machine:
            self.note("environment", name, ABSENT if now is None else digest(now))
        elif now is None:
            self.note("outside", name, "set" if name in self.hidden else ABSENT)
            if itself and name in self.hidden:
                self.tell(name)

    def _asked_all(self) -> None:
        for name in (*self.machine, *OF_PLACE):
            self._asked(name)

    def learn(self, code: str) -> None:
        """Code of the author's that is about to run."""
        if PLACE.search(code):
            self._asked_place()

    def _asked_place(self) -> None:
        self.note("place", "", self.place)

    def _author_asks(self) -> bool:
        """Whether the author's code is at work, and no package's for itself; Python's library works for its caller."""
        return self.is_authors(_asking(_is_pythons))

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "ctypes.dlsym" and str(args[1]) in GETTERS:
            self._asked_all()


_DATA: Any = os.environ._data  # type: ignore[attr-defined]
_encoded: Callable[[str], Any] = os.environ.encodekey
_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120


def _asking(passes: Callable[[str], bool]) -> str:
    """The file of who asks, behind the files that only pass the question on."""
    frame = sys._getframe(1)
    while frame.f_back and (frame.f_code.co_filename == __file__ or passes(frame.f_code.co_filename)):
        frame = frame.f_back
    return frame.f_code.co_filename


def _is_pythons(file: str) -> bool:
    if file.startswith(LOADER):
        return False
    return file.startswith("<frozen ") or (file.startswith(_LIBRARY) and "-packages" not in file)


def _is_environ(file: str) -> bool:
    """Whether code of `os` that takes names of variables stands in a file."""
    name = file.removeprefix("<frozen ").rstrip(">").rpartition(os.sep)[2].removesuffix(".py")
    return name in ("os", "_collections_abc", "posixpath", "ntpath") and _is_pythons(file)
