"""Generates the JSON schema and the documentation table of the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from marpweave.config.config import Config
from marpweave.read.options.values import FOR_ALL_CELLS

TYPES = {str: "string", Path: "string", int: "integer", bool: "boolean"}


def schema() -> dict[str, Any]:
    """JSON schema of ``marpweave.toml``, in the draft with the best support in editors."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#", "title": "marpweave", **_table(Config)}


def table() -> str:
    """The keys as a Markdown table."""
    rows = [f"| `{name}` | {_default(value)} | {_meaning(each)}{_choices(hint)} |"
            for name, each, hint in _keys(Config) for value in [getattr(Config(), each.name)]]
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *rows, ""])


def _keys(kind: type[Any]) -> Iterator[tuple[str, Field[Any], Any]]:
    hints = get_type_hints(kind)
    return ((each.name.replace("_", "-"), each, hints[each.name]) for each in fields(kind))


def _table(kind: type[Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False,
            "properties": {name: {"description": _meaning(each), **_schema(hint, each.metadata["limits"])}
                           for name, each, hint in _keys(kind)}}


def _meaning(each: Field[Any]) -> str:
    meaning: str = each.metadata["meaning"]
    return meaning


def _schema(hint: Any, limits: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        one = _schema(arguments[0], limits)
        several = {"type": "array", "items": one}
        return several if is_dataclass(arguments[0]) else {"anyOf": [one, several]}
    if isinstance(hint, type) and is_dataclass(hint):
        return _table(hint)
    if origin is UnionType:
        return _schema(next(each for each in arguments if each is not NoneType), limits)
    if origin is Literal:
        return {"enum": list(arguments)}
    if hint in TYPES:
        return {"type": TYPES[hint], **limits}
    return {"type": "object", "additionalProperties": False, "properties": {name: {} for name in FOR_ALL_CELLS}}


def _default(value: Any) -> str:  # noqa: ANN401
    match value:
        case tuple():
            return ", ".join(f"`{each}`" for each in value)
        case None | "" | {}:
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case _:
            return f"`{value}`"


def _choices(hint: Any) -> str:  # noqa: ANN401
    """The allowed values of a key."""
    one = get_args(hint)[0] if get_origin(hint) is tuple else hint
    return f" ({', '.join(f'`{word}`' for word in get_args(one))})" if get_origin(one) is Literal else ""
