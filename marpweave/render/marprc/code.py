"""Evaluates a configuration written in JavaScript, once per state of its files."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from marpweave.cache.environment import own_digest
from marpweave.cache.records import Record
from marpweave.cache.store import Store
from marpweave.errors import ToolError
from marpweave.inputs.digests import FOLDER, digest, file_digest, listing_digest, variable_digest
from marpweave.inputs.used import Files
from marpweave.render.marprc.places import BrokenError
from marpweave.render.programs.nodes import find_node
from marpweave.render.programs.places import modules

SCRIPT = Path(__file__).parents[1] / "js" / "configuration.mjs"
TIMEOUT = 30
KIND = "marprc"
OLD_NODE = "ERR_UNKNOWN_FILE_EXTENSION"
MISSING = re.compile(r"Cannot find (?:module|package) '([^./'][^']*)'")


class Contents(Record, frozen=True):
    """The values of a configuration, and the files of its code."""

    said: dict[str, Any]
    themes: dict[str, str]
    """CSS of themes that its engine adds, by name."""
    files: dict[str, str]
    """Digests of its files, including those that it read or looked for."""
    variables: dict[str, str]

    @property
    def stamp(self) -> str:
        """A digest of all its files and environment variables."""
        return digest(json.dumps([sorted(self.files.items()), sorted(self.variables.items())]))


def run_code(path: Path, engine: Sequence[str], files: Files, store: Store) -> Contents:
    """Evaluate a configuration written in JavaScript, or the ``engine`` that it names; raises BrokenError.

    ``files``: records the files that the code read.
    """
    code = not engine
    question = json.dumps({"file": str(path) if code else "", "engine": engine, "folder": str(path.parent)})
    key = digest(json.dumps([question, file_digest(str(path)), own_digest(("render",))]))
    kept = store.record(KIND, key, Contents)
    if kept and (kept.files, kept.variables) == _state(kept.files, kept.variables):
        _count(kept, files)
        return kept
    answer = _ask_node(question, path)
    state = _state({*answer["files"], str(path)}, answer["variables"])
    contents = Contents(answer.get("said", {}), answer.get("themes", {}), *state)
    _count(contents, files)
    if "failed" in answer:
        raise BrokenError(_line_of(answer["stack"], path), _reason(answer))
    store.put_record(KIND, key, contents)
    return contents


def _state(names: Iterable[str], variables: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Digests of files, folder listings and environment variables."""
    found = {name: file_digest(name) for name in sorted(names)}
    listed = {name: listing_digest(name) for name, was in found.items() if was == FOLDER}
    return found | listed, {name: variable_digest(os.environ, name) for name in sorted(variables)}


def _count(contents: Contents, files: Files) -> None:
    """Record the files that the code read."""
    for place in map(Path, contents.files):
        read = files.listing if place.is_dir() else files.read
        read(place)
    for name in contents.variables:
        files.variable(name)


def _ask_node(question: str, path: Path) -> dict[str, Any]:
    try:
        node = find_node()
    except ToolError as error:
        raise BrokenError("", f"is code, and {error}") from None
    try:
        done = subprocess.run([node, SCRIPT, question], capture_output=True, text=True, encoding="utf-8",
                              timeout=TIMEOUT, check=False, cwd=path.parent, stdin=subprocess.DEVNULL,
                              env={**os.environ, "NODE_PATH": str(modules())})
    except subprocess.TimeoutExpired:
        raise BrokenError("", f"timed out after {TIMEOUT} s") from None
    last = done.stdout.rpartition("\n{")[2]
    try:
        answer: dict[str, Any] = json.loads("{" + last)
    except ValueError:
        raise BrokenError("", f"ended with exit code {done.returncode}: {_first_line(done.stderr)}") from None
    return answer


def _reason(answer: dict[str, Any]) -> str:
    if answer.get("code") == OLD_NODE:
        return "TypeScript needs Node.js 22.18 or newer; write it in JavaScript"
    reason = _first_line(answer["failed"])
    missing = MISSING.match(reason)
    return f"{reason}; run `npm install {missing[1]}` beside it" if missing else reason


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "no output")


def _line_of(stack: str, path: Path) -> str:
    """``:3`` if a stack trace contains a line of the file."""
    found = re.search(re.escape(path.name) + r"(?:\?[^:\s]*)?:(\d+)", stack)
    return f":{found[1]}" if found else ""
