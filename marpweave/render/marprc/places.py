"""Finds the Marp configuration of a deck: the nearest one from its folder up to the project's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marpweave.inputs.used import Files
from marpweave.read.yaml import read_mapping

CODE = (".js", ".ts", ".cjs", ".mjs")
"""Suffixes of configurations that must be executed."""
PACKAGE = "package.json"
RC = tuple(f"marprc{suffix}" for suffix in ("", ".json", ".yaml", ".yml", *CODE))
PLACES = (PACKAGE, *(f".{name}" for name in RC), *(f".config/{name}" for name in RC),
          *(f"marp.config{suffix}" for suffix in CODE))
"""File names that the Marp CLI looks for, in its order."""


class BrokenError(Exception):
    """A file cannot be read: its line, or "", and a message."""


def configuration_of(folder: Path, root: Path, files: Files) -> Path | None:
    """The nearest configuration file for a deck in ``folder``, up to ``root``, if it is not empty."""
    for each in (folder, *folder.parents):
        for name in PLACES:
            path = each / name
            content = files.read(path)
            if content and content.strip() and (name != PACKAGE or _has_marp(content)):
                return path
        if each == root:
            return None
    return None


def _has_marp(content: bytes) -> bool:
    try:
        package = json.loads(content)
    except ValueError:
        return False  # belongs to another program
    return isinstance(package, dict) and "marp" in package


def said_in(path: Path, content: bytes) -> dict[str, Any]:
    """The values in a configuration file other than code; raises BrokenError."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if path.name == PACKAGE:
        said = json.loads(text)["marp"]
    elif path.suffix == ".json" or text.lstrip().startswith("{"):
        said = _json(text)
    else:
        said = dict(_yaml(text))
    if not isinstance(said, dict):
        raise BrokenError("", "holds no `key: value`")
    return said


def _json(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenError(f":{error.lineno}", f"invalid JSON: {error.msg}") from None


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    reading = read_mapping(text)
    for fault in reading.faults:
        raise BrokenError(f":{fault.line + 1}", fault.message)
    if reading.entries is None:
        raise BrokenError("", "holds no `key: value`")
    return ((entry.key, entry.value) for entry in reading.entries)
