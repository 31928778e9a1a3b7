"""Elements of diagrams: circles, boxes, arrows, text, in diagram units.

One unit is ``UNIT`` inches in a new figure. In given Axes, the diagram is scaled to fit, including text and line
widths, so that nothing overlaps that did not before.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.text import Text
from numpy.typing import ArrayLike, NDArray

from nnviz import style

Point = tuple[float, float]
Box = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Lower left and upper right corners."""
UNIT = 0.8
RADIUS = 0.42
"""Radius of a node."""
HEAD = 0.2
"""Length of an arrow head."""
DASHES = (0, (2.2, 1.4))


def board(ax: Axes | None, box: tuple[float, float, float, float]) -> Axes:
    """Axes for a diagram within ``box`` = (left, bottom, right, top)."""
    left, bottom, right, top = box
    if ax is None:
        figure = plt.figure(figsize=((right - left) * UNIT, (top - bottom) * UNIT))
        ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.set_axis_off()
    ax.apply_aspect()
    return ax


def zoom(ax: Axes) -> float:
    """Scale of the diagram relative to a new figure."""
    left, right = ax.get_xlim()
    figure = ax.get_figure(root=True)
    dpi = figure.dpi if figure else 1.0
    return float(ax.bbox.width / dpi / (right - left) / UNIT)


def write(ax: Axes, at: Point, words: str, size: float = 17, **options: Any) -> Text:  # noqa: ANN401
    """Draw a text, by default centred at ``at``; ``size`` in points at zoom 1."""
    aligned = {"ha": "center", "va": "center", "zorder": 5, **options}
    return ax.text(*at, words, fontsize=size * zoom(ax), **aligned)


@cache
def extent(label: str, size: float) -> tuple[float, float]:
    """Width and height of a text in units."""
    figure = Figure(dpi=144)
    bounds = figure.text(0, 0, label, fontsize=size).get_window_extent()
    return float(bounds.width / figure.dpi / UNIT), float(bounds.height / figure.dpi / UNIT)


def fitting(label: str, size: float, width: float) -> float:
    """``size`` in points, reduced if ``label`` would be wider than ``width``."""
    return size * min(1.0, width / extent(label, size)[0])


def circle(ax: Axes, centre: Point, label: str, colour: str, *, size: float = 18) -> None:
    """A node: a circle in ``colour`` with pale fill and a label, shrunk to fit."""
    ax.add_patch(Circle(centre, RADIUS, facecolor=style.palette().soft(colour), edgecolor=colour,
                        linewidth=2.4 * zoom(ax), zorder=3))
    if label:
        write(ax, centre, label, fitting(label, size, 1.8 * RADIUS),
              va="center_baseline" if label.isascii() and "$" not in label else "center")


def box(ax: Axes, corner: Point, size: Point, label: str, colour: str, *, fontsize: float = 19) -> None:
    """A box with rounded corners and a centred label; ``corner`` is the lower left one."""
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=0.18", edgecolor=colour,
                                facecolor=style.palette().soft(colour), linewidth=2.4 * zoom(ax), zorder=3))
    if label:
        write(ax, (corner[0] + size[0] / 2, corner[1] + size[1] / 2), label, fontsize)


def wire(ax: Axes, corners: ArrayLike, colour: str, width: float = 2.0) -> None:
    """A polyline."""
    ax.plot(*np.asarray(corners, dtype=float).T, color=colour, linewidth=width * zoom(ax), solid_joinstyle="miter",
            solid_capstyle="butt", zorder=2)


def arrow(ax: Axes, start: Point, end: Point, colour: str | None = None, width: float = 1.8) -> None:
    """A straight arrow."""
    arrows(ax, [start], [end], [colour or style.palette().ink], [width])


def arrows(
    ax: Axes, starts: ArrayLike, ends: ArrayLike, colours: Sequence[str], widths: Sequence[float], *,
    heads: bool = True, gaps: Sequence[Box] = (), dashed: Container[int] = (),
) -> None:
    """Many arrows (E, 2) -> (E, 2), interrupted at ``gaps``: all lines as one artist, all heads as another.

    ``dashed``: indices of dashed lines.
    """
    starts, ends = np.asarray(starts, dtype=float), np.asarray(ends, dtype=float)
    along = (ends - starts) / np.linalg.norm(ends - starts, axis=1, keepdims=True)
    stops = ends - 0.8 * HEAD * along if heads else ends
    pieces, owners = _interrupted(starts, stops, gaps)
    ax.add_collection(LineCollection(pieces, colors=[colours[n] for n in owners], zorder=1.5,
                                     linewidths=[widths[n] * zoom(ax) for n in owners],
                                     linestyles=[DASHES if n in dashed else "-" for n in owners]), autolim=False)
    if heads:
        back, across = ends - HEAD * along, 0.42 * HEAD * along[:, ::-1] * (-1, 1)
        triangles = np.stack([ends, back + across, back - across], axis=1)
        ax.add_collection(PolyCollection(list(triangles), facecolors=list(colours), edgecolors="none", zorder=2),
                          autolim=False)


def _interrupted(
    starts: NDArray[np.float64], ends: NDArray[np.float64], gaps: Sequence[Box],
) -> tuple[list[NDArray[np.float64]], list[int]]:
    """The segments of lines outside of gaps, (2, 2) each, and the index of the line of each."""
    cuts: list[list[tuple[float, float]]] = [[] for _ in starts]
    for gap in gaps:
        enter, leave, hit = crossed(gap, starts, ends)
        for line in np.flatnonzero(hit).tolist():
            cuts[line].append((float(enter[line]), float(leave[line])))
    pieces: list[NDArray[np.float64]] = []
    owners: list[int] = []
    for line, (start, end) in enumerate(zip(starts, ends, strict=True)):
        at = 0.0
        for enter_at, leave_at in [*sorted(cuts[line]), (1.0, 1.0)]:
            if enter_at > at:
                pieces.append(start + np.array([[at], [enter_at]]) * (end - start))
                owners.append(line)
            at = max(at, leave_at)
    return pieces, owners


def crossed(
    box: Box, starts: NDArray[np.float64], ends: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Where the lines (E, 2) -> (E, 2) enter and leave the box, relative to their length, and which lines do.

    The slab method of Kay and Kajiya (1986).
    """
    run = ends - starts
    run = np.where(run == 0, 1e-12, run)
    one, other = (box[0] - starts) / run, (box[1] - starts) / run
    enter, leave = np.minimum(one, other).max(axis=1), np.maximum(one, other).min(axis=1)
    return enter, leave, (enter <= leave) & (leave >= 0) & (enter <= 1)


def between(starts: ArrayLike, ends: ArrayLike, *, radius: float = RADIUS) -> tuple[NDArray[Any], NDArray[Any]]:
    """Lines between centres (E, 2), shortened to the circles of the nodes."""
    starts, ends = np.asarray(starts, dtype=float), np.asarray(ends, dtype=float)
    cut = radius * (ends - starts) / np.linalg.norm(ends - starts, axis=1, keepdims=True)
    return starts + cut, ends - 1.08 * cut
