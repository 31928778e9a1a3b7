"""Derives a variant of a deck: student decks have no solutions, but keep the line numbers of the file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from marpweave.errors import DeckError
from marpweave.model.deck import Cell, Deck, Image, Prose, Slide
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.model.variant import Variant
from marpweave.read.images import find_images
from marpweave.read.options.fences import OPTION
from marpweave.read.parse import unparse
from marpweave.read.tokens import marp_tokens
from marpweave.text import line_end, split_lines
from marpweave.variants.blanks import blanked
from marpweave.variants.notes import without_notes
from marpweave.variants.slides import SOLUTION, Layout, layout_of, left_behind, nearly_solutions, solutions

FENCE = re.compile(r"`{3,}|~{3,}")
STRAY = re.compile(r"[\s#/%>-]*((?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS))\b")
"""A region marker outside of cells."""
NEAR = re.compile(r"\s*#+\s*(?:\|\s*tags?\s*:.*\bsolution|(?:begin|end)[\s_-]*(?:solution|hidden[\s_-]*tests?))",
                  re.IGNORECASE)
"""A line of a cell that seems meant to hide something from students, but has no effect."""
NAMED = re.compile(r"(?<![\w=-])solutions?(?![\w=-])", re.IGNORECASE)
"""The same in a tag or an info string."""


def variant_of(deck: Deck, variant: Variant) -> Deck:
    """A variant of the deck; raises DeckError if it would be empty.

    The solution variant contains everything that the full deck does.
    """
    if variant is Variant.FULL:
        return deck
    return replace(_for_students(deck) if variant is Variant.STUDENT else deck, variant=variant, full=deck)


def _for_students(deck: Deck) -> Deck:
    layout = layout_of(deck)
    without = solutions(layout)
    slides = tuple(map(_slide, (slide for slide in deck.slides if slide.number not in without)))
    if not slides:
        message = f"every slide has the class `{SOLUTION}`: nothing is left for students"
        raise DeckError([Finding(Kind.VARIANT, Location(deck.path, 1), message)])
    near = nearly_solutions(layout)
    stray = [*_stray(Prose(deck.front_matter.text, Location(deck.path, 1)))]
    stray += [finding for slide in slides for finding in (
        *(finding for block in slide.blocks if isinstance(block, Prose) for finding in _stray(block, slide.number)),
        *_missed(slide), *(_misnamed(slide) if slide.number in near else ()))]
    slides = _connected(slides, layout)
    removed = frozenset(_removed_lines(deck, without))
    shown = {image.source for image in find_images(marp_tokens(unparse(replace(deck, slides=slides))))}
    return replace(
        deck, slides=slides, text=_text_in_place(deck, slides, removed), images=_images(deck, shown, removed),
        inlines=tuple(each for each in deck.inlines if each.location.line not in removed),
        diagrams=tuple(each for each in deck.diagrams if each.location.line not in removed),
        refused=tuple(each for each in deck.refused if each.location.line not in removed),
        findings=(*(each for each in deck.findings if each.location.line not in removed), *stray))


def _slide(slide: Slide) -> Slide:
    """A slide without solutions; if it has blanks, its presenter notes are removed, too, as they may reveal answers."""
    has_blanks = any(region.blank for block in slide.blocks if isinstance(block, Cell) for region in block.regions)
    reduced = replace(slide, blocks=tuple(_blocks(slide)))
    return without_notes(reduced) if has_blanks else reduced


def _blocks(slide: Slide) -> Iterator[Prose | Cell]:
    for block in slide.blocks:
        if isinstance(block, Prose):
            yield block
        elif _is_for_students(block):
            yield blanked(block)
        elif before := FENCE.split(block.text)[0]:  # a list item continues without its cell
            yield Prose(before.rstrip() + line_end(split_lines(block.text)[0]), block.location)


def _is_for_students(cell: Cell) -> bool:
    """Whether a cell has anything left for students: it may consist of hidden tests only."""
    student_cell = blanked(cell)
    rows = enumerate(student_cell.source.split("\n"))
    return SOLUTION not in cell.tags and (not cell.regions or any(
        line.strip() for row, line in rows if row >= cell.option_lines and row not in student_cell.hidden))


def _stray(prose: Prose, slide: int | None = None) -> Iterator[Finding]:
    """Region markers in prose, where they have no effect."""
    for number, line in enumerate(split_lines(prose.text), prose.location.line):
        if match := STRAY.match(line):
            yield Finding(Kind.VARIANT, Location(prose.location.path, number), f"`{match[1]}` has no effect "
                          f"outside a cell; to hide a slide from students, write `_class: {SOLUTION}`",
                          slide)


def _misnamed(slide: Slide) -> Iterator[Finding]:
    yield Finding(Kind.VARIANT, slide.first_line, "students get this slide, although its class names a solution; "
                  f"write `_class: {SOLUTION}`", slide.number)


def _missed(slide: Slide) -> Iterator[Finding]:
    """Cells that seem meant as solutions, or to contain one, but are not marked as such."""
    for cell in (block for block in slide.blocks if isinstance(block, Cell)):
        if any(NAMED.search(words) for words in (OPTION.sub("", cell.info), *cell.tags)):
            yield Finding(Kind.VARIANT, cell.location, "students get this cell, although it names a solution; "
                          f"`#| tags: [{SOLUTION}]` in its first line keeps it from them", slide.number)
        for number, line in enumerate(cell.source.split("\n"), cell.location.line + 1):
            if number > cell.location.line + cell.option_lines and NEAR.match(line):
                yield Finding(Kind.VARIANT, Location(cell.location.path, number), f"`{line.strip()}` keeps nothing "
                              "from students; write `### BEGIN SOLUTION` and `### END SOLUTION`, or "
                              f"`#| tags: [{SOLUTION}]` in the first line of the cell", slide.number)


def _removed_lines(deck: Deck, without: frozenset[int]) -> Iterator[int]:
    """The lines of the file that students do not get, apart from blanks."""
    for slide in deck.slides:
        for block in slide.blocks:
            if slide.number in without or (isinstance(block, Cell) and not _is_for_students(block)):
                yield from range(block.location.line, block.location.line + len(split_lines(block.text)))


def _text_in_place(deck: Deck, slides: Sequence[Slide], removed: frozenset[int]) -> str:
    """The text of the deck for its cells, with all remaining lines at their original places."""
    blanks = {block.location.line + n: line for slide in slides for block in slide.blocks if isinstance(block, Cell)
              for n, line in enumerate(split_lines(block.text))}
    return "".join(line_end(line) if number in removed else blanks.get(number, line)
                   for number, line in enumerate(split_lines(unparse(deck)), start=1))


def _images(deck: Deck, shown: set[str], removed: frozenset[int]) -> tuple[Image, ...]:
    """The remaining images; those in directives and styles may come from omitted slides."""
    remaining = {image.source for image in deck.images if image.location.line not in removed}
    return tuple(image for image in deck.images if image.source in shown
                 and (image.location.line not in removed or image.source not in remaining))


# -- slides that are left out leave something behind -------------------------------------


def _connected(slides: Sequence[Slide], layout: Layout) -> tuple[Slide, ...]:
    """The slides, each preceded by what omitted slides between them contribute to others."""
    connected, behind = [], 0
    for slide in slides:
        markdown = "".join(left_behind(number, layout) for number in range(behind + 1, slide.number))
        connected.append(_opened(slide, markdown, layout, first=behind == 0) if behind + 1 < slide.number else slide)
        behind = slide.number
    markdown = "".join(left_behind(number, layout, local=False) for number in range(behind + 1, len(layout.starts) + 1))
    if markdown:
        last = connected[-1]
        connected[-1] = replace(last, blocks=(*last.blocks, Prose(f"\n\n{markdown}", last.location)))
    return tuple(connected)


def _opened(slide: Slide, markdown: str, layout: Layout, *, first: bool) -> Slide:
    """A slide with Markdown from omitted slides prepended; the ``first`` one has no ruler before it."""
    start = slide.location.line - 1
    opening = next(token for token in layout.tokens if token.map and token.map[0] == start
                   and token.type in ("hr", "heading_open"))
    height = opening.map[1] - start if opening.map else 0
    lines = split_lines(slide.blocks[0].text)
    head = [] if first and opening.type == "hr" else lines[:height]
    rest = Prose("".join(lines[height:]), Location(slide.location.path, slide.location.line + height))
    return replace(slide, blocks=(Prose("".join([*head, markdown]), slide.location), rest, *slide.blocks[1:]))
