"""The themes a deck can ask for, each with its pictures and fonts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.weave.embed import Trouble, bundled

OURS = Path(__file__).with_name("css")
"""The themes that come with the engine."""
BESIDE = "theme"
"""The folder beside a deck that holds its author's themes."""
BUILT_IN = ("default", "gaia", "uncover")
NAME = re.compile(r"^[/*\s]*@theme\s+(\S.*?)\s*(?:\*/.*)?$", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Theme:
    """A stylesheet that decks can ask for by name."""

    name: str
    """As its ``@theme`` says; "" where it has none, so that no deck can ask for it."""
    css: str
    """With all that it refers to."""
    words: str
    """The stylesheet without its comments: whatever text it puts on slides is in it."""
    faults: tuple[Trouble, ...]


def themes_of(deck: Deck, files: Files, within: Sequence[Path]) -> tuple[Theme, ...]:
    """Our themes, then the author's: the later of two with one name counts.

    ``within``: where whatever the author's themes refer to may stand.
    """
    own = deck.path.resolve().parent / BESIDE
    return (*_themes_in(OURS, files, [OURS]), *_themes_in(own, files, [own, *(room.resolve() for room in within)]))


def _themes_in(folder: Path, files: Files, rooms: Sequence[Path]) -> Iterator[Theme]:
    for path in (folder / name for name in files.listing(folder) if name.endswith(".css")):
        content = files.read(path)
        if content is not None:
            text = content.decode("utf-8", "replace")
            css, faults = bundled(text, path, files, rooms, (path.resolve(),))
            said = NAME.search(text)
            yield Theme(said[1] if said else "", css, COMMENT.sub("", text), faults)


def theme_findings(deck: Deck, themes: Sequence[Theme]) -> Iterator[Finding]:
    """Themes that are not there, and what is wrong with those that are used."""
    known: Mapping[str, tuple[Trouble, ...]] = {**dict.fromkeys(BUILT_IN, ()), **{t.name: t.faults for t in themes}}
    for wish in deck.themes:
        if wish.name in known:
            yield from (Finding(kind, wish.location, message) for kind, message in known[wish.name])
            continue
        near = next(iter(get_close_matches(wish.name, known, n=1, cutoff=0.5)), "")
        yield Finding(Kind.OPTION, wish.location, f"no theme is called {wish.name!r}"
                      + (f"; did you mean {near!r}?" if near else f"; there are {', '.join(known)}"))
