"""The output of `config`: effective values with their origins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from marpweave.config.config import Configuration, Override


def as_text(project: Configuration) -> str:
    """A line for each key, as TOML, with its origin."""
    rows = [(f"{name} = {_toml(value)}", origin) for name, value, origin in _rows(project)]
    width = min(max(len(line) for line, _ in rows), 60)
    return "\n".join([f"# {project.root}", *(f"{line:{width}}  # {origin}" for line, origin in rows)])


def as_json(project: Configuration) -> str:
    """The same as JSON."""
    return json.dumps({
        "root": str(project.root), "file": str(project.file) if project.file else None,
        "values": {name: {"value": value, "from": origin} for name, value, origin in _rows(project)},
    }, ensure_ascii=False, indent=2, default=str)


def _rows(project: Configuration) -> Iterator[tuple[str, Any, str]]:
    for each in fields(project.config):
        name = each.name.replace("_", "-")
        yield name, _plain(getattr(project.config, each.name)), project.origins.get(name, "default")


def _plain(value: Any) -> Any:  # noqa: ANN401
    match value:
        case StrEnum():
            return value.value
        case Path():
            return str(value)
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
        case Override():
            return {name: _plain(each) for name, each in asdict(value).items() if each}
        case _:
            return value


def _toml(value: Any) -> str:  # noqa: ANN401
    """A value as TOML; None becomes an empty string."""
    match value:
        case dict():
            inside = ", ".join(f"{name} = {_toml(each)}" for name, each in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case None:
            return '""'
        case _:
            return json.dumps(value, ensure_ascii=False)
