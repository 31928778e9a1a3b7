"""Replays the last report of up-to-date decks. This comes before anything heavy is imported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.project import Project
from marpweave.cache.environment import environment_key, own_digest
from marpweave.cache.records import Count, Digest, Found, Ordinal, Record
from marpweave.cache.snapshot import OF_TEXT, Snapshot, Where
from marpweave.errors import UsageError
from marpweave.files import read_bytes
from marpweave.inputs.digests import digest
from marpweave.inputs.used import Files
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.programs import identity
from marpweave.report.report import DeckReport

if TYPE_CHECKING:
    from marpweave.build.decks import Checked

KIND = "report"


class KeptFinding(Record, frozen=True):
    """A finding of a deck."""

    kind: Kind
    line: Count
    message: str
    slide: Ordinal | None
    want: str | None
    got: str | None
    slides: tuple[Ordinal, ...]


class KeptReport(Record, frozen=True):
    """The report of a deck, and all that the deck was made from."""

    text: Digest
    kernel: str
    environment: Digest
    slides: Count
    cells: Count
    ran: Count
    checked: Count
    unchecked: Count
    findings: tuple[KeptFinding, ...]
    inputs: tuple[Found, ...]
    """Inputs of its cells, and what else it was made from: pictures, packages shown by ``source``, themes, figures and
    rendered files. If a file changed between two readings, both digests are here, and the deck is never up to date."""
    watched: str


class Reports:
    """The reports of earlier builds by deck."""

    def __init__(self, project: Project, command: str) -> None:
        settings = project.settings
        self.project = project
        self.asked = [command, own_digest(), settings.prelude, settings.sandbox,
                      *(str(path.resolve()) for path in settings.allow)]
        if command == "build":
            self.asked += [str(settings.out.resolve()), *settings.formats, *identity()]
        self.plain = command != "freeze" and not (settings.update or settings.verify or settings.frozen)
        """Whether it only says how decks are: others do something, too, or say more."""
        self.out = settings.out if command == "build" else None

    def recall(self) -> dict[Path, DeckReport]:
        """The reports of all decks that are up to date."""
        settings = self.project.settings
        if not settings.cache or not self.plain:
            return {}
        snapshot = self.project.snapshot()
        found = {path: self._recalled(path, snapshot) for path in settings.paths}
        return {path: report for path, report in found.items() if report is not None}

    def _recalled(self, path: Path, snapshot: Snapshot) -> DeckReport | None:
        try:
            text = read_bytes(path).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        kept = self.project.store.record(KIND, self._key(path, snapshot), KeptReport)
        if kept is None or (kept.text, kept.environment) != (digest(text), self._environment(kept.kernel)):
            return None
        if not all(name in text for kind, name, _ in kept.inputs if kind == "deps"):
            return None  # a pattern that is not the deck's own could match any file here
        return None if snapshot.change(kept.inputs, Where(path, text)) else _report(kept, path)

    def remember(self, checked: Checked, report: DeckReport) -> None:
        """Store the report of a deck, if a plain run says the same as long as nothing changes."""
        if not self.plain or not checked.lasting:
            return
        snapshot, deck = self.project.snapshot(), checked.deck
        self.project.store.put_record(KIND, self._key(deck.path, snapshot), KeptReport(
            digest(deck.text), deck.kernel, self._environment(deck.kernel), report.slides, report.cells,
            len(report.executed) + report.from_cache, report.checked, report.unchecked,
            tuple(KeptFinding(f.kind, f.location.line, f.message, f.slide, f.want, f.got, f.slides)
                  for f in report.findings),
            tuple(sorted(set(self._inputs(checked, snapshot)))), report.watched))

    def _environment(self, kernel: str) -> str:
        """The key of a kernel's environment; "": it cannot run."""
        try:
            return environment_key(self.project.environments.of(kernel).facts)
        except UsageError:
            return ""

    def _inputs(self, checked: Checked, snapshot: Snapshot) -> Iterator[Found]:
        """What the cells read, what else the deck was made from, and the files that it wrote."""
        files = Files()
        if self.out is not None:
            files.listing(self.out.resolve())
        for known in (outcome.provenance for outcome in checked.outcomes):
            yield from (astuple(each) for each in known.inputs if each.kind not in OF_TEXT)
            for file in known.written:
                files.read(self.project.root / file.name)
        for kind, path, was in (*checked.used, *files.used()):
            yield kind, snapshot.named(path.parent.resolve() / path.name), was

    def _key(self, path: Path, snapshot: Snapshot) -> str:
        return digest(json.dumps([str(path), snapshot.named(path.resolve()), *self.asked]))


def _report(kept: KeptReport, path: Path) -> DeckReport:
    findings = tuple(Finding(each.kind, Location(path, each.line), each.message, each.slide, each.want, each.got,
                             each.slides) for each in kept.findings)
    return DeckReport(path, kept.slides, kept.cells, from_cache=kept.ran, checked=kept.checked,
                      unchecked=kept.unchecked, findings=findings, watched=kept.watched)
