"""Decision regions of classifiers in the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.arguments import Classes, Count, Limits
from nnviz.arrays import finite, values_of
from nnviz.language import say
from nnviz.perceptron import Perceptron
from nnviz.plots.canvas import animated, axes_of, styled
from nnviz.plots.given import Predict, classes_of, predict_of
from nnviz.plots.labels import widest

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

RESOLUTION = 300
"""Number of grid points per side at which the classifier is evaluated."""
FEW = 20
"""Maximum number of points that are labelled individually, if labels are short; more get a legend."""
SHORT = 0.75
"""Width in inches of a legend that fits beside the axes; for a wider one, the figure is enlarged."""
UNLIKE = 0.25
"""A feature with less than this share of the total range gets separate limits."""
MARKERS = ("o", "^", "s", "D", "P", "X", "v")


@styled
def draw_decision_regions(
    predict: Predict | object | None, X: ArrayLike | None = None, y: Classes | None = None, *,
    line: Perceptron | None = None, limits: Limits | None = None, ax: Axes | None = None,
) -> Axes:
    """Shade the plane by the predictions of a classifier.

    ``predict`` maps (N, 2) to N classes 0, 1, 2 …, or to probabilities of class 1 (drawn as shades), or is a model of
    nnviz, scikit-learn or PyTorch; None: no shading. ``X`` (N, 2) and ``y`` (N,) are points with classes, which differ
    in marker and colour (that of the region); ``line`` is a perceptron whose border w · x + b = 0 is drawn; ``limits``
    apply to both axes. The column names of a pandas DataFrame label the axes. Raises ValueError for other shapes,
    TypeError for anything that does not predict classes.
    """
    colours = style.palette()
    points = np.empty((0, 2)) if X is None else _plane(X)
    across, up = (limits, limits) if limits else _both_limits(points)
    classes = classes_of(predict, y) if y is not None else ()
    legend = 0.0 if not len(classes) or _few(points, classes) else (widest(classes, 15) + 0.6) * _columns(classes)
    ax = axes_of(ax, (4.8 if legend < SHORT else 4.7 + legend, 4.6))
    if predict is not None:
        _shade(ax, predict_of(predict), across, up)
    if line is not None:
        _border(ax, line, across)
    if y is not None:
        _points(ax, points, np.asarray(y), classes)
    x_1, x_2 = map(str, getattr(X, "columns", ("$x_1$", "$x_2$")))
    ax.set(xlim=across, ylim=up, aspect="equal" if across == up else "auto", xlabel=x_1, ylabel=x_2)
    if X is not None and set(np.unique(points)) <= {0.0, 1.0}:
        ax.set(xticks=(0, 1), yticks=(0, 1))
    ax.spines[["top", "right"]].set_visible(False)
    ax.xaxis.label.set_color(colours.ink)
    return ax


@styled
def draw_bent_plane(
    hidden: Callable[[NDArray[np.float64]], Any], X: ArrayLike, y: Classes, *, share: float = 1.0,
    line: Perceptron | None = None, ax: Axes | None = None,
) -> Axes:
    """The plane as transformed by a hidden layer of two neurons: a grid, and points with their classes.

    ``hidden`` maps (N, 2) to (N, 2). ``share`` interpolates between inputs (0) and outputs (1); ``line`` is the border
    of the next neuron among the outputs.

    >>> ax = draw_bent_plane(np.tanh, [[0, 0], [1, 1]], [0, 1], share=0.5)
    """
    points = _plane(X)
    low, high = _limits(points)
    ax = axes_of(ax, (4.8, 4.6))
    along, across = np.linspace(low, high, 60), np.linspace(low, high, 11)
    for rows in (np.meshgrid(along, across), np.meshgrid(across, along)):
        grid = np.stack(rows, axis=-1)
        moved = _moved(hidden, grid.reshape(-1, 2), share).reshape(grid.shape)
        strands = moved if grid.shape[1] == len(along) else moved.swapaxes(0, 1)
        for strand in strands:
            ax.plot(*strand.T, color=style.palette().muted, linewidth=1.2, zorder=1)
    everywhere = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    reach = np.stack([everywhere, _moved(hidden, everywhere, 1.0)])
    least, most = float(reach.min()) - 0.1, float(reach.max()) + 0.1
    if line is not None:
        _border(ax, line, (least, most))
    _points(ax, _moved(hidden, points, share), np.asarray(y), classes_of(None, y))
    ax.set(xlim=(least, most), ylim=(least, most), aspect="equal", xlabel="$x_1$" if share < 0.5 else "$z_1$",
           ylabel="$x_2$" if share < 0.5 else "$z_2$")
    return ax


def _plane(X: ArrayLike) -> NDArray[np.float64]:
    points = finite("X", X)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"X must be (N, 2), not {points.shape}")
    return points


def _moved(hidden: Callable[[NDArray[np.float64]], Any], at: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = (1 - share) * at + share * values_of(hidden, at, at.shape)
    return moved


@styled
def animate_bent_plane(
    hidden: Callable[[NDArray[np.float64]], Any], X: ArrayLike, y: Classes, *, line: Perceptron,
    frames: Count = 13, interval: Count = 200,
) -> FuncAnimation:
    """``draw_bent_plane`` from the inputs to the outputs; the last frame shows the border."""
    ax = draw_bent_plane(hidden, X, y, share=0.0)

    def draw(number: int) -> None:
        share = min(number / (frames - 2), 1.0)
        draw_bent_plane(hidden, X, y, share=share, line=line if number == frames - 1 else None, ax=ax)

    return animated(ax, draw, frames, interval)


def _shade(ax: Axes, predict: Predict, across: Limits, up: Limits) -> None:
    colours = style.palette()
    plane = np.stack(np.meshgrid(np.linspace(*across, RESOLUTION), np.linspace(*up, RESOLUTION)), axis=-1)
    said = finite("what predict gives", predict(plane.reshape(-1, 2)))
    if said.size != RESOLUTION ** 2:
        raise ValueError(f"predict must give one value a point, not {said.shape} for {RESOLUTION ** 2} points")
    last = max(1, round(float(said.max())))
    tints = _tints()[:last + 1] if last > 1 else (colours.zero, colours.one)
    if last >= len(_tints()):
        raise ValueError(f"predict gives the class {last}; more than {len(_tints())} classes cannot be told apart")
    shades = LinearSegmentedColormap.from_list("classes", tints)
    ax.imshow(said.reshape(RESOLUTION, RESOLUTION), origin="lower", extent=(*across, *up), cmap=shades, vmin=0,
              vmax=last, alpha=0.22, interpolation="none", zorder=0)


def _tints() -> tuple[str, ...]:
    """A colour for each class."""
    colours = style.palette()
    return (colours.zero, colours.one, *colours.lines[2:])


def _border(ax: Axes, line: Perceptron, limits: tuple[float, float]) -> None:
    """Draw w_1 x_1 + w_2 x_2 + b = 0, unless both weights are 0."""
    if len(line.weights) != 2:
        raise ValueError(f"only perceptrons with 2 inputs have a border to draw, not with {len(line.weights)}")
    w1, w2 = line.weights
    ends = np.array(limits)
    if w2:
        ax.plot(ends, -(w1 * ends + line.bias) / w2, color=style.palette().ink, linewidth=2)
    elif w1:
        ax.axvline(-line.bias / w1, color=style.palette().ink, linewidth=2)


def _points(ax: Axes, points: NDArray[np.float64], y: NDArray[Any], classes: Sequence[Any]) -> None:
    if y.shape != points.shape[:1]:
        raise ValueError(f"y must be ({len(points)},), a class for each point, not {y.shape}")
    tints, few = _tints(), _few(points, classes)
    for i, each in enumerate(classes):
        chosen = points[y == each]
        if not len(chosen):
            continue
        marker = MARKERS[i % len(MARKERS)]
        large, small = 700 if marker == "^" else 520, 60 if marker in "PX" else 36
        ax.scatter(chosen[:, 0], chosen[:, 1], s=large if few else small, marker=marker,
                   color=tints[i % len(tints)], edgecolor=style.palette().ground, linewidth=1.2, label=str(each),
                   zorder=3, clip_on=False)
        for at in chosen if few else ():
            ax.annotate(str(each), at, (0, -4 if marker == "^" else -0.5), ha="center", va="center", zorder=4,
                        textcoords="offset points", color=style.palette().ground, fontsize=16)
    if few:
        return
    ax.set_anchor("W")  # leave room for the legend
    ax.legend(title=say("出力"), loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.0, handletextpad=0.2,
              title_fontsize=14, ncols=_columns(classes), columnspacing=0.8)


def _columns(classes: Sequence[Any]) -> int:
    """Number of legend columns for classes beside the axes."""
    return -(-len(classes) // 10)


def _few(points: NDArray[np.float64], classes: Sequence[Any]) -> bool:
    """Whether there is room to label each point with its class."""
    return len(points) < FEW and max((len(str(each)) for each in classes), default=0) <= 2


def _both_limits(points: NDArray[np.float64]) -> tuple[Limits, Limits]:
    """Limits of x_1 and x_2: equal, unless their ranges differ widely, as those of metres and grams do."""
    low, high = _limits(points)
    if len(points) and 0 < np.ptp(points, axis=0).min() < UNLIKE * (high - low):
        return _limits(points[:, 0]), _limits(points[:, 1])
    return (low, high), (low, high)


def _limits(points: NDArray[np.float64]) -> tuple[float, float]:
    if not len(points):
        return -1.0, 1.0
    low, high = float(points.min()), float(points.max())
    room = 0.45 * (high - low) if high - low <= 1 else 0.12 * (high - low)
    return low - (room or 1.0), high + (room or 1.0)
