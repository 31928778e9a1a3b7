"""Shapes: matrices as rectangles, networks as chains of layers, what a layer does to a shape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnviz import style
from nnviz.plots.canvas import styled
from nnviz.plots.diagram import Point, arrow, board, box, circle, wire, write, zoom
from nnviz.plots.labels import extent

Matrix = tuple[str, tuple[int, int]]
LARGEST, SMALLEST = 2.1, 0.7
"""Units of the longest side, and the least of any."""
GAP = 0.62


@styled
def draw_shapes(terms: Sequence[Matrix | str], *, ax: Axes | None = None) -> Axes:
    r"""Matrices as rectangles with their sizes; neighbours are multiplied, signs stand as they are given.

    The sizes that must agree in a product, columns of the left and rows of the right, have one colour. Raises
    ValueError where they do not agree.

    >>> ax = draw_shapes([("$X$", (2, 3)), ("$W$", (3, 4)), "+", ("$B$", (2, 4)), "=", ("$A$", (2, 4))])
    """
    if not any(isinstance(term, tuple) for term in terms):
        raise ValueError("there is no matrix to draw")
    for one, other in pairwise(terms):
        if isinstance(one, tuple) and isinstance(other, tuple) and one[1][1] != other[1][0]:
            raise ValueError(f"{one[0]} has {one[1][1]} columns, but {other[0]} {other[1][0]} rows: no product")
    unit = LARGEST / max(max(term[1]) for term in terms if isinstance(term, tuple))
    widths = [_side(term[1][1], unit) if isinstance(term, tuple) else 0.35 for term in terms]
    tall = max(_side(term[1][0], unit) for term in terms if isinstance(term, tuple))
    ax = board(ax, (-0.8, -1.0 - tall / 2, sum(widths) + GAP * (len(terms) - 1) + 0.4, tall / 2 + 0.7))
    x = 0.0
    for number, (term, width) in enumerate(zip(terms, widths, strict=True)):
        if isinstance(term, tuple):
            _draw_matrix(ax, term, (x, width, _side(term[1][0], unit)), _inner(terms, number))
        else:
            write(ax, (x + width / 2, 0), term, 26)
        x += width + GAP
    return ax


def _side(count: int, unit: float) -> float:
    return max(count * unit, SMALLEST)


def _inner(terms: Sequence[Matrix | str], number: int) -> tuple[bool, bool]:
    """Whether the rows and the columns of a matrix belong to a product with its neighbours."""
    before = number > 0 and isinstance(terms[number - 1], tuple)
    after = number + 1 < len(terms) and isinstance(terms[number + 1], tuple)
    return before, after


def _draw_matrix(ax: Axes, term: Matrix, place: tuple[float, float, float], inner: tuple[bool, bool]) -> None:
    (name, (rows, columns)), (x, width, height) = term, place
    colours = style.palette()
    ax.add_patch(Rectangle((x, -height / 2), width, height, facecolor=colours.soft(colours.zero),
                           edgecolor=colours.zero, linewidth=2.2 * zoom(ax), zorder=2))
    write(ax, (x + width / 2, 0), name, 21)
    write(ax, (x - 0.12, 0), str(rows), 17, ha="right", color=colours.one if inner[0] else colours.ink)
    write(ax, (x + width / 2, height / 2 + 0.28), str(columns), 17, color=colours.one if inner[1] else colours.ink)
    write(ax, (x + width / 2, -height / 2 - 0.42), f"({rows}, {columns})", 16)


@styled
def draw_layer_blocks(
    layers: Sequence[str], *, shapes: Sequence[str] = (), ax: Axes | None = None,
) -> Axes:
    """A chain of layers as boxes, with the shapes of what goes between them.

    ``shapes`` has one text more than ``layers``: what goes in, and what comes out of each. Raises ValueError
    for another number.

    >>> ax = draw_layer_blocks(["Affine", "ReLU", "Affine"], shapes=["(N, 784)", "(N, 50)", "(N, 50)", "(N, 10)"])
    """
    if not layers or (shapes and len(shapes) != len(layers) + 1):
        raise ValueError(f"{len(layers)} layers need as many shapes and one more, not {len(shapes)}")
    colours = style.palette()
    gap = max([1.2, *(extent(shape, 14)[0] + 0.5 for shape in shapes)])
    widths = [extent(name, 18)[0] + 0.7 for name in layers]
    ax = board(ax, (-gap - 0.15, -0.4, sum(widths) + gap * len(layers) + 0.15, 1.9))
    x = 0.0
    for number, (name, width) in enumerate(zip(layers, widths, strict=True)):
        learned = name.lower().startswith(("affine", "linear", "conv", "batchnorm", "rnn"))
        box(ax, (x, 0), (width, 1.2), name, colours.zero if learned else colours.one, fontsize=18)
        arrow(ax, (x - gap + 0.08, 0.6), (x - 0.08, 0.6), width=2.2)
        if shapes:
            write(ax, (x - gap / 2, 1.0), shapes[number], 14)
        x += width + gap
    arrow(ax, (x - gap + 0.08, 0.6), (x - 0.08, 0.6), width=2.2)
    if shapes:
        write(ax, (x - gap / 2, 1.0), shapes[-1], 14)
    return ax


@styled
def draw_layer_kinds(inputs: int = 4, outputs: int = 2, *, ax: Axes | None = None) -> Axes:
    """An activation, which takes each element for itself, beside a layer, which mixes all of them.

    Raises ValueError for fewer than one input or output.

    >>> ax = draw_layer_kinds(3, 2)
    """
    if min(inputs, outputs) < 1:
        raise ValueError(f"inputs and outputs must be 1 or more, not {inputs} and {outputs}")
    tall = max(inputs, outputs)
    ax = board(ax, (-0.7, -1.5, 9.5, tall - 0.2))
    for x, ends, name in ((0.0, inputs, "活性化関数"), (6.2, outputs, "層")):
        starts = _column(x, inputs, tall)
        targets = _column(x + 2.6, ends, tall)
        pairs = zip(starts, targets, strict=True) if name != "層" else product(starts, targets)
        for start, end in pairs:
            wire(ax, (start, end), style.palette().ink, 1.8)
        for point in starts:
            circle(ax, point, "", style.palette().source)
        for point in targets:
            circle(ax, point, "", style.palette().one)
        write(ax, (x + 1.3, -0.85), name, 19)
        write(ax, (x + 1.3, -1.28), f"(N, {inputs}) → (N, {ends})", 16)
    return ax


def _column(x: float, count: int, tall: int) -> list[Point]:
    """So many nodes at x, in the middle of the height."""
    return [(x, (tall - count) / 2 + row) for row in range(count)]
