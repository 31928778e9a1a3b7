"""Dispatches Python's audit events: one hook for the whole process, which calls the hearers of an event."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

Hearer = Callable[[str, tuple[Any, ...]], None]
"""Called with an event and its arguments; the code that raised it is two frames above."""
_HEARERS: dict[str, tuple[Hearer, ...]] = {}


def hear(events: Iterable[str], hearer: Hearer) -> None:
    """Call ``hearer`` for all of these events, permanently."""
    if not _HEARERS:
        sys.addaudithook(_heard)
    for event in events:
        _HEARERS[event] = (*_HEARERS.get(event, ()), hearer)


def _heard(event: str, args: tuple[Any, ...]) -> None:
    """The hook. Not a method, because Python looks up an attribute of the hook for each event, four times as slow."""
    if event in _HEARERS:
        for hearer in _HEARERS[event]:
            hearer(event, args)
