"""Woven decks -> files in the output folder, then every slide is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from marpweave.errors import UsageError
from marpweave.figures import figure_folder, folder_from_deck
from marpweave.files import write_text
from marpweave.model import Deck
from marpweave.pictures import embed
from marpweave.weave import WovenDeck, weave_deck

if TYPE_CHECKING:
    from marpweave.pipeline import Ran, Settings, Unreadable


@dataclass(frozen=True, slots=True)
class Rendering:
    """A deck on its way to Marp."""

    deck: Deck
    woven: WovenDeck
    images: dict[str, str]


def render_all(results: Sequence[Ran | Unreadable], settings: Settings) -> tuple[list[Ran | Unreadable], list[Path]]:
    """Weave, embed pictures, render in every format asked for and measure -> results with findings, files."""
    from marpweave.pipeline import Ran

    decks = [r for r in results if isinstance(r, Ran)]
    _refuse_equal_names([r.deck for r in decks])
    done: dict[Path, Ran] = {}
    renderings = []
    for ran in decks:
        woven = weave_deck(ran.deck, ran.checks, folder_from_deck(ran.deck, settings.root))
        images, findings = embed(ran.deck, woven.figures, figure_folder(ran.deck, settings.root))
        renderings.append(Rendering(ran.deck, woven, images))
        done[ran.deck.path] = replace(ran, findings=(*ran.findings, *findings))
    written: list[Path] = []
    if "md" in settings.formats:
        for one in renderings:
            path = settings.out / f"{one.deck.name}.md"
            write_text(path, one.woven.text)
            written.append(path)
    return [done.get(r.deck.path, r) if isinstance(r, Ran) else r for r in results], written


def _refuse_equal_names(decks: Sequence[Deck]) -> None:
    """Two decks of one name would write the same files."""
    named: dict[str, Path] = {}
    for deck in decks:
        other = named.setdefault(deck.name.casefold(), deck.path)
        if other != deck.path:
            raise UsageError(f"{other} and {deck.path} would both become {deck.name}.html; rename one")
