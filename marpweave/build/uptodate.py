"""Replays the last report of up-to-date decks, before any slow import."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.project import Project
from marpweave.cache.current import NOWHERE, OF_TEXT, CurrentInputs, Where
from marpweave.cache.environment import environment_key, is_as_it_was, own_digest
from marpweave.cache.records import Count, Digest, Ordinal, Record
from marpweave.errors import UsageError
from marpweave.files import read_bytes
from marpweave.inputs.digests import digest
from marpweave.inputs.used import Files
from marpweave.model.environment import Environment
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Input
from marpweave.model.variant import Variant
from marpweave.render.programs.tools import identity
from marpweave.render.rendering import INDEX, Listed
from marpweave.report.report import CellReport, DeckReport

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
    path: str
    """The included file that contains it; "": the deck itself."""


class KeptCell(Record, frozen=True):
    """A cell of a deck."""

    label: str
    line: Count
    end: Count
    ran: bool
    path: str
    """As in a finding."""


class KeptReport(Record, frozen=True):
    """The report of a deck, and everything it depends on."""

    text: Digest
    kernel: str
    environment: Digest
    slides: Count
    cells: tuple[KeptCell, ...]
    ran: Count
    checked: Count
    proven: Count
    unchecked: Count
    findings: tuple[KeptFinding, ...]
    blanks: dict[str, tuple[Count | str, ...]]
    inputs: tuple[Input, ...]
    """Inputs of its cells, and other inputs: images, packages shown by ``source``, themes, figures and rendered files.
    If a file changed between two reads, both digests are included, so that the deck is never up to date."""
    watched: str


class Reports:
    """Reports of earlier builds by deck."""

    def __init__(self, project: Project, command: str) -> None:
        settings = project.settings
        self.project = project
        self.key_parts = [command, own_digest(), settings.prelude, repr(settings.defaults), settings.sandbox,
                      settings.theme and str(Path(settings.theme).absolute()),
                      *map(settings.origins.get, ("theme", "theme-set")),
                      *(str(path.resolve()) for path in (*settings.allow, *settings.theme_set))]
        if command == "build":
            self.key_parts += [str(settings.out.resolve()), *identity(), settings.title, settings.colab,
                           settings.notebook_setup,
                           repr((settings.pdf_builds, settings.pdf_notes, settings.pptx_editable))]
        self.has_variants = command in ("build", "check")
        self.plain = command != "freeze" and not (settings.update or settings.verify or settings.frozen)
        """Whether it only says how decks are: others do something, too, or say more."""
        self.out = settings.out if command == "build" else None

    def recall(self, missed: Callable[[Sequence[Path]], object] = lambda _: None) -> dict[Path, tuple[DeckReport, ...]]:
        """The reports of all decks all of whose variants are up to date.

        ``missed`` is called with the others as soon as they are known, with those whose text changed first.
        """
        settings = self.project.settings
        current = self.project.current_inputs()
        if not settings.cache or not self.plain or not self._is_listed(current):
            missed(settings.paths)
            return {}
        variants = {path: settings.targets(path).variants if self.has_variants else (Variant.FULL,)
                    for path in settings.paths}
        kept = {}
        for path, wanted in variants.items():
            kept[path] = [self._kept(path, variant, current) for variant in wanted]
            if None in kept[path]:
                missed([path])
        found = {}
        for path, each in kept.items():
            whole = [known[1] for known in each if known and not current.change(known[1].inputs, Where(path, known[0]))]
            if len(whole) == len(each):
                found[path] = tuple(_report(report, path, of) for report, of in zip(whole, variants[path], strict=True))
            else:
                missed([path])
        return found

    def _is_listed(self, current: CurrentInputs) -> bool:
        """Whether the index page, if wanted, is as the last build left it: it depends on all decks."""
        settings = self.project.settings
        if self.out is None or all("html" not in settings.targets(path).formats for path in settings.paths):
            return True
        left = self.project.store.record(INDEX, digest(str(self.out.resolve())), Listed)
        return left is not None and not current.change(left.inputs, NOWHERE)

    def _kept(self, path: Path, variant: Variant, current: CurrentInputs) -> tuple[str, KeptReport] | None:
        """The text of a deck, and the report of the same text in the same environment."""
        try:
            text = read_bytes(path).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        kept = self.project.store.record(KIND, self._key(path, variant, current), KeptReport)
        if kept is None or (kept.text, kept.environment) != (digest(text), _key_of(self._environment(kept.kernel))):
            return None
        if not all(name in text for kind, name, _ in kept.inputs if kind == "deps"):
            return None  # a pattern of another deck could match any file here
        return text, kept

    def remember(self, checked: Checked, report: DeckReport) -> None:
        """Store the report of a deck, if a normal run would repeat it as long as nothing changes."""
        deck, environment = checked.deck, self._environment(checked.deck.kernel)
        if not self.plain or not checked.lasting or (environment and not is_as_it_was(environment)):
            return
        current = self.project.current_inputs()
        self.project.store.put_record(KIND, self._key(deck.path, deck.variant, current), KeptReport(
            digest((deck.full or deck).files[0].text), deck.kernel, _key_of(environment), report.slides,
            tuple(KeptCell(cell.label, cell.line, cell.end, cell.ran, str(cell.path or "")) for cell in report.cells),
            len(report.executed) + report.from_cache, report.checked, report.proven, report.unchecked,
            tuple(KeptFinding(f.kind, f.location.line, f.message, f.slide, f.want, f.got, f.slides,
                              "" if f.location.path == deck.path else str(f.location.path)) for f in report.findings),
            {str(line): lines for line, lines in report.blanks.items()},
            tuple(sorted(set(self._inputs(checked, current)))), report.watched))

    def _environment(self, kernel: str) -> Environment | None:
        """The environment of a kernel; None if it cannot run."""
        try:
            return self.project.environments.of(kernel)
        except UsageError:
            return None

    def _inputs(self, checked: Checked, current: CurrentInputs) -> Iterator[Input]:
        """The inputs of cells, other inputs of the deck, and the files that it wrote."""
        files = Files()
        if self.out is not None:
            files.listing(self.out.resolve())
        for known in (outcome.provenance for outcome in checked.outcomes):
            yield from (each for each in known.inputs if each.kind not in OF_TEXT)
            for file in known.written:
                files.read(self.project.root / file.name)
        for kind, path, was in (*checked.used, *files.used()):
            name = str(path) if kind == "environment" else current.named(path.parent.resolve() / path.name)
            yield Input(kind, name, was)

    def _key(self, path: Path, variant: Variant, current: CurrentInputs) -> str:
        name = variant.named(current.named(path.resolve()))
        formats = self.project.settings.targets(path).formats if self.out else ()
        return digest(json.dumps([str(path), name, *formats, *self.key_parts]))


def _key_of(environment: Environment | None) -> str:
    return environment_key(environment.facts) if environment else ""


def _report(kept: KeptReport, path: Path, variant: Variant) -> DeckReport:
    findings = tuple(Finding(each.kind, Location(Path(each.path or path), each.line), each.message, each.slide,
                             each.want, each.got, each.slides) for each in kept.findings)
    cells = tuple(CellReport(each.label, each.line, each.end, each.ran, path=Path(each.path) if each.path else None)
                  for each in kept.cells)
    return DeckReport(path, kept.slides, cells, from_cache=kept.ran, checked=kept.checked, proven=kept.proven,
                      unchecked=kept.unchecked, findings=findings, watched=kept.watched, variant=variant,
                      blanks={int(line) if line.isdecimal() else line: lines for line, lines in kept.blanks.items()})
