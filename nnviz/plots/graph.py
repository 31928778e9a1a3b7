"""Computational graphs: operations as nodes, values above the edges, gradients below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes

from nnviz import style
from nnviz.graph import Array, Value, topological
from nnviz.plots.canvas import animated, styled
from nnviz.plots.diagram import RADIUS, Point, arrow, board, box, circle, extent, wire, write
from nnviz.plots.labels import numeral

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

SIZE = 22
"""Font size of values and gradients in points."""
NAME = 22
"""Font size in nodes in points."""
ROW = 1.35
"""Distance between the centres of neighbours in a column."""
ROOM = 0.13
"""Distance between a label and the ends of the horizontal segment of its edge."""
SLANT = 0.4
"""Width of the gap between columns in which edges slant."""
TALL = 0.66
"""Height of a node."""
GAP = 0.04
"""Distance between an arrow head and its target."""
SWEEPS = 12
Node = tuple[int, int]
"""(index of a value in topological order, 0); for a bend, (number of an edge, column)."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge from an operand to an operation; the last one leads out of the graph."""

    start: int
    end: int | None
    place: int
    """Index among the operands of the operation."""


@styled
def draw_graph(
    value: Value, *, show: Literal["both", "forward", "none"] = "both", steps: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The calculation of ``value`` from left to right.

    Values are above the edges, gradients below ("both"; ``backward()`` must have been called); for arrays, their shapes
    are shown. ``steps`` limits the figure to the first steps of the calculation: the forward pass of each operation,
    then the backward pass of each.

    >>> from nnviz.graph import Value
    >>> price = Value(100, "りんご") * Value(2, "個数") * Value(1.1, "消費税")
    >>> price.backward()
    >>> ax = draw_graph(price)
    """
    order = topological(value)
    edges = _edges(order)
    above, below = _labels(order, edges, show, steps)
    columns = _columns(order)
    whole = _labels(order, edges, show, None)  # same layout for all steps
    grid = _grid(order, edges, columns, list(zip(*whole, strict=True)))
    ys = _heights(order, edges, columns)
    low, high = min(ys.values()), max(ys.values())
    ax = board(ax, (grid[0].left - 0.2, low - 0.75, grid[-1].right + 0.4, high + 0.75))
    for number, edge in enumerate(edges):
        _draw_edge(ax, order, edge, [(grid[column], ys[node]) for node, column in _chain(number, edge, columns)],
                   (above[number], below[number]))
    for number, (each, column) in enumerate(zip(order, columns, strict=True)):
        _draw_node(ax, each, (grid[column].middle, ys[number, 0]), _colour(each, order))
    return ax


@styled
def animate_graph(value: Value, *, interval: int = 900) -> FuncAnimation:
    """``draw_graph`` step by step, forward and then backward, ``interval`` milliseconds each."""
    count = 2 * sum(bool(each.operands) for each in topological(value))
    ax = draw_graph(value)
    return animated(ax, lambda steps: draw_graph(value, steps=steps, ax=ax), count + 1, interval)


def _edges(order: Sequence[Value]) -> list[Edge]:
    numbers = {id(value): number for number, value in enumerate(order)}
    edges = [Edge(numbers[id(operand)], end, place) for end, value in enumerate(order)
             for place, operand in enumerate(value.operands)]
    return [*edges, Edge(len(order) - 1, None, 0)]


def _labels(
    order: Sequence[Value], edges: Sequence[Edge], show: str, steps: int | None,
) -> tuple[list[str], list[str]]:
    """The labels above and below each edge; "" if there is none yet."""
    made = [number for number, value in enumerate(order) if value.operands]
    steps = 2 * len(made) if steps is None else steps
    calculated = {*range(len(order))} - {*made[steps:]} if show != "none" else set()
    above = [_number(order[edge.start].data) if edge.start in calculated else "" for edge in edges]
    sent = made[2 * len(made) - steps:] if show == "both" and steps > len(made) else []
    shares = {number: order[number].shares() for number in sent}
    below = [_number(shares[edge.end][edge.place]) if edge.end in shares else "" for edge in edges]
    if sent:
        below[-1] = _number(order[-1].gradient)
    return above, below


def _number(data: Array) -> str:
    """A number in short form, or the shape of an array."""
    if data.ndim == 0:
        return numeral(float(data), 4)
    return "×".join(map(str, data.shape))


# -- where everything stands --------------------------------------------------------


def _columns(order: Sequence[Value]) -> list[int]:
    """A column for each value: after its operands, one more if their edges branch; inputs directly before their use."""
    numbers = {id(value): number for number, value in enumerate(order)}
    uses = [[end for end, other in enumerate(order) for x in other.operands if x is value] for value in order]
    columns = [0] * len(order)
    for number, value in enumerate(order):
        operands = [numbers[id(x)] for x in value.operands]
        columns[number] = max((columns[x] + 1 + (len(uses[x]) > 1) for x in operands), default=0)
    for number, ends in enumerate(uses):
        if not order[number].operands and ends:
            columns[number] = min(columns[end] for end in ends) - 1 - (len(ends) > 1)
    return columns


@dataclass(frozen=True, slots=True)
class Column:
    """The position of a column of nodes, including the horizontal segments of the edges that leave it."""

    left: float
    middle: float
    """x of the centres of the nodes."""
    right: float
    """x at which edges may begin to slant."""


def _grid(
    order: Sequence[Value], edges: Sequence[Edge], columns: Sequence[int], labels: Sequence[tuple[str, str]],
) -> list[Column]:
    """The columns, wide enough for their nodes and the labels after these."""
    halves, runs = [0.0] * (max(columns) + 1), [0.0] * (max(columns) + 1)
    for value, column in zip(order, columns, strict=True):
        halves[column] = max(halves[column], _half(value))
    for number, (edge, words) in enumerate(zip(edges, labels, strict=True)):
        where = _chain(number, edge, columns)[_labelled(edge, edges)][1]
        runs[where] = max(runs[where], *(extent(text, SIZE)[0] + 2 * ROOM if text else 0.0 for text in words))
    grid: list[Column] = []
    for half, run in zip(halves, runs, strict=True):
        left = grid[-1].right + SLANT if grid else 0.0
        grid.append(Column(left, left + half, left + 2 * half + run))
    return grid


def _labelled(edge: Edge, edges: Sequence[Edge]) -> int:
    """The segment of an edge that has its labels: the first one, or the first after a branch."""
    return int(sum(other.start == edge.start for other in edges) > 1)


def _heights(order: Sequence[Value], edges: Sequence[Edge], columns: Sequence[int]) -> dict[Node, float]:
    """y of every value and bend: close to their neighbours, without overlap in a column."""
    chains = [[node for node, _ in _chain(number, edge, columns)] for number, edge in enumerate(edges)]
    members: dict[int, list[Node]] = {}
    for number, column in enumerate(columns):
        members.setdefault(column, []).append((number, 0))
    for number, edge in enumerate(edges):
        for column in _between(edge, columns):
            members.setdefault(column, []).append((-1 - number, column))
    for nodes in members.values():
        nodes.sort(key=lambda node: _entry(node, edges))
    ys = {node: ROW * ((len(nodes) - 1) / 2 - row) for nodes in members.values() for row, node in enumerate(nodes)}
    before: dict[Node, list[Node]] = {node: [] for node in ys}
    joined: dict[Node, list[Node]] = {node: [] for node in ys}
    for a, b in (pair for chain in chains for pair in pairwise(chain)):
        before[b].append(a)
        joined[a].append(b)
        joined[b].append(a)
    for sweep in range(SWEEPS + 1):
        for column in sorted(members, reverse=sweep % 2 == 1):
            near = joined if sweep < SWEEPS else before  # finally by operands only, which straightens chains
            wanted = {node: float(np.mean([ys[other] for other in near[node] or [node]])) for node in members[column]}
            members[column].sort(key=lambda node: -round(wanted[node], 6))
            ys |= _apart([wanted[node] for node in members[column]], members[column])
    return ys


def _entry(node: Node, edges: Sequence[Edge]) -> tuple[float, int]:
    """The first operation that uses a value, and its operand index there, as a sort key."""
    mine = [edges[-1 - node[0]]] if node[0] < 0 else [edge for edge in edges if edge.start == node[0]]
    return min((np.inf if edge.end is None else edge.end, edge.place) for edge in mine)


def _apart(wanted: Sequence[float], nodes: Sequence[Node]) -> dict[Node, float]:
    """Heights from top to bottom, close to those wanted, at least a row apart."""
    heights: list[float] = []
    for y in wanted:
        heights.append(min(y, heights[-1] - ROW) if heights else y)
    shift = float(np.mean(wanted) - np.mean(heights))
    return {node: y + shift for node, y in zip(nodes, heights, strict=True)}


def _between(edge: Edge, columns: Sequence[int]) -> range:
    """The columns that an edge passes."""
    return range(columns[edge.start] + 1, columns[edge.end]) if edge.end is not None else range(0)


def _chain(number: int, edge: Edge, columns: Sequence[int]) -> list[tuple[Node, int]]:
    """The nodes and bends along an edge, each with its column."""
    ends: list[tuple[Node, int]] = [((edge.end, 0), columns[edge.end])] if edge.end is not None else []
    bends: list[tuple[Node, int]] = [((-1 - number, column), column) for column in _between(edge, columns)]
    return [((edge.start, 0), columns[edge.start]), *bends, *ends]


# -- drawing -----------------------------------------------------------------------------


def _draw_edge(
    ax: Axes, order: Sequence[Value], edge: Edge, way: Sequence[tuple[Column, float]], labels: tuple[str, str],
) -> None:
    """Draw an edge: horizontal at nodes and across columns, slanted in between; it points at the target's centre."""
    colours = style.palette()
    first, y = way[0]
    start = first.middle + _half(order[edge.start])
    points: list[Point] = [(start, y)]
    passed = way[:-1] if edge.end is not None else way
    parted = _parts(order, edge)
    if not parted:
        points.append((first.right, y))
    for column, height in passed[1:]:
        points += [(column.left, height), (column.right, height)]
    if edge.end is None:
        points.append((first.right + 0.3, y))
    else:
        last, height = way[-1]
        end = order[edge.end]
        points.append(_outside((last.middle, height), points[-1], end))
    wire(ax, points[:-1], colours.ink, 1.8)
    arrow(ax, points[-2], points[-1])
    (x0, y0), (x1, _) = points[1:3] if parted else points[:2]
    for text, side, colour in ((labels[0], 1, colours.ink), (labels[1], -1, colours.gradient)):
        if text:
            write(ax, ((x0 + x1) / 2, y0 + side * (extent(text, SIZE)[1] / 2 + 0.1)), text, SIZE, color=colour)


def _parts(order: Sequence[Value], edge: Edge) -> bool:
    """Whether several edges leave the same value."""
    return sum(x is order[edge.start] for value in order for x in value.operands) > 1


def _outside(centre: Point, other: Point, node: Value) -> Point:
    """The point at which the line from a node's centre to ``other`` leaves the node."""
    run, rise = abs(other[0] - centre[0]), abs(other[1] - centre[1])
    half = _half(node) + GAP
    square = min(half / run if run else np.inf, (TALL / 2 + GAP) / rise if rise else np.inf)
    share = square if _is_box(node) else half / float(np.hypot(run, rise))
    return centre[0] + share * (other[0] - centre[0]), centre[1] + share * (other[1] - centre[1])


def _is_box(value: Value) -> bool:
    return not value.operands or len(value.operation) > 1


def _half(value: Value) -> float:
    """Half the width of a node."""
    return extent(_text(value), NAME)[0] / 2 + 0.16 if _is_box(value) else RADIUS


def _text(value: Value) -> str:
    return value.operation or value.name or _number(value.data)


def _colour(value: Value, order: Sequence[Value]) -> str:
    """The colour of a value's role: input, weight or bias, loss; a neutral one for other operations."""
    taken = {(other.operation, place) for other in order for place, x in enumerate(other.operands) if x is value}
    colours = style.palette()
    if value.operands:
        return colours.loss if value.operation == "softmax+CE" else colours.ink
    return colours.weight if taken & {("Affine", 0), ("Affine", 2), ("@", 1)} else colours.input


def _draw_node(ax: Axes, value: Value, centre: Point, colour: str) -> None:
    if not _is_box(value):
        circle(ax, centre, _text(value), colour, size=22)
    else:
        corner = centre[0] - _half(value), centre[1] - TALL / 2
        box(ax, corner, (2 * _half(value), TALL), _text(value), colour, fontsize=NAME)
