"""Runs a doctest session example by example, as doctest does."""

from __future__ import annotations

import contextlib
import io
import sys
import traceback
from collections.abc import Iterator
from typing import Any

from marpweave.probe.floods import Limit, Room


def answers(text: str, first: int, path: str, shell: Any, room: Room) -> Iterator[tuple[int, str]]:  # noqa: ANN401
    """Yield the line of each example, and its output; ``first`` is the line of the first example."""
    import doctest

    for example in doctest.DocTestParser().get_examples(text):
        if not example.options.get(doctest.SKIP):
            line = first + example.lineno
            yield line, _answer("\n" * (line - 1) + example.source, path, shell, room)


def _answer(source: str, path: str, shell: Any, room: Room) -> str:  # noqa: ANN401
    printed = io.StringIO()
    with contextlib.redirect_stdout(Limit(printed, room)), _python_display():
        try:
            code = compile(source, path, "single", shell.compile.flags)
            exec(code, shell.user_ns)
        except Exception as error:  # noqa: BLE001  any error is an answer
            last = "".join(traceback.format_exception_only(error))
            return f"{printed.getvalue()}Traceback (most recent call last):\n{last}"
    return printed.getvalue()


@contextlib.contextmanager
def _python_display() -> Iterator[None]:
    """Use Python's display hook, as doctest expects, instead of IPython's."""
    hook, sys.displayhook = sys.displayhook, sys.__displayhook__
    try:
        yield
    finally:
        sys.displayhook = hook
