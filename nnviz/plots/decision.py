"""Where a classifier says 0 and where 1, over the plane of two inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.perceptron import Perceptron
from nnviz.plots.canvas import axes_of, styled

Predict = Callable[[NDArray[np.float64]], Any]
RESOLUTION = 300
"""Points along each side at which the classifier is asked."""
MARKERS = ("o", "^", "s", "D", "P", "X")


@styled
def draw_decision_regions(
    predict: Predict | None, X: ArrayLike | None = None, y: ArrayLike | None = None, *,
    line: Perceptron | None = None, limits: tuple[float, float] | None = None, ax: Axes | None = None,
) -> Axes:
    """Shade the plane by what ``predict`` says of its points.

    ``predict`` takes (N, 2) and gives N classes 0, 1, 2 …, or probabilities of class 1 (in shades); None: no
    shades. ``X`` (N, 2) and ``y`` (N,) are points with their classes, told apart by marker and colour;
    ``line`` is a perceptron whose border w · x + b = 0 is drawn; ``limits`` hold for both axes. Raises
    ValueError for other shapes.
    """
    colours = style.palette()
    points = np.empty((0, 2)) if X is None else np.asarray(X, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"X must be (N, 2), not {points.shape}")
    low, high = limits or _limits(points)
    ax = axes_of(ax, (4.8, 4.6))
    if predict is not None:
        _shade(ax, predict, (low, high))
    if line is not None:
        _border(ax, line, (low, high))
    if y is not None:
        _points(ax, points, np.asarray(y))
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    if X is not None and set(np.unique(points)) <= {0.0, 1.0}:
        ax.set(xticks=(0, 1), yticks=(0, 1))
    ax.spines[["top", "right"]].set_visible(False)
    ax.xaxis.label.set_color(colours.ink)
    return ax


def _shade(ax: Axes, predict: Predict, limits: tuple[float, float]) -> None:
    colours = style.palette()
    side = np.linspace(*limits, RESOLUTION)
    plane = np.stack(np.meshgrid(side, side), axis=-1)
    said = np.asarray(predict(plane.reshape(-1, 2)), dtype=float)
    if said.size != RESOLUTION ** 2:
        raise ValueError(f"predict must give one value a point, not {said.shape} for {RESOLUTION ** 2} points")
    last = max(1, round(float(said.max())))
    tints = _tints()[:last + 1] if last > 1 else (colours.zero, colours.one)
    if last >= len(_tints()):
        raise ValueError(f"predict gives the class {last}; more than {len(_tints())} classes cannot be told apart")
    shades = LinearSegmentedColormap.from_list("classes", tints)
    ax.imshow(said.reshape(RESOLUTION, RESOLUTION), origin="lower", extent=(*limits, *limits), cmap=shades, vmin=0,
              vmax=last, alpha=0.22, interpolation="nearest", zorder=0)


def _tints() -> tuple[str, ...]:
    """A colour for each class."""
    colours = style.palette()
    return (colours.zero, colours.one, *colours.lines[2:])


def _border(ax: Axes, line: Perceptron, limits: tuple[float, float]) -> None:
    """w_1 x_1 + w_2 x_2 + b = 0; nothing where both weights are 0."""
    w1, w2 = line.weights
    ends = np.array(limits)
    if w2:
        ax.plot(ends, -(w1 * ends + line.bias) / w2, color=style.palette().ink, linewidth=2)
    elif w1:
        ax.axvline(-line.bias / w1, color=style.palette().ink, linewidth=2)


def _points(ax: Axes, points: NDArray[np.float64], y: NDArray[Any]) -> None:
    if y.shape != points.shape[:1]:
        raise ValueError(f"y must be ({len(points)},), a class for each point, not {y.shape}")
    classes, tints = np.unique(y), _tints()
    for i, each in enumerate(classes):
        chosen = points[y == each]
        ax.scatter(chosen[:, 0], chosen[:, 1], s=150 if len(points) < 20 else 36, marker=MARKERS[i % len(MARKERS)],
                   color=tints[i % len(tints)], edgecolor="white", linewidth=1.2, label=str(each), zorder=3,
                   clip_on=False)
    ax.legend(title="出力", loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.0, handletextpad=0.2,
              title_fontsize=14)


def _limits(points: NDArray[np.float64]) -> tuple[float, float]:
    if not len(points):
        return -1.0, 1.0
    low, high = float(points.min()), float(points.max())
    room = 0.45 * (high - low) if high - low <= 1 else 0.12 * (high - low)
    return low - (room or 1.0), high + (room or 1.0)
