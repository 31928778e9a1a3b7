"""One model, one perceptron, one neuron: boxes, circles and arrows."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from nnviz import style
from nnviz.arguments import Count
from nnviz.language import say
from nnviz.perceptron import Perceptron
from nnviz.plots.canvas import styled
from nnviz.plots.diagram import RADIUS, Point, arrow, arrows, between, board, box, circle, wire, write, zoom
from nnviz.plots.labels import Obstacles, places_for

STEP = 1.25
"""Between inputs, from centre to centre."""
BODY = 4.0
"""Where the sum stands, to the right of the inputs."""
SIZE = 19
"""Points of the weights."""


@styled
def draw_model(
    *, inputs: str | None = None, output: str | None = None, model: str | None = None, parameters: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A model as a function: input -> box with its parameters -> output.

    All words can be others, and hold TeX: ``draw_model(inputs="$x$", model="$ax + b$", parameters="$a, b$",
    output="$y$")``.

    >>> ax = draw_model(inputs="写真", output="犬か猫か")
    """
    colours = style.palette()
    ax = board(ax, (-0.2, 0.0, 9.2, 2.75))
    box(ax, (2.9, 0.15), (3.2, 1.3), model or say(r"モデル $f(x;\,\theta)$"), colours.ink)
    write(ax, (1.0, 0.8), inputs or say("入力"), 20, color=colours.input)
    write(ax, (8.0, 0.8), output or say("出力"), 20, color=colours.output)
    arrow(ax, (1.85, 0.8), (2.86, 0.8), width=2.2)
    arrow(ax, (6.14, 0.8), (7.15, 0.8), width=2.2)
    write(ax, (4.5, 2.45), parameters or say(r"パラメータ $\theta$"), 19, color=colours.weight)
    arrow(ax, (4.5, 2.15), (4.5, 1.5), colours.weight, 2.2)
    return ax


@styled
def draw_perceptron(perceptron: Perceptron | None = None, *, inputs: Count = 2, ax: Axes | None = None) -> Axes:
    """Inputs, weights on the edges, the bias, then sum and step, and the output 0 or 1.

    With a ``perceptron`` its own weights and bias stand on the edges, else w_1 … w_D and b for so many
    ``inputs``. Raises ValueError for fewer than one.

    >>> from nnviz.gates import AND
    >>> ax = draw_perceptron(AND)
    """
    colours = style.palette()
    count = len(perceptron.weights) if perceptron else inputs
    weights = [_number(w) for w in perceptron.weights] if perceptron else _weights(count)
    ax, middle = _inputs(ax, [_number(perceptron.bias) if perceptron else "$b$", *weights], BODY + 3.7, 0.62)
    _capsule(ax, (BODY, middle), 2.24, 0.62, filled=True)
    write(ax, (BODY - 0.08, middle), r"$\Sigma$", 26)
    wire(ax, [(BODY + 0.55, middle - 0.4), (BODY + 0.55, middle + 0.4)], colours.ink, 1.2)
    corners = ((-0.3, -0.2), (0, -0.2), (0, 0.2), (0.3, 0.2))
    wire(ax, [(BODY + 1.06 + x, middle + y) for x, y in corners], colours.output, 2.6)
    arrow(ax, (BODY + 1.65, middle), (BODY + 2.7, middle), width=2.2)
    write(ax, (BODY + 3.05, middle), "$y$", 21, color=colours.output)
    write(ax, (BODY + 3.05, middle - 0.55), say("0 か 1"), 15)
    return ax


@styled
def draw_neuron(inputs: Count = 2, *, activation: str = "h", ax: Axes | None = None) -> Axes:
    r"""A neuron in two parts: the weighted sum a = w · x + b, then the activation y = h(a).

    ``activation`` is TeX for the name on the arrow. Raises ValueError for fewer than one input.

    >>> ax = draw_neuron(3, activation=r"\sigma")
    """
    colours = style.palette()
    ax, middle = _inputs(ax, ["$b$", *_weights(inputs)], BODY + 4.8, RADIUS)
    after = BODY + 2.3
    _capsule(ax, (BODY + 0.1, middle), after - BODY + 1.56, 0.88, filled=False)
    circle(ax, (BODY, middle), "$a$", colours.ink, size=20)
    circle(ax, (after, middle), "$y$", colours.output, size=20)
    arrow(ax, (BODY + RADIUS, middle), (after - 1.08 * RADIUS, middle), width=2.2)
    write(ax, ((BODY + after) / 2, middle + 0.32), f"${activation}$", 21)
    write(ax, (BODY + 0.05, middle - 1.15), say("重み付き和"), 15)
    write(ax, (after, middle - 1.15), say("活性化"), 15)
    arrow(ax, (after + RADIUS, middle), (after + 2.2, middle), width=2.2)
    return ax


def _inputs(ax: Axes | None, labels: list[str], width: float, radius: float) -> tuple[Axes, float]:
    """The bias on top, the inputs below, and their labelled edges to the circle at (BODY, middle)."""
    colours = style.palette()
    height = (len(labels) - 1) * STEP
    middle = height / 2
    ax = board(ax, (0, min(-0.55, middle - 1.4), width, height + 0.55))
    centres = np.array([(0.6, height - row * STEP) for row in range(len(labels))])
    body = np.tile((BODY, middle), (len(labels), 1))
    starts = between(centres, body)[0]
    ends = between(centres, body, radius=radius)[1]
    names = ["1", *(f"$x_{{{n}}}$" for n in range(1, len(labels)))]
    for centre, name in zip(centres, names, strict=True):
        circle(ax, tuple(centre), name, colours.muted if name == "1" else colours.input, size=19)
    arrows(ax, starts, ends, [colours.weight] * len(labels), [1.8] * len(labels))
    boxes = places_for(dict(enumerate(labels)), Obstacles(starts, ends, np.vstack([centres, body[:1]])), SIZE)
    if boxes is None:
        raise ValueError(f"no room for {len(labels) - 1} weights")
    for (low, high), label in zip(boxes, labels, strict=True):
        write(ax, tuple((low + high) / 2), label, SIZE, color=colours.weight)
    return ax, middle


def _capsule(ax: Axes, left: Point, length: float, radius: float, *, filled: bool) -> None:
    """A box with round ends, of which the left one is a circle around ``left``; filled, or dashed."""
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


def _number(value: float) -> str:
    return f"${value:z.3g}$"
