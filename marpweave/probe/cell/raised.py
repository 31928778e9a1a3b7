"""Formats exceptions for authors: only with frames of the deck and what it calls."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from traceback import TracebackException
from types import TracebackType

MARKERS = re.compile(r"^ +[~^][~^ ]*\n", re.MULTILINE)
"""Lines of a traceback that point at columns, which depend on formatting and comments."""
OURS = f"{Path(__file__).parents[1]}{os.sep}"
"""Folder of wrappers of patched functions. IPython also has one: its `open`."""


def deck_traceback(tb: TracebackType | None, path: str) -> TracebackType | None:
    """The traceback from the deck's first frame on."""
    while tb is not None and tb.tb_frame.f_code.co_filename != path:
        tb = tb.tb_next
    return tb


def text_of_traceback(error: BaseException, tb: TracebackType | None) -> str:
    """A traceback as Python prints it, without column markers and frames of marpweave and IPython."""
    ipython = sys.modules.get("IPython")
    machinery = (OURS, f"{Path(str(ipython.__file__)).parent}{os.sep}") if ipython else (OURS,)
    whole = TracebackException(type(error), error, tb, compact=True)
    for each in _with_causes(whole):
        each.stack[:] = [frame for frame in each.stack if not frame.filename.startswith(machinery)]
    return MARKERS.sub("", "".join(whole.format()))


def _with_causes(raised: TracebackException) -> Iterator[TracebackException]:
    """An exception and all that are shown with it: causes, contexts, members of groups."""
    yield raised
    for each in (raised.__cause__, raised.__context__, *(getattr(raised, "exceptions", None) or ())):
        if each is not None:
            yield from _with_causes(each)


def named_as_known(error: BaseException) -> BaseException:
    """Rename Python 3.13's ``_IncompleteInputError`` to the name that authors know."""
    is_private = isinstance(error, SyntaxError) and type(error).__name__.startswith("_")
    return SyntaxError(*error.args) if is_private else error


def message_of(error: BaseException) -> str:
    """The message of an exception; if ``str`` fails, Python's replacement for it."""
    if isinstance(error, SyntaxError):
        return error.msg
    try:
        return str(error)
    except BaseException:  # noqa: BLE001  it may raise itself
        return "<exception str() failed>"


def placed(error: SyntaxError, first: int, code: str) -> SyntaxError:
    """Move a cell's own syntax error, whose lines are relative to the cell, to its place in the deck.

    ``first``: the deck's line of the cell's first one. The source line is set, as the file may have changed.
    """
    rows = code.split("\n")
    row = error.lineno or 1
    text = rows[row - 1] + "\n" if row <= len(rows) else error.text
    end = error.end_lineno and error.end_lineno + first - 1
    return type(error)(error.msg, (error.filename, row + first - 1, error.offset, text, end, error.end_offset))


def line_of(error: BaseException, tb: TracebackType | None, path: str) -> int | None:
    """Line of the deck at which an exception was raised: that of the innermost frame in it."""
    if isinstance(error, SyntaxError) and error.filename == path and error.lineno:
        return error.lineno
    return next((frame.lineno for frame in reversed(traceback.extract_tb(tb)) if frame.filename == path), None)
