"""SVG that cells display, and plots that were drawn of what they display, as pictures with a name. Pure.

Markdown takes no SVG in the address of an image.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from marpweave.check.verdicts import CellCheck
from marpweave.inputs.digests import digest
from marpweave.model.deck import Cell
from marpweave.model.diagram import Drawings, Frame
from marpweave.model.media import SVG
from marpweave.model.outcome import Display, Figure
from marpweave.weave.embed import svg_side
from marpweave.weave.pictures import address

FOLDER = "plots"
"""Within that of a deck's figures."""


Displayed = tuple[str, bool]
"""What a cell displays, and whether it runs on the slide."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture among the outputs of a cell."""

    source: str
    """As the Markdown names it."""
    figure: Figure
    frame: Frame | None = None
    """What runs in its place where a page can; None: nothing."""

    @property
    def width(self) -> str:
        """Its own; "": it says none."""
        width = svg_side(self.figure.content.decode(), "width")
        return f"{width:.0f}px" if width else ""


def plots_in(checks: Sequence[CellCheck], drawings: Drawings, folder: PurePosixPath) -> dict[Displayed, Plot]:
    """The plots by what was displayed; ``folder`` is that of the deck's figures as seen from the deck."""
    found = {}
    for value, svg, frame in _shown(checks, drawings):
        figure = Figure(f"{FOLDER}/{digest(value)[:12]}{'-live' if frame else ''}.svg", svg)
        found[value, frame is not None] = Plot(address(folder / figure.name), figure, frame)
    return found


def plot_of(output: Display, cell: Cell, plots: Mapping[Displayed, Plot]) -> Plot | None:
    """What stands on the slide for an output of a cell; None: it is no plot, or could not be drawn."""
    live = cell.options.display.is_live
    value = output.data.get(output.drawn(live=live), "")
    return (plots.get((value, True)) if live else None) or plots.get((value, False)) \
        or plots.get((output.data.get(SVG, ""), False))


def _shown(checks: Sequence[CellCheck], drawings: Drawings) -> Iterator[tuple[str, bytes, Frame | None]]:
    for check in checks:
        live = check.cell.options.display.is_live
        for output in check.outcome.outputs:
            value = output.data.get(output.drawn(live=live), "") if isinstance(output, Display) else ""
            if svg := drawings.plots.get(value):
                yield value, svg, drawings.frames.get(value) if live else None
            elif isinstance(output, Display) and SVG in output.data:
                yield output.data[SVG], output.data[SVG].encode(), None
