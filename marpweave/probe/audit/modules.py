"""Finds new modules in ``sys.modules``."""

from __future__ import annotations

import sys


class Modules:
    """Reports modules imported since the last call.

    If there are none, it does not iterate over names: touching each would unshare memory of forked kernels.
    """

    def __init__(self) -> None:
        self._known = set(sys.modules)
        self._end = _end()

    def new(self) -> set[str]:
        """Names of modules imported since the last call."""
        if self._end == _end():
            return set()
        found = set(sys.modules) - self._known
        self._known |= found
        self._end = _end()
        return found


def _end() -> tuple[int, str]:
    """The number of modules, and the last one."""
    return len(sys.modules), next(reversed(sys.modules))
