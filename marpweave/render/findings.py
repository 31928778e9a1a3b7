"""Turns measurements of rendered slides into findings at the author's slides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marpweave.model.deck import Cell
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.prepare import PreparedDeck
from marpweave.render.rendering import RenderedDeck, SlideFault

REMEDY = {True: "; split the slide, or give it `<!-- _class: dense -->`", False: "; split or shorten the slide"}


def rendering_findings(prepared: PreparedDeck, rendered: RenderedDeck) -> Iterator[Finding]:
    """Files that could not be written, wrong slide counts, and all measured faults."""
    deck, counted = prepared.deck, len(prepared.woven.slides)
    slides = {slide.number: slide for slide in deck.slides}
    top = Location(deck.path, 1)
    for form, complaint in rendered.complaints.items():
        yield Finding(Kind.RENDER, top, f"Marp could not write {form}: {complaint}")
    if rendered.slides is not None and rendered.slides != counted:
        yield Finding(Kind.RENDER, top,
                      f"Marp renders {rendered.slides} slides, but marpweave counts {counted}")
    ours = (prepared.presentation.setup.theme or deck.front_matter.values.get("theme")) == "lecture"
    wanted = {prepared.presentation.setup.theme} - {""} or {theme.name for theme in deck.themes}
    for same in _by_cause([each for each in rendered.faults if each.kind is not Kind.OPTION or each.element in wanted]):
        fault, numbers = same[0], sorted({prepared.source_slide(fault.slide) for fault in same})
        remedy = REMEDY[ours] if fault.kind is Kind.OVERFLOW else ""
        message = " ".join(filter(None, [_named(fault, prepared), fault.message])) + remedy
        yield Finding(fault.kind, slides[numbers[0]].first_line, message, numbers[0], slides=tuple(numbers))


def _by_cause(faults: Sequence[SlideFault]) -> list[list[SlideFault]]:
    """Group faults with a common cause: a rule of the theme, or an element on all slides.

    Faults about text size or excess width are grouped by size or number of pixels; overflowing slides are separate.
    """
    groups: dict[tuple[str, str, str], list[SlideFault]] = {}
    for fault in faults:
        wide = fault.kind is Kind.OVERFLOW and " bottom " not in fault.message
        what = "" if fault.kind is Kind.SMALL_TEXT else fault.element.partition(" “")[0] if wide else fault.element
        groups.setdefault((fault.kind, what, fault.message), []).append(fault)
    return list(groups.values())


def _named(fault: SlideFault, prepared: PreparedDeck) -> str:
    """The element concerned: for a code block, the label of its cell; for a figure, its name."""
    if fault.kind is Kind.OPTION:
        return f"theme {fault.element}"
    figure = prepared.woven.figures.get(fault.element.removeprefix("picture "))
    if figure:
        return f"figure {figure.name}"
    number, code = prepared.source_slide(fault.slide), fault.code.strip()
    blocks = (block for slide in prepared.deck.slides if slide.number == number for block in slide.blocks)
    cell = next((block for block in blocks if isinstance(block, Cell) and code and code in block.source), None)
    return f"code block of cell {cell.label}" if cell else fault.element
