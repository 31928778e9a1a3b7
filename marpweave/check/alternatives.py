"""Checks that images and figures have alternative texts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from marpweave.check.verdicts import CellCheck
from marpweave.model.deck import Deck
from marpweave.model.finding import Finding, Kind
from marpweave.model.options import Output
from marpweave.model.outcome import RICH, Display
from marpweave.read.options.diagrams import OPTION_MARKS

LACKS = "has no alternative text;"


def alt_findings(deck: Deck, checks: Sequence[CellCheck]) -> Iterator[Finding]:
    """Missing alternative texts of an adopted deck."""
    if not deck.adopted:
        return
    yield from _of_author(deck)
    placed = {PurePosixPath(image.source).name for image in deck.images}
    for check in checks:
        display = check.cell.options.display
        if display.include and not (display.fig_alt or display.fig_cap):
            for name in _shown(check):
                if name not in placed:
                    yield Finding(Kind.NO_ALT, check.cell.location, f"{name} {LACKS} write it as `#| fig-alt:`",
                                  check.cell.slide)


def _of_author(deck: Deck) -> Iterator[Finding]:
    for image in deck.images:
        if image.alt is None:
            yield Finding(Kind.NO_ALT, image.location, f'image {image.source} {LACKS} write it into its brackets, or '
                          '`<img alt="" …>` if it is decoration', image.slide)
    for diagram in deck.diagrams:
        if not diagram.alt:
            yield Finding(Kind.NO_ALT, diagram.location, f"diagram {diagram.name} {LACKS} write it as "
                          f"`{OPTION_MARKS[diagram.language]} fig-alt:`", diagram.slide)


def _shown(check: CellCheck) -> Iterator[str]:
    """What a cell shows other than text."""
    yield from (figure.name for figure in check.outcome.figures)
    display = check.cell.options.display
    for output in check.outcome.outputs if display.output is not Output.HIDE else ():
        if isinstance(output, Display) and (output.drawn(live=display.is_live) or any(
                mime.startswith("image/") for mime in RICH if mime in output.data)):
            yield "a picture that it displays"
