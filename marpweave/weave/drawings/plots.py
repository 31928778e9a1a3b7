"""Turns displayed SVG, and drawings of displayed plots, into named images. Pure.

Markdown does not allow SVG data URIs as image addresses.
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
"""Subfolder of a deck's figure folder."""


Displayed = tuple[str, bool]
"""The data that a cell displays, and whether it is live."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot among the outputs of a cell."""

    source: str
    """Image source in the Markdown."""
    figure: Figure
    frame: Frame | None = None
    """A live page that replaces the image in HTML, if any."""

    @property
    def width(self) -> str:
        """Its natural width; "" if not specified."""
        width = svg_side(self.figure.content.decode(), "width")
        return f"{width:.0f}px" if width else ""


def plots_in(checks: Sequence[CellCheck], drawings: Drawings, folder: PurePosixPath) -> dict[Displayed, Plot]:
    """Plots by displayed data; ``folder`` is the deck's figure folder relative to the deck."""
    plots = {}
    for value, svg, frame in _shown(checks, drawings):
        figure = Figure(f"{FOLDER}/{digest(value)[:12]}{'-live' if frame else ''}.svg", svg)
        plots[value, frame is not None] = Plot(address(folder / figure.name), figure, frame)
    return plots


def plot_of(output: Display, cell: Cell, plots: Mapping[Displayed, Plot]) -> Plot | None:
    """The plot to show for an output of a cell; None if it is not a plot, or could not be drawn."""
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
