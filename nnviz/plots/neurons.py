"""Diagrams of a model, a perceptron and a neuron."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray

from nnviz import style
from nnviz.arguments import Count
from nnviz.language import say
from nnviz.perceptron import Perceptron
from nnviz.plots.canvas import styled
from nnviz.plots.diagram import (
    RADIUS,
    Box,
    Point,
    arrow,
    arrows,
    between,
    board,
    box,
    circle,
    extent,
    wire,
    write,
    zoom,
)
from nnviz.plots.labels import Obstacles, formula, places_for

Floats = NDArray[np.float64]
STEP = 1.25
"""Distance between the centres of inputs."""
BODIES = (4.0, 5.2, 6.8, 8.8)
"""Positions of the sum to the right of the inputs; the first one with room for all weights is used."""
SIZE = 19
"""Font size of weights in points."""


@styled
def draw_model(
    *, inputs: str | None = None, output: str | None = None, model: str | None = None, parameters: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A model as a function: input -> box with its parameters -> output.

    All labels can be changed, and may contain TeX: ``draw_model(inputs="$x$", model="$ax + b$", parameters="$a, b$",
    output="$y$")``.

    >>> ax = draw_model(inputs="写真", output="犬か猫か")
    """
    colours = style.palette()
    inputs, output = inputs or say("入力"), output or say("出力")
    model, parameters = model or say(r"モデル $f(x;\,\theta)$"), parameters or say(r"パラメータ $\theta$")
    half = max(extent(model, 19)[0] + 0.4, 3.2) / 2
    ends = [max(extent(words, 20)[0] / 2 + 0.25, 0.85) for words in (inputs, output)]
    left, right = half + 1.05 + ends[0], half + 1.05 + ends[1]
    above = extent(parameters, 19)[0] / 2 + 0.2
    ax = board(ax, (min(-left - ends[0] - 0.35, -above), 0.0, max(right + ends[1] + 0.35, above), 2.75))
    box(ax, (-half, 0.15), (2 * half, 1.3), model, colours.ink)
    write(ax, (-left, 0.8), inputs, 20, color=colours.input)
    write(ax, (right, 0.8), output, 20, color=colours.output)
    arrow(ax, (-half - 1.05, 0.8), (-half - 0.04, 0.8), width=2.2)
    arrow(ax, (half + 0.04, 0.8), (half + 1.05, 0.8), width=2.2)
    write(ax, (0, 2.45), parameters, 19, color=colours.weight)
    arrow(ax, (0, 2.15), (0, 1.5), colours.weight, 2.2)
    return ax


@styled
def draw_perceptron(perceptron: Perceptron | None = None, *, inputs: Count = 2, ax: Axes | None = None) -> Axes:
    """A perceptron: inputs, weights, bias, sum, step function, and output 0 or 1.

    The edges are labelled with the weights and bias of ``perceptron``, otherwise with w_1 … w_D and b for D =
    ``inputs``. Raises ValueError for fewer than one input.

    >>> from nnviz.gates import AND
    >>> ax = draw_perceptron(AND)
    """
    colours = style.palette()
    count = len(perceptron.weights) if perceptron else inputs
    weights = [formula(w) for w in perceptron.weights] if perceptron else _weights(count)
    ax, (body, middle) = _inputs(ax, [formula(perceptron.bias) if perceptron else "$b$", *weights], 3.7, 0.62)
    _capsule(ax, (body, middle), 2.24, 0.62, filled=True)
    write(ax, (body - 0.08, middle), r"$\Sigma$", 26)
    wire(ax, [(body + 0.55, middle - 0.4), (body + 0.55, middle + 0.4)], colours.ink, 1.2)
    corners = ((-0.3, -0.2), (0, -0.2), (0, 0.2), (0.3, 0.2))
    wire(ax, [(body + 1.06 + x, middle + y) for x, y in corners], colours.output, 2.6)
    arrow(ax, (body + 1.65, middle), (body + 2.7, middle), width=2.2)
    write(ax, (body + 3.05, middle), "$y$", 21, color=colours.output)
    write(ax, (body + 3.05, middle - 0.55), say("0 か 1"), 15)
    return ax


@styled
def draw_neuron(inputs: Count = 2, *, activation: str = "h", ax: Axes | None = None) -> Axes:
    r"""A neuron in two parts: the weighted sum a = w · x + b, then the activation y = h(a).

    ``activation`` is TeX for the name on the arrow. Raises ValueError for fewer than one input.

    >>> ax = draw_neuron(3, activation=r"\sigma")
    """
    colours = style.palette()
    ax, (body, middle) = _inputs(ax, ["$b$", *_weights(inputs)], 4.8, RADIUS)
    after = body + 2.3
    _capsule(ax, (body + 0.1, middle), after - body + 1.56, 0.88, filled=False)
    circle(ax, (body, middle), "$a$", colours.ink, size=20)
    circle(ax, (after, middle), "$y$", colours.output, size=20)
    arrow(ax, (body + RADIUS, middle), (after - 1.08 * RADIUS, middle), width=2.2)
    write(ax, ((body + after) / 2, middle + 0.32), f"${activation}$", 21)
    write(ax, (body + 0.05, middle - 1.15), say("重み付き和"), 15)
    write(ax, (after, middle - 1.15), say("活性化"), 15)
    arrow(ax, (after + RADIUS, middle), (after + 2.2, middle), width=2.2)
    return ax


def _inputs(ax: Axes | None, labels: list[str], behind: float, radius: float) -> tuple[Axes, Point]:
    """Draw bias and inputs with labelled edges to a circle, with room ``behind`` it; return the Axes and its centre."""
    colours = style.palette()
    height = (len(labels) - 1) * STEP
    middle = height / 2
    centres = np.array([(0.6, height - row * STEP) for row in range(len(labels))])
    for body in BODIES:
        starts, ends, boxes = _edges(centres, (body, middle), radius, labels)
        if boxes is not None:
            break
    else:
        raise ValueError(f"no room for {len(labels) - 1} weights")
    ax = board(ax, (0, min(-0.55, middle - 1.4), body + behind, height + 0.55))
    names = ["1", *(f"$x_{{{n}}}$" for n in range(1, len(labels)))]
    for centre, name in zip(centres, names, strict=True):
        circle(ax, tuple(centre), name, colours.muted if name == "1" else colours.input, size=19)
    arrows(ax, starts, ends, [colours.weight] * len(labels), [1.8] * len(labels))
    for (low, high), label in zip(boxes, labels, strict=True):
        write(ax, tuple((low + high) / 2), label, SIZE, color=colours.weight)
    return ax, (body, middle)


def _edges(
    centres: Floats, body: Point, radius: float, labels: list[str],
) -> tuple[Floats, Floats, list[Box] | None]:
    """Starts and ends of the edges from ``centres``, and a box for the label of each; None if there is no room."""
    bodies = np.tile(body, (len(centres), 1))
    starts, ends = between(centres, bodies)[0], between(centres, bodies, radius=radius)[1]
    around = Obstacles(starts, ends, np.vstack([centres, bodies[:1]]))
    return starts, ends, places_for(dict(enumerate(labels)), around, SIZE)


def _capsule(ax: Axes, left: Point, length: float, radius: float, *, filled: bool) -> None:
    """A box with semicircular ends, the left one centred at ``left``; filled or dashed."""
    colours = style.palette()
    patch = FancyBboxPatch((left[0] - radius, left[1] - radius), length, 2 * radius,
                           boxstyle=f"round,pad=0,rounding_size={radius}", linewidth=2.4 * zoom(ax))
    if filled:
        patch.set(facecolor=colours.soft(colours.ink), edgecolor=colours.ink)
    else:
        patch.set(facecolor="none", edgecolor=colours.muted, linestyle=(0, (5, 3)), linewidth=1.6 * zoom(ax))
    ax.add_patch(patch)


def _weights(count: int) -> list[str]:
    if count < 1:
        raise ValueError(f"a neuron has at least one input, not {count}")
    return [f"$w_{{{n}}}$" for n in range(1, count + 1)]
