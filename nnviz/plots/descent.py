"""Gradient descent: the curve or the surface of a loss, and the paths down it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.arguments import Count, Limits
from nnviz.arrays import values_of
from nnviz.descent import Path, gradient_descent
from nnviz.language import say
from nnviz.plots.canvas import animated, axes_of, legend_above, name_curves, styled

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

Surface = Callable[[NDArray[np.float64]], Any]
"""Maps points (…, 2) to values (…)."""
SIDE = 36
"""Grid points per side of a 3-D surface; more would make the file too large for a slide."""


@styled
def draw_descent(
    f: Callable[[NDArray[np.float64]], Any], paths: Path | Sequence[Path], *, limits: Limits = (-5, 5),
    labels: Sequence[str] = (), ax: Axes | None = None,
) -> Axes:
    """The graph of a function of one variable with the steps of descents, from the open to the filled point.

    Raises ValueError for paths of more than one variable.

    >>> path = gradient_descent(lambda x: x ** 2, lambda x: 2 * x, 4.0, learning_rate=0.2, steps=8)
    >>> ax = draw_descent(lambda x: x ** 2, path)
    """
    chosen = _all(paths, 1)
    ax, colours = axes_of(ax, (6.4, 4.2)), style.palette()
    x = np.linspace(*limits, 301)
    ax.plot(x, values_of(f, x, x.shape), color=colours.loss, linewidth=2.2)
    ax.set(xlim=limits, xlabel="$x$", ylabel="$f(x)$")
    ax.set_ylim(ax.get_ylim())
    for number, path in enumerate(chosen):
        _draw_path(ax, np.column_stack([path.points[:, 0], path.values]), number + 1, labels[number:number + 1])
    legend_above(ax, labels)
    return ax


@styled
def draw_loss_surface(
    f: Surface, *, limits: tuple[Limits, Limits] = ((-2, 2), (-2, 2)), paths: Path | Sequence[Path] = (),
    labels: Sequence[str] = (), levels: Count = 14, ax: Axes | None = None,
) -> Axes:
    """Contour lines of a function of two variables with descents, from the open to the filled point.

    ``f`` maps points (…, 2) to values (…). Raises ValueError for paths with another number of variables.

    >>> ax = draw_loss_surface(lambda p: p[..., 0] ** 2 / 20 + p[..., 1] ** 2, limits=((-8, 8), (-4, 4)))
    """
    chosen = _all(paths, 2)
    ax = axes_of(ax, (6.4, 4.6))
    x, y, z = _values(f, limits, 71)
    ax.imshow(z, cmap=_heights(), alpha=0.55, extent=(*limits[0], *limits[1]), origin="lower", aspect="auto",
              interpolation="bilinear")
    ax.contour(x, y, z, levels=levels, colors=style.palette().loss, linewidths=0.8)
    for number, path in enumerate(chosen):
        _draw_path(ax, path.points, number + 1, labels[number:number + 1])
    ax.set(xlim=limits[0], ylim=limits[1], xlabel="$x_1$", ylabel="$x_2$")
    legend_above(ax, labels)
    return ax


@styled
def draw_loss_surface_3d(
    f: Surface, *, limits: tuple[Limits, Limits] = ((-2, 2), (-2, 2)), path: Path | None = None,
) -> Axes:
    """The surface of a function of two variables in perspective, with a descent on it.

    >>> ax = draw_loss_surface_3d(lambda p: p[..., 0] ** 2 + p[..., 1] ** 2)
    """
    x, y, z = _values(f, limits, SIDE)
    figure = plt.figure(figsize=(6.4, 5.0))
    ax: Any = figure.add_axes((0, 0, 0.94, 1), projection="3d", computed_zorder=False)
    ax.plot_surface(x, y, z, cmap=_heights(), rcount=SIDE, ccount=SIDE, linewidth=0, antialiased=False, alpha=0.9)
    if path is not None:
        (way,) = _all(path, 2)
        lift = 0.02 * float(np.ptp(z))
        ax.plot(*way.points.T, way.values + lift, color=style.palette().ink, marker="o", markersize=4, linewidth=1.8)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="$f$")
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
        axis.set_major_locator(MaxNLocator(4))
    drawn: Axes = ax
    return drawn


@styled
def draw_learning_rates(
    f: Callable[[Any], float], df: Callable[[Any], ArrayLike], start: ArrayLike,
    learning_rates: Sequence[float] = (0.01, 0.05, 0.2, 1.05), *, steps: int = 30, ax: Axes | None = None,
) -> Axes:
    """f after each step for several learning rates η, on a logarithmic axis.

    >>> ax = draw_learning_rates(lambda x: x ** 2, lambda x: 2 * x, 4.0)
    """
    if not len(learning_rates):
        raise ValueError("there are no learning rates to draw")
    ax = axes_of(ax, (6.6, 4.2))
    for rate in learning_rates:
        path = gradient_descent(f, df, start, learning_rate=rate, steps=steps)
        if path.values.min() < 0:
            raise ValueError(f"the axis is logarithmic: f must be 0 or more, not {path.values.min():g}")
        ax.plot(np.where(path.values > 0, path.values, np.nan), label=rf"$\eta = {rate:g}$")
    ax.set(yscale="log", xlabel=say("更新の回数"), ylabel="$f(x)$", xlim=(0, steps))
    decades = float(np.ptp(np.log10(ax.get_ylim())))
    ax.yaxis.set_major_locator(LogLocator(10.0 ** next(n for n in (1, 2, 5, 10, 20, 50, 100, 200) if decades <= 7 * n)))
    ax.yaxis.set_minor_locator(NullLocator())
    for line in ax.lines:
        _end_below(ax, line)
    ax.grid(axis="y")
    name_curves(ax)
    return ax


def _end_below(ax: Axes, line: Line2D) -> None:
    """Extend a curve that reaches 0 below a logarithmic axis."""
    values = np.array(line.get_ydata(), dtype=float)
    below = np.flatnonzero(np.isnan(values))
    if below.size:
        low = ax.get_ylim()[0]
        values[below[0]] = low
        line.set_ydata(values)
        ax.set_ylim(bottom=low)


@styled
def animate_descent(
    f: Callable[[NDArray[np.float64]], Any], path: Path, *, limits: Limits = (-5, 5), interval: Count = 400,
) -> FuncAnimation:
    """``draw_descent`` with one more step in each frame."""
    ax = draw_descent(f, Path(path.points[:1], path.values[:1], converged=False), limits=limits)

    def draw(step: int) -> None:
        draw_descent(f, Path(path.points[:step + 1], path.values[:step + 1], converged=False), limits=limits, ax=ax)
        ax.set_title(say("{} 回目：").format(step) + f"$x = {path.points[step, 0]:z.3g}$")

    return animated(ax, draw, len(path.points), interval)


@styled
def animate_loss_surface(
    f: Surface, paths: Sequence[Path], *, limits: tuple[Limits, Limits] = ((-2, 2), (-2, 2)),
    labels: Sequence[str] = (), interval: Count = 300,
) -> FuncAnimation:
    """``draw_loss_surface`` with one more step of each descent in each frame; shorter ones wait at their end."""
    if not len(paths):
        raise ValueError("there are no paths to draw")
    ax = draw_loss_surface(f, limits=limits, paths=paths, labels=labels)

    def draw(step: int) -> None:
        ways = [Path(path.points[:step + 1], path.values[:step + 1], converged=False) for path in paths]
        draw_loss_surface(f, limits=limits, paths=ways, labels=labels, ax=ax)
        ax.text(0.98, 0.03, say("{} 回目").format(step), transform=ax.transAxes, ha="right",
                bbox={"facecolor": style.palette().ground, "edgecolor": "none", "alpha": 0.8, "pad": 3})

    return animated(ax, draw, max(len(path.points) for path in paths), interval)


def _all(paths: Path | Sequence[Path], variables: int) -> list[Path]:
    chosen = [paths] if isinstance(paths, Path) else list(paths)
    for path in chosen:
        if path.points.shape[1] != variables:
            raise ValueError(f"paths must be of {variables} variables, not {path.points.shape[1]}")
    return chosen


def _draw_path(ax: Axes, points: NDArray[np.float64], number: int, label: Sequence[str]) -> None:
    colour = style.palette().lines[number % len(style.palette().lines)]
    ax.plot(*points.T, color=colour, marker="o", markersize=5, linewidth=1.8, zorder=3,
            label=label[0] if len(label) else None)
    ax.plot(*points[0], marker="o", markersize=11, markerfacecolor="none", color=colour, markeredgewidth=2, zorder=3)
    ax.plot(*points[-1], marker="o", markersize=10, color=colour, zorder=3)


def _values(f: Surface, limits: tuple[Limits, Limits], side: int) -> tuple[NDArray[np.float64], ...]:
    x, y = np.meshgrid(np.linspace(*limits[0], side), np.linspace(*limits[1], side))
    return x, y, values_of(f, np.stack([x, y], axis=-1), x.shape)


def _heights() -> LinearSegmentedColormap:
    """Colour map from the background colour (low) to grey (high)."""
    colours = style.palette()
    return LinearSegmentedColormap.from_list("heights", [colours.ground, colours.soft(colours.ink), colours.muted])
