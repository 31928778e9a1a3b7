"""Reports the progress of a build on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from marpweave.errors import say

if TYPE_CHECKING:
    from marpweave.model.deck import Cell
    from marpweave.model.outcome import Outcome

SLOW = 1.0
"""Cells that take at least this many seconds get a line of their own in a log."""


class Silent:
    """Shows only notes."""

    @contextmanager
    def running(self, cells: int) -> Iterator[Callable[[Cell, Outcome], None]]:
        """Show nothing."""
        yield lambda _cell, _outcome: None

    @contextmanager
    def busy(self, what: str) -> Iterator[None]:
        """Show nothing."""
        yield

    def note(self, text: str) -> None:
        """Print a message that is not a finding."""
        say(f"note: {text}")


class Terminal(Silent):
    """Shows a live line on a terminal, or plain lines if stderr is not a terminal."""

    @contextmanager
    def running(self, cells: int) -> Iterator[Callable[[Cell, Outcome], None]]:
        """Show that ``cells`` cells are running inside the block; call the yielded function after each."""
        if not sys.stderr.isatty():
            yield _logged(cells)
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("running cells", total=cells)
            yield lambda cell, _outcome: bar.update(
                task, description=f"{cell.location.path} {cell.label}", advance=1)

    @contextmanager
    def busy(self, what: str) -> Iterator[None]:
        """Show that a long step is running inside the block."""
        if not sys.stderr.isatty():
            say(f"{what} …")
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(what):
            yield


def _logged(cells: int) -> Callable[[Cell, Outcome], None]:
    """A function that logs slow cells when they end."""
    numbers = count(1)

    def log(cell: Cell, outcome: Outcome) -> None:
        number, seconds = next(numbers), outcome.provenance.seconds
        if seconds >= SLOW:
            say(f"{number:>4}/{cells}  {cell.location.path} {cell.label}  {seconds:.1f} s")

    return log
