"""Outcomes kept beside the decks, in version control: rendering without running any Python.

``NAME.lock.json`` has a line for each cell; the outcomes and pictures stand in ``_frozen``, by digest. A package that
is not installed here makes nothing stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from marpweave.cache.codec import pack, unpack
from marpweave.cache.keys import Step, chained, label_of, steps_of
from marpweave.cache.plan import Job, assembled
from marpweave.cache.snapshot import Now
from marpweave.errors import UsageError
from marpweave.files import holds, write_bytes
from marpweave.inputs.digests import digest
from marpweave.model.deck import Deck
from marpweave.model.outcome import DeckOutcome, Outcome
from marpweave.probe.isolate import CAN_FORK

VERSION = 1
FOLDER = "_frozen"


def lock_of(deck: Deck) -> Path:
    """``slides/NAME.lock.json``."""
    return deck.path.with_name(f"{deck.name}.lock.json")


def freeze(job: Job, outcomes: DeckOutcome, facts: Mapping[str, str]) -> bool:
    """Keep the outcomes of a deck beside it -> False where the deck is no longer what ran: its lock file stays."""
    steps = steps_of(job.deck, job.scripts, isolates=CAN_FORK)
    gave = {id(what): outcome for what, outcome in (*zip(job.deck.cells, outcomes.cells, strict=True),
                                                   *zip(job.deck.values, outcomes.inlines, strict=True))}
    lines = []
    for step, key in zip(steps, _keys(job, steps), strict=True):
        outcome = gave[id(step.what)]
        packed, blobs = pack(replace(outcome, seconds=0.0), step, steps)
        body = json.dumps(packed, indent=1, ensure_ascii=False).encode("utf-8", "surrogatepass")
        for content in (body, *blobs.values()):
            _keep(job.deck, content)
        lines.append(json.dumps({
            "label": label_of(step), "key": key, "own": step.own, "outcome": digest(body),
            "inputs": sorted([each.kind, each.name, each.digest] for each in outcome.inputs)}, ensure_ascii=False))
    versions = ",\n".join(f"{json.dumps(name)}: {json.dumps(version)}" for name, version in sorted(facts.items()))
    if not holds(job.deck.path, job.text.encode()):
        return False
    write_bytes(lock_of(job.deck), "".join([
        f'{{"version": {VERSION},\n"facts": {{\n{versions}\n}},\n"steps": [\n', ",\n".join(lines), "\n]}\n",
    ]).encode())
    return True


def sweep(folder: Path, *, before: float) -> None:
    """Remove outcomes kept before a time that no lock file of the folder names any more.

    Newer ones may belong to a lock file that is yet to be written. Where one cannot be read, all stay.
    """
    used: set[str] = set()
    try:
        for lock in folder.glob("*.lock.json"):
            for line in json.loads(lock.read_bytes())["steps"]:
                used.add(line["outcome"])
                path = folder / FOLDER / line["outcome"]
                for _, content, moving, _ in json.loads(path.read_bytes())["figures"] if path.is_file() else ():
                    used |= {content, moving}
    except (ValueError, KeyError, TypeError):
        return
    for path in (folder / FOLDER).glob("*"):
        if path.name not in used and path.stat().st_mtime < before:
            path.unlink()


def thaw(job: Job, now: Now) -> DeckOutcome:
    """The kept outcomes of a deck; what is no longer what it was made of says so in ``stale``."""
    lock = _read(job.deck)
    by_key = {line["key"]: line for line in lock["steps"]}
    by_code = {line["own"]: line for line in lock["steps"]}
    steps, above = steps_of(job.deck, job.scripts, isolates=CAN_FORK), ""
    outcomes = {}
    for n, (step, key) in enumerate(zip(steps, _keys(job, steps), strict=True)):
        line = by_key.get(key) or by_code.get(step.own)
        if line is None:
            outcomes[n] = Outcome(ran=False, stale="its code is new since `build.py freeze`")
        else:
            change = now.change(line["inputs"], job.deck.path, job.text)
            stale = change or (above if key not in by_key else "")
            outcomes[n] = replace(_thawed(line, step, steps, job.deck), stale=stale)
        above = above or (f"{label_of(step)} above has changed" if outcomes[n].stale and not step.isolated else "")
    return assembled(job, steps, outcomes)


def _keys(job: Job, steps: Sequence[Step]) -> Iterator[str]:
    """The key of all code up to each step."""
    state = chained(job.deck.prelude)
    for step in steps:
        key = chained(state, step.own)
        yield key
        state = state if step.isolated else key


def _thawed(line: Mapping[str, Any], step: Step, steps: Sequence[Step], deck: Deck) -> Outcome:
    def blob(key: str) -> bytes:
        content = (deck.path.parent / FOLDER / key).read_bytes()
        if digest(content) != key:
            raise KeyError(key)
        return content

    try:
        return unpack(json.loads(blob(line["outcome"])), step, steps, blob)
    except (OSError, KeyError):
        folder = deck.path.parent / FOLDER
        raise UsageError(f"{folder} lacks what {lock_of(deck)} names; run `build.py freeze`") from None


def _read(deck: Deck) -> Any:  # noqa: ANN401
    path = lock_of(deck)
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; run `build.py freeze {deck.path}` where the deck can run") from None
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}); run `build.py freeze`") from None
    if lock.get("version") != VERSION:
        raise UsageError(f"{path} has version {lock.get('version')}, not {VERSION}; run `build.py freeze`")
    return lock


def _keep(deck: Deck, content: bytes) -> None:
    path = deck.path.parent / FOLDER / digest(content)
    if holds(path, content):
        path.touch()
    else:
        write_bytes(path, content, lasting=False)
