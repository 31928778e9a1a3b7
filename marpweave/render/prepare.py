"""Woven decks made ready for Marp: pictures embedded, themes found, fonts cut down to the deck's characters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.inputs.used import Files, Used
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.emoji import without_picture
from marpweave.render.fonts import Fonts, alphabet, missing_characters, subset_faces
from marpweave.render.programs import HOME, identity
from marpweave.render.themes import theme_findings, themes_of
from marpweave.weave.embed import Picture, embed
from marpweave.weave.figures import figure_folder, home_of
from marpweave.weave.woven import Mark, WovenDeck

FONTS = {"modules": HOME / "node_modules", "store": HOME / ".marpweave" / "fonts"}
"""Where fonts are installed, and where they are unpacked."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a build reads and writes."""

    root: Path
    out: Path
    allow: tuple[Path, ...] = ()
    """Where pictures outside of the project may stand."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """What Marp is given of a deck."""

    name: str
    markdown: str
    images: Mapping[str, Picture]
    """Source as written in the Markdown -> what stands for it."""
    css: str = ""
    """The deck's own font faces."""
    themes: tuple[str, ...] = ()
    """Stylesheets that the deck can ask for; the later of two with one name counts."""
    marks: tuple[Mark, ...] = ()
    """Where its cells stand; told of slides that are shown live, never in files."""


@dataclass(frozen=True, slots=True)
class PreparedDeck:
    """A deck that Marp can render, and what was found on the way."""

    deck: Deck
    woven: WovenDeck
    presentation: Presentation
    findings: tuple[Finding, ...] = ()
    used: tuple[Used, ...] = ()
    """The pictures and themes that it was made of, and what stands in the output folder."""

    @property
    def name(self) -> str:
        """The deck's, and that of its files."""
        return self.deck.name

    def source_slide(self, number: int) -> int:
        """The number of the slide in the source that a rendered one comes from."""
        return self.woven.slides[min(number, len(self.woven.slides)) - 1]


def prepare(deck: Deck, woven: WovenDeck, site: Site, store: Store) -> PreparedDeck:
    """Embed a deck's pictures and the fonts for its characters."""
    return _prepared(deck, woven, site, lambda text: fonts_for(text, store))


def prepare_live(deck: Deck, woven: WovenDeck, site: Site) -> PreparedDeck:
    """Embed a deck's pictures alone: the page that is to show it has all fonts."""
    return _prepared(deck, woven, site, lambda text: Fonts((), _missing(alphabet(text))))


@lru_cache(maxsize=16)
def _missing(alphabet: str) -> tuple[str, ...]:
    return missing_characters(alphabet, **FONTS)


def _prepared(deck: Deck, woven: WovenDeck, site: Site, fonts_of: Callable[[str], Fonts]) -> PreparedDeck:
    files, within = Files(), (home_of(deck, site.root), *site.allow)
    images, missing = embed(deck, woven.figures, figure_folder(deck, site.root), files, within)
    themes = themes_of(deck, files, within)
    fonts = fonts_of("".join([woven.text, *(theme.words for theme in themes)]))
    sheets = tuple(theme.css for theme in themes)
    presentation = Presentation(deck.name, woven.text, images, fonts.css, sheets, woven.marks)
    findings = (*missing, *_without_glyph(fonts, deck), *theme_findings(deck, themes))
    return PreparedDeck(deck, woven, presentation, findings, tuple(files.used()))


def fonts_for(text: str, store: Store) -> Fonts:
    """The faces for a text; the same characters had the same faces before."""
    key = digest(json.dumps([alphabet(text), *identity()]))
    fonts = store.record("fonts", key, Fonts)
    if fonts is None:
        fonts = subset_faces(text, **FONTS)
        store.put_record("fonts", key, fonts)
    return fonts


def _without_glyph(fonts: Fonts, deck: Deck) -> tuple[Finding, ...]:
    missing = without_picture(fonts.missing, HOME / "node_modules")
    if not missing:
        return ()
    return (Finding(Kind.MISSING_GLYPH, _first_use(missing[0], deck), f"the slides' fonts lack {' '.join(missing)}"),)


def _first_use(character: str, deck: Deck) -> Location:
    """Where a character first stands in a deck."""
    for slide in deck.slides:
        for block in slide.blocks:
            if character in block.text:
                line = block.location.line + block.text[:block.text.index(character)].count("\n")
                return Location(deck.path, line)
    return Location(deck.path, 1)
