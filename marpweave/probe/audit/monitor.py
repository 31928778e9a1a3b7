"""Records which functions of the project's modules a cell ran.

On Python 3.12, ``sys.monitoring`` reports the first call of each function after a restart, and then has no cost. On
Python 3.11, the interpreter's own counters tell whether loaded code has started (`warmup`); code created in other ways
has no counter, so whole files become inputs if there may be any.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from marpweave.inputs import digests
from marpweave.inputs.modules import Module, read_module
from marpweave.probe.audit.events import hear
from marpweave.probe.audit.warmup import CAN_COUNT, Starts

MONITORING: Any = getattr(sys, "monitoring", None)
HEARS = MONITORING is not None
CAN_SEE = HEARS or CAN_COUNT


@dataclass
class Loaded:
    """A module of the project as it was imported."""

    source: bytes
    code: CodeType
    is_mixed: bool = False
    """Whether the file has code objects other than those in ``code``."""

    @cached_property
    def module(self) -> Module | None:
        """The parts of the module."""
        try:
            text = self.source.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return read_module(text.replace("\r\n", "\n").replace("\r", "\n"))

    @cached_property
    def starts(self) -> Starts | None:
        """What of it has started; None: we are told."""
        return Starts(self.code) if CAN_COUNT and not HEARS else None


class Functions:
    """The functions that ran since :meth:`begin`, by file."""

    def __init__(self, is_foreign: Callable[[str], bool]) -> None:
        """``is_foreign``: whether a path is outside of the project."""
        self.is_foreign = is_foreign
        self.loaded: dict[str, Loaded] = {}
        self.is_hidden = False
        """Whether code may have been copied without being seen."""
        self.lines: dict[str, set[int]] = {}
        self.earlier: dict[str, set[int]] = {}
        """Lines of functions that ran before."""
        self.run_unseen = False
        """Whether functions may have run in another process."""
        self.frozen = gc.get_freeze_count()
        """How many objects `gc` passed over from the start."""

    def install(self) -> None:
        """Observe the whole process permanently from now on."""
        hear(("code.__new__", "marshal.loads"), self._hook)
        if HEARS:
            started = MONITORING.events.PY_START
            MONITORING.use_tool_id(MONITORING.OPTIMIZER_ID, "marpweave")
            MONITORING.register_callback(MONITORING.OPTIMIZER_ID, started, self._started)
            MONITORING.set_events(MONITORING.OPTIMIZER_ID, started)

    def begin(self) -> None:
        """Reset for a new cell."""
        self.look()
        for path, lines in self.lines.items():
            self.earlier.setdefault(path, set()).update(lines)
        self.lines.clear()
        self.run_unseen = False
        if HEARS:
            MONITORING.restart_events()
        for loaded in tuple(self.loaded.values()):
            if loaded.starts:
                loaded.starts.begin()

    def look(self) -> None:
        """Record what ran, according to the counters."""
        for path, loaded in tuple(self.loaded.items()):
            if loaded.starts and (lines := loaded.starts.lines()):
                self.lines.setdefault(path, set()).update(lines)

    def load(self, path: str, source: bytes, code: CodeType) -> None:
        """Record that a module of the project is imported."""
        self.loaded[path] = Loaded(source, code, path in self.loaded)

    def has_run(self, path: str, code: CodeType) -> bool:
        """Whether a function of a module has ever run."""
        return any(code.co_firstlineno in ran.get(path, ()) for ran in (self.earlier, self.lines))

    def _started(self, code: CodeType, _offset: int) -> object:
        path = code.co_filename
        module = code.co_name == "<module>"  # starts on line 1, as a function may
        if not module and path.endswith(".py") and os.path.isabs(path) and not self.is_foreign(path):  # noqa: PTH117
            self.lines.setdefault(path, set()).add(code.co_firstlineno)
        return MONITORING.DISABLE

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        """A code object was created other than by compilation: a copy of one may run in its place."""
        if event == "code.__new__" and args[1] in self.loaded:
            self.loaded[args[1]].is_mixed = True
        elif event == "marshal.loads":
            self.is_hidden |= not sys._getframe(2).f_code.co_filename.startswith("<frozen ")

    def files(self) -> set[str]:
        """Files of which a function ran or may have run; the kernel also runs code without a file."""
        self.look()
        uncounted = {path for path, each in self.loaded.items() if each.starts and (each.is_mixed or self.is_hidden)}
        return set(filter(os.path.isfile, uncounted.union(self.lines)))

    def digest(self, path: str) -> str:
        """The digest of a module's file when it was imported."""
        loaded = self.loaded.get(path)
        return digests.digest(loaded.source) if loaded and not loaded.is_mixed else digests.file_digest(path)

    def module(self, path: str) -> Module | None:
        """The parts of a module; None: only the whole file can be used."""
        if not CAN_SEE:
            return None
        loaded = self.loaded.get(path)
        if loaded and not loaded.is_mixed:
            return None if self.is_hidden else loaded.module
        if not HEARS:
            return None
        try:
            return read_module(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return None

    def ran(self, path: str, module: Module) -> list[str]:
        """Names of the functions that ran; code outside of functions belongs to the skeleton."""
        names = (module.function_at(line) for line in self.lines.get(path, ()))
        return sorted({name for name in names if name})
