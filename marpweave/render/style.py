"""The look of a deck: themes, and Marp settings of the project and the user."""

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
    """Options for the content of files."""

    builds: bool = False
    """One PDF page per step of a slide."""
    notes: bool = False
    """Notes as annotations in the PDF."""
    editable: bool = False
    """Editable text in the PPTX."""


@dataclass(frozen=True, slots=True)
class Site:
    """Input and output folders, and user settings for all decks."""

    root: Path
    out: Path
    allow: tuple[Path, ...] = ()
    """Folders outside of the project that may contain images."""
    theme: str = ""
    """Theme of all decks, a name or a stylesheet; "": as set by the project or the deck."""
    theme_set: tuple[Path, ...] = ()
    """Stylesheets, or folders of them, that replace those named by the project."""
    lang: str = ""
    """Default language of decks; "": Marp's."""
    title: str = ""
    """Title of the index page; "": the default one."""
    said: Mapping[str, str] = field(default_factory=dict)
    """Where these were set, by key of the configuration."""
    printing: Printing = field(default_factory=Printing)

    def by(self, key: str) -> str:
        """Where a key was set, for messages."""
        return self.said.get(key, f"--{key}")


@dataclass(frozen=True, slots=True)
class Style:
    """The themes and settings of a deck, and their faults."""

    setup: Setup
    themes: tuple[Theme, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A stylesheet named by an option or the configuration."""

    by: str
    """The option or key that names it."""
    name: str
    """As written."""
    path: Path
    rooms: tuple[Path, ...] = ()
    """Folders that may contain it; (): any, because the user named it."""
    has_name: bool = True
    """Whether it must have an ``@theme`` name; in a folder, it may be part of other stylesheets."""


def style_of(deck: Deck, files: Files, site: Site, store: Store) -> Style:
    """Read the style of a deck."""
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
    """The stylesheets of the theme set, as in the Marp CLI: the option replaces the configuration."""
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
    """The files in a folder that match a pattern; searched folders count as read."""
    def found(part: Path) -> list[Path]:
        return sorted(folder / name for name in glob(str(part), root_dir=folder, recursive=True))  # noqa: PTH207  may be absolute

    whole = Path(pattern)
    for within, below in pairwise((*reversed(whole.parents), whole)):
        for place in found(within) if has_magic(str(within)) else [folder / within] if has_magic(str(below)) else ():
            files.listing(place)
    return found(whole)


def _chosen(marprc: MarpConfiguration, site: Site, rooms: tuple[Path, ...], files: Files) -> _Sheet | None:
    """The theme that overrides those of decks, as in the Marp CLI: a file if it exists, otherwise a name."""
    if site.theme:
        return _Sheet(site.by("theme"), site.theme, files.place(Path(site.theme)), has_name=False)
    path = files.place(marprc.path.parent / marprc.theme)
    return _Sheet(marprc.name, marprc.theme, path, rooms, has_name=False) if marprc.theme else None


def _theme(sheet: _Sheet, files: Files) -> Theme | str:
    """The theme in a stylesheet, or an error message."""
    if sheet.rooms and not any(map(sheet.path.is_relative_to, sheet.rooms)):
        return f"{OUTSIDE}; {ALLOW}"
    theme = theme_at(sheet.path, files, (sheet.path.parent, *sheet.rooms))
    if theme is None:
        return "is missing"
    if sheet.has_name and not theme.name:
        return "has no `@theme NAME` in a comment, so no deck can name it"
    return theme
