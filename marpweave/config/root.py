"""Finds the folder of the project."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from marpweave.config.config import Configuration
from marpweave.errors import UsageError

OWN, SHARED = "marpweave.toml", "pyproject.toml"
TABLE = re.compile(rb"^[ \t]*\[{0,2}[ \t]*[\"']?tool[\"']?[ \t]*\.[ \t]*[\"']?marpweave(?![\w-])", re.MULTILINE)
"""Matches files that may contain ``[tool.marpweave]``; others need not be parsed as TOML, which is slow."""


def working_folder() -> Path:
    """The current working folder; raises UsageError if it does not exist."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("the working folder no longer exists; change to another") from None


def find_project(places: Sequence[Path]) -> Configuration:
    """The project of decks in these folders, or of the working folder if there are none or they are outside of it."""
    working = working_folder()
    place = _common(places) or working
    current = _marked(working)
    if current and not place.is_relative_to(current.root):
        return current
    return _marked(place) or Configuration(place, marked=False)


def unheeded(decks: Sequence[Path], root: Path) -> tuple[Path, ...]:
    """Configurations nearer to decks than that of their project, whose folder is ``root``: they do not hold."""
    folders = {folder for place in {deck.absolute().parent for deck in decks} if place.is_relative_to(root)
               for folder in (place, *place.parents) if folder.is_relative_to(root) and folder != root}
    return tuple(file for folder in sorted(folders) if (file := configuration_in(folder)))


def _common(places: Sequence[Path]) -> Path | None:
    try:
        return Path(os.path.commonpath([place.resolve() for place in places]))
    except ValueError:  # no folders, or on different drives
        return None


def _marked(place: Path) -> Configuration | None:
    """The nearest configured folder, otherwise that of the repository or the package."""
    home = Path(os.path.expanduser("~")).resolve()  # noqa: PTH111  which fails where there is none
    folders = tuple(_upward(place, home))
    for folder in folders:
        if file := configuration_in(folder):
            return Configuration(folder, file=file)
    marks = ((folder, mark) for mark in (".git", SHARED) for folder in folders if folder != home)
    return next((Configuration(folder) for folder, mark in marks if (folder / mark).exists()), None)


def _upward(place: Path, home: Path) -> Iterator[Path]:
    """A folder and its parents, up to the home folder, without folders that are writable for everybody."""
    for folder in (place, *place.parents):
        if not _is_everybodys(folder):
            yield folder
        if folder == home:
            return


def _is_everybodys(folder: Path) -> bool:
    try:
        mode = folder.stat().st_mode
    except OSError:
        return True
    return bool(mode & stat.S_ISVTX and mode & stat.S_IWOTH)


def configuration_in(folder: Path) -> Path | None:
    """The configuration file in a folder; raises UsageError if there are two."""
    own, shared = folder / OWN, folder / SHARED
    try:
        has_table = bool(TABLE.search(shared.read_bytes()))
    except OSError:
        has_table = False
    if has_table and own.is_file():
        raise UsageError(f"{own} and [tool.marpweave] in {shared} both configure this project; keep one of them")
    return own if own.is_file() else shared if has_table else None
