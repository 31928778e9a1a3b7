"""The states of a deck during a build: read, run, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.inputs.used import BuildInput, Files
from marpweave.model.deck import Deck
from marpweave.model.diagram import Drawings
from marpweave.model.finding import Finding, Kind
from marpweave.model.outcome import Outcome
from marpweave.variants.effects import BlankEffects
from marpweave.variants.shown import Shown, shown

if TYPE_CHECKING:
    from marpweave.check.verdicts import CellCheck

OF_IMPORTS = ("ImportError", "ModuleNotFoundError")
"""Errors whose remedies depend on files anywhere in the project."""


@dataclass(frozen=True, slots=True)
class Source:
    """A deck as it was read."""

    deck: Deck
    used: tuple[BuildInput, ...] = ()
    """Other files read for it."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings about its text."""
        return self.deck.findings


@dataclass(frozen=True, slots=True)
class Checked:
    """A deck after its cells were run and checked."""

    deck: Deck
    checks: tuple[CellCheck, ...]
    inlines: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    updated: int = 0
    """Number of places rewritten by ``--update``."""
    written: tuple[Path, ...] = ()
    """Figures that changed."""
    used: tuple[BuildInput, ...] = ()
    """Digests of files and listings that it was made from, and of files that it wrote."""
    effects: BlankEffects = field(default_factory=BlankEffects)
    """Effects of student blanks."""
    proof: tuple[Outcome, ...] = ()
    """Outcomes of the full deck, if only the student variant is built: they prove the tests."""
    drawings: Drawings = field(default_factory=Drawings)
    is_whole: bool = True
    """False: a tool failed, and may succeed next time."""
    circular: bool = False
    """True: its inputs change on every run, because decks read each other's files."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes on which its report depends: cells, inline values and proof."""
        return (*(check.outcome for check in self.checks), *self.inlines, *self.proof)

    @property
    def lasting(self) -> bool:
        """Whether all dependencies of its report were observed, so that it holds until one of them changes."""
        is_drawn = self.drawings.diagrams.keys() >= {*self.deck.diagrams}
        is_failed = any(finding.kind is Kind.ERROR for finding in self.findings)
        return self.is_whole and is_drawn and not self.circular and not any(
            each.trouble or each.provenance.volatile or each.provenance.nondeterministic
            or (is_failed and each.error and each.error.name in OF_IMPORTS) for each in self.outcomes)

    @property
    def shown(self) -> Shown:
        """The deck as shown to its audience."""
        return shown(self.deck, self.checks, self.inlines, self.effects)

    def with_findings(self, findings: Iterable[Finding], files: Files | None = None) -> Checked:
        """A copy with additional findings and files read."""
        used = files.used() if files else ()
        return replace(self, findings=(*self.findings, *findings), used=(*self.used, *used))
