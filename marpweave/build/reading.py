"""Reads decks with the files that they include and the decks that they refer to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from marpweave.build.faults import Unreadable
from marpweave.build.settings import name_from
from marpweave.config.decks import CONVERTIBLE, SUFFIXES
from marpweave.errors import DeckError, UsageError
from marpweave.files import read_bytes, seen_from
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.given import Given
from marpweave.model.location import Location
from marpweave.model.variant import Variant
from marpweave.read.classic import is_classic, modernise
from marpweave.read.images import REMOTE
from marpweave.read.includes import MAX_SIZE, MENTION, Included, Part, alone, with_parts
from marpweave.read.parse import is_adopted, parse_deck
from marpweave.text import encoding_of, nearest
from marpweave.variants.parameters import parametrised
from marpweave.variants.variant import variant_of
from marpweave.weave.references.references import named_decks

MARKDOWN = ("", ".txt", *SUFFIXES)
"""Suffixes of files that may contain Markdown; a text file is a deck only if named explicitly."""
CONVERTED, NO_DECK = "convert it to a deck with `marpweave convert`", "a deck is a Marp Markdown file"
NO_VARIABLES = "`env` has no effect in a sandbox"


def read_deck(path: Path, files: Files, given: Given, variant: Variant = Variant.FULL) -> Deck | Unreadable:
    """A deck, or why it cannot be read; ``files`` reads images whose widths a classic deck needs."""
    content = content_of(path)
    suffix = path.suffix.lower()
    if suffix not in MARKDOWN:
        raise UsageError(f"{path} is not Markdown; {CONVERTED if suffix in CONVERTIBLE else NO_DECK}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[:error.start].count(b"\n") + 1
        found = encoding_of(content)
        message = f"is not UTF-8{f', but {found}' if found else ''}; save the deck as UTF-8"
        fault = Finding(Kind.MARKDOWN, Location(path, line), message)
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
    """The deck in a file; raises DeckError if it cannot be read."""
    read = read_deck(path, Files(), given)
    if isinstance(read, Unreadable):
        raise DeckError(read.findings)
    return read


def content_of(path: Path) -> bytes:
    """The content of a file that the user names; raises UsageError."""
    try:
        return read_bytes(path)
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder; name the files in it") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def deck_of(text: str, path: Path, files: Files, given: Given) -> Deck:
    """Parse a deck with its includes, converting classic syntax; raises DeckError with all faults."""
    return whole_deck(_included(text, path, files, given), path, files, given)


def whole_deck(whole: Included, path: Path, files: Files, given: Given) -> Deck:
    """Parse a deck whose includes have been expanded; raises DeckError with all faults."""
    deck = parse_deck(_modern(whole.text, path.parent, files), path, given, whole)
    deck = parametrised(replace(deck, text=whole.text), given.parameters)
    return _sandboxed(deck) if deck.sandbox else deck


def with_others(deck: Deck, files: Files, given: Given) -> Deck:
    """A deck with the decks that its prose refers to, as far as they can be read."""
    others = {}
    for name in sorted(named_decks(deck)):
        path, content = next(_candidates(name, deck.path.parent, files, given), (None, b""))
        if path:
            folders = given.named_from or (deck.path.parent,)
            shared = Given(name=name_from(folders, path), lang=given.lang, allowed=given.allowed)
            with suppress(DeckError):
                others[name] = deck_of(content.decode("utf-8", "replace"), path, files, shared)
    return replace(deck, others=others)


def _candidates(name: str, beside: Path, files: Files, given: Given) -> Iterator[tuple[Path, bytes]]:
    """Files that a deck name in prose may refer to: relative to the deck, or by name in the project."""
    for folder in (beside, *given.named_from):
        for path in (folder / f"{name}{suffix}" for suffix in SUFFIXES):
            content = files.read(path) if files.place(path).is_relative_to(folder.resolve()) else None
            if content is not None:
                yield path, content


def _sandboxed(deck: Deck) -> Deck:
    """A deck in a sandbox, which must not choose which environment variables it sees."""
    closed = [Finding(Kind.WARNING, Location(deck.path, 1), NO_VARIABLES)] if deck.env else []
    return replace(deck, sandbox=True, env=(), findings=(*deck.findings, *closed))


def _modern(text: str, folder: Path, files: Files) -> str:
    """A classic deck in current syntax; missing images are as wide as their placeholders."""
    if not is_classic(text):
        return text
    from marpweave.weave.embed import PLACEHOLDER_WIDTH, natural_width

    return modernise(text, lambda source: natural_width(source, folder, files) or PLACEHOLDER_WIDTH)


# -- files that decks include ----------------------------------------------------------


def _included(text: str, path: Path, files: Files, given: Given) -> Included:
    """The text of a deck with included files; that of a foreign deck is unchanged. Raises DeckError."""
    own = Part(path, path.resolve(), text)
    if not MENTION.search(text) or not is_adopted(text):
        return alone(own)
    allowed = [each.resolve() for each in given.allowed or (path.parent,)]
    return with_parts(own, lambda target, above: _fetched(target, above, files, allowed))


def _fetched(target: str, above: Path, files: Files, allowed: list[Path]) -> Part | str:
    """The file that an include in the file ``above`` names, or an error message."""
    if target.lower().startswith(REMOTE):
        return f"{target} is on the network, and builds download nothing; store it beside the deck"
    if "\0" in target:
        return f"{target!r} is not a path"
    folder, from_root = above.parent, target.startswith("/")
    way = seen_from(allowed[0] / target.lstrip("/"), folder.resolve()) if from_root else target
    path = Path(os.path.normpath(folder / way))
    place = files.place(path)
    if not any(map(place.is_relative_to, allowed)):
        return f"{target} is outside the project, at {place}; allow it with `--allow PATH`"
    if refusal := _refusal(path):
        files.wrote(path, b"")  # to be watched without being read
        return f"{target} {refusal}"
    content = files.read(path)
    if content is None:
        return f"{target} cannot be read"
    if b"\0" in content:
        return f"{target} is not text; a deck includes Markdown"
    try:
        return Part(path, place, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content[:error.start].count(b"\n") + 1
        return f"{target} is not UTF-8 (line {line}); save it as UTF-8"


def _refusal(path: Path) -> str:
    """Why a file must not be read, or ""."""
    try:
        found = path.stat()
    except FileNotFoundError:
        near = nearest(path.name, (each.name for each in path.parent.glob("*")), 0.75)
        return f"does not exist: there is no {path}" + (f"; did you mean {near}?" if near else "")
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISDIR(found.st_mode):
        return "is a folder; name a file in it"
    return f"is too large: more than {MAX_SIZE:,} bytes" if found.st_size > MAX_SIZE else ""
