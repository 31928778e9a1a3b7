"""Convolution and pooling of small images with numbers, one window at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.arguments import Count
from nnviz.arrays import finite
from nnviz.convolution import output_size
from nnviz.language import say
from nnviz.plots.canvas import animated, refuse_crowd, styled
from nnviz.plots.diagram import Point, arrow, board, extent, fitting, write, zoom
from nnviz.plots.labels import numeral

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

Floats = NDArray[np.float64]
WIDE = 0.88
"""Maximum width of a number, relative to its cell; all numbers of a grid shrink to fit."""
NUMBER = 22
"""Font size of numbers in cells in points."""
NAME = 19
"""Font size of labels beside the grids in points."""
LONGEST_SUM = 56
"""Maximum length of a sum in characters; a longer one is abbreviated in the middle."""
LARGEST = 16
"""Maximum number of rows and columns with legible numbers."""
STEP = 0.1
"""Offset between feature maps of a stack."""


@styled
def draw_convolution(
    image: ArrayLike, kernel: ArrayLike, *, stride: Count = 1, step: int | None = None, ax: Axes | None = None,
) -> Axes:
    """The current window of the image, the kernel, and the output so far, with the sum of products below.

    ``image`` (H, W) and ``kernel`` (kh, kw) contain numbers; ``step`` is the position in the output, counted
    row by row from 0 (default: the last). The kernel is not flipped. Raises ValueError for other shapes.

    >>> ax = draw_convolution(np.arange(16).reshape(4, 4), [[1, 0], [0, -1]], step=0)
    """
    x, k = _numbers(image, "image"), _numbers(kernel, "kernel")
    height, width = output_size(x.shape, k.shape, stride)
    step = height * width - 1 if step is None else step
    if not 0 <= step < height * width:
        raise ValueError(f"step must be 0 to {height * width - 1}, not {step}")
    row, column = divmod(step, width)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::stride, ::stride]
    output = np.einsum("ijuv,uv->ij", windows, k)
    colours = style.palette()
    top = max(x.shape[0], k.shape[0], height)
    left, right = x.shape[1] + 1.1, x.shape[1] + k.shape[1] + 2.6
    ax = board(ax, (-0.35, -1.15, max(right + width + 0.35, 9.5), top + 0.75))
    _grid(ax, (0, (top - x.shape[0]) / 2), x, colours.input)
    _grid(ax, (left, (top - k.shape[0]) / 2), k, colours.weight)
    _grid(ax, (right, (top - height) / 2), output, colours.output, shown=step + 1)
    write(ax, (x.shape[1] + 0.55, top / 2), r"$*$", 24)
    write(ax, (right - 0.75, top / 2), "=", 22)
    for start, numbers, name in ((0, x, say("入力")), (left, k, say("フィルタ")), (right, output, say("出力"))):
        write(ax, (start + numbers.shape[1] / 2, (top + numbers.shape[0]) / 2 + 0.4), name, NAME)
    _frame(ax, (column * stride, (top + x.shape[0]) / 2 - row * stride - k.shape[0]), k.shape)
    _frame(ax, (right + column, (top + height) / 2 - row - 1), (1, 1))
    write(ax, (0, -0.65), _sum(windows[row, column], k, output[row, column]), NAME, ha="left")
    return ax


@styled
def animate_convolution(
    image: ArrayLike, kernel: ArrayLike, *, stride: Count = 1, interval: Count = 700,
) -> FuncAnimation:
    """``draw_convolution`` for each position in turn, ``interval`` milliseconds each."""
    x, k = _numbers(image, "image"), _numbers(kernel, "kernel")
    count = int(np.prod(output_size(x.shape, k.shape, stride)))
    ax = draw_convolution(x, k, stride=stride, step=0)
    return animated(ax, lambda step: draw_convolution(x, k, stride=stride, step=step, ax=ax), count, interval)


@styled
def draw_pooling(
    image: ArrayLike, *, size: Count = 2, kind: Literal["max", "average"] = "max", ax: Axes | None = None,
) -> Axes:
    """Each ``size`` × ``size`` window and its result in a colour of its own.

    Raises ValueError if the windows do not tile the ``image`` (H, W).

    >>> ax = draw_pooling([[1, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 2, 7, 8]])
    """
    x = _numbers(image, "image")
    if size < 1 or x.shape[0] % size or x.shape[1] % size:
        raise ValueError(f"windows of {size}×{size} do not fill an image of {x.shape[0]}×{x.shape[1]}")
    height, width = x.shape[0] // size, x.shape[1] // size
    blocks = x.reshape(height, size, width, size)
    pooled = blocks.max(axis=(1, 3)) if kind == "max" else blocks.mean(axis=(1, 3))
    tints = style.palette().lines
    numbers = (np.arange(height)[:, None] * width + np.arange(width)) % len(tints)
    top, right = x.shape[0], x.shape[1] + 2.4
    ax = board(ax, (-0.35, -0.35, right + width + 0.35, top + 0.75))
    _grid(ax, (0, 0), x, tints=np.kron(numbers, np.ones((size, size), int)))
    _grid(ax, (right, (top - height) / 2), pooled, tints=numbers)
    arrow(ax, (x.shape[1] + 0.4, top / 2), (right - 0.4, top / 2), width=2.2)
    write(ax, (x.shape[1] + 1.2, top / 2 + 0.4), say("最大値" if kind == "max" else "平均"), NAME)
    write(ax, (x.shape[1] / 2, top + 0.4), say("入力"), NAME)
    write(ax, (right + width / 2, (top + height) / 2 + 0.4), say("出力"), NAME)
    return ax


def _numbers(values: ArrayLike, name: str) -> Floats:
    array = finite(name, values)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name} must be (H, W), not {array.shape}")
    refuse_crowd(max(array.shape), f"rows or columns of {name}", LARGEST)
    return array


def _grid(
    ax: Axes, corner: Point, values: Floats, colour: str = "", *, shown: int | None = None,
    tints: NDArray[np.int_] | None = None,
) -> None:
    """A grid of cells with numbers, first row on top; ``shown``: the number of cells to fill."""
    colours = style.palette()
    rows, columns = values.shape
    size = min(fitting(numeral(each), NUMBER, WIDE) for each in values.flat)
    for number in range(values.size):
        row, column = divmod(number, columns)
        filled = shown is None or number < shown
        tint = colours.lines[int(tints[row, column])] if tints is not None else colour
        at = corner[0] + column, corner[1] + rows - 1 - row
        ax.add_patch(Rectangle(at, 1, 1, facecolor=colours.soft(tint) if filled else colours.ground,
                               edgecolor=colours.muted, linewidth=1.2 * zoom(ax), zorder=2))
        if filled:
            write(ax, (at[0] + 0.5, at[1] + 0.5), numeral(values[row, column]), size)


def _frame(ax: Axes, corner: Point, size: Sequence[int]) -> None:
    ax.add_patch(Rectangle(corner, size[1], size[0], facecolor="none", edgecolor=style.palette().output,
                           linewidth=4 * zoom(ax), zorder=4, joinstyle="round"))


def _sum(window: Floats, kernel: Floats, total: float) -> str:
    """1×0 + 2×(−1) + … = −2, abbreviated to the first and last products if there are many."""
    terms = [f"{numeral(a)}×{numeral(b) if b >= 0 else f'({numeral(b)})'}"
             for a, b in zip(window.ravel(), kernel.ravel(), strict=True)]
    if len(" + ".join(terms)) > LONGEST_SUM:
        terms = [*terms[:2], "…", terms[-1]]
    return " + ".join(terms) + f" = {numeral(total)}"


@styled
def draw_lenet(*, ax: Axes | None = None) -> Axes:
    """The feature maps of LeNet-5, from the image to the ten classes.

    Source: LeCun, Bottou, Bengio, Haffner (1998).

    >>> ax = draw_lenet()
    """
    convolve, pool, dense = f"{say('畳み込み')}\n5×5", f"{say('プーリング')}\n2×2", say("全結合")
    return draw_convolutional_network([
        (say("入力"), 1, 32, convolve), ("C1", 6, 28, pool), ("S2", 6, 14, convolve), ("C3", 16, 10, pool),
        ("S4", 16, 5, convolve), ("C5", 120, 1, dense), ("F6", 84, 1, dense), (say("出力"), 10, 1, ""),
    ], ax=ax)


@styled
def draw_convolutional_network(stages: Sequence[tuple[str, int, int, str]], *, ax: Axes | None = None) -> Axes:
    """A convolutional network as stacks of feature maps.

    Each stage consists of name, number of channels, side of its maps in pixels (1: a layer of neurons), and the next
    operation. Raises ValueError if there are no stages.
    """
    if not len(stages):
        raise ValueError("there are no stages to draw")
    largest = max(side for _, _, side, _ in stages)
    placed = [_extent(channels, side, largest) for _, channels, side, _ in stages]
    words = [f"{name}\n{channels}@{side}×{side}" if side > 1 else f"{name}\n{channels}"
             for name, channels, side, _ in stages]
    over = [(extent(text, 21)[0] - width) / 2 for text, (width, *_) in zip(words, placed, strict=True)]
    gap = max(2.1, *(one + other + 0.25 for one, other in pairwise(over)),
              *(extent(action, 21)[0] + 0.25 for *_, action in stages if action))
    x, lefts = 0.0, []
    for width, _, _ in placed:
        lefts.append(x)
        x += width + gap
    top = max(height for _, height, _ in placed)
    ax = board(ax, (-0.5, -0.3, x - gap + 0.5, top + 1.35))
    for number, ((*_, action), left, (width, height, maps)) in enumerate(zip(stages, lefts, placed, strict=True)):
        _stack(ax, (left, (top - height) / 2), (width, height, maps), number / max(len(stages) - 1, 1))
        write(ax, (left + width / 2, (top + height) / 2 + 0.7), words[number], 21, linespacing=1.25)
        if action:
            start, end = left + width + 0.12, left + width + gap - 0.12
            arrow(ax, (start, top / 2), (end, top / 2), width=2)
            write(ax, ((start + end) / 2, top / 2 - 0.22), action, 21, va="top", linespacing=1.25)
    return ax


def _extent(channels: int, side: int, largest: int) -> tuple[float, float, int]:
    """Width and height of a stack, and the number of maps to draw."""
    if side == 1:
        return 0.34, float(np.clip(0.9 + channels / 48, 1.0, 3.2)), 1
    maps = int(min(max(channels, 1), 6))
    length = 0.4 + side / largest + STEP * (maps - 1)
    return length, length, maps


def _stack(ax: Axes, corner: Point, extent: tuple[float, float, int], along: float) -> None:
    colours = style.palette()
    width, height, maps = extent
    tint = colours.input if along == 0 else colours.output if along == 1 else colours.ink
    size = width - STEP * (maps - 1), height - STEP * (maps - 1)
    for n in reversed(range(maps)):
        at = corner[0] + STEP * n, corner[1] + STEP * n
        ax.add_patch(Rectangle(at, *size, facecolor=colours.soft(tint), edgecolor=tint, linewidth=1.6 * zoom(ax),
                               zorder=3 - n * 0.01))
