"""Redirects imports of editable installations to an older state of their folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence


def move(moves: Sequence[Sequence[str]]) -> None:
    """Import modules in the first folder of each pair from the second; marpweave itself is not moved."""
    sys.path[:] = [each for path in sys.path for each in (*_older(path, moves), path)]
    for name, module in [*sys.modules.items()]:
        if name.startswith("__editable__"):  # setuptools' finder for packages outside of the path
            places: dict[str, str] = getattr(module, "MAPPING", {})
            places.update({package: older for package, path in places.items() for older in _older(path, moves)})


def _older(path: str, moves: Sequence[Sequence[str]]) -> Iterator[str]:
    for old, new in moves:
        if path == old or path.startswith(old + os.sep):
            older = new + path[len(old):]
            if os.path.exists(older):  # noqa: PTH110
                yield older
