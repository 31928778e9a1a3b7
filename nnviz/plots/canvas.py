"""Where figures are drawn: the Axes given, or a new one in the package's style."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from nnviz import style

P = ParamSpec("P")


def styled(draw: Callable[P, Axes]) -> Callable[P, Axes]:
    """Run a ``draw_*`` function in the package's style, light or dark as the context around it."""
    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Axes:
        dark = style.palette() is style.DARK
        with style.context(dark=dark):
            return draw(*args, **kwargs)

    return inside


def axes_of(ax: Axes | None, size: tuple[float, float] = style.SIZE) -> Axes:
    """``ax``, or the Axes of a new figure; ticks keep the style also when they are made later."""
    if ax is None:
        _, ax = plt.subplots(figsize=size)
    settings = mpl.rcParams
    ax.tick_params(labelsize=settings["xtick.labelsize"], colors=settings["xtick.color"], width=1.2)
    ax.set_facecolor("none")
    return ax


def board(ax: Axes | None, box: tuple[float, float, float, float], *, scale: float = 1.0) -> Axes:
    """Axes for a diagram: ``box`` is (left, bottom, right, top) in its units, ``scale`` inches each."""
    left, bottom, right, top = box
    if ax is None:
        figure = plt.figure(figsize=((right - left) * scale, (top - bottom) * scale))
        ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.set_axis_off()
    return ax


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], **options: Any) -> None:  # noqa: ANN401
    """A straight arrow in the diagram's units."""
    colour = options.pop("color", style.palette().ink)
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle=options.pop("arrowstyle", "-|>"), mutation_scale=18,
                                 shrinkA=0, shrinkB=0, linewidth=options.pop("linewidth", 1.8), color=colour,
                                 **options))
