"""How far a build is, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

SLOW = 1.0
"""Seconds from which on a cell gets a line of its own in a log."""


class Progress:
    """How far long work is: a live line on a terminal, plain lines when piped; on stderr."""

    def __init__(self, cells: int, *, quiet: bool = False) -> None:
        self.total = cells
        self.done = 0
        self.quiet = quiet
        self.live = sys.stderr.isatty() and not quiet
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if self.live:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                            console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("running cells", total=self.total)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar:
            self._bar.stop()

    def cell(self, path: Path, label: str, seconds: float) -> None:
        """One more cell has run."""
        self.done += 1
        if self._bar:
            self._bar.update(self._task, description=f"{path} {label}", advance=1)
        elif seconds >= SLOW and not self.quiet:
            click.echo(f"{self.done:>4}/{self.total}  {path} {label}  {seconds:.1f} s", err=True)


def note(text: str) -> None:
    """Say something that is no finding, on stderr."""
    click.echo(f"note: {text}", err=True)


@contextmanager
def busy(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Say what long step runs inside of the block, on stderr."""
    if quiet or not sys.stderr.isatty():
        if not quiet:
            click.echo(f"{what} …", err=True)
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
