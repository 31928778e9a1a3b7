"""Fetches the files that decks include."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from marpweave.files import seen_from
from marpweave.inputs.used import Files
from marpweave.model.given import Given
from marpweave.read.images import REMOTE
from marpweave.read.includes import LARGEST, MENTION, Included, Part, alone, with_parts
from marpweave.read.parse import is_adopted


def included(text: str, path: Path, files: Files, given: Given) -> Included:
    """The text of a deck with the files that it includes; of a foreign deck as it is. Raises DeckError."""
    own = Part(path, path.resolve(), text)
    if not MENTION.search(text) or not is_adopted(text):
        return alone(own)
    rooms = [room.resolve() for room in given.rooms or (path.parent,)]
    return with_parts(own, lambda target, above: _fetched(target, above, files, rooms))


def _fetched(target: str, above: Path, files: Files, rooms: list[Path]) -> Part | str:
    """The file that an include in the file ``above`` names, or what is wrong with it."""
    if target.lower().startswith(REMOTE):
        return f"{target} is on the network, and builds download nothing; store it beside the deck"
    if "\0" in target:
        return f"{target!r} is not a path"
    folder, from_root = above.parent, target.startswith("/")
    way = seen_from(rooms[0] / target.lstrip("/"), folder.resolve()) if from_root else target
    path = Path(os.path.normpath(folder / way))
    place = Path(os.path.realpath(path))  # Path.resolve raises where links lead in a circle
    if not any(map(place.is_relative_to, rooms)):
        return f"{target} is outside the project, at {place}; allow it with `--allow PATH`"
    if refusal := _refusal(path):
        files.wrote(path, b"")  # it is watched, and was not read
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
    """Why a file will not be read; "": it may be."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return f"does not exist: there is no {path}"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISDIR(found.st_mode):
        return "is a folder; name a file in it"
    return f"is too big: it has more than {LARGEST:,} bytes" if found.st_size > LARGEST else ""
