"""Decks from disk: UTF-8, classic ones in today's syntax, or what keeps them from being read."""

from __future__ import annotations

from pathlib import Path

from marpweave.build.faults import Unreadable
from marpweave.build.settings import Settings
from marpweave.errors import DeckError, UsageError
from marpweave.files import read_bytes
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.read.classic import is_classic, modernise
from marpweave.read.parse import parse_deck


def read_deck(path: Path, settings: Settings, files: Files) -> tuple[Deck, str] | Unreadable:
    """A deck and its text, or what keeps it from being read; ``files``: the pictures whose width it asks for."""
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
        return deck_of(text, path, settings, files), text
    except DeckError as error:
        return Unreadable(path, error.findings)


def deck_of(text: str, path: Path, settings: Settings, files: Files) -> Deck:
    """The deck that a text is; raises DeckError with every fault."""
    return parse_deck(_modern(text, path.parent, files), path, prelude=settings.prelude)


def _modern(text: str, folder: Path, files: Files) -> str:
    """A classic deck in today's syntax; pictures that are not there are as wide as their placeholders."""
    if not is_classic(text):
        return text
    from marpweave.weave.embed import PLACEHOLDER_WIDTH, natural_width

    return modernise(text, lambda source: natural_width(source, folder, files) or PLACEHOLDER_WIDTH)
