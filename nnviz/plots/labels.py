"""Places labels of edges without touching lines, nodes or other labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz.plots.diagram import RADIUS, UNIT, Box, crossed, extent

Floats = NDArray[np.float64]
PLACES = (0.36, 0.42, 0.3, 0.48, 0.24, 0.54, 0.18, 0.6, 0.66, 0.72, 0.78, 0.13, 0.84)
"""Positions along an edge, best first: before the middle, where the edges into a node are still apart."""
MINUS = "\N{MINUS SIGN}"
GAP = 0.07
"""Minimum distance between a label and anything else, in units."""


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Elements that labels must not touch."""

    starts: Floats
    ends: Floats
    """End points of the lines, (E, 2) each."""
    nodes: Floats
    """Centres of the circles, (N, 2)."""
    faint: NDArray[np.bool_] | None = None
    """Mask of lines (E,) that may be interrupted by a label; None: none."""


def places_for(
    labels: Mapping[int, str], around: Obstacles, size: float, *, inline: bool = False,
) -> list[Box] | None:
    """A box for each label (index of its line -> text), or None if there is no room for all.

    Labels are beside their lines or, with ``inline``, on them; the line must then be interrupted.
    """
    wanted = {number: extent(text, size) for number, text in labels.items()}
    free = {number: _free(number, around, extents, inline=inline) for number, extents in wanted.items()}
    taken: dict[int, Box] = {}
    for number in sorted(labels, key=lambda n: len(free[n])):
        found = next((box for box in free[number] if not any(_overlap(box, other) for other in taken.values())), None)
        if found is None:
            return None
        taken[number] = found
    return [taken[number] for number in labels]


def numeral(value: float, digits: int = 3) -> str:
    """A number with ``digits`` significant digits: 1200, −0.5, 4×10$^{-7}$."""
    mantissa, power, exponent = f"{value:z.{digits}g}".partition("e")
    if power and 1 <= abs(value) < 1e5:
        mantissa, power = f"{float(mantissa + power + exponent):.0f}", ""
    return mantissa.replace("-", MINUS) + (f"×10$^{{{int(exponent)}}}$" if power else "")


def formula(value: float, digits: int = 3) -> str:
    """``numeral`` in the font of formulas."""
    return f"${numeral(value, digits).replace('$', '').replace(MINUS, '-')}$"


def widest(names: Sequence[object], size: float) -> float:
    """Width of the longest name in inches."""
    return extent(max(map(str, names), key=len), size)[0] * UNIT


def turn_names(ax: Axes, names: Sequence[object], size: float) -> None:
    """Rotate the names along the x axis if they are too wide."""
    if widest(names, size) > ax.bbox.width / ax.figure.dpi / len(names):
        ax.tick_params(axis="x", labelrotation=90)


def _free(number: int, around: Obstacles, size: tuple[float, float], *, inline: bool) -> list[Box]:
    """Boxes for a line's label that touch neither nodes nor lines, best first."""
    solid = np.ones(len(around.starts), dtype=bool) if around.faint is None else ~around.faint
    solid[number] &= not inline
    starts, ends = around.starts[solid], around.ends[solid]
    boxes = _candidates(around.starts[number], around.ends[number], size, inline=inline)
    return [box for box in boxes if not crossed(box, starts, ends)[2].any() and not _near(box, around.nodes)]


def _candidates(start: Floats, end: Floats, size: tuple[float, float], *, inline: bool) -> list[Box]:
    """Boxes on the line, or directly beside it (above first)."""
    along = (end - start) / np.linalg.norm(end - start)
    normal = np.array([-along[1], along[0]])
    normal = normal if normal[1] > 1e-9 else -normal
    half = np.array(size) / 2 + GAP / 2
    reach = half @ np.abs(normal) + GAP
    return [(centre - half, centre + half) for t in PLACES for side in ((0,) if inline else (1, -1))
            for centre in [start + t * (end - start) + side * reach * normal]]


def _near(box: Box, nodes: Floats) -> bool:
    nearest = np.clip(nodes, box[0], box[1])
    return bool((np.linalg.norm(nodes - nearest, axis=1) < RADIUS + GAP / 2).any())


def _overlap(box: Box, other: Box) -> bool:
    return bool((box[0] < other[1]).all() and (other[0] < box[1]).all())
