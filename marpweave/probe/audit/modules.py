"""Which modules are new in ``sys.modules``."""

from __future__ import annotations

import sys


class Modules:
    """Tells modules that were imported since it was last asked.

    Where there are none it goes through no names: each would be a write to memory that copies of the kernel share.
    """

    def __init__(self) -> None:
        self._known = set(sys.modules)
        self._end = _end()

    def new(self) -> set[str]:
        """Names of modules since last time."""
        if self._end == _end():
            return set()
        found = set(sys.modules) - self._known
        self._known |= found
        self._end = _end()
        return found


def _end() -> tuple[int, str]:
    """How many modules there are, and the last one."""
    return len(sys.modules), next(reversed(sys.modules))
