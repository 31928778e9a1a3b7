"""Decks during a build: as they were read, and after they ran."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.build.faults import Unreadable
from marpweave.errors import DeckError, UsageError
from marpweave.files import read_bytes
from marpweave.inputs.used import Files, Used
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.outcome import Outcome
from marpweave.read.classic import is_classic, modernise
from marpweave.read.parse import parse_deck

if TYPE_CHECKING:
    from marpweave.check.verdicts import CellCheck

NO_DECKS: Mapping[str, str] = {
    ".ipynb": "write the notebook as Markdown first: `jupytext --to md` does it",
    **dict.fromkeys((".py", ".html", ".pdf", ".pptx", ".docx"), "a deck is a Markdown file of Marp")}
"""What is named for a deck by mistake, and what to do then."""


NO_VARIABLES = "`env` lets no variable into a sandbox"


@dataclass(frozen=True, slots=True)
class Source:
    """A deck as it was read."""

    deck: Deck
    used: tuple[Used, ...] = ()
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
    used: tuple[Used, ...] = ()
    """Files and listings that it was made from, and those that it wrote, as they were then."""
    restless: bool = False
    """True: its inputs change on every run, since other decks write what it reads and read what it writes."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of its cells and of the values in its prose."""
        return (*(check.outcome for check in self.checks), *self.inlines)

    @property
    def lasting(self) -> bool:
        """Whether everything that its outcomes depend on was seen: then they hold as long as nothing changes."""
        return not self.restless and not any(
            each.trouble or each.provenance.volatile or each.provenance.nondeterministic for each in self.outcomes)

    def found(self, findings: Iterable[Finding], files: Files | None = None) -> Checked:
        """The deck with more findings, and with the files that were read for them."""
        used = files.used() if files else ()
        return replace(self, findings=(*self.findings, *findings), used=(*self.used, *used))


def read_deck(path: Path, files: Files, *, prelude: str = "", sandbox: bool = False) -> Deck | Unreadable:
    """A deck, or why it cannot be read; ``files`` reads the pictures whose width a classic deck needs.

    ``sandbox``: it is to run in one, whatever it says itself.
    """
    if path.suffix.lower() in NO_DECKS:
        raise UsageError(f"{path} is no Markdown; " + NO_DECKS[path.suffix.lower()])
    try:
        text = read_bytes(path).decode("utf-8")
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the decks in it") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[:error.start].count(b"\n") + 1
        fault = Finding(Kind.MARKDOWN, Location(path, line), "is not UTF-8; save the deck as UTF-8")
        return Unreadable(path, (fault,))
    try:
        return deck_of(text, path, files, prelude=prelude, sandbox=sandbox)
    except DeckError as error:
        return Unreadable(path, error.findings)


def deck_of(text: str, path: Path, files: Files, *, prelude: str = "", sandbox: bool = False) -> Deck:
    """Parse a deck, a classic one in today's syntax; raises DeckError with every fault."""
    deck = replace(parse_deck(_modern(text, path.parent, files), path, prelude=prelude), text=text)
    return _sandboxed(deck) if sandbox or deck.sandbox else deck


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
