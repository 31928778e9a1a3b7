"""Cell options: ``#| key: value``, ``key=value`` on the fence, the front matter's ``execute:`` -> typed values. Pure.

Faults come back with their lines, all of them: nobody has to mend one to see the next.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from marpweave.model.deck import Cell
from marpweave.model.options import (
    CheckOptions,
    Compare,
    DisplayOptions,
    ExecutionOptions,
    FigureOptions,
    Options,
    Output,
    OutputLocation,
)
from marpweave.read.yaml import Entry, Fault, read_mapping

OPTION_LINE = re.compile(r"#[ \t]*\|[ ]?")
FENCE_OPTION = re.compile(
    r"""(?<!\S)([A-Za-z][\w.-]*)=("(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|[^\s"'\[]\S*)(?!\S)""")
LENGTH = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:px|%|em|rem|ex|ch|cm|mm|in|pt|pc)?|auto")
LINE_NUMBERS = re.compile(r"\d+(?:-\d+)?(?:\s*,\s*\d+(?:-\d+)?)*")
LABEL = re.compile(r"(?!.*\.\.)[^\W_][\w.-]*")
MOST_SHOWN = 80
"""Characters of a wrong value that a message repeats."""
LONGEST_LABEL = 200
"""Bytes of UTF-8; file systems take 255, of which a number, an ending and a temporary name need some."""
DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
NEAR = 0.7
"""Others put ``title="a"`` and ``linenums=1`` on fences; nearer than this to ours, it is a slip."""

Reader = Callable[[Any], Any]
Given = tuple[str, Any, int]
"""An option as its author gave it: key, value, 0-based line."""


@dataclass(frozen=True, slots=True)
class CellOptions:
    """What a cell's source and info string say; the lines of ``faults`` count from the fence's."""

    options: Options
    lines: int = 0
    """How many leading source lines are ``#|`` options."""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class DeckOptions:
    """What the front matter's ``execute:`` says."""

    adopted: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)
    prelude: str = ""
    env: tuple[str, ...] = ()
    """Names of environment variables that cells see."""
    faults: tuple[Fault, ...] = ()


class UnfitError(ValueError):
    """A value that an option cannot take; the text says what it could."""


def read_cell_options(info: str, source: str, deck: DeckOptions) -> CellOptions:
    """Read a cell's own options over the deck's defaults: ``#|`` over fence over front matter.

    A foreign deck may hold other tools' options: they are passed over, like values that do not fit on its fences.
    """
    on_fence = [(key, _scalar(value), 0) for key, value in FENCE_OPTION.findall(info)]
    near = [given for given in on_fence if given[0] in NAMES or _nearest(given[0], NEAR)]
    fence, fence_faults = _checked(near)
    fence_faults += tuple(_given_twice(near))
    block = _option_block(source)
    reading = read_mapping("\n".join(block))
    if reading.entries is None and not deck.adopted:
        block, given = [], []
    else:
        given = [(entry.key, entry.value, entry.line + 1) for entry in reading.entries or ()]
    inside, faults = _checked(given if deck.adopted else _known(given))
    if deck.adopted:
        broken = reading.faults or ((Fault(0, "`#|` lines hold `key: value`"),) if reading.entries is None else ())
        faults = (*fence_faults, *(Fault(fault.line + 1, fault.message) for fault in broken), *faults)
    values = {**deck.defaults, **fence, **inside}
    if not deck.adopted:
        values.pop("source", None)
    return CellOptions(_typed(values), len(block), faults)


def read_deck_options(execute: Entry | None) -> DeckOptions:
    """Read the front matter's ``execute:``: true, false, or the defaults of all cells and a prelude."""
    if execute is None or execute.value in (False, None):
        return DeckOptions()
    if execute.value is True:
        return DeckOptions(adopted=True)
    if execute.entries is None:
        message = f"'execute' must be true, false or a mapping of options, not {_shown(execute.value)}"
        return DeckOptions(faults=(Fault(execute.line, message),))
    given = [(entry.key, entry.value, entry.line) for entry in execute.entries]
    readers = {**READERS, "prelude": _text, "env": _names, "label": _no_default, "source": _no_default}
    values, faults = _checked(given, readers)
    prelude, env = values.pop("prelude", None) or "", values.pop("env", ())
    return DeckOptions(adopted=True, defaults=values, prelude=prelude, env=env, faults=faults)


def label_faults(cells: Sequence[Cell]) -> Iterable[tuple[Cell, str]]:
    """Cells whose names would take another's figure file: equal, or ``x-2`` beside the figures of ``x``."""
    named: dict[str, Cell] = {}
    for cell in sorted(cells, key=lambda c: c.options.label is not None):
        first = named.setdefault(cell.label.casefold(), cell)
        if first is not cell:
            yield cell, f"the label {cell.label!r} is taken by the cell in line {first.location.line}"
    for cell in cells:
        base = re.fullmatch(r"(.+)-(?:[2-9]|[1-9]\d+)", cell.label.casefold())
        other = named.get(base[1]) if base else None
        if other is not None and other is not cell:
            blamed = cell if cell.options.label else other
            yield blamed, (f"the label {cell.label!r} is what a further figure of {other.label!r} is called "
                           f"(lines {cell.location.line} and {other.location.line})")


def _option_block(source: str) -> list[str]:
    """The leading ``#|`` lines without their marks."""
    block = []
    for line in source.split("\n"):
        mark = OPTION_LINE.match(line)
        if not mark:
            break
        block.append(line[mark.end():])
    return block


def _known(given: Iterable[Given]) -> list[Given]:
    return [one for one in given if one[0] in NAMES]


def _checked(
    given: Iterable[Given], readers: Mapping[str, Reader] | None = None,
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Options that fit, and a fault for each that does not."""
    readers = readers or READERS
    values: dict[str, Any] = {}
    faults = []
    for key, value, line in given:
        if key not in readers:
            near = _nearest(key, 0.6, tuple(readers))
            faults.append(Fault(line, f"unknown option {key!r}" + (f"; did you mean {near!r}?" if near else "")))
            continue
        try:
            values[key] = readers[key](value)
        except UnfitError as right:
            faults.append(Fault(line, f"{key!r} must be {right}, not {_shown(value)}"))
    return values, tuple(faults)


def _given_twice(given: Sequence[Given]) -> Iterable[Fault]:
    keys = [key for key, _, _ in given]
    return (Fault(line, f"{key!r} is given twice") for at, (key, _, line) in enumerate(given) if key in keys[:at])


def _nearest(key: str, nearness: float, names: Sequence[str] = ()) -> str | None:
    return next(iter(get_close_matches(key.lower().replace("_", "-"), names or NAMES, 1, nearness)), None)


def _typed(values: Mapping[str, Any]) -> Options:
    groups = {
        name: group(**{f.name: values[key] for f in fields(group) if (key := f.name.replace("_", "-")) in values})
        for name, group in GROUPS.items()}
    return Options(label=values.get("label"), **groups)


def _scalar(text: str) -> object:
    """The value of a fence's ``key=value``, which is YAML as well as Python's literals are."""
    entries = read_mapping(f"value: {text}").entries
    return entries[0].value if entries else text


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    shown = repr(value)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


# -- what values an option takes -----------------------------------------------------


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


def _text_like(pattern: re.Pattern[str], right: str) -> Reader:
    def read(value: Any) -> str | None:  # noqa: ANN401
        text = "" if isinstance(value, bool | list | dict) else _text(value)
        if text is None or pattern.fullmatch(text):
            return text
        raise UnfitError(right)

    return read


def _label(value: Any) -> str | None:  # noqa: ANN401
    label: str | None = _text_like(LABEL, "letters, digits, `_`, `-` and `.`, the first a letter or digit")(value)
    if label is not None and len(label.encode()) > LONGEST_LABEL:
        raise UnfitError(f"at most {LONGEST_LABEL} bytes long, since it names files")
    return label


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, str) for item in items):
        return tuple(items)
    raise UnfitError("a list of file patterns")


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, str) and VARIABLE.fullmatch(item) for item in items):
        return tuple(dict.fromkeys(items))
    raise UnfitError("a list of names of environment variables")


def _number(right: str, *, least: float = 0.0) -> Reader:
    def read(value: Any) -> float | None:  # noqa: ANN401
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < least:
            raise UnfitError(right)
        return float(value)

    return read


def _one_of(words: Iterable[str], kind: Callable[[str], Any] = str) -> Reader:
    allowed = tuple(words)

    def read(value: Any) -> Any:  # noqa: ANN401
        word = _shown(value) if isinstance(value, bool) else value
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
    "eval": _flag,
    "error": _error,
    "timeout": _number("a number of seconds above 0", least=1e-9),
    "deps": _texts,
    "cache": _flag,
    "isolate": _flag,
    "source": _text_like(DOTTED, "a dotted name such as package.module.Class.method"),
    "fig-width": _positive,
    "fig-height": _positive,
    "fig-dpi": _positive,
    "fig-format": _one_of(("svg", "png")),
    "echo": _flag,
    "output": _one_of(Output, Output),
    "include": _flag,
    "warning": _flag,
    "output-location": _one_of(OutputLocation, OutputLocation),
    "fig-cap": _text,
    "fig-alt": _text,
    "out-width": _text_like(LENGTH, "a length such as 60% or 400px"),
    "code-line-numbers": _text_like(LINE_NUMBERS, 'lines such as "2,4-5"'),
    "check": _one_of(Compare, Compare),
    "rtol": _tolerance,
    "atol": _tolerance,
}
NAMES = tuple(READERS)
GROUPS: Mapping[str, type[Any]] = {
    "execution": ExecutionOptions, "figure": FigureOptions, "display": DisplayOptions, "check": CheckOptions}
