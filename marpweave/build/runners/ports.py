"""The ports through which a build acts: one runs cells, the other shows progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from marpweave.cache.plan import Plan
    from marpweave.model.deck import Cell
    from marpweave.model.outcome import Outcome


class Events(Protocol):
    """Shows the progress of a build."""

    def running(self, cells: int) -> AbstractContextManager[Callable[[Cell, Outcome], None]]:
        """Show that ``cells`` cells are running inside the block; call the yielded function after each."""

    def busy(self, what: str) -> AbstractContextManager[None]:
        """Show that a long step is running inside the block."""

    def note(self, text: str) -> None:
        """Print a message that is not a finding."""


class Runner(Protocol):
    """Runs the steps of decks."""

    def run(self, plans: Sequence[Plan], events: Events) -> list[list[Outcome]]:
        """Run the wanted steps of each plan in order, each plan in a fresh kernel; return one outcome per step."""
