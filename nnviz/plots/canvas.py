"""Axes for figures: the given ones, or new ones in the package's style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import Parameter, signature
from itertools import pairwise
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nnviz import style
from nnviz.arguments import checked
from nnviz.language import get_lang
from nnviz.plots.labels import widest

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

P = ParamSpec("P")
R = TypeVar("R")
LANG = Parameter("lang", Parameter.KEYWORD_ONLY, default=None, annotation="str | None")
"""The parameter that all drawing functions have in addition to their own."""
NAME = "name"
"""Identifies the texts that label curves."""
KEY = 0.71
"""Width in inches of a legend's line sample, including the gap after it."""
STROKES = ("-", "--", ":")
"""Line styles of successive curves with the same colour."""
APART = 0.09
"""Minimum distance between labels of curves, relative to the height of the axes."""


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Run a ``draw_*`` function in the package's style, light or dark like the current one, and accept ``lang=``."""
    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        lang = kwargs.pop("lang", None)
        with style.context(dark=style.palette() is style.DARK, lang=lang):   # type: ignore[arg-type]
            return draw(*args, **kwargs)

    plain = signature(draw)
    inside.__signature__ = plain.replace(parameters=[*plain.parameters.values(), LANG])   # type: ignore[attr-defined]
    return checked(inside)


def animated(ax: Axes, draw: Callable[[int], object], frames: int, interval: int) -> FuncAnimation:
    """``draw(0)``, ``draw(1)`` … on the cleared ``ax``, ``interval`` milliseconds each; the last is held for three."""
    dark, lang = style.palette() is style.DARK, get_lang()

    def show(number: int) -> list[Axes]:
        ax.clear()
        with style.context(dark=dark, lang=lang):  # frames are drawn long after the call
            draw(number)
        return [ax]

    from matplotlib.animation import FuncAnimation

    figure = ax.get_figure(root=True)
    assert figure is not None
    return FuncAnimation(figure, show, frames=[*range(frames), frames - 1, frames - 1], interval=interval)


def refuse_crowd(count: int, what: str, most: int) -> None:
    """Raise ValueError for more elements than fit into a figure."""
    if count > most:
        raise ValueError(f"no room for {count} {what}; up to {most} can be drawn")


def name_curves(ax: Axes) -> None:
    """Write the label of each curve after its end, in its colour and without overlap; update existing labels.

    Curves with the same colour get different line styles.
    """
    for text in [text for text in ax.texts if text.get_gid() == NAME]:
        text.remove()
    ax.get_xlim(), ax.get_ylim()  # matplotlib computes limits lazily
    lines = [line for line in ax.lines if not str(line.get_label()).startswith("_") and np.size(line.get_xdata())]
    for number, line in enumerate(lines):
        alike = sum(line.get_color() == other.get_color() for other in lines[:number])
        if line.get_linestyle() == "-":
            line.set(linestyle=STROKES[alike % len(STROKES)])
    ends = np.clip([_end(ax, line) for line in lines], APART / 2, 1)
    order = np.argsort(ends)
    for before, after in pairwise(order):
        ends[after] = max(ends[after], ends[before] + APART)
    shift = max(float(ends.max(initial=0)) - 1, 0) / 2
    for line, y in zip(lines, ends - shift, strict=True):
        ax.text(1.02, y, str(line.get_label()), color=line.get_color(), transform=ax.transAxes, va="center", gid=NAME)


def legend_above(ax: Axes, names: Sequence[str]) -> None:
    """A legend above the axes, with as many columns as fit."""
    if len(names):
        wide = ax.bbox.width / ax.figure.dpi
        columns = next(n for n in range(min(len(names), 4), 0, -1) if n == 1 or wide > n * KEY + sum(
            widest(column.tolist(), 15) for column in np.array_split([str(name) for name in names], n)))
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, handlelength=1.4,
                  columnspacing=1.2)


def _end(ax: Axes, line: Line2D) -> float:
    """Height of the last point of a curve, relative to the height of the axes."""
    points = np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float)
    last = points[np.isfinite(points).all(axis=1)][-1]
    return float(ax.transAxes.inverted().transform(ax.transData.transform(last))[1])


def axes_of(ax: Axes | None, size: tuple[float, float] = style.SIZE) -> Axes:
    """Axes for a plot: ``ax``, or those of a new figure; labels and ticks keep the style even if drawn later."""
    if ax is None:
        _, ax = plt.subplots(figsize=size, layout="constrained")
    settings = mpl.rcParams
    if not ax.lines:
        ax.set_prop_cycle(settings["axes.prop_cycle"])
    ax.tick_params(labelsize=settings["xtick.labelsize"], colors=settings["xtick.color"], width=1.2,
                   labelfontfamily=list(style.FONTS))
    for text in (ax.title, ax.xaxis.label, ax.yaxis.label):
        text.set(color=settings["text.color"], fontsize=settings["axes.labelsize"], family=list(style.FONTS),
                 math_fontfamily=settings["mathtext.fontset"])
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[:].set_color(settings["axes.edgecolor"])
    ax.set_facecolor("none")
    return ax
