"""Validates the value of each option. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marpweave.model.options import Compare, Output, OutputLocation

LENGTH = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:px|%|em|rem|ex|ch|cm|mm|in|pt|pc)?|auto")
LINES = r"(?:\d+(?:-\d+)?(?:\s*,\s*\d+(?:-\d+)?)*)?"
LINE_NUMBERS = re.compile(rf"(?=.*\d)\s*{LINES}(?:\s*\|\s*{LINES})*\s*")
LABEL = re.compile(r"(?!.*\.\.)[^\W_][\w.-]*")
DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
KERNEL = re.compile(r"[\w.-]+", re.ASCII)
VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
MAX_SHOWN = 80
"""Maximum length of an invalid value in a message."""
MAX_LABEL = 200
"""Maximum bytes in UTF-8: file systems allow 255, some of which a number, a suffix and a temporary name need."""

Reader = Callable[[Any], Any]
"""Returns the typed value of an option, or raises UnfitError."""


class UnfitError(ValueError):
    """An option cannot have this value; the message says which ones it can have."""


def display_value(value: object) -> str:
    """A value, formatted for a message."""
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _flag(value: Any) -> bool:  # noqa: ANN401
    if isinstance(value, bool):
        return value
    raise UnfitError("true or false")


def _text(value: Any) -> str | None:  # noqa: ANN401
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise UnfitError("text")


def _text_like(pattern: re.Pattern[str], expected: str) -> Reader:
    def read(value: Any) -> str | None:  # noqa: ANN401
        text = "" if isinstance(value, bool | list | dict) else _text(value)
        if text is None or pattern.fullmatch(text):
            return text
        raise UnfitError(expected)

    return read


def _label(value: Any) -> str | None:  # noqa: ANN401
    label: str | None = _text_like(LABEL, "letters, digits, `_`, `-` and `.`, the first a letter or digit")(value)
    if label is not None and len(label.encode()) > MAX_LABEL:
        raise UnfitError(f"at most {MAX_LABEL} bytes long, since it names files")
    return label


def _list_of(fits: Callable[[Any], bool], expected: str, *, least: int = 0) -> Reader:
    """A reader of a single value or a list of at least ``least`` values that all satisfy ``fits``."""
    def read(value: Any) -> tuple[Any, ...]:  # noqa: ANN401
        items = value if isinstance(value, list) else [value]
        if len(items) >= least and all(map(fits, items)):
            return tuple(items)
        raise UnfitError(expected)

    return read


def _texts(expected: str) -> Reader:
    return _list_of(lambda item: isinstance(item, str), expected)


def _is_variable(item: Any) -> bool:  # noqa: ANN401
    return isinstance(item, str) and VARIABLE.fullmatch(item) is not None


def _is_frame(item: Any) -> bool:  # noqa: ANN401
    return isinstance(item, int) and not isinstance(item, bool) and item > 0


def _number(expected: str, *, least: float = 0.0) -> Reader:
    def read(value: Any) -> float | None:  # noqa: ANN401
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
            raise UnfitError(expected)
        return float(value)

    return read


def _one_of(words: Iterable[str], kind: Callable[[str], Any] = str) -> Reader:
    allowed = tuple(words)

    def read(value: Any) -> Any:  # noqa: ANN401
        word = display_value(value) if isinstance(value, bool) else value
        if word not in allowed:
            raise UnfitError(" or ".join(filter(None, [", ".join(allowed[:-1]), allowed[-1]])))
        return kind(word)

    return read


def _error(value: Any) -> bool | str:  # noqa: ANN401
    if isinstance(value, bool) or (isinstance(value, str) and DOTTED.fullmatch(value)):
        return value
    raise UnfitError("true, false or the name of an exception")


def _no_default(value: Any) -> None:  # noqa: ANN401
    raise UnfitError("given to one cell")


_positive = _number("a number above 0", least=1e-9)
_tolerance = _number("a number, 0 or above")

READERS: Mapping[str, Reader] = {
    "label": _label,
    "tags": _texts("a word or a list of words"),
    "eval": _flag,
    "error": _error,
    "timeout": _number("a number of seconds above 0", least=1e-9),
    "deps": _texts("a list of file patterns"),
    "cache": _flag,
    "isolate": _flag,
    "source": _text_like(DOTTED, "a dotted name such as package.module.Class.method"),
    "fig-width": _positive,
    "fig-height": _positive,
    "fig-dpi": _positive,
    "fig-format": _one_of(("svg", "png")),
    "fig-poster": _list_of(_is_frame, "the number of a frame, counted from 1, or a list of them", least=1),
    "echo": _flag,
    "output": _one_of(Output, Output),
    "include": _flag,
    "warning": _flag,
    "output-location": _one_of(OutputLocation, OutputLocation),
    "fig-cap": _text,
    "tbl-cap": _text,
    "lst-cap": _text,
    "lst-label": _label,
    "fig-alt": _text,
    "fig-build": _one_of(("stack",)),
    "out-width": _text_like(LENGTH, "a length such as 60% or 400px"),
    "code-line-numbers": _text_like(LINE_NUMBERS, 'lines such as "2,4-5", or in steps "1|3-4"'),
    "check": _one_of(Compare, Compare),
    "rtol": _tolerance,
    "atol": _tolerance,
}
"""Options of one cell."""
NAMES = tuple(READERS)
NO_DEFAULTS = ("label", "lst-label", "source", "tags")
"""Options that make sense for one cell alone."""
FOR_ALL_CELLS = tuple(name for name in READERS if name not in NO_DEFAULTS)
DECK_READERS: Mapping[str, Reader] = {
    **READERS, **dict.fromkeys(NO_DEFAULTS, _no_default), "prelude": _text, "sandbox": _flag,
    "env": _list_of(_is_variable, "a list of names of environment variables"),
    "kernel": _text_like(KERNEL, "the name of a Jupyter kernel")}
"""Options of the front matter's ``execute:``."""
