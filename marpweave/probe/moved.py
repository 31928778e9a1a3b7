"""Modules of an older state of folders in which they are edited: installations that lead there lead to that state."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence


def move(moves: Sequence[Sequence[str]]) -> None:
    """Import what is edited in the first folder of each pair from the second; marpweave itself stays where it is."""
    sys.path[:] = [each for path in sys.path for each in (*_older(path, moves), path)]
    for name, module in [*sys.modules.items()]:
        if name.startswith("__editable__"):  # setuptools' way, for packages that no folder of the path holds
            places: dict[str, str] = getattr(module, "MAPPING", {})
            places.update({package: older for package, path in places.items() for older in _older(path, moves)})


def _older(path: str, moves: Sequence[Sequence[str]]) -> Iterator[str]:
    for old, new in moves:
        if path == old or path.startswith(old + os.sep):
            older = new + path[len(old):]
            if os.path.exists(older):  # noqa: PTH110
                yield older
