"""Decks during a build: as they were read, and after they ran."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.faults import Unreadable
from marpweave.build.parts import included
from marpweave.config.decks import CONVERTIBLE, SUFFIXES
from marpweave.errors import DeckError, UsageError
from marpweave.files import read_bytes
from marpweave.inputs.used import BuildInput, Files
from marpweave.model.deck import Deck
from marpweave.model.diagram import Drawings
from marpweave.model.finding import Finding, Kind
from marpweave.model.given import Given
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome
from marpweave.model.variant import Variant
from marpweave.read.classic import is_classic, modernise
from marpweave.read.includes import Included
from marpweave.read.parse import parse_deck
from marpweave.variants.behind import Behind
from marpweave.variants.parameters import parametrised
from marpweave.variants.shown import Shown, shown
from marpweave.variants.variant import variant_of
from marpweave.weave.references.references import named_decks

if TYPE_CHECKING:
    from marpweave.check.verdicts import CellCheck

MARKDOWN = ("", ".txt", *SUFFIXES)
"""Suffixes of files that may hold Markdown; a text file is a deck only if it is named."""
CONVERTED, NO_DECK = "`marpweave convert` makes a deck of it", "a deck is a Markdown file of Marp"
NO_VARIABLES = "`env` has no effect in a sandbox"


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
    behind: Behind = field(default_factory=Behind)
    """What fails because of blanks, as it should."""
    proof: tuple[Outcome, ...] = ()
    """What the full deck gave, for students who get nothing else: its tests were proven with that."""
    drawings: Drawings = field(default_factory=Drawings)
    is_whole: bool = True
    """False: a tool failed on the way, and may not fail again."""
    restless: bool = False
    """True: its inputs change on every run, since other decks write what it reads and read what it writes."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes on which its report rests: of its cells, of the values in its prose, and of its proof."""
        return (*(check.outcome for check in self.checks), *self.inlines, *self.proof)

    @property
    def lasting(self) -> bool:
        """Whether everything that its outcomes depend on was seen: then they hold as long as nothing changes."""
        is_drawn = self.drawings.diagrams.keys() >= {*self.deck.diagrams}
        return self.is_whole and is_drawn and not self.restless and not any(
            each.trouble or each.provenance.volatile or each.provenance.nondeterministic for each in self.outcomes)

    @property
    def shown(self) -> Shown:
        """What its audience is shown."""
        return shown(self.deck, self.checks, self.inlines, self.behind)

    def found(self, findings: Iterable[Finding], files: Files | None = None) -> Checked:
        """The deck with more findings, and with the files that were read for them."""
        used = files.used() if files else ()
        return replace(self, findings=(*self.findings, *findings), used=(*self.used, *used))


def read_deck(path: Path, files: Files, given: Given, variant: Variant = Variant.FULL) -> Deck | Unreadable:
    """A deck, or why it cannot be read; ``files`` reads the pictures whose width a classic deck needs."""
    content = content_of(path)
    suffix = path.suffix.lower()
    if suffix not in MARKDOWN:
        raise UsageError(f"{path} is not Markdown; {CONVERTED if suffix in CONVERTIBLE else NO_DECK}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[:error.start].count(b"\n") + 1
        fault = Finding(Kind.MARKDOWN, Location(path, line), "is not UTF-8; save the deck as UTF-8")
        return Unreadable(path, (fault,), variant)
    try:
        deck = deck_of(text, path, files, given)
    except DeckError as error:
        return Unreadable(path, error.findings, variant, tuple(files.used()))
    try:
        return variant_of(with_others(deck, files, given), variant)
    except DeckError as error:
        return Unreadable(path, deck.origins.in_files(error.findings), variant, tuple(files.used()))


def parsed_deck(path: Path, given: Given) -> Deck:
    """The deck of a file; raises DeckError where it cannot be read."""
    read = read_deck(path, Files(), given)
    if isinstance(read, Unreadable):
        raise DeckError(read.findings)
    return read


def content_of(path: Path) -> bytes:
    """The content of a file that somebody named; raises UsageError."""
    try:
        return read_bytes(path)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the files in it") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def deck_of(text: str, path: Path, files: Files, given: Given) -> Deck:
    """Parse a deck with all that it includes, a classic one in today's syntax; raises DeckError with every fault."""
    return whole_deck(included(text, path, files, given), path, files, given)


def whole_deck(whole: Included, path: Path, files: Files, given: Given) -> Deck:
    """Parse a deck in whose text all that it includes stands already; raises DeckError with every fault."""
    deck = parse_deck(_modern(whole.text, path.parent, files), path, given, whole)
    deck = parametrised(replace(deck, text=whole.text), given.parameters)
    return _sandboxed(deck) if deck.sandbox else deck


def with_others(deck: Deck, files: Files, given: Given) -> Deck:
    """A deck with those beside it that its prose refers to, as far as they can be read."""
    others = {}
    shared = Given(lang=given.lang, rooms=given.rooms)
    for name in sorted(named_decks(deck)):
        path = deck.path.parent / f"{name}.md"
        content = files.read(path) if path.resolve().is_relative_to(deck.path.parent.resolve()) else None
        if content is not None:
            with suppress(DeckError):
                others[name] = deck_of(content.decode("utf-8", "replace"), path, files, shared)
    return replace(deck, others=others)


def _sandboxed(deck: Deck) -> Deck:
    """A deck that is to run in a sandbox, and so must not choose which variables of ours it sees."""
    closed = [Finding(Kind.WARNING, Location(deck.path, 1), NO_VARIABLES)] if deck.env else []
    return replace(deck, sandbox=True, env=(), findings=(*deck.findings, *closed))


def _modern(text: str, folder: Path, files: Files) -> str:
    """A classic deck in today's syntax; missing pictures are as wide as their placeholders."""
    if not is_classic(text):
        return text
    from marpweave.weave.embed import PLACEHOLDER_WIDTH, natural_width

    return modernise(text, lambda source: natural_width(source, folder, files) or PLACEHOLDER_WIDTH)
