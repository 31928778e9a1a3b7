"""Caches interpreters' reports about themselves, since asking one means starting it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from marpweave.cache.current import NOWHERE, CurrentInputs
from marpweave.cache.environment import own_digest
from marpweave.cache.records import Record
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.model.outcome import Input

Ask = Callable[[str, Mapping[str, str]], str]
KIND = "python"


class SelfReport(Record, frozen=True):
    """An interpreter's report about itself, and the files on which it depends."""

    report: str
    inputs: tuple[Input, ...]


def remembering(ask: Ask, store: Store, current: Callable[[], CurrentInputs]) -> Ask:
    """Ask only if there is no valid cached report; every call of ``current`` reads files again."""
    def answer(python: str, variables: Mapping[str, str]) -> str:
        key = digest(json.dumps([python, sorted(variables.items()), own_digest(("kernel",))]))
        kept, now = store.record(KIND, key, SelfReport), current()
        if kept and not now.change(kept.inputs, NOWHERE):
            return kept.report
        report = ask(python, variables)
        inputs = tuple(Input(kind, name, now.digest(kind, name, NOWHERE)) for kind, name in _inputs(python, report))
        store.put_record(KIND, key, SelfReport(report, inputs))
        return report

    return answer


def _inputs(python: str, report: str) -> Iterator[tuple[str, str]]:
    """The program, and everything that determines its module search path."""
    yield "presence", python
    yield "time", os.path.realpath(python)
    yield "file", str(Path(python).parents[1] / "pyvenv.cfg")
    for folder in map(Path, json.loads(report).get("path", ())):
        yield "time", str(folder)
        for name in ("sitecustomize.py", "usercustomize.py", *sorted(path.name for path in folder.glob("*.pth"))):
            yield "file", str(folder / name)
