"""Reads a deck from its file, and checks it after it ran."""

from __future__ import annotations

from pathlib import Path

from marpweave.build.decks import Checked, Source
from marpweave.build.faults import Unreadable, contained
from marpweave.build.project import Project
from marpweave.build.reading import read_deck
from marpweave.build.running import run_once
from marpweave.check.alternatives import alt_findings
from marpweave.check.findings import findings_of, hidden_name_findings, unseen_findings
from marpweave.check.remedies import remedies
from marpweave.check.sources import source_findings
from marpweave.check.verdicts import check_deck
from marpweave.errors import UsageError
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import DeckOutcome
from marpweave.model.variant import Variant
from marpweave.render.citations.literature import citation_findings
from marpweave.variants.effects import effects_of_blanks, unexplained, values_left, with_withheld
from marpweave.weave.references.findings import reference_findings


def source_of(path: Path, project: Project, variant: Variant = Variant.FULL) -> Source | Unreadable:
    """A variant of the deck in a file, or why it cannot be read."""
    files, settings = Files(), project.settings
    read = contained(lambda: read_deck(path, files, settings.given(path), variant), path, project.root)
    match read:
        case Unreadable():
            return read
        case Finding():
            return Unreadable(path, (read,), variant)
    return _unfit(read, project) or Source(read, tuple(files.used()))


def _unfit(deck: Deck, project: Project) -> Unreadable | None:
    """Why the kernel named by a deck cannot run its cells."""
    try:
        project.environment(deck)
    except UsageError as error:
        if not deck.kernel_line:
            raise
        fault = Finding(Kind.OPTION, Location(deck.path, deck.kernel_line), str(error))
        return Unreadable(deck.path, (fault,), deck.variant)
    return None


def checked_of(source: Source, outcome: DeckOutcome, project: Project) -> Checked:
    """A deck with the verdicts and findings derived from its outcome."""
    deck, files, outcome = source.deck, Files(), outcome.in_files(source.deck.origins)
    checks = check_deck(deck, outcome.cells)
    remedy = with_withheld(remedies(deck, project.environment(deck), own_folders(deck, project)), deck)
    effects = effects_of_blanks(deck, checks, outcome.inlines)
    checked = Checked(deck, checks, outcome.inlines, findings=deck.findings, used=source.used, effects=effects)
    left, values = unexplained(checks, effects), values_left(outcome.inlines, effects)
    return checked.with_findings((
        *effects.findings, *findings_of(left, deck, values, remedy=remedy),
        *reference_findings(deck, checks), *hidden_name_findings(deck), *alt_findings(deck, checks),
        *citation_findings(deck, files, project.allowed(deck)),
        *(unseen_findings(checks) if project.settings.verify else ()),
        *source_findings(deck, search_path(deck, project), files)), files)


def run_alone(source: Source, project: Project) -> Checked:
    """Run a single deck and check it."""
    return checked_of(source, run_once([source.deck], project)[0], project)


def own_folders(deck: Deck, project: Project) -> tuple[Path, ...]:
    """Folders in which the deck's own modules may be."""
    return deck.path.resolve().parent, project.root


def search_path(deck: Deck, project: Project) -> tuple[Path, ...]:
    """Folders in which all modules of the deck may be."""
    return *own_folders(deck, project), *map(Path, project.environment(deck).path)
