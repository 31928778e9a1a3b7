"""The report of a build: the results of each deck, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from marpweave.model.finding import Finding, Kind, Severity
from marpweave.model.variant import Variant

INTERNAL = 3
"""The exit code of a build in which marpweave itself failed."""

Line = int | str
"""A line of the deck, or ``_part.md:12``."""


@dataclass(frozen=True, slots=True)
class CellReport:
    """The result of one cell."""

    label: str
    line: int
    end: int
    """Its last line, including the output fence."""
    ran: bool = True
    """False: it is only shown, or an earlier failure prevented its execution."""
    seconds: float = 0.0
    """0.0 if its result was cached."""
    path: Path | None = None
    """The included file that contains it; None: the deck itself."""


@dataclass(frozen=True, slots=True)
class DeckReport:
    """The result of one deck."""

    path: Path
    slides: int = 0
    cells: tuple[CellReport, ...] = ()
    executed: tuple[str, ...] = ()
    """Labels of the cells that were executed in this build."""
    from_cache: int = 0
    checked: int = 0
    """Number of expected outputs that were compared."""
    proven: int = 0
    """Number of expected outputs that are correct."""
    unchecked: int = 0
    updated: int = 0
    """Number of places rewritten by ``--update``."""
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    written: tuple[Path, ...] = ()
    watched: str = ""
    """How the inputs of cells were observed: ``system calls`` or ``audit hooks``."""
    workers: tuple[str, ...] = ()
    """Workers that ran its cells in this build, other than this process."""
    variant: Variant = Variant.FULL
    blanks: Mapping[Line, tuple[Line, ...]] = field(default_factory=dict)
    """Lines of student blanks, each with the lines that are expected to fail because of it."""

    @property
    def name(self) -> str:
        """Its unique name: ``week1/intro.md``, ``week1/intro.md (student)``."""
        path = self.path.as_posix()
        return path if self.variant is Variant.FULL else f"{path} ({self.variant})"

    @property
    def in_order(self) -> list[Finding]:
        """Its findings, sorted by line."""
        return sorted(self.findings, key=lambda f: (f.location.path != self.path, f.location, f.kind))

    def after(self, earlier: DeckReport | None) -> DeckReport:
        """Combine with an earlier run of the deck in the same build."""
        if earlier is None:
            return self
        return replace(
            self, executed=tuple(dict.fromkeys((*earlier.executed, *self.executed))),
            seconds=earlier.seconds + self.seconds, updated=earlier.updated + self.updated,
            written=tuple(dict.fromkeys((*earlier.written, *self.written))),
            workers=tuple(dict.fromkeys((*earlier.workers, *self.workers))))


@dataclass(frozen=True, slots=True)
class Report:
    """The results of all decks."""

    decks: tuple[DeckReport, ...]
    strict: bool = False
    verify: bool = False
    """True: nondeterministic cells fail the build (``--verify``)."""

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails this build."""
        return finding.fails(strict=self.strict) or (self.verify and finding.kind is Kind.NONDETERMINISTIC)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that fail this build."""
        return tuple(f for deck in self.decks for f in deck.findings if self.fails(f))

    @property
    def exit_code(self) -> int:
        """0: clean; 1: findings; 3: an internal error."""
        return INTERNAL if any(f.severity is Severity.INTERNAL for f in self.failing) else 1 if self.failing else 0

    def shown(self, deck: DeckReport) -> Iterator[Finding]:
        """The findings of a deck to show: notices only with ``--strict``."""
        return (each for each in deck.in_order if self.strict or each.severity is not Severity.NOTICE)


def cell_of(finding: Finding, deck: DeckReport) -> CellReport | None:
    """The cell that contains a finding."""
    place = finding.location
    return next((cell for cell in deck.cells
                 if cell.line <= place.line <= cell.end and (cell.path or deck.path) == place.path), None)


def numbers_of(finding: Finding) -> list[int]:
    """The slides concerned."""
    return list(finding.slides or filter(None, [finding.slide]))
