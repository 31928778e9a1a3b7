"""Parses YAML mappings with the line of every key: front matter, ``#|`` options, Marp directives. Pure.

Scalars follow the YAML 1.2 core schema, as in JavaScript: ``4:3``, ``no`` and ``2026-04-01`` remain strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

LOOSE_KEYS = (
    "headingDivider", "style", "theme", "lang", "backgroundColor", "backgroundImage", "backgroundPosition",
    "backgroundRepeat", "backgroundSize", "class", "color", "footer", "header", "paginate",
)
"""Keys whose value Marp takes from the rest of the line, even if it contains ``: ``."""
LOOSE_KEYS_OF_FRONT_MATTER = (*LOOSE_KEYS, "math", "size")

SCALARS: Mapping[str, tuple[str, str]] = {
    "null": ("~nN", r"~|null|Null|NULL|"),
    "bool": ("tTfF", r"true|True|TRUE|false|False|FALSE"),
    "int": ("-+0123456789", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    "float": ("-+.0123456789", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
                               r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"),
}
"""Tag -> the possible first characters of a value, and its pattern."""

RIGHT: Mapping[str, str] = {
    "mapping values are not allowed here": "a second colon; put the value in quotes",
    "found character '\\t' that cannot start any token": "a tab; indent with spaces"}
"""Messages that replace those of the parser."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``key: value`` of a mapping."""

    key: str
    value: Any
    line: int
    """0-based line of the key."""
    entries: tuple[Entry, ...] | None = None
    """The entries of the value if it is a mapping."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem on a 0-based line of a text."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of parsing a text as YAML."""

    entries: tuple[Entry, ...] | None
    """None: not a mapping, or not YAML; (): empty."""
    faults: tuple[Fault, ...] = ()


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {  # noqa: RUF012  PyYAML declares it so
        start: [(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"))
                for tag, (starts, pattern) in SCALARS.items() if start in starts]
        for start in {"", *"".join(starts for starts, _ in SCALARS.values())}
    }


_Loader.add_constructor(  # PyYAML would parse 010 as octal
    "tag:yaml.org,2002:int", lambda _, node: int(node.value, 0 if node.value[1:2] in ("o", "x") else 10))


def read_value(text: str) -> Any:  # noqa: ANN401
    """Parse a single value: a scalar or a bracketed collection; raises ValueError if brackets do not close."""
    if text.startswith(("[", "{", "'", '"')):
        reading = read_mapping(f"value: {text}")
        if reading.faults or not reading.entries or len(reading.entries) > 1:
            raise ValueError(text)
        return reading.entries[0].value
    tag = next((tag for tag, (_, pattern) in SCALARS.items() if re.fullmatch(pattern, text)), "str")
    return _Loader("").construct_object(yaml.ScalarNode(f"tag:yaml.org,2002:{tag}", text))


@lru_cache(512)
def read_mapping(text: str) -> Reading:
    """Parse a YAML mapping; faults, including duplicate keys, are returned with it."""
    try:
        loader = _Loader(_as_javascript_reads(text))
        node = loader.get_single_node()
        if node is None:
            return Reading(())
        if not isinstance(node, yaml.MappingNode):
            return Reading(None)
        return Reading(_entries(node, loader), tuple(_key_faults(node)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or ""
        return Reading(None, (Fault(mark.line if mark else 0, f"invalid YAML: {RIGHT.get(problem, problem)}"),))
    except yaml.reader.ReaderError as error:
        line = text[:error.position].count("\n")
        return Reading(None, (Fault(line, f"invalid YAML: the character U+{error.character:04X} is not allowed here"),))
    except (ValueError, KeyError, AttributeError):
        return Reading(None, (Fault(0, "invalid YAML: a tag (`!!…`) does not fit its value"),))
    except RecursionError:
        return Reading(None, (Fault(0, "invalid YAML: nested too deeply"),))


def loosened(text: str, keys: Sequence[str] = LOOSE_KEYS) -> str:
    """Quote the values of Marp's own directives as Marp does, so that ``footer: a: b`` is valid YAML."""
    names = "|".join(quote + "_?" + key + quote for key in keys for quote in ("", '"', "'"))
    pattern = re.compile(rf"((?:{names})\s*:)(.+)")
    quoted = "\n".join(_with_value_quoted(line, pattern) for line in text.split("\n"))
    return re.sub(r"\A((?:[ \t]*\n)*)[ \t]+", r"\1", quoted)


def _with_value_quoted(line: str, pattern: re.Pattern[str]) -> str:
    match = pattern.fullmatch(line)
    value = match[2].strip() if match else ""
    if match is None or not value or value[0] in "[\"'{|>~&*":
        return line
    blanks = match[2][:len(match[2]) - len(match[2].lstrip())]
    return f'{match[1]}{blanks}"' + value.replace('"', '\\"') + '"'


def _as_javascript_reads(text: str) -> str:
    """Work around PyYAML: replace tabs between words by blanks, and U+2028, which must not end a line."""
    spaced = re.sub(r"(?<=\S)[ \t]+", lambda gap: " " * len(gap[0]), text)
    return spaced.translate(dict.fromkeys(map(ord, "\x85\u2028\u2029"), " "))


def _entries(node: yaml.MappingNode, loader: _Loader, *, nested: bool = False) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            str(key.value), loader.construct_object(value, deep=True), key.start_mark.line,
            _entries(value, loader, nested=True) if isinstance(value, yaml.MappingNode) and not nested else None)
        for key, value in node.value)


def _faults_of_keys(keys: Sequence[yaml.Node]) -> Iterator[Fault]:
    """Faults in the keys of a mapping."""
    known: set[str] = set()
    for key in keys:
        if not isinstance(key, yaml.ScalarNode):
            yield Fault(key.start_mark.line, "invalid YAML: a key must be text")
        elif key.value in known:
            yield Fault(key.start_mark.line, f"{key.value!r} is given twice")
        else:
            known.add(key.value)


def _key_faults(node: yaml.Node) -> Iterator[Fault]:
    """Duplicate or non-string keys at any depth, which JavaScript's YAML rejects."""
    waiting, visited = [node], {id(node)}
    while waiting:
        current = waiting.pop()
        children: list[yaml.Node] = []
        if isinstance(current, yaml.MappingNode):
            yield from _faults_of_keys([key for key, _ in current.value])
            children = [value for _, value in current.value]
        elif isinstance(current, yaml.SequenceNode):
            children = list(current.value)
        waiting += [child for child in children if id(child) not in visited]
        visited |= {id(child) for child in children}
