"""Dependencies of all results other than code and inputs: Python, installed packages, the machine, marpweave."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from marpweave.inputs.digests import INSTALLED, digest, file_digest
from marpweave.model.environment import Environment

RUNNING = ("model", "inputs", "text.py", "read", "probe", "kernel", "cache")
"""The rooms that affect outcomes; the others only affect what is reported and shown."""


def with_facts(environment: Environment, place: str) -> Environment:
    """The environment with the versions of all that is in it; ``place``: its program, as keys name it."""
    return replace(environment, facts={
        **dict(packages(environment.path)),
        **({} if environment.is_own else _of_other(environment, place)),
        "Python": environment.version,
        "machine": environment.machine,
        "marpweave": own_digest(RUNNING),  # after the packages: one has the same name, and its version says less
    })


def is_as_it_was(environment: Environment) -> bool:
    """Whether its facts are still valid: packages can be installed while cells run."""
    return with_facts(environment, environment.facts.get("program", "")).facts == environment.facts


def _of_other(environment: Environment, place: str) -> dict[str, str]:
    """Identifies the interpreter, how its kernel is started, and the font that we add."""
    special = environment.arguments, sorted(environment.variables.items()), environment.provisioner
    font = dict(packages(sys.path)).get("matplotlib_fontja", "")
    return {"program": place, "Japanese font": font, "kernelspec": digest(json.dumps([*special, environment.options]))}


def environment_key(facts: Mapping[str, str]) -> str:
    """One digest for all facts."""
    return digest(json.dumps(facts, sort_keys=True))


def packages(search: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and version of the installed distributions, taken from folder names: opening hundreds is too slow."""
    for folder in search:
        try:
            names = sorted(os.listdir(folder or "."))  # noqa: PTH208
        except OSError:
            continue
        for name in names:
            if name.endswith(INSTALLED):
                package, _, version = name.rpartition(".")[0].partition("-")
                yield package, version + _build_of(os.path.join(folder, name))  # noqa: PTH118  hundreds of them


def _build_of(info: str) -> str:
    """Distinguishes two builds of one version, for a package that was not installed from an index."""
    if not os.path.isfile(f"{info}/direct_url.json"):  # noqa: PTH113
        return ""
    return f"+{file_digest(f'{info}/RECORD')[:8]}"


@cache
def own_digest(rooms: tuple[str, ...] = ("",)) -> str:
    """Digest of our own code, templates and settings, in some rooms or in all."""
    inside = tuple(room and f"{room}/" for room in rooms)
    return digest("\0".join(f"{name}\0{content}" for name, content in _own_files() if f"{name}/".startswith(inside)))


@cache
def _own_files() -> tuple[tuple[str, str], ...]:
    """Our own files, relative to our folder, with their digests; by strings, since there are hundreds."""
    home, found = str(Path(__file__).parents[1]), []
    for folder, inner, names in os.walk(home):
        inner[:] = [name for name in inner if name != "__pycache__"]
        found += [os.path.join(folder, name) for name in names]  # noqa: PTH118
    return tuple((path[len(home) + 1:].replace(os.sep, "/"), file_digest(path)) for path in sorted(found))
