"""Decks of which nothing has changed: the report of their last build is told again, and nothing else is done.

This is asked before anything heavy is imported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marpweave.build.settings import Settings
from marpweave.cache.environment import environment_key, facts
from marpweave.cache.snapshot import Now
from marpweave.cache.store import Folder, Store
from marpweave.inputs.digests import digest
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
    files: Iterable[tuple[str, Path]]
    """Kind and path of what else it depends on: pictures, packages shown by ``source``, themes, tools."""
    written: Iterable[Path]
    """Its figures and what was rendered."""


class Reports:
    """The reports of earlier builds by deck."""

    def __init__(self, settings: Settings, command: str) -> None:
        self.settings = settings
        self.store = Store(Folder(settings.cache) if settings.cache else {})
        self.asked = [command, settings.prelude]
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
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        kept = self.store.record(KIND, self._key(path, now))
        if not kept or (kept["text"], kept["environment"]) != (digest(text), self.environment):
            return None
        if now.change([*kept["inputs"], *kept["written"]], path, text):
            return None
        return _unpacked(kept["report"], path)

    def remember(self, path: Path, built: Built) -> None:
        """Keep the report of a deck that was built."""
        if self.settings.frozen:
            return
        now = Now(self.settings.root, os.environ)

        def looked_at(kind: str, place: Path) -> list[str]:
            name = now.named(place)
            return [kind, name, now.digest(kind, name, path, built.text)]

        self.store.put_record(KIND, self._key(path, now), {
            "text": digest(built.text), "environment": self.environment, "report": _packed(built.report),
            "inputs": [*map(list, sorted(set(built.inputs))), *(looked_at(*each) for each in sorted(set(built.files)))],
            "written": [looked_at("file", place.resolve()) for place in sorted(set(built.written))]})

    def _key(self, path: Path, now: Now) -> str:
        return digest(json.dumps([str(path), now.named(path.resolve()), *self.asked]))


def _packed(report: DeckReport) -> dict[str, Any]:
    findings = [[f.kind, f.location.line, f.message, f.slide, f.want, f.got] for f in report.findings]
    return {"slides": report.slides, "cells": report.cells, "ran": len(report.executed) + report.from_cache,
            "checked": report.checked, "unchecked": report.unchecked, "findings": findings}


def _unpacked(packed: Mapping[str, Any], path: Path) -> DeckReport:
    findings = tuple(Finding(Kind(kind), Location(path, line), message, slide, want, got)
                     for kind, line, message, slide, want, got in packed["findings"])
    return DeckReport(path, packed["slides"], packed["cells"], from_cache=packed["ran"], checked=packed["checked"],
                      unchecked=packed["unchecked"], findings=findings)
