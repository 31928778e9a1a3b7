"""Finds the decks of a project, and those named by an argument."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from marpweave.config.ignored import ignored
from marpweave.errors import UsageError

SUFFIXES = (".md", ".markdown", ".mdown", ".markdn")
"""Suffixes that the Marp CLI treats as Markdown."""
CONVERTIBLE = (".ipynb", ".py", ".qmd", ".rmd")
"""Suffixes of files that `convert` can turn into decks."""
PLAINLY_A_DECK = re.compile(r"---[ \t]*\r?\n(?:(?!---|\.\.\.).*\n)*?(?:marp|execute):")
"""The usual beginning of decks; other front matter is parsed, which is slower."""
MAGIC = re.compile(r"[*?\[]")
FIRST = "run `marpweave init` to create one"
NO_PLACE = ("node_modules", "__pycache__", "_frozen")
"""Folders without decks of the author; so are hidden folders and virtual environments."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A file, folder or glob named by the user."""

    text: str
    place: Path
    """The file, or the folder to search."""
    pattern: tuple[str, ...] = ()
    """The remaining parts of a glob."""


def selector_of(text: str, folder: Path) -> Selector:
    """Parse an argument, relative to a folder."""
    path = folder / text
    if path.exists() or not MAGIC.search(text):
        return Selector(text, path)
    parts = path.parts
    first = next(n for n, part in enumerate(parts) if MAGIC.search(part))
    return Selector(text, Path(*parts[:first]), parts[first:])


def folder_of(selector: Selector) -> Path:
    """The folder that contains everything it selects."""
    return selector.place if selector.pattern or selector.place.is_dir() else selector.place.parent


def decks_of(selector: Selector, out: Path) -> tuple[Path, ...]:
    """The decks it selects; a named file always counts as a deck. Raises UsageError if there is none.

    ``out``: the output folder, which is not searched.
    """
    if not selector.pattern and not selector.place.is_dir():
        return (selector.place,)
    candidates = [path for path in _below(selector.place, out.resolve())
                  if _fits(path.relative_to(selector.place), selector.pattern)]
    decks = [path for path in candidates if is_deck(path)]
    excluded = ignored(decks)
    if chosen := tuple(path for path in sorted(decks) if path not in excluded):
        return chosen
    problem = f"no deck matches {selector.text}" if selector.pattern else f"there is no deck in {selector.place}"
    raise UsageError(f"{problem}; a deck is a Markdown file whose front matter has `marp:` or `execute:`; "
                     + _instead(selector, candidates))


def _instead(selector: Selector, markdown: Sequence[Path]) -> str:
    """A hint for a selector without decks."""
    if markdown:
        return f"name {from_here(min(markdown))} itself to use it as it is, or {FIRST}"
    others = sorted(path for path in folder_of(selector).glob("*") if path.suffix.lower() in CONVERTIBLE)
    if not others:
        return FIRST
    names = (str(from_here(each)) for each in (others[0], others[0].with_suffix(".md")))
    source, target = (f'"{name}"' if " " in name else name for name in names)
    return f"run `marpweave convert {source} {target}` to make one"


def is_named(path: Path, selector: Selector) -> bool:
    """Whether a file is selected or in a selected folder."""
    file, place = path.resolve(), selector.place.resolve()
    return file.is_relative_to(place) and _fits(file.relative_to(place), selector.pattern)


def _below(folder: Path, out: Path) -> Iterator[Path]:
    start = folder.resolve()
    for name, folders, files in os.walk(folder):
        place = Path(name)
        if start / place.relative_to(folder) == out or "pyvenv.cfg" in files:
            folders.clear()
            continue
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in NO_PLACE)
        yield from (place / each for each in files
                    if each.lower().endswith(SUFFIXES) and os.path.isfile(os.path.join(name, each)))  # noqa: PTH113, PTH118


def _fits(path: PurePath, pattern: tuple[str, ...]) -> bool:
    """Whether a glob matches a path or one of its parents."""
    parts = path.parts
    return not pattern or any(_matches(parts[:end], pattern) for end in range(1, len(parts) + 1))


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_matches(parts[start:], pattern[1:]) for start in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def is_deck(path: Path) -> bool:
    """Whether the front matter of a Markdown file has ``marp:`` or ``execute:``; ``_part.md`` is only for inclusion."""
    if path.name.startswith("_"):
        return False
    text = path.read_bytes().decode("utf-8", errors="replace").removeprefix("\ufeff")
    if PLAINLY_A_DECK.match(text) or not text.startswith("---"):
        return text.startswith("---")
    from marpweave.read.parse import says_it_is_a_deck

    return says_it_is_a_deck(text)


def from_here(path: Path) -> Path:
    """A path for messages: relative to the working folder if inside."""
    working = Path.cwd()
    return path.relative_to(working) if path.is_relative_to(working) else path


def unique(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Each deck once, in order."""
    known: dict[Path, Path] = {}
    for path in paths:
        known.setdefault(path.absolute(), path)
    return tuple(known.values())
