"""The themes that decks can ask for, each with its pictures and fonts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from marpweave.inputs.used import Files
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.render.programs import HOME
from marpweave.weave.embed import Trouble, bundled

THEMES = "slides/theme"
BUILT_IN = ("default", "gaia", "uncover")
NAME = re.compile(r"^[/*\s]*@theme\s+(\S.*?)\s*(?:\*/.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Theme:
    """A stylesheet of the project."""

    name: str
    """As its ``@theme`` says; "" where it has none, so that no deck can ask for it."""
    css: str
    """With all that it refers to."""
    faults: tuple[Trouble, ...]


def themes_of(root: Path, files: Files, allow: Sequence[Path]) -> list[Theme]:
    """The project's themes, or ours where it has none; ``allow``: where else what they refer to may stand."""
    for home in (root, HOME):
        folder, rooms = home / THEMES, [room.resolve() for room in (home, *allow)]
        paths = [folder / name for name in files.listing(folder) if name.endswith(".css")]
        themes = [_theme(path, content, files, rooms) for path in paths if (content := files.read(path)) is not None]
        if themes:
            return themes
    return []


def _theme(path: Path, content: bytes, files: Files, rooms: Sequence[Path]) -> Theme:
    text = content.decode("utf-8", "replace")
    css, faults = bundled(text, path, files, rooms, (path.resolve(),))
    said = NAME.search(text)
    return Theme(said[1] if said else "", css, faults)


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
