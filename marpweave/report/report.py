"""The report of a build: what became of each deck, and the exit code."""

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
    """What became of one cell."""

    label: str
    line: int
    end: int
    """Its last line, with its output fence."""
    ran: bool = True
    """False: it is only shown, or nothing ran after what went wrong above."""
    seconds: float = 0.0
    """0.0: its result was known."""
    path: Path | None = None
    """The included file that it stands in; None: the deck's own."""


@dataclass(frozen=True, slots=True)
class DeckReport:
    """The report on one deck."""

    path: Path
    slides: int = 0
    cells: tuple[CellReport, ...] = ()
    executed: tuple[str, ...] = ()
    """Labels of the cells that ran in this build."""
    from_cache: int = 0
    checked: int = 0
    """How many expected outputs were compared."""
    proven: int = 0
    """How many of them are right."""
    unchecked: int = 0
    updated: int = 0
    """How many places ``--update`` rewrote."""
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    written: tuple[Path, ...] = ()
    watched: str = ""
    """What showed the inputs of its cells: ``system calls`` or ``audit hooks``."""
    workers: tuple[str, ...] = ()
    """Where its cells ran in this build, if not in this process."""
    variant: Variant = Variant.FULL
    blanks: Mapping[Line, tuple[Line, ...]] = field(default_factory=dict)
    """Lines of the blanks for students, each with the lines that fail because of it, as they should."""

    @property
    def name(self) -> str:
        """How it is told from others: ``week1/intro.md``, ``week1/intro.md (student)``."""
        path = self.path.as_posix()
        return path if self.variant is Variant.FULL else f"{path} ({self.variant})"

    @property
    def in_order(self) -> list[Finding]:
        """Its findings in the order of the file."""
        return sorted(self.findings, key=lambda f: (f.location.path != self.path, f.location, f.kind))

    def after(self, earlier: DeckReport | None) -> DeckReport:
        """The report with what an earlier run of the deck in the same build did."""
        if earlier is None:
            return self
        return replace(
            self, executed=tuple(dict.fromkeys((*earlier.executed, *self.executed))),
            seconds=earlier.seconds + self.seconds, updated=earlier.updated + self.updated,
            written=tuple(dict.fromkeys((*earlier.written, *self.written))),
            workers=tuple(dict.fromkeys((*earlier.workers, *self.workers))))


@dataclass(frozen=True, slots=True)
class Report:
    """The report on all decks."""

    decks: tuple[DeckReport, ...]
    strict: bool = False
    verify: bool = False
    """True: nondeterministic cells fail the build, too, since ``--verify`` looks for them."""

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes this build fail."""
        return finding.fails(strict=self.strict) or (self.verify and finding.kind is Kind.NONDETERMINISTIC)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that make the build fail."""
        return tuple(f for deck in self.decks for f in deck.findings if self.fails(f))

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 3 if one of them is a fault of ours."""
        return INTERNAL if any(f.severity is Severity.INTERNAL for f in self.failing) else 1 if self.failing else 0

    def shown(self, deck: DeckReport) -> Iterator[Finding]:
        """A deck's findings that people see: notices only under ``--strict``."""
        return (each for each in deck.in_order if self.strict or each.severity is not Severity.NOTICE)


def cell_of(finding: Finding, deck: DeckReport) -> CellReport | None:
    """The cell that a finding lies in."""
    place = finding.location
    return next((cell for cell in deck.cells
                 if cell.line <= place.line <= cell.end and (cell.path or deck.path) == place.path), None)


def numbers_of(finding: Finding) -> list[int]:
    """The slides on which it is found."""
    return list(finding.slides or filter(None, [finding.slide]))
