"""Runs inside the kernel: whether a cell asks in which lines of the deck its code stands.

Lines are in no key: prose above a cell moves them. A cell that can tell where it stands depends on them all the same:
it looks at frames, at code, at where a warning was raised. Packages do so, too, all the time, and show nothing of it;
those are known by name.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable
from types import CodeType
from typing import Any

from marpweave.inputs.digests import text_of

FRAMES = ("sys._getframe", "sys._current_frames", "sys._current_exceptions")
TRACERS = ("sys.settrace", "sys.setprofile", "sys.monitoring.register_callback")
"""From then on every line is told."""
ATTRIBUTES = frozenset({"__code__", "f_code", "tb_frame", "gi_code", "gi_frame", "cr_code", "cr_frame", "ag_code",
                        "ag_frame"})
"""What leads to code and its lines; all of them are audited."""
WORDS = re.compile(r"lineno|tracemalloc|faulthandler")
"""In code that may ask without being seen."""
SIGNATURE = frozenset({"_signature_from_function", "_signature_is_functionlike", "_has_code_flag", "getfile",
                       "findsource", "getclosurevars"})
"""Functions of `inspect` that look at code and tell no line, or read the deck's text, which is noted."""
FOR_OTHERS = ("inspect", "traceback")
"""Modules that look at frames for their callers."""
HARMLESS = frozenset({
    "marpweave", "IPython", "ipykernel", "traitlets", "comm", "debugpy", "jupyter_client", "jupyter_core", "tornado",
    "zmq", "abc", "collections", "dataclasses", "enum", "functools", "gettext", "logging", "subprocess", "types",
    "typing", "typing_extensions", "attr", "bs4", "cycler", "dateutil", "ipywidgets", "jsonschema", "matplotlib",
    "narwhals", "networkx", "numpy", "pandas", "PIL", "plotly", "polars", "psutil", "pydantic", "pyparsing", "scipy",
    "seaborn", "sklearn", "sympy"})
"""Modules that look at their caller's frame, but for its names; a logging format with ``lineno`` is noted."""


class Lines:
    """Watches over the code of one deck."""

    def __init__(self, path: str, note: Callable[[], None], is_authors: Callable[[str], bool]) -> None:
        """``path`` is the file name of the deck's code; ``note`` is called when a cell asks."""
        self.path = path
        self.note = note
        self.is_authors = is_authors
        self.always = False
        """Whether code that has run can ask at any time without being seen."""
        self._modules = set(sys.modules)
        self._mine = threading.local()
        self._watch_messages()
        sys.addaudithook(self._hook)

    def imported(self) -> str:
        """The code of the author's modules that were imported since last time."""
        new = set(sys.modules) - self._modules
        self._modules |= new
        files = (getattr(sys.modules.get(name), "__file__", None) for name in new)
        return "\n".join(text_of(file) for file in files if isinstance(file, str) and self.is_authors(file))

    def learn(self, code: str) -> None:
        """Code of the author's that runs from now on."""
        self.always = self.always or WORDS.search(code) is not None
        if self.always:
            self.note()

    def _watch_messages(self) -> None:
        """Formats of log records and texts of caught warnings, which tell lines by themselves."""
        style, text = logging.PercentStyle.__init__, warnings.WarningMessage.__str__

        def chosen(formatter: logging.PercentStyle, fmt: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
            self.learn(str(fmt))
            style(formatter, fmt, *args, **kwargs)

        def told(message: warnings.WarningMessage) -> str:
            self.note()
            return text(message)

        logging.PercentStyle.__init__ = chosen  # type: ignore[method-assign,assignment]
        warnings.WarningMessage.__str__ = told  # type: ignore[method-assign,assignment]

    # -- events ------------------------------------------------------------------------

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "object.__getattr__":
            if args[1] not in ATTRIBUTES:
                return
        elif event not in FRAMES and event not in TRACERS:
            return
        if getattr(self._mine, "busy", False):
            return
        self._mine.busy = True
        try:
            self._asked(event, args)
        finally:
            self._mine.busy = False

    def _asked(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._is_telling(sys._getframe(2)):
            return
        if event in TRACERS:
            self.always = True
            self.note()
        elif event in FRAMES or self._is_of_deck(*args):
            self.note()

    def _is_of_deck(self, owner: object, name: str) -> bool:
        found = getattr(owner, name, None)
        code = getattr(found, "f_code", found)
        return isinstance(code, CodeType) and code.co_filename == self.path

    def _is_telling(self, frame: Any) -> bool:  # noqa: ANN401
        """Whether who asks may show what it hears."""
        if frame.f_code.co_name in SIGNATURE and _module_of(frame) == "inspect":
            return False
        while frame.f_back and _module_of(frame) in FOR_OTHERS:
            frame = frame.f_back
        return _module_of(frame) not in HARMLESS


def _module_of(frame: Any) -> str:  # noqa: ANN401
    return str(frame.f_globals.get("__name__")).partition(".")[0]
