"""Parses options in ``#|`` lines, info strings and the front matter's ``execute:``. Pure.

All faults are reported at once, each with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import takewhile
from typing import Any

from marpweave.model.deck import Cell
from marpweave.model.environment import NATIVE
from marpweave.model.options import CheckOptions, DisplayOptions, ExecutionOptions, FigureOptions, Options
from marpweave.read.options.elsewhere import TAGS, is_known
from marpweave.read.options.fences import for_marp, is_myst, options_of
from marpweave.read.options.values import DECK_READERS, NAMES, READERS, Reader, UnfitError, display_value
from marpweave.read.yaml import Entry, Fault, Reading, read_mapping
from marpweave.text import nearest

GROUPS: Mapping[str, type[Any]] = {
    "execution": ExecutionOptions, "figure": FigureOptions, "display": DisplayOptions, "check": CheckOptions}
OPTION_LINE = re.compile(r"#[ \t]*\|[ ]?")
MYST_LINE = re.compile(rf"{OPTION_LINE.pattern}|:(?=[\w-]+:)")
NEAR, CLOSE = 0.6, 0.7
"""Minimum similarity at which an unknown key is taken for one of ours: in ``#|`` lines, and on a fence, where other
tools have options such as ``title="a"`` and ``linenums=1``."""


@dataclass(frozen=True, slots=True)
class CellOptions:
    """The options of a cell; lines of ``faults`` are relative to the opening fence."""

    options: Options
    lines: int = 0
    """Number of leading source lines that are ``#|`` options."""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class DeckOptions:
    """The options in the front matter's ``execute:``."""

    adopted: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)
    prelude: str = ""
    env: tuple[str, ...] = ()
    """Names of environment variables that cells may read."""
    sandbox: bool = False
    kernel: str = NATIVE
    kernel_line: int | None = None
    """Line that names the kernel, counted as in ``faults``."""
    faults: tuple[Fault, ...] = ()


def read_cell_options(info: str, source: str, deck: DeckOptions) -> CellOptions:
    """Parse a cell's options over the deck's defaults; precedence: ``#|`` lines, fence, front matter.

    In a foreign deck, other tools' options and values that do not fit are ignored.
    """
    on_fence = [Entry(key, _scalar(value), 0) for key, value in options_of(for_marp(info))]
    near = [entry for entry in on_fence if entry.key in NAMES or _nearest(entry.key, CLOSE)]
    fence, fence_faults = checked_options(near)
    fence_faults += tuple(_given_twice(near))
    block, reading = _option_lines(source, info)
    if reading.entries is None and not deck.adopted:
        block, entries = [], []
    else:
        entries = [replace(entry, line=entry.line + 1) for entry in reading.entries or ()]
    inside, faults = checked_options(entry for entry in entries if deck.adopted or entry.key in NAMES)
    if deck.adopted:
        broken = reading.faults or ((Fault(0, "`#|` lines must be `key: value`"),) if reading.entries is None else ())
        faults = (*fence_faults, *(Fault(fault.line + 1, fault.message) for fault in broken), *faults)
    values = {**deck.defaults, **_of_tags(inside.get("tags") or fence.get("tags", ())), **fence, **inside}
    if not deck.adopted:
        values.pop("source", None)
    return CellOptions(_typed(values), len(block), faults)


def read_deck_options(execute: Entry | None) -> DeckOptions:
    """Parse the front matter's ``execute:``: a boolean, or default options, prelude and environment variables."""
    if execute is None or execute.value in (False, None):
        return DeckOptions()
    if execute.value is True:
        return DeckOptions(adopted=True)
    if execute.entries is None:
        message = f"'execute' must be true, false or a mapping of options, not {display_value(execute.value)}"
        return DeckOptions(faults=(Fault(execute.line, message),))
    values, faults = checked_options(execute.entries, DECK_READERS)
    prelude, env = values.pop("prelude", None) or "", values.pop("env", ())
    sandbox, kernel = values.pop("sandbox", False), values.pop("kernel", None) or NATIVE
    line = next((entry.line for entry in execute.entries if entry.key == "kernel"), None)
    return DeckOptions(adopted=True, defaults=values, prelude=prelude, env=env, sandbox=sandbox, kernel=kernel,
                       kernel_line=line, faults=faults)


def label_faults(cells: Sequence[Cell], number: Callable[[int], str]) -> Iterable[tuple[Cell, str]]:
    """Cells whose labels would produce clashing figure files: duplicates, or ``x-2`` beside a second figure of ``x``.

    ``number`` formats a line.
    """
    by_label: dict[str, Cell] = {}
    for cell in sorted(cells, key=lambda c: c.options.label is not None):
        first = by_label.setdefault(cell.label.casefold(), cell)
        if first is not cell:
            yield cell, f"the label {cell.label!r} is already used on line {number(first.location.line)}"
    for cell in cells:
        base = re.fullmatch(r"(.+)-(?:[2-9]|[1-9]\d+)", cell.label.casefold())
        other = by_label.get(base[1]) if base else None
        if other is not None and other is not cell:
            blamed = cell if cell.options.label else other
            yield blamed, (f"the label {cell.label!r} is also the name of a further figure of {other.label!r} "
                           f"(lines {number(cell.location.line)} and {number(other.location.line)})")


def line_of_option(cell: Cell, key: str) -> int:
    """Line of the file on which a ``#|`` line sets an option; otherwise the line of the fence."""
    entries = _option_lines(cell.source, cell.info)[1].entries or ()
    return cell.location.line + next((entry.line + 1 for entry in entries if entry.key == key), 0)


def _option_lines(source: str, info: str) -> tuple[list[str], Reading]:
    """The leading option lines without their markers, and their content parsed as YAML."""
    lines, myst = source.split("\n"), is_myst(info)
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), 0)
    if myst and lines[0].rstrip() == "---" and end:
        block = ["", *lines[1:end], ""]
    else:
        marks = map((MYST_LINE if myst else OPTION_LINE).match, lines)
        block = [line[mark.end():] for line, mark in zip(lines, takewhile(bool, marks), strict=False) if mark]
    return block, read_mapping("\n".join(block))


def _of_tags(tags: Iterable[str]) -> Mapping[str, Any]:
    """Options that correspond to the tags of a notebook cell."""
    settings = [TAGS[tag] for tag in (each.replace("_", "-") for each in tags) if tag in TAGS]
    return {key: READERS[key](_scalar(value)) for key, value in settings}


def checked_options(
    entries: Iterable[Entry], readers: Mapping[str, Reader] = READERS,
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Valid options, and a fault for each invalid one."""
    values: dict[str, Any] = {}
    faults = []
    for entry in entries:
        key = entry.key.replace(".", "-")  # R's spelling
        if key not in readers:
            if not is_known(key):
                near = _nearest(key, NEAR, readers)
                hint = f"; did you mean {near!r}?" if near else ""
                faults.append(Fault(entry.line, f"unknown option {entry.key!r}{hint}"))
            continue
        try:
            values[key] = readers[key](entry.value)
        except UnfitError as expected:
            faults.append(Fault(entry.line, f"{key!r} must be {expected}, not {display_value(entry.value)}"))
    return values, tuple(faults)


def _given_twice(entries: Sequence[Entry]) -> Iterable[Fault]:
    keys = [entry.key for entry in entries]
    return (Fault(entry.line, f"{entry.key!r} is given twice")
            for at, entry in enumerate(entries) if entry.key in keys[:at])


def _nearest(key: str, cutoff: float, names: Iterable[str] = NAMES) -> str:
    return nearest(key.lower().replace("_", "-"), names, cutoff)


def _typed(values: Mapping[str, Any]) -> Options:
    groups = {
        name: group(**{f.name: values[key] for f in fields(group) if (key := f.name.replace("_", "-")) in values})
        for name, group in GROUPS.items()}
    return Options(label=values.get("label"), tags=values.get("tags", ()), **groups)


def _scalar(text: str) -> object:
    """The value of a fence's ``key=value``, parsed as YAML."""
    entries = read_mapping(f"value: {text}").entries
    return entries[0].value if entries else text
