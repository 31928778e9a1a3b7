"""Parses a project's TOML file; all faults are reported at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import count
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from marpweave.config.config import Config, Override
from marpweave.config.root import OWN
from marpweave.errors import UsageError
from marpweave.read.options.values import FOR_ALL_CELLS, READERS, UnfitError, display_value
from marpweave.text import nearest

NAMES = {str: "text", bool: "true or false", int: "a whole number", Path: "a path"}
HEADER = re.compile(r"\s*(\[+)([^\[\]]+)\]+")
ENTRY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
Lines = Mapping[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The content of one file, and its faults."""

    file: Path
    table: tuple[str, ...]
    """The table of our settings in the file."""
    lines: Lines
    faults: list[tuple[int, str]] = field(default_factory=list)

    def line(self, *key: str) -> int:
        """The line of a key, or of its table."""
        paths = ((*self.table, *key[:end]) for end in range(len(key), -1, -1))
        return next((self.lines[path] for path in paths if path in self.lines), 1)

    def add_fault(self, message: str, *key: str) -> None:
        """Record a fault in a key."""
        line = self.line(*key)
        self.faults.append((line, f"{self.file}:{line}: {message}"))


def read(file: Path) -> tuple[Config, Mapping[str, str]]:
    """Parse a file; return the configuration and where each value was set. Raises UsageError with all faults."""
    table = () if file.name == OWN else ("tool", "marpweave")
    reading = _Reading(file, table, lines_of(_text(file)))
    entries = _table_of(file)
    config = Config(**_values(Config, entries, reading))
    if reading.faults:
        raise UsageError("\n".join(message for _, message in sorted(reading.faults)))
    return config, {name: f"{file}:{reading.line(name)}" for name in entries}


def _values(kind: type[Config | Override], table: Mapping[str, Any], reading: _Reading, *path: str) -> dict[str, Any]:
    """The values of a table by field name; ``path``: the path of the table in the file."""
    known, hints, values = {each.name.replace("_", "-"): each for each in fields(kind)}, get_type_hints(kind), {}
    for name, value in table.items():
        if name not in known:
            inside = "; write it into [execute]" if name in FOR_ALL_CELLS else _near(name, [*known])
            reading.add_fault(f"unknown key {name!r}{inside}", *path, name)
            continue
        hint = hints[known[name].name]
        try:
            values[known[name].name] = _options(value, reading) if name == "execute" else \
                _overrides(value, reading) if name == "overrides" else _fit(hint, value, known[name].metadata["limits"])
        except UnfitError as expected:
            reading.add_fault(f"{name!r} must be {expected}, not {display_value(value)}", *path, name)
    return values


def _overrides(value: Any, reading: _Reading) -> tuple[Override, ...]:  # noqa: ANN401
    """Overrides for some decks."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise UnfitError("tables with `decks`, `to` and `variants`, such as [[overrides]]")
    for number, each in enumerate(value):
        if "decks" not in each:
            reading.add_fault("'overrides' needs 'decks' to which it applies", "overrides", str(number))
    return tuple(Override(**_values(Override, each, reading, "overrides", str(number)))
                 for number, each in enumerate(value))


def _table_of(file: Path) -> Mapping[str, Any]:
    text = _text(file)
    try:
        document: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        raise UsageError(f"{file}:{line[1] if line else text.rstrip().count(chr(10)) + 1}: {problem}") from None
    if file.name == OWN:
        return dict(document)
    table = document.get("tool", {}).get("marpweave", {})
    if not isinstance(table, dict):
        raise UsageError(f"{file}: tool.marpweave must be a table, not {display_value(table)}")
    return table


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8; save it as UTF-8") from None


def _near(name: str, names: Sequence[str]) -> str:
    near = nearest(name.replace("_", "-"), names)
    return f"; did you mean {near!r}?" if near else f"; known: {', '.join(names)}"


def _options(table: Any, reading: _Reading) -> dict[str, Any]:  # noqa: ANN401
    """Default options of cells."""
    if not isinstance(table, dict):
        raise UnfitError("a table of options")
    values = {}
    for name, value in table.items():
        if name not in FOR_ALL_CELLS:
            reading.add_fault(f"unknown option {name!r} in 'execute'{_near(name, FOR_ALL_CELLS)}", "execute", name)
            continue
        try:
            values[name] = READERS[name](value)
        except UnfitError as expected:
            reading.add_fault(f"{name!r} must be {expected}, not {display_value(value)}", "execute", name)
    return values


def _fit(hint: Any, value: Any, limits: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """A value converted to the type of a key; raises UnfitError with the allowed values."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        values = value if isinstance(value, list) else [value]
        return tuple(dict.fromkeys(_fit(arguments[0], each, limits) for each in values))
    if origin is UnionType:
        return _fit(next(each for each in arguments if each is not NoneType), value, limits)
    if origin is Literal:
        if value not in arguments:
            raise UnfitError("one of " + ", ".join(arguments))
        return value
    plain = str if hint is Path else hint
    if not isinstance(value, plain) or (isinstance(value, bool) and plain is not bool):
        raise UnfitError(NAMES[hint])
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        raise UnfitError(f"such as {limits['examples'][0]!r}")
    if "minimum" in limits and value < limits["minimum"]:
        raise UnfitError(f"{limits['minimum']} or more")
    return hint(value)


def lines_of(text: str) -> Lines:
    """The line of each table and key, which tomllib does not report; tables in arrays are numbered from 0."""
    numbers: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    quoted = ""
    for number, line in enumerate(text.split("\n"), start=1):
        header, entry = (None, None) if quoted else (HEADER.match(line), ENTRY.match(line))
        if header:
            table = _words(header[2])
        if header and header[1] == "[[":
            numbers.setdefault(table, number)
            table = (*table, str(next(n for n in count() if (*table, str(n)) not in numbers)))
        if header or entry:
            numbers.setdefault((*table, *(_words(entry[1]) if entry else ())), number)
        for mark in re.findall(r'"""|\'\'\'', line):
            quoted = mark if not quoted else "" if quoted == mark else quoted
    return numbers


def _words(dotted: str) -> tuple[str, ...]:
    return tuple(word.strip("\"' ") for word in dotted.split("."))
