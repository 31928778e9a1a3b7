"""Notes which functions of the project's modules a cell ran; needs Python 3.12.

``sys.monitoring`` reports the first call of each function and costs nothing from then on, until it is restarted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from marpweave.inputs.modules import Module, read_module

MONITORING: Any = getattr(sys, "monitoring", None)
CAN_SEE = MONITORING is not None


class Functions:
    """The functions that ran since :meth:`begin`, by file."""

    def __init__(self, is_foreign: Callable[[str], bool]) -> None:
        """``is_foreign`` says that a path is no file of the project."""
        self.is_foreign = is_foreign
        self.lines: dict[str, set[int]] = {}

    def install(self) -> None:
        """Watch the whole process from now on."""
        if CAN_SEE:
            started = MONITORING.events.PY_START
            MONITORING.use_tool_id(MONITORING.OPTIMIZER_ID, "marpweave")
            MONITORING.register_callback(MONITORING.OPTIMIZER_ID, started, self._started)
            MONITORING.set_events(MONITORING.OPTIMIZER_ID, started)

    def begin(self) -> None:
        """Forget what ran."""
        self.lines.clear()
        if CAN_SEE:
            MONITORING.restart_events()

    def _started(self, code: CodeType, _offset: int) -> object:
        path = code.co_filename
        module = code.co_name == "<module>"  # begins in line 1, where a function may begin, too
        if not module and path.endswith(".py") and os.path.isabs(path) and not self.is_foreign(path):  # noqa: PTH117
            self.lines.setdefault(path, set()).add(code.co_firstlineno)
        return MONITORING.DISABLE

    def files(self) -> set[str]:
        """Files of which a function ran; the kernel also runs code whose name is no file's."""
        return set(filter(os.path.isfile, self.lines))

    def module(self, path: str) -> Module | None:
        """The parts of a module; None: only the whole file will do."""
        if not CAN_SEE:
            return None
        try:
            return read_module(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return None

    def ran(self, path: str, module: Module) -> list[str]:
        """Names of the functions that ran; code outside of functions belongs to the skeleton."""
        names = (module.function_at(line) for line in self.lines.get(path, ()))
        return sorted({name for name in names if name})
