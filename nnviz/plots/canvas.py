"""Where figures are drawn: the Axes given, or a new one in the package's style."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from nnviz import style

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

P = ParamSpec("P")
R = TypeVar("R")


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Run a ``draw_*`` function in the package's style, light or dark as the context around it."""
    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with style.context(dark=style.palette() is style.DARK):
            return draw(*args, **kwargs)

    return inside


def animated(ax: Axes, draw: Callable[[int], object], frames: int, interval: int) -> FuncAnimation:
    """``draw(0)``, ``draw(1)`` … on the cleared ``ax``, ``interval`` milliseconds each; the last stays three times."""
    def show(number: int) -> list[Axes]:
        ax.clear()
        draw(number)
        return [ax]

    from matplotlib.animation import FuncAnimation

    figure = ax.get_figure(root=True)
    assert figure is not None
    return FuncAnimation(figure, show, frames=[*range(frames), frames - 1, frames - 1], interval=interval)


def axes_of(ax: Axes | None, size: tuple[float, float] = style.SIZE) -> Axes:
    """Axes for a plot: ``ax``, or that of a new figure; its labels and ticks keep the style when drawn later."""
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    settings = mpl.rcParams
    ax.tick_params(labelsize=settings["xtick.labelsize"], colors=settings["xtick.color"], width=1.2,
                   labelfontfamily=list(style.FONTS))
    for text in (ax.title, ax.xaxis.label, ax.yaxis.label):
        text.set(color=settings["text.color"], fontsize=settings["axes.labelsize"], family=list(style.FONTS),
                 math_fontfamily=settings["mathtext.fontset"])
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[:].set_color(settings["axes.edgecolor"])
    ax.set_facecolor("none")
    return ax
