"""Networks of any size: nodes in columns, edges with weights, large layers abbreviated with dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.patches import Circle, FancyBboxPatch
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.arguments import RULES, Count
from nnviz.arrays import finite
from nnviz.language import say
from nnviz.plots.canvas import animated, styled
from nnviz.plots.diagram import RADIUS, Box, arrows, between, board, circle, write
from nnviz.plots.given import sizes_and_weights
from nnviz.plots.labels import Obstacles, formula, places_for

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

Floats = NDArray[np.float64]
Neuron = tuple[int, int]
"""(layer, number): layers count from 0, the inputs; neurons from 1, as in the formulas, and 0 is the bias."""
STEP, GAP = 1.15, 2.5
"""Distances between the centres of nodes in a layer, and of layers."""
SPREADS = ((1.15, 2.5), (1.15, 3.1), (1.35, 3.5), (1.6, 4.0), (1.9, 4.6), (2.2, 5.5))
"""The same if edges have labels; the first pair with enough room is used."""
SIZE = 16
"""Font size of edge labels in points."""
TITLE = 0.65
"""Height in inches of the captions above an animated network."""
HEADS = 60
"""Networks with more edges have no arrow heads."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The positions of nodes and edges."""

    nodes: Mapping[Neuron, tuple[float, float]]
    dots: Sequence[tuple[float, float]]
    edges: Sequence[tuple[Neuron, Neuron]]
    columns: Sequence[float]
    height: float

    def lines(self) -> tuple[Floats, Floats]:
        """Starts and ends of the edges, (E, 2) each."""
        return between([self.nodes[start] for start, _ in self.edges], [self.nodes[end] for _, end in self.edges])


@styled
def draw_network(
    sizes: Sequence[int] | object, *, nodes: Literal["letters", "none"] | Sequence[Sequence[object]] = "letters",
    bias: bool = False, edge_labels: bool = False, highlight: Sequence[Neuron] = (),
    weights: Sequence[ArrayLike] | None = None, hidden: str = "z", names: bool = True, max_nodes: int = 8,
    ax: Axes | None = None,
) -> Axes:
    r"""A network with the given numbers of neurons per layer, inputs on the left.

    sizes        neurons per layer, inputs first; a layer of more than ``max_nodes`` is abbreviated; or a model of
                 nnviz, scikit-learn (fitted) or PyTorch, whose fully connected layers are drawn with their weights
    nodes        "letters": x_i, z^{(l)}_i (or ``hidden``), y_i; "none"; or strings and numbers for each layer
    bias         a node 1 above every layer except the last
    edge_labels  w^{(l)}_{nm} and b^{(l)}_n: into neuron n of layer l, from neuron m of the layer before;
                 with ``weights`` their values; only on the highlighted edges if there are any
    highlight    neurons whose incoming edges stand out: (1, 2) is the second neuron of the first hidden layer
    weights      for each layer except the first, W (inputs, outputs), as in y = x @ W + b: line widths show
                 magnitudes, dashed lines negative weights
    names        入力層, 隠れ層, 出力層 below

    Raises ValueError for inconsistent sizes and shapes, or if there is no room for the edge labels.

    >>> ax = draw_network((2, 3, 2, 2), bias=True, highlight=[(1, 1)], edge_labels=True)
    """
    sizes = sizes.tolist() if isinstance(sizes, np.ndarray) else sizes
    if not isinstance(sizes, Sequence):
        sizes, found = sizes_and_weights(sizes)
        weights = found if weights is None else weights
    _check(sizes, weights, max_nodes)
    shown = [_shown(size, max_nodes) for size in sizes]
    _check_highlight(highlight, shown)
    layout = _layout(shown, STEP, GAP, bias=bias)
    labels = _edge_labels(layout, highlight, weights) if edge_labels else {}
    boxes: list[Box] = []
    if labels:
        layout, boxes = _with_room(shown, labels, bias=bias)
    bottom = -1.45 if names and max(sizes) > max_nodes else -1.05 if names else -0.55
    ax = board(ax, (layout.columns[0] - 0.95, bottom, layout.columns[-1] + 0.95, layout.height + 0.55))
    _draw_edges(ax, layout, _looks(layout, highlight, weights), boxes)
    _draw_nodes(ax, layout, _texts(sizes, shown, nodes, hidden), set(highlight))
    for (low, high), label in zip(boxes, labels.values(), strict=True):
        write(ax, tuple((low + high) / 2), label, SIZE, color=style.palette().weight)
    if names:
        _draw_names(ax, layout, sizes, max_nodes)
    return ax


@styled
def animate_network(
    nodes: Sequence[Sequence[object]], captions: Sequence[str] = (), *, interval: Count = 1200,
) -> FuncAnimation:
    """``draw_network`` with the values of neurons, one more in each frame with its edges highlighted.

    ``captions`` describe the computation of each frame, the first one the inputs. Raises ValueError for a wrong number
    of captions.
    """
    sizes = [len(layer) for layer in nodes]
    order = [(layer, n + 1) for layer, size in enumerate(sizes) if layer for n in range(size)]
    if len(captions) and len(captions) != len(order) + 1:
        raise ValueError(f"{len(order) + 1} frames need as many captions, not {len(captions)}")
    ax = draw_network(sizes)
    figure = plt.gcf()
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + TITLE)
    ax.set_position((0, 0, 1, height / (height + TITLE)))

    def draw(number: int) -> None:
        known = order[:number]
        shown = [[word if not layer or (layer, n) in known else "" for n, word in enumerate(words, start=1)]
                 for layer, words in enumerate(nodes)]
        draw_network(sizes, nodes=shown, highlight=known[-1:], ax=ax)
        if len(captions):
            ax.text(0.5, 1.02, captions[number], transform=ax.transAxes, fontsize=SIZE + 4, ha="center", va="bottom")

    return animated(ax, draw, len(order) + 1, interval)


def _check(sizes: Sequence[int], weights: Sequence[ArrayLike] | None, max_nodes: int) -> None:
    RULES["Sequence[int]"]("sizes", sizes)
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes must be two or more positive numbers, not {tuple(sizes)}")
    if max_nodes < 3:
        raise ValueError(f"max_nodes must be at least 3 (first, dots, last), not {max_nodes}")
    if weights is not None:
        shapes, want = [np.shape(W) for W in weights], list(pairwise(sizes))
        if shapes != want:
            raise ValueError(f"weights must have the shapes {want}, not {shapes}")


def _check_highlight(highlight: Sequence[Neuron], shown: Sequence[Sequence[int | None]]) -> None:
    for layer, number in highlight:
        if not 0 < layer < len(shown) or number not in shown[layer]:
            raise ValueError(f"no neuron {number} is drawn in layer {layer}; layers are 1 to {len(shown) - 1}")


def _shown(size: int, max_nodes: int) -> list[int | None]:
    """The numbers of the neurons to draw, with None for the dots."""
    return list(range(1, size + 1)) if size <= max_nodes else [*range(1, max_nodes - 1), None, size]


def _with_room(
    shown: Sequence[Sequence[int | None]], labels: Mapping[int, str], *, bias: bool,
) -> tuple[Layout, list[Box]]:
    """The smallest layout with room for all labels, and their boxes."""
    for step, gap in SPREADS:
        layout = _layout(shown, step, gap, bias=bias)
        faint = np.array([number not in labels for number in range(len(layout.edges))])
        around = Obstacles(*layout.lines(), np.array(list(layout.nodes.values())), faint)
        boxes = places_for(labels, around, SIZE, inline=True)
        if boxes is not None:
            return layout, boxes
    raise ValueError(f"no room for {len(labels)} labels; highlight some neurons: then only their edges are labelled")


def _layout(shown: Sequence[Sequence[int | None]], step: float, gap: float, *, bias: bool) -> Layout:
    rows = [len(column) + (bias and layer < len(shown) - 1) for layer, column in enumerate(shown)]
    height = (max(rows) - 1) * step
    nodes: dict[Neuron, tuple[float, float]] = {}
    dots = []
    for layer, column in enumerate(shown):
        slots = [0, *column] if rows[layer] > len(column) else column
        top = height / 2 + (rows[layer] - 1) * step / 2
        for row, number in enumerate(slots):
            at = (layer * gap, top - row * step)
            if number is None:
                dots.append(at)
            else:
                nodes[layer, number] = at
    edges = [(start, end) for start in nodes for end in nodes if end[0] == start[0] + 1 and end[1] > 0]
    return Layout(nodes, dots, edges, [layer * gap for layer in range(len(shown))], height)


def _edge_labels(
    layout: Layout, highlight: Sequence[Neuron], weights: Sequence[ArrayLike] | None,
) -> dict[int, str]:
    """Index of an edge -> label, for highlighted edges, or for all if none are."""
    return {number: _edge_label(start, end, weights) for number, (start, end) in enumerate(layout.edges)
            if not highlight or end in highlight}


def _edge_label(start: Neuron, end: Neuron, weights: Sequence[ArrayLike] | None) -> str:
    layer, number = end
    if start[1] == 0:
        return f"$b^{{({layer})}}_{{{number}}}$"
    if weights is not None:
        return formula(np.asarray(weights[layer - 1])[start[1] - 1, number - 1], 2)
    comma = "," if max(number, start[1]) > 9 else ""
    return f"$w^{{({layer})}}_{{{number}{comma}{start[1]}}}$"


def _texts(
    sizes: Sequence[int], shown: Sequence[Sequence[int | None]], nodes: object, hidden: str,
) -> dict[Neuron, str]:
    """The labels of the nodes."""
    texts: dict[Neuron, str] = {(layer, 0): "1" for layer in range(len(sizes))}
    if isinstance(nodes, str) and nodes == "none":
        return texts
    if isinstance(nodes, str):
        for layer, column in enumerate(shown):
            letter = "x" if layer == 0 else "y" if layer == len(sizes) - 1 else f"{hidden}^{{({layer})}}"
            texts |= {(layer, n): f"${letter}_{{{n}}}$" for n in column if n is not None}
        return texts
    given: list[list[Any]] = [list(layer) for layer in nodes]  # type: ignore[attr-defined]
    if [len(layer) for layer in given] != list(sizes):
        raise ValueError(f"nodes must hold a text for each neuron of {tuple(sizes)}")
    return texts | {(layer, n + 1): word if isinstance(word, str) else formula(word, 2)
                    for layer, words in enumerate(given) for n, word in enumerate(words)}


def _looks(
    layout: Layout, highlight: Sequence[Neuron], weights: Sequence[ArrayLike] | None,
) -> list[tuple[str, float]]:
    """Colour and width of each edge; negative widths stand for negative weights."""
    colours = style.palette()
    rest = to_hex(to_rgba(colours.muted, 0.4 if highlight else 1.0), keep_alpha=True)
    looks = [(colours.weight, 2.6) if end in highlight else (rest, 1.3) for _, end in layout.edges]
    if weights is None:
        return looks
    matrices = [finite("weights", W) for W in weights]
    for number, ((layer, start), (_, end)) in enumerate(layout.edges):
        if start:
            weight, largest = matrices[layer][start - 1, end - 1], np.abs(matrices[layer]).max() or 1.0
            looks[number] = colours.weight, float(np.copysign(0.4 + 4 * abs(weight) / largest, weight))
    return looks


def _draw_edges(ax: Axes, layout: Layout, looks: Sequence[tuple[str, float]], gaps: Sequence[Box]) -> None:
    tints, widths = zip(*((tint, abs(width)) for tint, width in looks), strict=True)
    below = [number for number, (_, width) in enumerate(looks) if width < 0]
    arrows(ax, *layout.lines(), tints, widths, heads=len(looks) <= HEADS and max(widths) < 3, gaps=gaps, dashed=below)


def _draw_nodes(ax: Axes, layout: Layout, texts: Mapping[Neuron, str], highlight: set[Neuron]) -> None:
    colours = style.palette()
    last = len(layout.columns) - 1
    for neuron, centre in layout.nodes.items():
        layer, number = neuron
        tint = colours.input if layer == 0 else colours.output if layer == last else colours.ink
        if neuron in highlight:
            ax.add_patch(Circle(centre, RADIUS + 0.13, facecolor=colours.mark, edgecolor="none", zorder=2.5))
        circle(ax, centre, texts.get(neuron, ""), tint if number else colours.muted, size=17)
    for x, y in layout.dots:
        for shift in (-0.22, 0, 0.22):
            ax.add_patch(Circle((x, y + shift), 0.055, color=colours.ink, zorder=3))


def _draw_names(ax: Axes, layout: Layout, sizes: Sequence[int], max_nodes: int) -> None:
    for layer, (x, size) in enumerate(zip(layout.columns, sizes, strict=True)):
        write(ax, (x, -0.82), layer_name(layer, len(sizes)), 18)
        if size > max_nodes:
            write(ax, (x, -1.2), say("{} 個").format(size), 16)


def layer_name(layer: int, count: int) -> str:
    """入力層, 隠れ層, …, 出力層; hidden layers are numbered if there are several."""
    if layer == 0:
        return say("入力層")
    if layer == count - 1:
        return say("出力層")
    return say("隠れ層") if count == 3 else say("隠れ層 {}").format(layer)


@styled
def draw_layers(sizes: Sequence[int] = (3, 4, 4, 2), *, ax: Axes | None = None) -> Axes:
    """The layers of a network as bands behind their neurons, with their names above.

    Raises ValueError as ``draw_network``.

    >>> ax = draw_layers((2, 3, 2))
    """
    _check(sizes, None, 8)
    layout = _layout([_shown(size, 8) for size in sizes], STEP, GAP, bias=False)
    ax = board(ax, (-1.0, -0.85, layout.columns[-1] + 1.0, layout.height + 1.45))
    colours = style.palette()
    for layer, x in enumerate(layout.columns):
        tint = colours.input if layer == 0 else colours.output if layer == len(sizes) - 1 else colours.ink
        ax.add_patch(FancyBboxPatch((x - 0.72, -0.7), 1.44, layout.height + 1.4, zorder=1, facecolor=colours.soft(tint),
                                    edgecolor="none", boxstyle="round,pad=0,rounding_size=0.3"))
        write(ax, (x, layout.height + 1.1), layer_name(layer, len(sizes)), 17, color=tint)
    _draw_edges(ax, layout, _looks(layout, (), None), ())
    _draw_nodes(ax, layout, {}, set())
    return ax
