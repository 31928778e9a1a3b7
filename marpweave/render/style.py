"""How a deck looks: the themes that it can ask for, and what its project and the user tell Marp."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from glob import glob, has_magic
from itertools import pairwise
from pathlib import Path

from marpweave.cache.store import Store
from marpweave.inputs.used import Files
from marpweave.model.deck import Deck, ThemeName
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.marprc.setup import MarpConfiguration, Setup, configured
from marpweave.render.themes import (
    Theme,
    brought_along,
    of_editor,
    size_findings,
    stylesheets,
    theme_at,
    theme_findings,
    themes_of,
)
from marpweave.weave.embed import ALLOW, OUTSIDE
from marpweave.weave.figures import home_of


@dataclass(frozen=True, slots=True)
class Printing:
    """What files are to hold besides the slides."""

    builds: bool = False
    """The PDF has a page for each step of a slide."""
    notes: bool = False
    """The PDF has the notes as annotations."""
    editable: bool = False
    """The text of the PPTX can be changed."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a build reads and writes, and what the user says of all decks."""

    root: Path
    out: Path
    allow: tuple[Path, ...] = ()
    """Where pictures outside of the project may stand."""
    theme: str = ""
    """The theme of all decks, a name or a stylesheet; "": what the project says, or each deck."""
    theme_set: tuple[Path, ...] = ()
    """Stylesheets, or folders of them, in place of those that the project names."""
    lang: str = ""
    """The language of decks that name none; "": Marp's."""
    title: str = ""
    """Of the page of all decks; "": its usual one."""
    said: Mapping[str, str] = field(default_factory=dict)
    """Where these were set, by their names in the configuration."""
    printing: Printing = field(default_factory=Printing)

    def by(self, key: str) -> str:
        """Where a key was set, as messages name it."""
        return self.said.get(key, f"--{key}")


@dataclass(frozen=True, slots=True)
class Style:
    """What Marp is told of a deck's look, and what is wrong with it."""

    setup: Setup
    themes: tuple[Theme, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A stylesheet that an option or the configuration names."""

    by: str
    """Which one."""
    name: str
    """As it is written."""
    path: Path
    rooms: tuple[Path, ...] = ()
    """Where it may stand; (): anywhere, since the user says so."""
    has_name: bool = True
    """Whether its comment must say what it is called; what stands in a folder may be a part of others."""


def style_of(deck: Deck, files: Files, site: Site, store: Store) -> Style:
    """The style of a deck, read from files."""
    folder, home = deck.path.resolve().parent, home_of(deck, site.root)
    rooms = tuple(room.resolve() for room in (home, *site.allow))
    marprc = configured(folder, home, files, store, sandbox=deck.sandbox)
    themes = [*themes_of(deck, files, rooms), *map(brought_along, marprc.themes.items())]
    wrong = [*((Kind.OPTION, fault) for fault in marprc.faults), *((Kind.WARNING, each) for each in marprc.skipped)]
    chosen = _chosen(marprc, site, rooms, files)
    there = chosen is not None and files.read(chosen.path) is not None
    sheets = [*_theme_set(marprc, site, rooms, files), *([chosen] if chosen and there else [])]
    found = [(sheet, _theme(sheet, files)) for sheet in sheets]
    themes += [theme for _, theme in found if isinstance(theme, Theme)]
    wrong += [(Kind.OPTION, f"{sheet.by}: {sheet.name} {fault}") for sheet, fault in found if isinstance(fault, str)]
    name = chosen.name if chosen else ""
    if there:
        *_, (sheet, last) = found
        name = (last.name or sheet.path.stem) if isinstance(last, Theme) else ""
        themes = [*themes[:-1], last.called(name)] if isinstance(last, Theme) else themes
    top = Location(deck.path, 1)
    findings = [Finding(kind, top, message) for kind, message in wrong]
    wishes = (ThemeName(name, top),) if name else deck.themes
    refused = () if marprc.html else deck.refused
    setup = marprc.setup.with_theme(name).with_language(site.lang)
    of_themes = [replace(each, message=f"{chosen.by}: {each.message}") if chosen and name else each
                 for each in theme_findings(wishes, themes, lambda: of_editor(home, files))]
    return Style(setup, tuple(themes), (*refused, *findings, *of_themes, *size_findings(deck.sizes, themes)))


def _theme_set(marprc: MarpConfiguration, site: Site, rooms: tuple[Path, ...], files: Files) -> Iterator[_Sheet]:
    """Stylesheets as the Marp CLI takes them: the option stands in place of the configuration."""
    for path in site.theme_set:
        for sheet in stylesheets(path, files):
            yield _Sheet(site.by("theme-set"), str(sheet), files.place(sheet), has_name=sheet == path)
    for name in () if site.theme_set else marprc.theme_set:
        folder = marprc.path.parent
        for each in _matching(name, folder, files) if has_magic(name) else [folder / name]:
            for sheet in stylesheets(each, files):
                shown, is_named = os.path.relpath(sheet, folder), sheet == folder / name
                yield _Sheet(marprc.name, shown, files.place(sheet), rooms, is_named)


def _matching(pattern: str, folder: Path, files: Files) -> list[Path]:
    """The files in a folder that a pattern fits; the folders that it leads through count as read."""
    def found(part: Path) -> list[Path]:
        return sorted(folder / name for name in glob(str(part), root_dir=folder, recursive=True))  # noqa: PTH207  may be absolute

    whole = Path(pattern)
    for within, below in pairwise((*reversed(whole.parents), whole)):
        for place in found(within) if has_magic(str(within)) else [folder / within] if has_magic(str(below)) else ():
            files.listing(place)
    return found(whole)


def _chosen(marprc: MarpConfiguration, site: Site, rooms: tuple[Path, ...], files: Files) -> _Sheet | None:
    """The theme that goes before what decks name, as in the Marp CLI; a name, unless the file is there."""
    if site.theme:
        return _Sheet(site.by("theme"), site.theme, files.place(Path(site.theme)), has_name=False)
    path = files.place(marprc.path.parent / marprc.theme)
    return _Sheet(marprc.name, marprc.theme, path, rooms, has_name=False) if marprc.theme else None


def _theme(sheet: _Sheet, files: Files) -> Theme | str:
    """The theme of a stylesheet, or what is wrong."""
    if sheet.rooms and not any(map(sheet.path.is_relative_to, sheet.rooms)):
        return f"{OUTSIDE}; {ALLOW}"
    theme = theme_at(sheet.path, files, (sheet.path.parent, *sheet.rooms))
    if theme is None:
        return "is missing"
    if sheet.has_name and not theme.name:
        return "has no `@theme NAME` in a comment, so no deck can ask for it"
    return theme
