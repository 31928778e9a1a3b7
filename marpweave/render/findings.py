"""What rendering a deck brought to light -> findings at the author's slides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marpweave.model.deck import Cell
from marpweave.model.finding import Finding, Kind
from marpweave.model.location import Location
from marpweave.render.prepare import PreparedDeck
from marpweave.render.rendering import Fault, RenderedDeck

REMEDY = {True: "; split the slide, or give it `<!-- _class: dense -->`", False: "; split or shorten the slide"}


def rendering_findings(prepared: PreparedDeck, rendered: RenderedDeck) -> Iterator[Finding]:
    """Files that could not be made, slides that were counted wrongly, and every fault that was measured."""
    deck, counted = prepared.deck, len(prepared.woven.slides)
    top = Location(deck.path, 1)
    for form, complaint in rendered.complaints.items():
        yield Finding(Kind.RENDER, top, f"Marp made no {form} of this deck: {complaint}")
    if rendered.slides is not None and rendered.slides != counted:
        yield Finding(Kind.RENDER, top,
                      f"Marp makes {rendered.slides} slides of this deck, where {counted} were counted")
    ours = deck.front_matter.values.get("theme") == "lecture"
    for same in _by_cause(rendered.faults):
        fault, numbers = same[0], sorted({prepared.source_slide(fault.slide) for fault in same})
        remedy = REMEDY[ours] if fault.kind is Kind.OVERFLOW else ""
        message = " ".join(filter(None, [_named(fault, prepared), fault.message])) + remedy
        yield Finding(fault.kind, deck.slides[numbers[0] - 1].first_line, message, numbers[0], slides=tuple(numbers))


def _by_cause(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Faults that one rule of a theme or one element of all slides brings about, together.

    Text of one size has one cause, and what is too wide by as many pixels; too much on a slide is its own.
    """
    groups: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        wide = fault.kind is Kind.OVERFLOW and " bottom " not in fault.message
        what = "" if fault.kind is Kind.SMALL_TEXT else fault.element.partition(" “")[0] if wide else fault.element
        groups.setdefault((fault.kind, what, fault.message), []).append(fault)
    return list(groups.values())


def _named(fault: Fault, prepared: PreparedDeck) -> str:
    """The element at fault; a code block goes by the label of its cell, a figure by its name."""
    figure = prepared.woven.figures.get(fault.element.removeprefix("picture "))
    if figure:
        return f"figure {figure.name}"
    blocks = prepared.deck.slides[prepared.source_slide(fault.slide) - 1].blocks
    code = fault.code.strip()
    cell = next((block for block in blocks if isinstance(block, Cell) and code and code in block.source), None)
    return f"code block of cell {cell.label}" if cell else fault.element
