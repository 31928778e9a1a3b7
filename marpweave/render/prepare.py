"""Prepares woven decks for Marp: embeds images, finds themes, subsets fonts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from marpweave.cache.store import Store
from marpweave.inputs.digests import digest
from marpweave.inputs.used import BuildInput, Files
from marpweave.model.deck import Deck
from marpweave.model.diagram import Frame
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.fonts import ALWAYS, Fonts, alphabet, missing_characters, subset_faces, without_picture
from marpweave.render.marprc.setup import Setup
from marpweave.render.programs.places import modules, unpacked_fonts
from marpweave.render.programs.tools import identity
from marpweave.render.rendering import Measured
from marpweave.render.style import Printing, Site, style_of
from marpweave.variants.slides import pages_left_out
from marpweave.weave.embed import Picture, embed
from marpweave.weave.figures import figure_folder, home_of
from marpweave.weave.woven import Mark, WovenDeck


@dataclass(frozen=True, slots=True)
class Presentation:
    """The input of Marp for a deck."""

    name: str
    markdown: str
    images: Mapping[str, Picture]
    """Images by source in the Markdown."""
    css: str = ""
    """The deck's own font faces."""
    themes: tuple[str, ...] = ()
    """Stylesheets that the deck can use; of two with the same name, the later one applies."""
    setup: Setup = field(default_factory=Setup)
    """Marp settings other than the deck's own directives."""
    printing: Printing = field(default_factory=Printing)
    marks: tuple[Mark, ...] = ()
    """Ranges of cells; only for previews, never for files."""
    frames: Mapping[str, Frame | str] = field(default_factory=dict)
    """Live pages, or their URLs, by the source of the image that they replace."""
    pages: tuple[int, ...] = ()
    """For each slide, the number of numbered slides omitted before it, and finally the total; (): none."""
    known: Measured | None = None
    """Cached measurements of slides."""
    kept: Mapping[str, str] | None = None
    """Cached intermediate results of Marp; None: do not collect them."""


@dataclass(frozen=True, slots=True)
class PreparedDeck:
    """A deck ready for Marp, with findings."""

    deck: Deck
    woven: WovenDeck
    presentation: Presentation
    findings: tuple[Finding, ...] = ()
    used: tuple[BuildInput, ...] = ()
    """Digests of images and themes, and of files in the output folder."""
    is_whole: bool = True
    """False: a tool failed, and may succeed next time."""

    @property
    def name(self) -> str:
        """Name of its files."""
        return self.deck.output_name

    def source_slide(self, number: int) -> int:
        """The number of the source slide of a rendered slide."""
        return self.woven.slides[min(number, len(self.woven.slides)) - 1]


def prepare(deck: Deck, woven: WovenDeck, site: Site, store: Store) -> PreparedDeck:
    """Embed a deck's images, and fonts for its characters."""
    return _prepared(deck, woven, site, store, lambda text: fonts_for(text, store))


def prepare_bare(deck: Deck, woven: WovenDeck, site: Site, store: Store) -> PreparedDeck:
    """Embed a deck's images only, for Markdown, and for pages with complete fonts."""
    return _prepared(deck, woven, site, store, lambda text: Fonts((), _missing(alphabet(text))))


@lru_cache(maxsize=16)
def _missing(alphabet: str) -> tuple[str, ...]:
    return missing_characters(alphabet, modules=modules(), store=unpacked_fonts())


def _prepared(
    deck: Deck, woven: WovenDeck, site: Site, store: Store, fonts_of: Callable[[str], Fonts],
) -> PreparedDeck:
    files, within = Files(), (home_of(deck, site.root), *site.allow)
    images, missing = embed(deck, woven.figures, figure_folder(deck, site.root), files, within)
    style = style_of(deck, files, site, store)
    fonts = fonts_of("".join([woven.text, *(theme.words for theme in style.themes)]))
    sheets = tuple(theme.css for theme in style.themes if theme.css)
    name = PurePosixPath(deck.output_name).name
    presentation = Presentation(name, woven.text, images, fonts.css, sheets, style.setup, site.printing, woven.marks,
                                frames=woven.frames, pages=pages_left_out(deck, woven.slides))
    findings = (*missing, *_without_glyph(fonts, deck), *style.findings)
    return PreparedDeck(deck, woven, presentation, findings, tuple(files.used()))


def fonts_for(text: str, store: Store) -> Fonts:
    """The faces for a text, cached by its characters."""
    key = digest(json.dumps([alphabet(text + ALWAYS), *identity()]))
    fonts = store.record("fonts", key, Fonts)
    if fonts is None:
        fonts = subset_faces(text, modules=modules(), store=unpacked_fonts())
        store.put_record("fonts", key, fonts)
    return fonts


def _without_glyph(fonts: Fonts, deck: Deck) -> tuple[Finding, ...]:
    missing = without_picture(fonts.missing, modules())
    if not missing:
        return ()
    return (Finding(Kind.MISSING_GLYPH, _first_use(missing[0], deck), f"the slides' fonts lack {' '.join(missing)}"),)


def _first_use(character: str, deck: Deck) -> Location:
    """The first occurrence of a character in a deck."""
    for slide in deck.slides:
        for block in slide.blocks:
            if character in block.text:
                line = block.location.line + block.text[:block.text.index(character)].count("\n")
                return Location(deck.path, line)
    return Location(deck.path, 1)
