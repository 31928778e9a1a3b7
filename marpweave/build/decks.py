"""Decks during a build: as they were read, and after they ran."""

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
"""Errors whose remedies depend on files that are found anywhere in the project."""


@dataclass(frozen=True, slots=True)
class Source:
    """A deck as it was read."""

    deck: Deck
    used: tuple[BuildInput, ...] = ()
    """Other files that were needed to read it."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with its text."""
        return self.deck.findings


@dataclass(frozen=True, slots=True)
class Checked:
    """A deck after its cells ran and were checked."""

    deck: Deck
    checks: tuple[CellCheck, ...]
    inlines: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    updated: int = 0
    """How many places ``--update`` rewrote."""
    written: tuple[Path, ...] = ()
    """Figures that changed."""
    used: tuple[BuildInput, ...] = ()
    """Files and listings that it was made from, and those that it wrote, as they were then."""
    effects: BlankEffects = field(default_factory=BlankEffects)
    """What fails because of its blanks."""
    proof: tuple[Outcome, ...] = ()
    """What the full deck gave, where only the students' is made: it proves the tests."""
    drawings: Drawings = field(default_factory=Drawings)
    is_whole: bool = True
    """False: a tool failed on the way, and may succeed next time."""
    circular: bool = False
    """True: its inputs change on every run, since other decks write what it reads and read what it writes."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes on which its report rests: of its cells, of the values in its prose, and of its proof."""
        return (*(check.outcome for check in self.checks), *self.inlines, *self.proof)

    @property
    def lasting(self) -> bool:
        """Whether everything that its report depends on was seen: then it holds as long as nothing changes."""
        is_drawn = self.drawings.diagrams.keys() >= {*self.deck.diagrams}
        is_failed = any(finding.kind is Kind.ERROR for finding in self.findings)
        return self.is_whole and is_drawn and not self.circular and not any(
            each.trouble or each.provenance.volatile or each.provenance.nondeterministic
            or (is_failed and each.error and each.error.name in OF_IMPORTS) for each in self.outcomes)

    @property
    def shown(self) -> Shown:
        """What its audience is shown."""
        return shown(self.deck, self.checks, self.inlines, self.effects)

    def with_findings(self, findings: Iterable[Finding], files: Files | None = None) -> Checked:
        """The deck with more findings, and with the files that were read for them."""
        used = files.used() if files else ()
        return replace(self, findings=(*self.findings, *findings), used=(*self.used, *used))
