"""Code that a cell passes to the shell while it runs: it has its own lines, and is not a cell of the deck."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from marpweave.probe.cell.header import Header

TIMED = ("<timed exec>", "<timed eval>")
"""File names of code run by ``%%time``."""


class Within:
    """Tracks which part of a cell the shell runs: all of it, the body of a cell magic, or other code."""

    def __init__(self, shell: Any, path: str) -> None:  # noqa: ANN401
        self.depth = 0
        """How many cells run, one inside of the other: in a cell of the deck 1."""
        self.header = Header()
        """Where the code stands that runs."""
        self.code = ""
        """What runs, without the header's line."""
        self._run_cell, self._run_magic = shell.run_cell, shell.run_cell_magic
        shell.run_cell, shell.run_cell_magic = self.run_cell, self.run_magic
        shell.compile.__class__ = _compiler(type(shell.compile), path)
        shell.compile.cache = lambda *args, **kwargs: "<cell>" if self.is_inner and not self.header.line else path

    @property
    def is_inner(self) -> bool:
        """Whether the shell runs a nested cell."""
        return self.depth > 1

    def enter(self, header: Header, code: str) -> None:
        """Begin a cell of the deck; ``code`` does not contain the header."""
        self.depth, self.header, self.code = 1, header, code.rstrip()

    def leave(self) -> None:
        """End a cell of the deck."""
        self.depth = 0

    def run_cell(self, raw_cell: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Replaces the shell's method, which ``%%capture`` calls with its body."""
        if not self.depth:
            return self._run_cell(raw_cell, *args, **kwargs)
        is_rest = raw_cell.rstrip() == self.code
        with self._open(self.header if is_rest else Header(), raw_cell):
            self.depth += 1
            return self._run_cell(raw_cell, *args, **kwargs)

    def run_magic(self, magic_name: str, line: str, cell: str) -> Any:  # noqa: ANN401
        """Replaces the shell's ``run_cell_magic``."""
        before = self.code.count("\n") - cell.rstrip().count("\n")
        is_rest = bool(self.header.line) and self.code.endswith(cell.rstrip())
        with self._open(replace(self.header, line=self.header.line + before) if is_rest else self.header, cell):
            return self._run_magic(magic_name, line, cell)

    @contextmanager
    def _open(self, header: Header, code: str) -> Iterator[None]:
        outer = self.depth, self.header, self.code
        self.header, self.code = header, code.rstrip()
        try:
            yield
        finally:
            self.depth, self.header, self.code = outer


def _compiler(compiler: type[Any], path: str) -> type[Any]:
    class Compiler(compiler):  # type: ignore[misc]
        def __call__(self, source: Any, filename: str, symbol: str, *args: Any) -> Any:  # noqa: ANN401
            return super().__call__(source, path if filename in TIMED else filename, symbol, *args)

    return Compiler
