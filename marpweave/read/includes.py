"""Replaces ``{{< include part.md >}}`` in a deck by the files. Pure.

The rules are Quarto's: an include is a paragraph of its own, replaced by the text of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from marpweave.errors import DeckError
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.origins import Origins, SourceFile, Stretch
from marpweave.read.tokens import directives, front_matter_token, marp_tokens
from marpweave.read.yaml import Fault, Reading
from marpweave.text import line_end, split_lines

MENTION = re.compile(r"\{\{<[ \t]*include[ \t]")
INCLUDE = re.compile(r"\{\{<[ \t]*include[ \t]+(?P<target>[^\n]*?)[ \t]*>\}\}")
PATH = re.compile(r"""(?P<quote>["'])(?P<quoted>[^"']+)(?P=quote)|(?P<bare>[^\s"']+)""")
BYTE_ORDER_MARK = "\ufeff"
MAX_PARTS, MAX_SIZE = 500, 5_000_000
"""Maximum number of includes of a deck, and of characters that they add."""
TOO_MUCH = f"the deck includes too much: more than {MAX_PARTS} files, or {MAX_SIZE:,} characters"
NO_PATH = "an include takes the path of one file, in quotes if it has spaces: {{< include part.md >}}"


@dataclass(frozen=True, slots=True)
class Part:
    """A file that is part of a deck."""

    path: Path
    """Path as messages show it."""
    place: Path
    """Path with all symlinks resolved."""
    text: str


Fetch = Callable[[str, Path], Part | str]
"""Returns the file that an include in another file names, or an error message."""


@dataclass(frozen=True, slots=True)
class Included:
    """The text of a deck including all files."""

    text: str
    origins: Origins = field(default_factory=Origins)
    dropped: tuple[Fault, ...] = ()
    """Faults: front matter of included files that has no effect."""


def with_parts(main: Part, fetch: Fetch) -> Included:
    """Replace the includes of a deck by their files; raises DeckError for an invalid include."""
    if not MENTION.search(main.text):
        return alone(main)
    mark = BYTE_ORDER_MARK * main.text.startswith(BYTE_ORDER_MARK)
    weaver = _Weaver(fetch)
    lines = tuple(weaver.woven((main,)))
    if weaver.faults:
        raise DeckError(weaver.faults)
    if not weaver.parts:
        return alone(main)
    included = Included(mark + "".join(line.text for line in lines), _origins(lines, [main, *weaver.parts]),
                        tuple(weaver.dropped))
    if torn := tuple(_torn(included)):
        raise DeckError(torn)
    return included


def alone(main: Part) -> Included:
    """A deck without includes."""
    return Included(main.text, Origins((SourceFile(main.path, main.text, main.place),)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the deck and its source."""

    text: str
    path: Path
    number: int
    """1-based."""


class _Weaver:
    """Expands includes, and collects parts and findings."""

    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch
        self.parts: list[Part] = []
        self.faults: list[Finding] = []
        self.dropped: list[Fault] = []
        self.height = 0

    def woven(self, chain: tuple[Part, ...]) -> Iterator[_Line]:
        """The lines of the last part of a chain in which each file includes the next."""
        part, first = chain[-1], len(chain) == 1
        lines = split_lines(part.text.removeprefix(BYTE_ORDER_MARK))
        body = _Body() if first else _body_of(part)
        if body.keys:
            keys = ", ".join(f"`{key}`" for key in body.keys)
            self.dropped.append(Fault(self.height, f"front matter of an included file has no effect; "
                                                   f"{part.path.name} has {keys}"))
        includes = includes_of(lines, body.skipped, first=first)
        for number, line in enumerate(lines[body.skipped:], start=body.skipped + 1):
            target = includes.get(number)
            if target is not None:
                yield from self._included(target, Location(part.path, number), chain)
            self.height += 1
            text = "" if target is not None else line.rstrip("\r\n")  # a blank line separates the part from the next
            ends = line_end(line) or not first or target is not None
            # a CR directly before an LF would form a single line end
            yield _Line(f"{text}\n" if ends else text, part.path, number)

    def _included(self, target: str, location: Location, chain: tuple[Part, ...]) -> Iterator[_Line]:
        included = self._fetched(target, location, chain)
        if isinstance(included, Part):
            self.parts.append(included)
            yield from self.woven((*chain, included))
        elif len(self.parts) < MAX_PARTS or not self.faults:
            self.faults.append(Finding(Kind.MARKDOWN, location, included))

    def _fetched(self, target: str, location: Location, chain: tuple[Part, ...]) -> Part | str:
        """The file that an include names, or why it cannot be included here."""
        match = PATH.fullmatch(target)
        included = self.fetch(match["quoted"] or match["bare"], location.path) if match else NO_PATH
        if isinstance(included, str):
            return included
        if any(included.place == above.place for above in chain):
            return f"{target} includes itself: {' -> '.join(each.path.name for each in (*chain, included))}"
        size = sum(len(part.text) for part in (*self.parts, included))
        return TOO_MUCH if len(self.parts) >= MAX_PARTS or size > MAX_SIZE else included


@dataclass(frozen=True, slots=True)
class _Body:
    """Where the content of an included file begins, after its front matter."""

    skipped: int = 0
    """Number of front matter lines."""
    keys: tuple[str, ...] = ()
    """Keys of the front matter, except those that only mark the file as a deck."""


def _body_of(part: Part) -> _Body:
    """The body of a part; a ruler on its first line starts a slide unless ``key: value`` follows it."""
    token = front_matter_token(part.text.removeprefix(BYTE_ORDER_MARK))
    reading = directives(token) if token and token.meta["closed"] else Reading(None)
    if token is None or not token.map or not reading.entries:
        return _Body()
    return _Body(token.map[1], tuple(entry.key for entry in reading.entries
                                      if entry.key != "marp" and (entry.key, entry.value) != ("execute", True)))


def includes_of(lines: Sequence[str], skipped: int = 0, *, first: bool = True) -> Mapping[int, str]:
    """Included targets by 1-based line: paragraphs of their own, outside of lists, quotes and HTML."""
    above = "" if first else "\n"  # a ruler at the start of a part is not front matter
    targets = {}
    for opening, token in pairwise(marp_tokens(above + "".join(lines[skipped:]))):
        if opening.type == "paragraph_open" and opening.level == 0 and token.map:
            include = INCLUDE.fullmatch(token.content.strip())
            if include:
                targets[token.map[0] + 1 + skipped - len(above)] = include["target"]
    return targets


def _origins(lines: Sequence[_Line], parts: Sequence[Part]) -> Origins:
    """The origins of the lines of a deck."""
    files = tuple({part.path: SourceFile(part.path, part.text, part.place) for part in parts}.values())
    places = {file.path: number for number, file in enumerate(files)}
    turns = (at for at, line in enumerate(lines) if at == 0 or lines[at - 1].path != line.path)
    return Origins(files, tuple(Stretch(at + 1, places[lines[at].path], lines[at].number) for at in turns))


def _torn(included: Included) -> Iterator[Finding]:
    """Blocks that begin in one file and end in another: they were not closed and would swallow what follows."""
    origins = included.origins
    home = origins.files[0].path
    for token in marp_tokens(included.text.removeprefix(BYTE_ORDER_MARK)):
        if token.nesting or token.type == "inline" or not token.map:
            continue
        first, last = (origins.place(Location(home, line)) for line in (token.map[0] + 1, token.map[1]))
        if first.path != last.path:
            yield Finding(Kind.MARKDOWN, first, "this block is not closed in its file and would swallow "
                                                "what follows the include; close it")
