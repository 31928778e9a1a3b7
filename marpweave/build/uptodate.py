"""Decks of which nothing has changed: the report of their last build is told again, and nothing else is done.

This is asked before anything heavy is imported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from marpweave.build.settings import Settings
from marpweave.cache.environment import environment_key, facts
from marpweave.cache.records import Count, Digest, Found, Ordinal, Record
from marpweave.cache.snapshot import OF_TEXT, Now, Where
from marpweave.cache.store import Folder, Store
from marpweave.files import read_bytes
from marpweave.inputs.digests import digest
from marpweave.inputs.used import Used
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.programs import identity
from marpweave.report.report import DeckReport

KIND = "report"


@dataclass(frozen=True, slots=True)
class Built:
    """A deck after a build: what it read besides its cells' inputs, and what it wrote."""

    report: DeckReport
    text: str
    inputs: Iterable[tuple[str, str, str]]
    """Kind, name and digest of what its cells read."""
    used: Iterable[Used]
    """What else it was made of, as it was then: pictures, packages shown by ``source``, themes, figures, what was
    rendered. One that was read twice and had changed meanwhile stands here twice: the deck is never up to date."""


class Told(Record, frozen=True):
    """A finding of a deck."""

    kind: Kind
    line: Count
    message: str
    slide: Ordinal | None
    want: str | None
    got: str | None
    slides: tuple[Ordinal, ...]


class Kept(Record, frozen=True):
    """The report of a deck, and all that it was made of."""

    text: Digest
    environment: Digest
    slides: Count
    cells: Count
    ran: Count
    checked: Count
    unchecked: Count
    findings: tuple[Told, ...]
    inputs: tuple[Found, ...]
    watched: str


class Reports:
    """The reports of earlier builds by deck."""

    def __init__(self, settings: Settings, command: str) -> None:
        self.settings = settings
        self.store = Store(Folder(settings.cache) if settings.cache else {}, settings.damaged)
        self.asked = [command, settings.prelude, *(str(path.resolve()) for path in settings.allow)]
        if command == "build":
            self.asked += [str(settings.out.resolve()), *settings.formats, *identity()]
        self.environment = environment_key(facts())

    def recall(self) -> dict[Path, DeckReport]:
        """The reports of all decks that are up to date."""
        if not self.settings.cache or self.settings.update or self.settings.verify or self.settings.frozen:
            return {}
        now = Now(self.settings.root, os.environ)
        found = {path: self._recalled(path, now) for path in self.settings.paths}
        return {path: report for path, report in found.items() if report is not None}

    def _recalled(self, path: Path, now: Now) -> DeckReport | None:
        try:
            text = read_bytes(path).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        kept = self.store.record(KIND, self._key(path, now), Kept)
        if kept is None or (kept.text, kept.environment) != (digest(text), self.environment):
            return None
        if not all(name in text for kind, name, _ in kept.inputs if kind == "deps"):
            return None  # a pattern that is not the deck's own could mean all files of the machine
        return None if now.change(kept.inputs, Where(path, text)) else _unpacked(kept, path)

    def remember(self, path: Path, built: Built) -> None:
        """Keep the report of a deck that was built."""
        if self.settings.frozen:
            return
        now, report = Now(self.settings.root, os.environ), built.report
        used = ((kind, now.named(place.parent.resolve() / place.name), found) for kind, place, found in built.used)
        inputs = (each for each in built.inputs if each[0] not in OF_TEXT)
        self.store.put_record(KIND, self._key(path, now), Kept(
            digest(built.text), self.environment, report.slides, report.cells,
            len(report.executed) + report.from_cache, report.checked, report.unchecked,
            tuple(Told(f.kind, f.location.line, f.message, f.slide, f.want, f.got, f.slides) for f in report.findings),
            tuple(sorted({*inputs, *used})), report.watched))

    def _key(self, path: Path, now: Now) -> str:
        return digest(json.dumps([str(path), now.named(path.resolve()), *self.asked]))


def _unpacked(kept: Kept, path: Path) -> DeckReport:
    findings = tuple(Finding(told.kind, Location(path, told.line), told.message, told.slide, told.want, told.got,
                             told.slides) for told in kept.findings)
    return DeckReport(path, kept.slides, kept.cells, from_cache=kept.ran, checked=kept.checked,
                      unchecked=kept.unchecked, findings=findings, watched=kept.watched)
