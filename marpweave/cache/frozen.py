"""Outcomes kept beside the decks, in version control, to render them without running any Python.

``NAME.lock.json`` has a line for each cell; the outcomes and pictures are in ``_frozen``, by digest. Packages that
differ on this machine make nothing stale.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from marpweave.cache.codec import PackedOutcome, pack, unpack
from marpweave.cache.current import CurrentInputs
from marpweave.cache.keys import Step, chained, steps_of
from marpweave.cache.records import Digest, Record, decoded, encoded
from marpweave.cache.reuse import assembled
from marpweave.errors import UsageError, command
from marpweave.files import holds, write_bytes
from marpweave.inputs.digests import digest
from marpweave.model.deck import Deck
from marpweave.model.outcome import DeckOutcome, Input, Outcome, Provenance

VERSION = 2
FOLDER = "_frozen"


class LockedStep(Record, frozen=True):
    """A step of a deck, and where its outcome is."""

    label: str
    key: Digest
    own: Digest
    outcome: Digest
    inputs: tuple[Input, ...]


class Versioned(msgspec.Struct):
    """A lock file of any version."""

    version: int


class Lock(Record, frozen=True):
    """A lock file."""

    version: int
    facts: dict[str, str]
    steps: tuple[LockedStep, ...]


def lock_of(deck: Deck) -> Path:
    """``slides/NAME.lock.json``."""
    return deck.path.with_name(f"{deck.path.stem}.lock.json")


def freeze(deck: Deck, outcomes: DeckOutcome, facts: Mapping[str, str]) -> bool:
    """Store the outcomes of a deck beside it -> False, keeping its lock file, if the deck has changed since it ran."""
    steps = steps_of(deck)
    gave = {id(what): outcome for what, outcome in (*zip(deck.cells, outcomes.cells, strict=True),
                                                   *zip(deck.values, outcomes.inlines, strict=True))}
    lines = []
    for step, key in zip(steps, _keys(deck, steps), strict=True):
        outcome = gave[id(step.what)]
        packed, blobs = pack(outcome.with_provenance(seconds=0.0), step, steps)
        body = encoded(packed, indent=1)
        for content in (body, *blobs.values()):
            _keep(deck, content)
        inputs = tuple(sorted(outcome.provenance.inputs))
        lines.append(encoded(LockedStep(step.label, key, step.own, digest(body), inputs)))
    versions = ",\n".join(f"{json.dumps(name)}: {json.dumps(version)}" for name, version in sorted(facts.items()))
    if not all(holds(file.path, file.text.encode()) for file in deck.files):
        return False
    head = f'{{"version": {VERSION},\n"facts": {{\n{versions}\n}},\n"steps": [\n'
    write_bytes(lock_of(deck), head.encode() + b",\n".join(lines) + b"\n]}\n")
    return True


def sweep(folder: Path, *, before: float) -> None:
    """Remove outcomes that are older than ``before`` and that no lock file of the folder names any more.

    Newer ones may belong to a lock file that is yet to be written. If a lock file cannot be read, all stay.
    """
    used: set[str] = set()
    try:
        for path in folder.glob("*.lock.json"):
            for line in _read(path).steps:
                used |= {line.outcome, *_pictures(folder / FOLDER / line.outcome)}
    except UsageError:
        return
    for path in (folder / FOLDER).glob("*"):
        named = path.is_file() and re.fullmatch("[0-9a-f]{32}", path.name)
        if named and path.name not in used and path.stat().st_mtime < before:
            path.unlink()


def _pictures(path: Path) -> Iterator[str]:
    """The pictures that a kept outcome names; none if it is lost or damaged."""
    with contextlib.suppress(OSError, ValueError):
        for figure in decoded(path.read_bytes(), PackedOutcome).figures:
            yield from filter(None, (figure.content, figure.animation))


def thaw(deck: Deck, current: CurrentInputs) -> DeckOutcome:
    """The kept outcomes of a deck; ``stale`` says which are out of date, and why."""
    lock = _lock(deck)
    by_key = {line.key: line for line in lock.steps}
    by_code = {line.own: line for line in lock.steps}
    steps, above = steps_of(deck), ""
    outcomes = {}
    for n, (step, key) in enumerate(zip(steps, _keys(deck, steps), strict=True)):
        line = by_key.get(key) or by_code.get(step.own)
        if line is None or not step.asks_for(line.inputs):
            stale = f"its code is new since {command('freeze')}"
            outcomes[n] = Outcome(ran=False, provenance=Provenance(stale=stale))
        else:
            change = current.change(line.inputs, step.where(deck))
            known = key in by_key
            stale = change or ("" if known else above or f"a cell above was removed since {command('freeze')}")
            outcomes[n] = _thawed(line, step, steps, deck, known=known).with_provenance(stale=stale)
        if outcomes[n].provenance.stale and not step.isolated:
            above = above or f"{step.label} above has changed"
    return assembled(deck, steps, outcomes)


def facts_of(deck: Deck) -> Mapping[str, str]:
    """The versions with which the frozen outcomes of a deck were produced."""
    return _lock(deck).facts


def _keys(deck: Deck, steps: Sequence[Step]) -> Iterator[str]:
    """For each step, the key of all code up to it."""
    state = chained(deck.prelude)
    for step in steps:
        key = chained(state, step.own)
        yield key
        state = state if step.isolated else key


def _thawed(line: LockedStep, step: Step, steps: Sequence[Step], deck: Deck, *, known: bool) -> Outcome:
    """The kept outcome of a step; not ``known``: the code above it has changed, and places in it may be gone."""
    folder = deck.path.parent / FOLDER

    def blob(key: str) -> bytes:
        content = (folder / key).read_bytes()
        if digest(content) != key:
            raise KeyError(key)
        return content

    try:
        return unpack(decoded(blob(line.outcome), PackedOutcome), step, steps, blob)
    except (OSError, KeyError):
        raise UsageError(f"{folder} lacks files that {lock_of(deck)} names; run {command('freeze')}") from None
    except ValueError as error:
        if not known:
            return Outcome(ran=False)
        raise UsageError(f"{folder / line.outcome} is damaged ({error}); run {command('freeze')}") from None


def _lock(deck: Deck) -> Lock:
    path = lock_of(deck)
    try:
        return _read(path)
    except FileNotFoundError:
        remedy = f"run {command(f'freeze {deck.path}')} where the deck can run"
        raise UsageError(f"{path} does not exist; {remedy}") from None


def _read(path: Path) -> Lock:
    """Read a lock file; raises UsageError if it is damaged or of another version."""
    try:
        content = path.read_bytes()
        version = decoded(content, Versioned).version
        if version == VERSION:
            return decoded(content, Lock)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is damaged ({error}); run {command('freeze')}") from None
    raise UsageError(f"{path} has version {version}, not {VERSION}; run {command('freeze')}")


def _keep(deck: Deck, content: bytes) -> None:
    path = deck.path.parent / FOLDER / digest(content)
    if holds(path, content):
        path.touch()
    else:
        write_bytes(path, content, lasting=False)
