"""Finds what prose can refer to (figures, tables, listings, sections, equations) and where its number goes. Pure.

A label follows a heading or caption: ``{#sec-x}`` as in Quarto, or ``<!-- #sec-x -->``, which is invisible in
previews. The label of an image is its file name, that of a cell its ``label`` option. Captions of images and tables are
emphasised lines next to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

from markdown_it.token import Token

from marpweave.model.deck import Cell, Deck
from marpweave.model.options import Output
from marpweave.read.images import decoded, words_of
from marpweave.read.parse import plain_text
from marpweave.read.tokens import marp_tokens
from marpweave.text import line_end
from marpweave.weave.blocks import diagrams_in, placed_blocks
from marpweave.weave.figures import FIGURES
from marpweave.weave.labels import OWN_NUMBERS
from marpweave.weave.references.edits import Edit
from marpweave.weave.references.mentions import InlineBlock, Page, inline_blocks, page_of, placing

NUMBER = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Placeholder for a number in an edit: ``__図1__``, in a formula ``1``."""
LABEL = r"(?:\{{|<!--+\s*)#(?P<{}>{}-[^\s{{}}<>]+?)(?:\s[^{{}}<>]*)?(?:\}}|--+>)"
EMPHASISED = r"\*(?!\*)(?P<caption>(?:[^*\\\n]|\\.|\*\*[^*\n]+\*\*)+)\*(?!\*)"
OWN_NUMBER = re.compile(rf"\s*(?:{'|'.join(OWN_NUMBERS.values())})\s*\d")
"""A caption that the author has numbered."""
IMAGE = re.compile(r"!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
OF_FIGURE = re.compile(
    rf"(?P<of>\s*{LABEL.format('label', 'fig')})?"
    rf"(?:[ \t]*(?:\n|<br\s*/?>)?[ \t]*{EMPHASISED}(?P<behind>[ \t]*{LABEL.format('late', 'fig')})?)?")
OF_HEADING = re.compile(rf"\s{{0,9}}{LABEL.format('label', 'sec')}$")
OF_TABLE = re.compile(
    rf"(?:(?P<colon>(?:[Tt]able)?:\s+)(?P<plain>\S.*?)|{EMPHASISED})(?P<of>\s{{0,9}}{LABEL.format('label', 'tbl')})?")
OF_LISTING = re.compile(r"#(?P<label>lst-[^\s{}]+)")
LISTING_CAPTION = re.compile(r"""lst-cap=["']([^"']*)["']""")
OF_EQUATION = re.compile(r"\\label\{(?P<label>eq-[^{}\s]+)\}")
UNSHOWN = re.compile(r"<[^<>]*>")
NO_SLUG = re.compile(r"[^\w\s-]")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something that can be referred to."""

    kind: str
    """``fig``, ``tbl``, ``lst``, ``sec`` or ``eq``."""
    label: str
    """As written: ``fig-x``, ``x``; "" if it has none."""
    start: int
    """Offset in the text."""
    captioned: bool = True
    """Whether it has a caption or an explicit label."""
    title: str = ""
    """The text of a heading."""
    source: str = ""
    """The source of an image whose label is its file name."""
    cell: int = 0
    """Number of its cell; 0 if it is in prose."""
    edits: tuple[Edit, ...] = ()
    """Edits that insert its number (``NUMBER``) into prose."""
    always: tuple[Edit, ...] = ()
    """Edits to make even without a number: labels are removed."""


@dataclass(frozen=True, slots=True)
class Positions:
    """The plain text of a deck, and the offsets of its parts."""

    text: str
    slides: tuple[int, ...]
    cells: Mapping[int, int]
    """By the number of the cell."""


def positions_of(deck: Deck) -> Positions:
    """The offsets of the parts of a deck."""
    blocks = tuple(placed_blocks(deck))
    slides = {placed.slide: placed.start for placed in reversed(blocks)}
    return Positions(plain_text(deck), tuple(sorted(slides.values())),
                     {placed.block.number: placed.start for placed in blocks if isinstance(placed.block, Cell)})


def spots_of(deck: Deck, positions: Positions) -> tuple[Spot, ...]:
    """All spots of a deck, in order."""
    tokens, page = marp_tokens(positions.text), page_of(positions.text)
    spots = [*(spot for block in inline_blocks(tokens, page) for spot in _figures(block)),
             *_headings(tokens, page), *_tables(tokens, page),
             *_listings(tokens, page, {*positions.cells.values()}), *_equations(tokens, page)]
    placed = {path.stem for path in (PurePosixPath(image.source) for image in deck.images)
              if f"/{path.parent}".endswith(f"/{FIGURES}/{deck.name}")}
    spots += [spot for cell in deck.cells for spot in _of_cell(cell, positions.cells[cell.number])
              if not (spot.kind == "fig" and spot.label in placed)]
    spots += [Spot("fig", diagram.label, start, captioned=_asks(diagram.caption or None))
              for diagram, start in diagrams_in(deck) if diagram.label]
    return tuple(_apart(sorted((spot for spot in spots if spot.start >= 0), key=lambda spot: spot.start)))


def _apart(spots: Sequence[Spot]) -> Iterator[Spot]:
    """Give images with the same file name unique labels: the first keeps it, others are labelled by their paths."""
    called = {spot.label: spot.source for spot in spots if spot.kind == "fig" and spot.cell}
    for spot in spots:
        taken = spot.kind == "fig" and called.setdefault(spot.label, spot.source) != spot.source
        yield replace(spot, label=spot.source) if taken and spot.source else spot


def _of_cell(cell: Cell, start: int) -> Iterator[Spot]:
    """The spots of a cell."""
    display, label = cell.options.display, cell.options.label
    runs = display.include and cell.options.execution.eval and cell.options.execution.source is None
    if display.include and display.echo and (display.lst_label or label):
        yield Spot("lst", display.lst_label or label or "", start, captioned=_asks(display.lst_cap), cell=cell.number)
    if runs and label and display.output is not Output.HIDE:
        yield Spot("tbl", label, start, captioned=_asks(display.tbl_cap), cell=cell.number)
    if runs and label:
        yield Spot("fig", label, start, captioned=_asks(display.fig_cap), source="a cell", cell=cell.number)


def _asks(caption: str | None) -> bool:
    """Whether there is a caption without a number by the author."""
    return caption is not None and not OWN_NUMBER.match(caption)


def _figures(block: InlineBlock) -> Iterator[Spot]:
    """The images of a paragraph, except backgrounds, each with the caption after it."""
    for child in (child for child in block.token.children or () if child.type == "image"):
        source, image = decoded(str(child.attrGet("src") or "")), IMAGE.match(block.token.content, child.meta["start"])
        if image and not source.startswith("data:") and "bg" not in child.content.split():
            yield _figure(source, child.content, image, block.place)


def _figure(source: str, alt: str, image: re.Match[str], place: Callable[[int], int]) -> Spot:
    behind = OF_FIGURE.match(image.string, image.end())
    label = behind["label"] or behind["late"] if behind else None
    name, called = (label, "") if label else (PurePosixPath(source).stem, source)
    start, end = map(place, image.span())
    cut = tuple(Edit(place(behind.start(of) - 1) + 1, place(behind.end(of) - 1) + 1, "") for of in ("of", "behind")
                if behind and behind[of])
    if behind and behind["caption"]:
        at = place(behind.start("caption"))
        return Spot("fig", name, start, captioned=_asks(behind["caption"]), source=called,
                    edits=(Edit(at, at, f"{NUMBER} "),), always=cut)
    words = words_of(alt) if label else ""
    return Spot("fig", name, start, captioned=label is not None, source=called,
                edits=(Edit(end, end, f"<br>*{f'{NUMBER} {words}'.strip()}*"),), always=cut)


def _headings(tokens: Sequence[Token], page: Page) -> Iterator[Spot]:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.content:
            match, place = OF_HEADING.search(inline.content), placing(inline, page)
            title = UNSHOWN.sub("", inline.content[:match.start()] if match else inline.content).strip()
            cut = (Edit(place(match.start()), place(match.end() - 1) + 1, ""),) if match else ()
            yield Spot("sec", match["label"] if match else slug(title), place(0), title=title, always=cut)


def slug(title: str) -> str:
    """A heading's anchor as in GitHub and Marp: ``gradient-descent``."""
    return re.sub(r"\s", "-", NO_SLUG.sub("", title.lower()).strip())


def _tables(tokens: Sequence[Token], page: Page) -> Iterator[Spot]:
    """Tables with a caption in the paragraph above or below."""
    for number, opening in enumerate(tokens):
        if opening.type != "table_open":
            continue
        close = next(at for at in range(number, len(tokens)) if tokens[at].type == "table_close")
        beside = [tokens[at] for at in (number - 2, close + 2) if 0 <= at < len(tokens) and tokens[at].type == "inline"]
        for inline in beside:
            match, place = OF_TABLE.fullmatch(inline.content), placing(inline, page)
            if match and (match["colon"] or match["label"]):
                yield _table(match, place(0))
                break


def _table(match: re.Match[str], start: int) -> Spot:
    label, inside = match["label"] or "", "plain" if match["colon"] else "caption"
    first, last = (start + at for at in match.span(inside))
    number = Edit(first, first, f"{NUMBER} ") if label else None
    cut = Edit(start + match.start("of"), start + match.end("of"), "") if label else None
    quarto = (Edit(start, first, "*"), Edit(last, last, "*")) if match["colon"] else ()
    return Spot("tbl", label, start, edits=(number,) if number else (), always=(*quarto, *((cut,) if cut else ())))


def _listings(tokens: Sequence[Token], page: Page, cells: set[int]) -> Iterator[Spot]:
    """Fences of other languages with a label: ```` ```sql {#lst-x lst-cap="Rows"} ````."""
    for token in tokens:
        label = OF_LISTING.search(token.info) if token.type == "fence" and token.map and token.level == 0 else None
        if label and token.map and (start := page.starts[token.map[0]]) not in cells:
            caption = LISTING_CAPTION.search(token.info)
            end = line_end(page.lines[token.map[0]]) * 2
            words = f"*{f'{NUMBER} {caption[1]}'.strip() if caption else NUMBER}*{end}"
            yield Spot("lst", label["label"], start, edits=(Edit(start, start, words),))


def _equations(tokens: Sequence[Token], page: Page) -> Iterator[Spot]:
    for token in tokens:
        if token.type == "marp_math_block" and token.map:
            first, last = (page.starts[line] for line in token.map)
            for label in OF_EQUATION.finditer(page.text, first, last):
                yield Spot("eq", label["label"], first, edits=(Edit(*label.span(), rf"\tag{{{NUMBER}}}"),))
