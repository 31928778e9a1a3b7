"""Logic circuits with the distinctive gate shapes of ANSI/IEEE Std 91."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from nnviz import style
from nnviz.plots.canvas import board, styled

Gate = Literal["AND", "OR", "NAND", "NOR", "XOR", "NOT"]
WIDTH, HEIGHT = 1.5, 1.1
BUBBLE = 0.1
"""Radius of the circle that stands for negation."""


@styled
def draw_logic_circuit(gate: Gate = "XOR", *, composed: bool = True, ax: Axes | None = None) -> Axes:
    """The circuit of ``gate``: XOR as AND(NAND, OR), any other (or ``composed=False``) as its one symbol."""
    if gate == "XOR" and composed:
        return _draw_xor(ax)
    inputs = 1 if gate == "NOT" else 2
    ax = board(ax, (-0.6, -0.3, 4.4, HEIGHT + 0.3), scale=0.85)
    out = _symbol(ax, gate, (1.4, 0.0))
    for name, y in zip(("$x_1$", "$x_2$"), _pins(0.0, inputs), strict=False):
        ax.text(-0.1, y, name, ha="center", va="center", fontsize=20)
        _wire(ax, [(0.2, y), (_left_of(gate, 1.4), y)])
    _wire(ax, [(out, HEIGHT / 2), (3.7, HEIGHT / 2)])
    ax.text(4.0, HEIGHT / 2, "$y$", ha="center", va="center", fontsize=20)
    return ax


def _draw_xor(ax: Axes | None) -> Axes:
    ax = board(ax, (-0.7, -0.45, 9.6, 3.75), scale=0.85)
    upper, lower, final = (2.6, 2.1), (2.6, 0.0), (6.1, 1.05)
    out = {name: _symbol(ax, name, corner, label=name) for name, corner in
           (("NAND", upper), ("OR", lower), ("AND", final))}
    tops, bottoms = _pins(upper[1], 2), _pins(lower[1], 2)
    for name, pins, split in (("$x_1$", (tops[0], bottoms[0]), 1.6), ("$x_2$", (bottoms[1], tops[1]), 0.8)):
        y, other = pins
        ax.text(-0.3, y, name, ha="center", va="center", fontsize=21)
        gate, partner = ("NAND", "OR") if y > other else ("OR", "NAND")
        _wire(ax, [(0.05, y), (_left_of(gate, 2.6), y)])
        _wire(ax, [(split, y), (split, other), (_left_of(partner, 2.6), other)])
        ax.add_patch(Circle((split, y), 0.07, color=style.palette().ink, zorder=4))
    for name, corner, pin, signal in (("NAND", upper, 0, "$s_1$"), ("OR", lower, 1, "$s_2$")):
        start, end = corner[1] + HEIGHT / 2, _pins(final[1], 2)[pin]
        _wire(ax, [(out[name], start), (5.2, start), (5.2, end), (_left_of("AND", 6.1), end)])
        ax.text(4.72, start + 0.17, signal, ha="center", va="bottom", fontsize=19)
    _wire(ax, [(out["AND"], final[1] + HEIGHT / 2), (8.8, final[1] + HEIGHT / 2)])
    ax.text(9.15, final[1] + HEIGHT / 2, "$y$", ha="center", va="center", fontsize=21)
    return ax


def _pins(bottom: float, count: int) -> tuple[float, ...]:
    """Heights of a gate's inputs, the upper first."""
    middle = bottom + HEIGHT / 2
    return (middle,) if count == 1 else (middle + HEIGHT / 4, middle - HEIGHT / 4)


def _left_of(gate: Gate, left: float) -> float:
    """Where a wire meets the gate's left side, which is hollow for OR."""
    return left + (0.17 if gate in ("OR", "NOR", "XOR") else 0.0)


def _symbol(ax: Axes, gate: Gate, corner: tuple[float, float], *, label: str = "") -> float:
    """Draw a gate's symbol with its lower left corner at ``corner`` -> x of its output."""
    colours = style.palette()
    x, y = corner
    outline = {"AND": _and, "NAND": _and, "NOT": _triangle}.get(gate, _or)()
    path = Path(outline.vertices * (WIDTH, HEIGHT) + (x, y), outline.codes)
    ax.add_patch(PathPatch(path, facecolor=colours.ground, edgecolor=colours.zero, linewidth=2.4, zorder=3))
    if gate == "XOR":
        side = _hollow()
        ax.add_patch(PathPatch(Path(side.vertices * (WIDTH, HEIGHT) + (x - 0.17, y), side.codes), facecolor="none",
                               edgecolor=colours.zero, linewidth=2.4, zorder=3))
    if label:
        ax.text(x + WIDTH * 0.46, y + HEIGHT / 2, label, ha="center", va="center", fontsize=14, zorder=4)
    right = x + WIDTH
    if gate in ("NAND", "NOR", "NOT"):
        ax.add_patch(Circle((right + BUBBLE, y + HEIGHT / 2), BUBBLE, facecolor=colours.ground,
                            edgecolor=colours.zero, linewidth=2.4, zorder=3))
        right += 2 * BUBBLE
    return right


def _wire(ax: Axes, corners: Sequence[tuple[float, float]]) -> None:
    ax.plot(*zip(*corners, strict=True), color=style.palette().ink, linewidth=2, solid_joinstyle="miter", zorder=2)


def _and() -> Path:
    """A D within the unit square."""
    k = 0.5523
    right = 0.5
    corners = [(0, 0), (right, 0), (right + k * right, 0), (1, 0.5 - k / 2), (1, 0.5), (1, 0.5 + k / 2),
               (right + k * right, 1), (right, 1), (0, 1), (0, 0)]
    return Path(np.array(corners, dtype=float), [Path.MOVETO, Path.LINETO, *[Path.CURVE4] * 6, Path.LINETO,
                                                 Path.CLOSEPOLY])


def _or() -> Path:
    """A shield with a hollow left side."""
    corners = [(0, 0), (0.55, 0), (0.8, 0.15), (1, 0.5), (0.8, 0.85), (0.55, 1), (0, 1), (0.22, 0.5), (0, 0)]
    return Path(np.array(corners, dtype=float), [Path.MOVETO, *[Path.CURVE4] * 3, *[Path.CURVE4] * 3,
                                                 *[Path.CURVE3] * 2])


def _hollow() -> Path:
    return Path(np.array([(0, 0), (0.22, 0.5), (0, 1)], dtype=float), [Path.MOVETO, *[Path.CURVE3] * 2])


def _triangle() -> Path:
    corners = [(0, 0), (1, 0.5), (0, 1), (0, 0)]
    return Path(np.array(corners, dtype=float), [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY])
