"""What Pythons said of themselves in earlier builds: to ask one takes as long as to start it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from marpweave.cache.environment import own_digest
from marpweave.cache.records import Found, Record
from marpweave.cache.snapshot import NOWHERE, Snapshot
from marpweave.cache.store import Store
from marpweave.inputs.digests import digest

Ask = Callable[[str, Mapping[str, str]], str]
KIND = "python"


class Answer(Record, frozen=True):
    """What a Python said of itself, and the files that this follows from."""

    said: str
    inputs: tuple[Found, ...]


def remembering(ask: Ask, store: Store, snapshot: Snapshot) -> Ask:
    """Ask only where no answer is known, or something has changed since."""
    def answer(python: str, variables: Mapping[str, str]) -> str:
        key = digest(json.dumps([python, sorted(variables.items()), own_digest(("kernel",))]))
        kept = store.record(KIND, key, Answer)
        if kept and not snapshot.change(kept.inputs, NOWHERE):
            return kept.said
        said = ask(python, variables)
        found = tuple((kind, name, snapshot.digest(kind, name, NOWHERE)) for kind, name in _inputs(python, said))
        store.put_record(KIND, key, Answer(said, found))
        return said

    return answer


def _inputs(python: str, said: str) -> Iterator[tuple[str, str]]:
    """The program, and whatever decides where it searches for modules."""
    yield "presence", python
    yield "time", os.path.realpath(python)
    yield "file", str(Path(python).parents[1] / "pyvenv.cfg")
    for folder in map(Path, json.loads(said).get("path", ())):
        yield "time", str(folder)
        for name in ("sitecustomize.py", "usercustomize.py", *sorted(path.name for path in folder.glob("*.pth"))):
            yield "file", str(folder / name)
