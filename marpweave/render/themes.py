"""Loads the themes that a deck can use, with embedded images and fonts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from marpweave.inputs.used import Files
from marpweave.model.deck import Deck, ThemeName
from marpweave.model.finding import Finding, Kind
from marpweave.read.options.mistyped import suggested
from marpweave.text import nearest
from marpweave.weave.embed import Trouble, bundled

OURS = Path(__file__).with_name("css")
"""Themes included in marpweave."""
BESIDE = "theme"
"""The folder of the author's themes beside a deck."""
BUILT_IN = ("default", "gaia", "uncover")
NAME = re.compile(r"^[/*!\s]*@theme\s+(\S.*?)\s*(?:\*/.*)?$", re.MULTILINE)
SIZE = re.compile(r"^[/*!\s]*@size\s+(\S+)\s+\d", re.MULTILINE)
BUILT_IN_SIZES = ("16:9", "4:3")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
EDITOR = re.compile(r'"markdown\.marp\.themes"\s*:\s*\[([^\]]*)\]')
"""VS Code's setting, possibly in a file with comments."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A stylesheet that decks can use by name."""

    name: str
    """The ``@theme`` name; "" if it has none and cannot be used by name."""
    css: str
    """With embedded resources."""
    words: str
    """The stylesheet without comments; contains all text that it adds to slides."""
    faults: tuple[Trouble, ...]
    sizes: frozenset[str] = frozenset()
    """Slide sizes that it defines."""

    def called(self, name: str) -> Theme:
        """A copy with this name, unless it has one."""
        return self if self.name else replace(self, name=name, css=f"{self.css}\n/* @theme {name} */")


def themes_of(deck: Deck, files: Files, within: Sequence[Path]) -> tuple[Theme, ...]:
    """Our themes, then the author's; of two with the same name, the later one applies.

    ``within``: folders that may contain resources of the author's themes.
    """
    own = deck.path.resolve().parent / BESIDE
    return (*_themes_in(OURS, files, [OURS]), *_themes_in(own, files, [own, *(room.resolve() for room in within)]))


def _themes_in(folder: Path, files: Files, rooms: Sequence[Path]) -> Iterator[Theme]:
    for path in (folder / name for name in files.listing(folder) if name.endswith(".css")):
        theme = theme_at(path, files, rooms)
        if theme:
            yield theme


@cache
def shipped() -> frozenset[str]:
    """The stylesheets of our themes."""
    return frozenset(theme.css for theme in _themes_in(OURS, Files(), [OURS]))


def theme_at(path: Path, files: Files, rooms: Sequence[Path]) -> Theme | None:
    """The theme in a file, or None."""
    content = files.read(path)
    if content is None:
        return None
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    css, faults = bundled(text, path, files, rooms, (files.place(path),))
    names = NAME.findall(text)
    return Theme(names[-1] if names else "", css, COMMENT.sub("", text), faults, frozenset(SIZE.findall(css)))


def brought_along(named: tuple[str, str]) -> Theme:
    """A theme that the project's engine adds: name and CSS."""
    name, css = named
    return Theme(name, "", COMMENT.sub("", css), (), frozenset(SIZE.findall(css)))


def stylesheets(path: Path, files: Files) -> Iterator[Path]:
    """A stylesheet, or all stylesheets in a folder and its subfolders."""
    if not path.is_dir():
        yield path
    for name in files.listing(path) if path.is_dir() else ():
        below = path / name
        if name.endswith(".css") or (below.is_dir() and not below.is_symlink() and name != "node_modules"):
            yield from stylesheets(below, files)


def of_editor(home: Path, files: Files) -> str:
    """A hint about stylesheets that are only configured in VS Code."""
    settings = (files.read(home / ".vscode/settings.json") or b"").decode("utf-8", "replace")
    listed = EDITOR.search(settings)
    names = [name for name in re.findall(r'"([^"\n]+)"', listed[1]) if "://" not in name] if listed else []
    return f"; VS Code has {', '.join(names)}: name that in `theme-set`, too" if names else ""


def theme_findings(
    wishes: Sequence[ThemeName], themes: Sequence[Theme], others: Callable[[], str] = str,
) -> Iterator[Finding]:
    """Missing themes, with a hint about ``others``, and faults of the themes in use."""
    known: Mapping[str, tuple[Trouble, ...]] = {**dict.fromkeys(BUILT_IN, ()), **{t.name: t.faults for t in themes}}
    for wish in wishes:
        if wish.name in known:
            yield from (Finding(kind, wish.location, message) for kind, message in known[wish.name])
            continue
        near = nearest(wish.name, known, 0.5)
        yield Finding(Kind.OPTION, wish.location, f"unknown theme {wish.name!r}"
                      + (f"; did you mean {near!r}?" if near else f"; known: {', '.join(known)}{others()}"))


def size_findings(sizes: Sequence[ThemeName], themes: Sequence[Theme]) -> Iterator[Finding]:
    """Slide sizes that no theme defines."""
    known = (*BUILT_IN_SIZES, *sorted(frozenset[str]().union(*(theme.sizes for theme in themes)) - {*BUILT_IN_SIZES}))
    for size in sizes:
        if size.name not in known:
            message = f"no theme has the size {size.name!r}{suggested(size.name, known)}"
            yield Finding(Kind.WARNING, size.location, message)
