"""Logic circuits with the distinctive gate shapes of ANSI/IEEE Std 91."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from nnviz import style
from nnviz.arguments import one_of
from nnviz.plots.canvas import styled
from nnviz.plots.diagram import Point, board, wire, write, zoom

Gate = Literal["AND", "OR", "NAND", "NOR", "XOR", "NOT"]
WIDTH, HEIGHT = 1.6, 1.2
SIZE = 21
"""Font size of signal names in points."""
BUBBLE = 0.11
"""Radius of the circle for negation."""


@styled
def draw_logic_circuit(gate: Gate = "XOR", *, composed: bool = True, ax: Axes | None = None) -> Axes:
    """The circuit of ``gate``: XOR as AND(NAND, OR), others (or ``composed=False``) as a single symbol.

    >>> ax = draw_logic_circuit()
    >>> ax = draw_logic_circuit("NAND")
    """
    one_of(get_args(Gate), "gate", gate)
    if gate == "XOR" and composed:
        return _draw_xor(ax)
    inputs = 1 if gate == "NOT" else 2
    ax = board(ax, (-0.5, -0.3, 4.6, HEIGHT + 0.3))
    right = _symbol(ax, gate, (1.4, 0.0))
    for name, y in zip(("$x_1$", "$x_2$") if inputs == 2 else ("$x$",), _pins(0.0, inputs), strict=True):
        write(ax, (-0.1, y), name, SIZE)
        _wire(ax, [(0.25, y), (_left_of(gate, 1.4), y)])
    _wire(ax, [(right, HEIGHT / 2), (3.85, HEIGHT / 2)])
    write(ax, (4.2, HEIGHT / 2), "$y$", SIZE)
    return ax


def _draw_xor(ax: Axes | None) -> Axes:
    ax = board(ax, (-0.7, -0.3, 9.6, 3.75))
    gates: Mapping[Gate, Point] = {"NAND": (2.6, 2.2), "OR": (2.6, 0.0), "AND": (6.3, 1.1)}
    right = {gate: _symbol(ax, gate, corner, label=gate) for gate, corner in gates.items()}
    upper, lower, last = (_pins(corner[1], 2) for corner in gates.values())
    _split(ax, "$x_1$", (upper[0], "NAND"), (lower[0], "OR"), 1.7)
    _split(ax, "$x_2$", (lower[1], "OR"), (upper[1], "NAND"), 0.9)
    for which, pin, signal in zip(gates, last, ("$s_1$", "$s_2$"), strict=False):
        start = gates[which][1] + HEIGHT / 2
        _wire(ax, [(right[which], start), (5.5, start), (5.5, pin), (gates["AND"][0], pin)])
        write(ax, (4.95, start + 0.3), signal, SIZE)
    middle = gates["AND"][1] + HEIGHT / 2
    _wire(ax, [(right["AND"], middle), (8.9, middle)])
    write(ax, (9.25, middle), "$y$", SIZE)
    return ax


def _split(ax: Axes, name: str, near: tuple[float, Gate], far: tuple[float, Gate], corner: float) -> None:
    """An input wired straight to one gate of the first column, and via ``corner`` to the other."""
    write(ax, (-0.3, near[0]), name, SIZE)
    _wire(ax, [(0.05, near[0]), (_left_of(near[1], 2.6), near[0])])
    _wire(ax, [(corner, near[0]), (corner, far[0]), (_left_of(far[1], 2.6), far[0])])
    ax.add_patch(Circle((corner, near[0]), 0.075, color=style.palette().ink, zorder=4))


def _pins(bottom: float, count: int) -> tuple[float, ...]:
    """Heights of a gate's inputs, topmost first."""
    middle = bottom + HEIGHT / 2
    return (middle,) if count == 1 else (middle + HEIGHT / 4, middle - HEIGHT / 4)


def _left_of(gate: Gate, left: float) -> float:
    """x at which a wire meets the gate's left side, which is concave for OR."""
    return left + {"OR": 0.25, "NOR": 0.25, "XOR": -0.07}.get(gate, 0.0)


def _symbol(ax: Axes, gate: Gate, corner: Point, *, label: str = "") -> float:
    """Draw a gate's symbol with its lower left corner at ``corner``; return x of its output."""
    outline = {"AND": _and, "NAND": _and, "NOT": _triangle}.get(gate, _or)()
    _outline(ax, outline, corner, filled=True)
    if gate == "XOR":
        _outline(ax, _hollow(), (corner[0] - 0.2, corner[1]), filled=False)
    middle = corner[1] + HEIGHT / 2
    if label:
        write(ax, (corner[0] + WIDTH * 0.48, middle), label, 15)
    right = corner[0] + WIDTH
    if gate not in ("NAND", "NOR", "NOT"):
        return right
    colours = style.palette()
    ax.add_patch(Circle((right + BUBBLE, middle), BUBBLE, facecolor=colours.soft(colours.ink), zorder=3,
                        edgecolor=colours.ink, linewidth=2.4 * zoom(ax)))
    return right + 2 * BUBBLE


def _outline(ax: Axes, shape: Path, corner: Point, *, filled: bool) -> None:
    colours = style.palette()
    path = Path(np.asarray(shape.vertices, dtype=float) * (WIDTH, HEIGHT) + corner, shape.codes)
    ax.add_patch(PathPatch(path, facecolor=colours.soft(colours.ink) if filled else "none", zorder=3,
                           edgecolor=colours.ink, linewidth=2.4 * zoom(ax)))


def _wire(ax: Axes, corners: Sequence[Point]) -> None:
    wire(ax, corners, style.palette().ink)


def _and() -> Path:
    """A D shape in the unit square."""
    k = 0.5523
    right = 0.5
    corners = [(0, 0), (right, 0), (right + k * right, 0), (1, 0.5 - k / 2), (1, 0.5), (1, 0.5 + k / 2),
               (right + k * right, 1), (right, 1), (0, 1), (0, 0)]
    return Path(np.array(corners, dtype=float), [Path.MOVETO, Path.LINETO, *[Path.CURVE4] * 6, Path.LINETO,
                                                 Path.CLOSEPOLY])


def _or() -> Path:
    """A shield with a concave left side."""
    corners = [(0, 0), (0.55, 0), (0.8, 0.15), (1, 0.5), (0.8, 0.85), (0.55, 1), (0, 1), (0.22, 0.5), (0, 0)]
    return Path(np.array(corners, dtype=float), [Path.MOVETO, *[Path.CURVE4] * 3, *[Path.CURVE4] * 3,
                                                 *[Path.CURVE3] * 2])


def _hollow() -> Path:
    return Path(np.array([(0, 0), (0.22, 0.5), (0, 1)], dtype=float), [Path.MOVETO, *[Path.CURVE3] * 2])


def _triangle() -> Path:
    corners = [(0, 0), (1, 0.5), (0, 1), (0, 0)]
    return Path(np.array(corners, dtype=float), [Path.MOVETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY])
