"""Woven decks made ready for Marp: pictures embedded, themes found, fonts cut down to the deck's characters."""

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
    """What Marp is given of a deck."""

    name: str
    markdown: str
    images: Mapping[str, Picture]
    """Source as written in the Markdown -> what stands for it."""
    css: str = ""
    """The deck's own font faces."""
    themes: tuple[str, ...] = ()
    """Stylesheets that the deck can ask for; the later of two with one name counts."""
    setup: Setup = field(default_factory=Setup)
    """What Marp is told besides the deck's own directives."""
    printing: Printing = field(default_factory=Printing)
    marks: tuple[Mark, ...] = ()
    """Where its cells stand; told of slides that are shown live, never in files."""
    frames: Mapping[str, Frame | str] = field(default_factory=dict)
    """Source -> what runs over its picture where a page can, or where that is found."""
    pages: tuple[int, ...] = ()
    """For each slide how many numbered ones before it are left out, and last how many in all; (): none are."""
    known: Measured | None = None
    """What was measured on slides before, which are not measured again."""
    kept: Mapping[str, str] | None = None
    """What Marp worked out before, as it told us; None: it shall not tell."""


@dataclass(frozen=True, slots=True)
class PreparedDeck:
    """A deck that Marp can render, and what was found on the way."""

    deck: Deck
    woven: WovenDeck
    presentation: Presentation
    findings: tuple[Finding, ...] = ()
    used: tuple[BuildInput, ...] = ()
    """The pictures and themes that it was made of, and what stands in the output folder."""
    is_whole: bool = True
    """False: a tool failed on the way, and may not fail again."""

    @property
    def name(self) -> str:
        """Of its files."""
        return self.deck.output_name

    def source_slide(self, number: int) -> int:
        """The number of the slide in the source that a rendered one comes from."""
        return self.woven.slides[min(number, len(self.woven.slides)) - 1]


def prepare(deck: Deck, woven: WovenDeck, site: Site, store: Store) -> PreparedDeck:
    """Embed a deck's pictures and the fonts for its characters."""
    return _prepared(deck, woven, site, store, lambda text: fonts_for(text, store))


def prepare_bare(deck: Deck, woven: WovenDeck, site: Site, store: Store) -> PreparedDeck:
    """Embed a deck's pictures alone, for Markdown, and for pages that have all fonts."""
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
    """The faces for a text; the same characters had the same faces before."""
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
    """Where a character first stands in a deck."""
    for slide in deck.slides:
        for block in slide.blocks:
            if character in block.text:
                line = block.location.line + block.text[:block.text.index(character)].count("\n")
                return Location(deck.path, line)
    return Location(deck.path, 1)
