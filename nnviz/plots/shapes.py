"""Shapes: matrices as rectangles, networks as chains of layers, and the effect of a layer on shapes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, product

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnviz import style
from nnviz.arguments import Count
from nnviz.language import say
from nnviz.plots.canvas import refuse_crowd, styled
from nnviz.plots.diagram import Point, arrow, board, box, circle, extent, fitting, wire, write, zoom

Matrix = tuple[str, tuple[int, int]]
LARGEST, SMALLEST = 2.1, 0.7
"""Longest and shortest side of a matrix in units."""
GAP = 0.62
SIZES = 20
"""Font size of numbers of rows and columns in points."""
SHAPE = 18
"""Font size of shapes between layers in points."""


@styled
def draw_shapes(terms: Sequence[Matrix | str], *, ax: Axes | None = None) -> Axes:
    r"""Matrices as rectangles with their sizes; neighbours are multiplied, and strings are shown as given.

    The sizes that must agree in a product, columns of the left and rows of the right factor, have the same colour.
    Raises ValueError if they differ.

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
    gap, margin = _room([term[1] for term in terms if isinstance(term, tuple)])
    ax = board(ax, (-max(margin, gap), -1.0 - tall / 2, sum(widths) + gap * (len(terms) - 1) + margin, tall / 2 + 0.7))
    x = 0.0
    for number, (term, width) in enumerate(zip(terms, widths, strict=True)):
        if isinstance(term, tuple):
            _draw_matrix(ax, term, (x, width, _side(term[1][0], unit)), _inner(terms, number))
        else:
            write(ax, (x + width / 2, 0), term, 26)
        x += width + gap
    return ax


def _room(shapes: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Space between terms, for numbers of rows to the left of a matrix; and after the last, for the shape below it."""
    rows = max(extent(str(rows), SIZES)[0] for rows, _ in shapes)
    below = max(extent(str(shape), SIZES)[0] for shape in shapes)
    return max(GAP, rows + 0.3, below - SMALLEST), max(0.4, (below - SMALLEST) / 2 + 0.1)


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
    ax.add_patch(Rectangle((x, -height / 2), width, height, facecolor=colours.soft(colours.ink),
                           edgecolor=colours.ink, linewidth=2.2 * zoom(ax), zorder=2))
    write(ax, (x + width / 2, 0), name, fitting(name, 24, 0.9 * width))
    write(ax, (x - 0.12, 0), str(rows), SIZES, ha="right", color=colours.one if inner[0] else colours.ink)
    write(ax, (x + width / 2, height / 2 + 0.28), str(columns), SIZES, color=colours.one if inner[1] else colours.ink)
    write(ax, (x + width / 2, -height / 2 - 0.42), f"({rows}, {columns})", SIZES)


@styled
def draw_layer_blocks(
    layers: Sequence[str], *, shapes: Sequence[str] = (), ax: Axes | None = None,
) -> Axes:
    """A chain of layers as boxes, with the shapes of the arrays between them.

    ``shapes`` has one more element than ``layers``: the input shape, and the output shape of each layer. Raises
    ValueError otherwise.

    >>> ax = draw_layer_blocks(["Affine", "ReLU", "Affine"], shapes=["(N, 784)", "(N, 50)", "(N, 50)", "(N, 10)"])
    """
    if not len(layers) or (len(shapes) and len(shapes) != len(layers) + 1):
        raise ValueError(f"{len(layers)} layers need as many shapes and one more, not {len(shapes)}")
    refuse_crowd(len(layers), "layers", 50)
    colours = style.palette()
    widths = [extent(name, 18)[0] + 0.6 for name in layers]
    wide = max((extent(shape, SHAPE)[0] for shape in shapes), default=0.0)
    gap = max(1.0, wide + 0.3 - min(widths))
    ax = board(ax, (-max(gap, gap / 2 + wide / 2) - 0.15, -0.4, sum(widths) + gap * (len(layers) - 1)
                    + max(gap, gap / 2 + wide / 2) + 0.15, 2.2 if len(shapes) else 1.6))
    x = 0.0
    for number, (name, width) in enumerate(zip(layers, widths, strict=True)):
        learned = name.lower().startswith(("affine", "linear", "conv", "batchnorm", "rnn"))
        box(ax, (x, 0), (width, 1.2), name, colours.weight if learned else colours.ink, fontsize=18)
        arrow(ax, (x - gap + 0.08, 0.6), (x - 0.08, 0.6), width=2.2)
        if len(shapes):
            write(ax, (x - gap / 2, 1.75), shapes[number], SHAPE)
        x += width + gap
    arrow(ax, (x - gap + 0.08, 0.6), (x - 0.08, 0.6), width=2.2)
    if len(shapes):
        write(ax, (x - gap / 2, 1.75), shapes[-1], SHAPE)
    return ax


@styled
def draw_layer_kinds(inputs: Count = 4, outputs: Count = 2, *, ax: Axes | None = None) -> Axes:
    """An activation, which is elementwise, beside a layer, which mixes all elements.

    Raises ValueError for fewer than one input or output.

    >>> ax = draw_layer_kinds(3, 2)
    """
    if min(inputs, outputs) < 1:
        raise ValueError(f"inputs and outputs must be 1 or more, not {inputs} and {outputs}")
    tall = max(inputs, outputs)
    refuse_crowd(tall, "units", 30)
    ax = board(ax, (-0.7, -1.5, 9.5, tall - 0.2))
    for x, ends, name in ((0.0, inputs, say("活性化関数")), (6.2, outputs, say("層"))):
        starts = _column(x, inputs, tall)
        targets = _column(x + 2.6, ends, tall)
        pairs = zip(starts, targets, strict=True) if not x else product(starts, targets)
        for start, end in pairs:
            wire(ax, (start, end), style.palette().ink, 1.8)
        for point in starts:
            circle(ax, point, "", style.palette().input)
        for point in targets:
            circle(ax, point, "", style.palette().output)
        write(ax, (x + 1.3, -0.85), name, 19)
        write(ax, (x + 1.3, -1.28), f"(N, {inputs}) → (N, {ends})", 16)
    return ax


def _column(x: float, count: int, tall: int) -> list[Point]:
    """A vertically centred column of ``count`` nodes at x."""
    return [(x, (tall - count) / 2 + row) for row in range(count)]
