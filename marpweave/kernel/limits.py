"""How long a step of a deck may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a step may take."""

    seconds: float
    deadline: float
    """When the whole deck must be done, by the monotonic clock."""

    def left(self, now: float) -> float:
        """Seconds from ``now`` on; a step after the deadline has a moment, too."""
        return min(self.seconds, max(self.deadline - now, 0.1))
