"""Rendered slides of one side, with their sources."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marpweave.build.compare.align import brief, heading_of, inert, normalised
from marpweave.build.compare.sides import MadeDeck, Side
from marpweave.check.verdicts import CellCheck
from marpweave.model.deck import Inline, Slide
from marpweave.model.outcome import Outcome
from marpweave.notebook.pieces import piece_of
from marpweave.render.live.slides import Slides
from marpweave.render.prepare import Presentation


@dataclass(frozen=True, slots=True)
class View:
    """A slide of one side."""

    made: MadeDeck
    side: Side
    number: int
    """1-based number in the rendered deck."""
    html: str
    """Without slide and page numbers and scripts."""
    brief: str
    """With pictures replaced by digests."""
    key: str
    """Independent of its position."""
    page: tuple[int, int] | None
    """The page number shown and the last page number; None: not shown."""

    @property
    def title(self) -> str:
        """Its first heading."""
        return heading_of(self.brief)

    @property
    def slide(self) -> Slide:
        """Its source slide."""
        return self.made.prepared.deck.slides[self.made.prepared.source_slide(self.number) - 1]

    @property
    def source(self) -> str:
        """Its Markdown."""
        return piece_of("".join(block.text for block in self.slide.blocks), ruled=True).core

    @property
    def location(self) -> str:
        """``slides/03.md:41``; for a revision in git's notation: ``HEAD:slides/03.md:41``."""
        line, path = self.slide.first_line.line, self.made.checked.deck.path
        return f"{self.side.revision.name}:{self.side.place(path)}:{line}" if self.side.revision else f"{path}:{line}"

    @property
    def checks(self) -> tuple[CellCheck, ...]:
        """The cells on it."""
        return tuple(check for check in self.made.checked.checks if check.cell.slide == self.slide.number)

    @property
    def values(self) -> tuple[tuple[Inline, Outcome], ...]:
        """The inline values on it, with their outcomes."""
        checked = self.made.checked
        return tuple((value, gave) for value, gave in zip(checked.deck.values, checked.inlines, strict=True)
                     if value.slide == self.slide.number)


@dataclass(frozen=True, slots=True)
class SlidePair:
    """A slide before and after."""

    before: View | None
    """None: added."""
    after: View | None
    """None: removed."""
    moved: bool = False
    """Whether its position relative to other slides changed."""
    restyled: bool = False
    """Whether the style of its deck changed."""

    @property
    def sides(self) -> tuple[View | None, View | None]:
        """Before, after."""
        return self.before, self.after

    def shown(self, view: View) -> str:
        """The HTML of a view with the page number of the later one, because renumbering is not a difference."""
        page = (self.after or view).page
        html = view.html
        for name, number in zip(("data-marpit-pagination", "data-marpit-pagination-total"), page or (), strict=False):
            html = html.replace(f'{name}=""', f'{name}="{number}"', 1)
        return html

    @property
    def is_same(self) -> bool:
        """Whether both must look the same."""
        return not self.restyled and bool(self.before and self.after and self.before.key == self.after.key)


def presentation_of(made: MadeDeck) -> Presentation:
    """What to render of a deck, without its name and cell numbers."""
    return replace(made.prepared.presentation, name="deck", marks=())


def views_of(made: MadeDeck, side: Side, slides: Slides) -> tuple[View, ...]:
    """The slides of a deck, in order."""
    whole = {key: inert(html) for key, html in slides.html.items()}
    short = {key: brief(html) for key, html in whole.items()}
    return tuple(View(made, side, number, whole[key], short[key], normalised(short[key]), page)
                 for number, (key, page) in enumerate(zip(slides.order, slides.pages, strict=True), start=1))
