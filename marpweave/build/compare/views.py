"""Slides of one side as they are shown, each with the place that it comes from."""

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
    """As it is counted in what is rendered, from 1."""
    html: str
    """With its number and page left empty, and without scripts."""
    brief: str
    """With digests for its pictures."""
    key: str
    """What is the same wherever it stands."""
    page: tuple[int, int] | None
    """The page number that it shows, and the last one; None: it shows none."""

    @property
    def title(self) -> str:
        """Its first heading."""
        return heading_of(self.brief)

    @property
    def slide(self) -> Slide:
        """Where it comes from."""
        return self.made.prepared.deck.slides[self.made.prepared.source_slide(self.number) - 1]

    @property
    def source(self) -> str:
        """What its author wrote."""
        return piece_of("".join(block.text for block in self.slide.blocks), ruled=True).core

    @property
    def location(self) -> str:
        """``slides/03.md:41``; of a revision as git names it: ``HEAD:slides/03.md:41``."""
        line, path = self.slide.first_line.line, self.made.checked.deck.path
        return f"{self.side.revision.name}:{self.side.place(path)}:{line}" if self.side.revision else f"{path}:{line}"

    @property
    def checks(self) -> tuple[CellCheck, ...]:
        """The cells on it."""
        return tuple(check for check in self.made.checked.checks if check.cell.slide == self.slide.number)

    @property
    def values(self) -> tuple[tuple[Inline, Outcome], ...]:
        """Values in its prose, and what each gives."""
        checked = self.made.checked
        return tuple((value, gave) for value, gave in zip(checked.deck.values, checked.inlines, strict=True)
                     if value.slide == self.slide.number)


@dataclass(frozen=True, slots=True)
class SlidePair:
    """One slide before and after."""

    before: View | None
    """None: it was added."""
    after: View | None
    """None: it was removed."""
    moved: bool = False
    """Whether it stands before or behind others than it did."""
    restyled: bool = False
    """Whether the style of its deck is another one."""

    @property
    def sides(self) -> tuple[View | None, View | None]:
        """Before, after."""
        return self.before, self.after

    def shown(self, view: View) -> str:
        """One of its states with the page number of the later one: a number that others pushed on is no difference."""
        page = (self.after or view).page
        html = view.html
        for name, number in zip(("data-marpit-pagination", "data-marpit-pagination-total"), page or (), strict=False):
            html = html.replace(f'{name}=""', f'{name}="{number}"', 1)
        return html

    @property
    def is_same(self) -> bool:
        """Whether it must look as it did."""
        return not self.restyled and bool(self.before and self.after and self.before.key == self.after.key)


def presentation_of(made: MadeDeck) -> Presentation:
    """What is rendered of a deck; its name and its cells' numbers tell nothing of what is shown."""
    return replace(made.prepared.presentation, name="deck", marks=())


def views_of(made: MadeDeck, side: Side, slides: Slides) -> tuple[View, ...]:
    """The slides of a deck, in order."""
    whole = {key: inert(html) for key, html in slides.html.items()}
    short = {key: brief(html) for key, html in whole.items()}
    return tuple(View(made, side, number, whole[key], short[key], normalised(short[key]), page)
                 for number, (key, page) in enumerate(zip(slides.order, slides.pages, strict=True), start=1))
