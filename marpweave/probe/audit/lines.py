"""Detects whether a cell depends on its line numbers in the deck.

Line numbers are not in keys, because prose above a cell moves them. But a cell that inspects frames, code objects or
locations of warnings depends on them. Many packages do so without any visible effect; they are listed by name.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from types import CodeType
from typing import Any

from marpweave.inputs.digests import text_of
from marpweave.probe.audit.events import hear
from marpweave.probe.audit.modules import Modules
from marpweave.probe.audit.patches import watch_messages

FRAMES = ("sys._getframe", "sys._current_frames", "sys._current_exceptions", "gc.get_referents")
"""Events after which code has a frame, or the code of a function."""
TRACERS = ("sys.settrace", "sys.setprofile", "sys.monitoring.register_callback")
"""Events after which code can see every line."""
ATTRIBUTES = frozenset({"__code__", "f_code", "tb_frame", "gi_code", "gi_frame", "cr_code", "cr_frame", "ag_code",
                        "ag_frame"})
"""Attributes that lead to code and its lines; Python audits all of them."""
WORDS = re.compile(r"lineno|tracemalloc|faulthandler")
"""Words in code that can query lines without an audit event."""
SIGNATURE = frozenset({"_signature_from_function", "_signature_is_functionlike", "_has_code_flag", "getfile",
                       "findsource"})
"""Functions of `inspect` that return no line number, or read the deck's text, which is recorded."""
FOR_OTHERS = ("inspect", "traceback")
"""Modules that inspect frames on behalf of their callers."""
HARMLESS = frozenset({
    "marpweave", "IPython", "ipykernel", "traitlets", "comm", "debugpy", "jupyter_client", "jupyter_core", "tornado",
    "zmq", "abc", "collections", "dataclasses", "enum", "functools", "gettext", "logging", "subprocess", "types",
    "typing", "typing_extensions", "attr", "bs4", "cycler", "dateutil", "ipywidgets", "jsonschema", "matplotlib",
    "narwhals", "networkx", "numpy", "pandas", "PIL", "plotly", "polars", "psutil", "pydantic", "pyparsing", "scipy",
    "seaborn", "sklearn", "sympy"})
"""Modules that inspect their caller's frame only for names; logging formats with ``lineno`` are detected."""


class Lines:
    """Observes the code of one deck."""

    def __init__(self, path: str, note: Callable[[], None], is_authors: Callable[[str], bool]) -> None:
        """``path``: file name of the deck's code; ``note``: called when a cell depends on lines."""
        self.path = path
        self.note = note
        self.is_authors = is_authors
        self.always = False
        """Whether code that has run can ask at any time without being seen."""
        self._modules = Modules()
        self._mine = threading.local()

    def install(self) -> None:
        """Observe the whole process permanently from now on."""
        hear(("object.__getattr__", *FRAMES, *TRACERS), self._hook)
        watch_messages(self.learn, self.note)

    def imported(self) -> str:
        """The code of the author's modules imported since the last call."""
        files = (getattr(sys.modules.get(name), "__file__", None) for name in self._modules.new())
        return "\n".join(text_of(file) for file in files if isinstance(file, str) and self.is_authors(file))

    def learn(self, code: str) -> None:
        """Inspect code of the author's before it runs."""
        self.always = self.always or WORDS.search(code) is not None
        if self.always:
            self.note()

    # -- events ------------------------------------------------------------------------

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if (event == "object.__getattr__" and args[1] not in ATTRIBUTES) or getattr(self._mine, "busy", False):
            return
        self._mine.busy = True
        try:
            self._asked(event, args)
        finally:
            self._mine.busy = False

    def _asked(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._is_telling(sys._getframe(3)):
            return
        if event in TRACERS:
            self.always = True
            self.note()
        elif event in FRAMES or self._is_authors(*args):
            self.note()

    def _is_authors(self, owner: object, name: str) -> bool:
        """Whether an attribute leads to code of the deck or of the author's modules."""
        found = getattr(owner, name, None)
        code = getattr(found, "f_code", found)
        return isinstance(code, CodeType) and (code.co_filename == self.path or self.is_authors(code.co_filename))

    def _is_telling(self, frame: Any) -> bool:  # noqa: ANN401
        """Whether the code that asks may reveal the answer."""
        if _module_of(frame) == "inspect" and frame.f_code.co_name in SIGNATURE:
            return False
        while frame.f_back and _module_of(frame) in FOR_OTHERS:
            frame = frame.f_back
        return _module_of(frame) not in HARMLESS


def _module_of(frame: Any) -> str:  # noqa: ANN401
    return str(frame.f_globals.get("__name__")).partition(".")[0]
