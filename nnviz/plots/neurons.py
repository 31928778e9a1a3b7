"""One model, one perceptron, one neuron: boxes, circles and arrows."""

from __future__ import annotations

import matplotlib.patheffects as effects
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from nnviz import style
from nnviz.perceptron import Perceptron
from nnviz.plots.canvas import arrow, board, styled

RADIUS = 0.42
STEP = 1.25
"""Between inputs, from centre to centre."""


@styled
def draw_model(
    *, inputs: str = "入力", output: str = "出力", model: str = r"モデル $f(x;\,\theta)$",
    parameters: str = r"パラメータ $\theta$", ax: Axes | None = None,
) -> Axes:
    """A model as a function: input -> box with its parameters -> output."""
    colours = style.palette()
    ax = board(ax, (-0.2, -0.1, 9.2, 2.75), scale=0.95)
    _box(ax, (3.0, 0.15), (3.0, 1.3), model)
    ax.text(1.0, 0.8, inputs, ha="center", va="center", fontsize=20)
    ax.text(8.0, 0.8, output, ha="center", va="center", fontsize=20)
    arrow(ax, (1.75, 0.8), (2.95, 0.8))
    arrow(ax, (6.05, 0.8), (7.25, 0.8))
    ax.text(4.5, 2.42, parameters, ha="center", va="center", fontsize=18, color=colours.one)
    arrow(ax, (4.5, 2.12), (4.5, 1.52), color=colours.one)
    return ax


@styled
def draw_perceptron(perceptron: Perceptron | None = None, *, inputs: int = 2, ax: Axes | None = None) -> Axes:
    """Inputs, weights on the edges, the bias, and the output 0 or 1.

    With a ``perceptron`` its own weights and bias stand on the edges, else w_1 … and b.
    """
    count = len(perceptron.weights) if perceptron else inputs
    weights = [_number(w) for w in perceptron.weights] if perceptron else [f"$w_{{{n}}}$" for n in _indices(count)]
    bias = _number(perceptron.bias) if perceptron else "$b$"
    ax, middle = _inputs(ax, weights, bias, width=7.6)
    _circle(ax, (4.6, middle), "$y$", highlighted=True)
    arrow(ax, (4.6 + RADIUS, middle), (6.1, middle))
    ax.text(6.25, middle, "0 か 1", ha="left", va="center", fontsize=17)
    return ax


@styled
def draw_neuron(inputs: int = 2, *, activation: str = "h", ax: Axes | None = None) -> Axes:
    """A neuron in two steps: the weighted sum a, then the activation h(a)."""
    colours = style.palette()
    ax, middle = _inputs(ax, [f"$w_{{{n}}}$" for n in _indices(inputs)], "$b$", width=8.9)
    outline = FancyBboxPatch((3.95, middle - 0.78), 3.3, 1.56, boxstyle="round,pad=0,rounding_size=0.6",
                             facecolor="none", edgecolor=colours.muted, linewidth=1.6, linestyle=(0, (5, 3)))
    ax.add_patch(outline)
    _circle(ax, (4.6, middle), "$a$")
    _circle(ax, (6.6, middle), "$y$", highlighted=True)
    arrow(ax, (4.6 + RADIUS, middle), (6.6 - RADIUS, middle))
    ax.text(5.6, middle + 0.3, f"${activation}$", ha="center", va="bottom", fontsize=19, color=colours.one)
    ax.text(4.6, middle - 0.95, "重み付き和", ha="center", va="top", fontsize=13, color=colours.ink)
    ax.text(6.6, middle - 0.95, "活性化", ha="center", va="top", fontsize=13, color=colours.ink)
    arrow(ax, (6.6 + RADIUS, middle), (8.4, middle))
    return ax


def _inputs(ax: Axes | None, weights: list[str], bias: str, *, width: float) -> tuple[Axes, float]:
    """The bias node on top, the inputs below, and their edges to (4.6, middle)."""
    count = len(weights) + 1
    height = (count - 1) * STEP
    ax = board(ax, (-0.2, -0.75, width, height + 0.6), scale=0.78)
    middle = height / 2
    names = ["1", *(f"$x_{{{n}}}$" for n in _indices(len(weights)))]
    for row, (name, weight) in enumerate(zip(names, [bias, *weights], strict=True)):
        centre = (0.55, height - row * STEP)
        _circle(ax, centre, name, quiet=row == 0)
        _edge(ax, centre, (4.6, middle), weight)
    return ax, middle


def _edge(ax: Axes, start: tuple[float, float], end: tuple[float, float], label: str) -> None:
    """An arrow from circle to circle with its weight on it, on a patch of ground."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx ** 2 + dy ** 2) ** 0.5
    ux, uy = dx / length * RADIUS, dy / length * RADIUS
    arrow(ax, (start[0] + ux, start[1] + uy), (end[0] - ux * 1.05, end[1] - uy * 1.05))
    at = (start[0] + 0.42 * dx, start[1] + 0.42 * dy)
    lift = 0.3
    ax.text(at[0] - dy / length * lift, at[1] + dx / length * lift, label, ha="center", va="center", fontsize=18,
            path_effects=[effects.withStroke(linewidth=5, foreground=_ground())])


def _circle(
    ax: Axes, centre: tuple[float, float], label: str, *, highlighted: bool = False, quiet: bool = False,
) -> None:
    colours = style.palette()
    edge = colours.one if highlighted else colours.muted if quiet else colours.zero
    ax.add_patch(Circle(centre, RADIUS, facecolor=colours.ground, edgecolor=edge, linewidth=2.4, zorder=3))
    ax.text(*centre, label, ha="center", va="center_baseline", fontsize=19, zorder=4)


def _box(ax: Axes, corner: tuple[float, float], size: tuple[float, float], label: str) -> None:
    colours = style.palette()
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=0.18", facecolor=colours.ground,
                                edgecolor=colours.zero, linewidth=2.4))
    ax.text(corner[0] + size[0] / 2, corner[1] + size[1] / 2, label, ha="center", va="center", fontsize=20)


def _indices(count: int) -> range:
    return range(1, count + 1)


def _number(value: float) -> str:
    return f"${value:g}$"


def _ground() -> str:
    """What stands behind a label so that a line under it does not disturb."""
    return "#fffdf7" if style.palette() is style.LIGHT else "#22303a"
