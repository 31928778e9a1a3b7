"""Recurrent networks, rolled and unrolled; dropout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from nnviz import style
from nnviz.init import Seed
from nnviz.language import say
from nnviz.plots.canvas import refuse_crowd, styled
from nnviz.plots.diagram import RADIUS, Point, arrow, arrows, between, board, circle, write, zoom

STEP = 2.3
"""Horizontal distance between time steps."""
RISE = 1.6
"""Vertical distance between input, hidden state and output."""


@styled
def draw_rnn(steps: int = 3, *, ax: Axes | None = None) -> Axes:
    """A recurrent network as a loop (left), and unrolled over ``steps`` time steps with shared weights (right).

    >>> ax = draw_rnn(4)
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    refuse_crowd(steps, "steps", 20)
    colours = style.palette()
    ax = board(ax, (-1.0, -0.6, 3.9 + STEP * (steps - 1) + 1.7, 2 * RISE + 0.6))
    _draw_time(ax, 0.0, ("$x_t$", "$h_t$", "$y_t$"))
    loop = FancyArrowPatch((0.3, RISE + 0.32), (0.3, RISE - 0.32), connectionstyle="arc3,rad=-1.9",
                           arrowstyle="-|>,head_width=3,head_length=6", linewidth=1.8 * zoom(ax), color=colours.ink,
                           shrinkA=0, shrinkB=0, zorder=2, mutation_scale=zoom(ax))
    ax.add_patch(loop)
    write(ax, (1.32, RISE), "$U$", 17, color=colours.weight)
    write(ax, (2.15, RISE), "=", 24)
    for time in range(steps):
        x = 3.9 + STEP * time
        _draw_time(ax, x, (f"$x_{{{time + 1}}}$", f"$h_{{{time + 1}}}$", f"$y_{{{time + 1}}}$"))
        start = x - STEP + RADIUS if time else x - 1.1
        arrow(ax, (start, RISE), (x - 1.08 * RADIUS, RISE), width=2)
        write(ax, ((start + x - RADIUS) / 2, RISE + 0.3), "$U$", 17, color=colours.weight)
    x = 3.9 + STEP * (steps - 1)
    arrow(ax, (x + RADIUS, RISE), (x + 1.3, RISE), width=2)
    return ax


def _draw_time(ax: Axes, x: float, names: Sequence[str]) -> None:
    colours = style.palette()
    for row, (name, tint) in enumerate(zip(names, (colours.input, colours.ink, colours.output), strict=True)):
        circle(ax, (x, RISE * row), name, tint, size=17)
    for row, weight in enumerate(("$W$", "$V$")):
        arrow(ax, (x, RISE * row + RADIUS), (x, RISE * (row + 1) - 1.08 * RADIUS), width=2)
        write(ax, (x - 0.3, RISE * (row + 0.48)), weight, 17, color=colours.weight)


@styled
def draw_dropout(
    sizes: Sequence[int] = (4, 5, 5, 2), *, p: float = 0.5, rng: Seed = 0, ax: Axes | None = None,
) -> Axes:
    """All neurons, as in evaluation (left), and those that remain under a random mask, as in training (right).

    p is the share of hidden neurons to drop.

    >>> ax = draw_dropout((3, 4, 2), p=0.5, rng=1)
    """
    if len(sizes) < 2 or min(sizes) < 1 or not 0 <= p < 1:
        raise ValueError(f"sizes must be two or more positive numbers and p in [0, 1), not {tuple(sizes)} and {p}")
    refuse_crowd(max(sizes), "units in a layer", 30)
    generator = np.random.default_rng(rng)
    masks = [np.ones(n, bool) if layer in (0, len(sizes) - 1) else generator.random(n) >= p
             for layer, n in enumerate(sizes)]
    width, height = 1.9 * (len(sizes) - 1), 1.15 * (max(sizes) - 1)
    ax = board(ax, (-0.7, -0.7, 2 * width + 2.9, height + 1.4))
    everything = [np.ones(n, bool) for n in sizes]
    for left, kept, name in ((0.0, everything, say("推論時：すべて使う")),
                             (width + 2.2, masks, say("学習時：毎回いくつかを消す"))):
        _draw_masked(ax, (left, height / 2), kept)
        write(ax, (left + width / 2, height + 1.05), name, 22)
    return ax


def _draw_masked(ax: Axes, corner: Point, kept: Sequence[np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> None:
    colours = style.palette()
    places = [[(corner[0] + 1.9 * layer, corner[1] + 1.15 * ((len(mask) - 1) / 2 - n)) for n in range(len(mask))]
              for layer, mask in enumerate(kept)]
    joined = [(places[layer][a], places[layer + 1][b]) for layer in range(len(kept) - 1)
              for a in np.flatnonzero(kept[layer]) for b in np.flatnonzero(kept[layer + 1])]
    if joined:
        starts, ends = between(*zip(*joined, strict=True))
        arrows(ax, starts, ends, [colours.muted] * len(joined), [1.2] * len(joined), heads=False)
    for layer, mask in enumerate(kept):
        tint = colours.input if layer == 0 else colours.output if layer == len(kept) - 1 else colours.ink
        for (x, y), stays in zip(places[layer], mask, strict=True):
            circle(ax, (x, y), "", tint if stays else colours.muted)
            for sign in (1, -1) if not stays else ():
                ax.plot((x - 0.3, x + 0.3), (y - 0.3 * sign, y + 0.3 * sign), color=colours.muted,
                        linewidth=2.4 * zoom(ax), zorder=4)
