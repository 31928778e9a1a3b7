"""Activation functions with their derivatives, and vanishing gradients in deep networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from nnviz import style
from nnviz.activations import ACTIVATIONS, Activation
from nnviz.arguments import Count, Limits, nearest
from nnviz.arrays import values_of
from nnviz.init import Seed
from nnviz.language import say
from nnviz.plots.canvas import axes_of, name_curves, refuse_crowd, styled

Function = Callable[[NDArray[Any]], NDArray[Any]]
JUMP = 10
"""A jump is drawn as a gap: a change between points this many times as large as those before and after it."""


@styled
def draw_activation(
    activation: str | Activation | Function, *, derivative: bool = False, limits: Limits = (-6, 6),
    ax: Axes | None = None,
) -> Axes:
    """h(a), and h'(a) dashed with ``derivative``.

    ``activation`` is a name of ``ACTIVATIONS``, one of its values, or any function of an array, whose
    derivative is then computed numerically. Raises ValueError for an unknown name.
    """
    known = _known(activation)
    ax = axes_of(ax)
    x = np.linspace(*limits, 601)
    colours = style.palette().lines
    drawn = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    title = say(known.title) if known else getattr(activation, "__name__", "h")
    symbol = known.symbol if known else "h"
    label = f"${symbol}(a)$" if derivative or title == "<lambda>" else title
    function = known.function if known else partial(values_of, activation, shape=x.shape)  # type: ignore[arg-type]
    ax.plot(*_with_gaps(x, function(x)), color=colours[len(drawn) % len(colours)], label=label)
    if derivative:
        slope = known.derivative(x) if known else _slope(x, function(x))
        ax.plot(*_with_gaps(x, slope), color=colours[(len(drawn) + 1) % len(colours)], linestyle=(0, (4, 2)),
                label=f"${symbol}'(a)$")
    _crosshair(ax)
    ax.set(xlim=limits, xlabel="$a$")
    if drawn or derivative:
        name_curves(ax)
    return ax


@styled
def draw_activations(
    activations: Sequence[str | Activation | Function] = ("step", "sigmoid", "tanh", "relu"), *,
    derivative: bool = False, columns: Count = 3,
) -> Axes:
    """Activation functions side by side, each with its own axes; returns the first."""
    refuse_crowd(len(activations), "activations", 30)
    columns = min(columns, max(len(activations), 1))
    rows = -(-len(activations) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(3.7 * columns, 2.7 * rows), squeeze=False,
                                layout="constrained")
    figure.get_layout_engine().set(hspace=0.12)  # type: ignore[union-attr, call-arg]
    for ax, activation in zip(grid.flat, activations, strict=False):
        known = _known(activation)
        draw_activation(activation, derivative=derivative, limits=(-4, 4), ax=ax)
        for name in list(ax.texts):
            name.remove()
        ax.set_title(say(known.title) if known else getattr(activation, "__name__", "h"), pad=8)
        ax.set(xlabel="", ylim=(-1.25, 1.75), yticks=(-1, 0, 1), xticks=(-4, -2, 0, 2, 4))
    for ax in list(grid.flat)[len(activations):]:
        ax.set_axis_off()
    first: Axes = figure.axes[0]
    return first


@styled
def draw_vanishing_gradient(
    networks: Sequence[str] | Mapping[str, tuple[str, float]] = ("sigmoid", "tanh", "relu"), *, depth: Count = 20,
    width: Count = 100, rng: Seed = 0, ax: Axes | None = None,
) -> Axes:
    """Mean size of the gradient that reaches each layer of a deep random network.

    ``networks`` are activations, with weights of variance 1 / width (2 / width for ReLU, as He et al. 2015
    propose), or a mapping of labels to pairs of activation and gain, for a variance of gain / width. The gradient
    with respect to the output of the last layer has size 1.

    >>> ax = draw_vanishing_gradient({"Xavier": ("relu", 1.0), "He": ("relu", 2.0)}, depth=5)
    """
    generator = np.random.default_rng(rng)
    chosen = networks if isinstance(networks, Mapping) else {
        say(_activation(name).title): (name, 2.0 if name in ("relu", "leaky_relu") else 1.0) for name in networks}
    ax = axes_of(ax, (7.4, 4.2))
    markers = ("o", "s", "^", "D", "v", "P")
    for i, (label, (name, gain)) in enumerate(chosen.items()):
        sizes = _gradient_sizes(_activation(name), gain, (depth, width), generator)
        ax.plot(range(depth, 0, -1), sizes, marker=markers[i % len(markers)], markersize=6,
                label=label)
    every = 5 * -(-depth // 60) if depth > 10 else 1
    ax.set(yscale="log", xlabel=say("層の番号（1 が入力側）"), ylabel=say("勾配の大きさ"), xlim=(depth + 0.5, 0.5),
           xticks=[n for n in range(1, depth + 1) if n == 1 or n % every == 0])
    ax.grid(axis="y")
    name_curves(ax)
    return ax


def _gradient_sizes(
    activation: Activation, gain: float, shape: tuple[int, int], rng: np.random.Generator,
) -> list[float]:
    """Root mean square of ∂L/∂a for layers depth … 1, with ∂L/∂z = 1 at the output."""
    depth, width = shape
    weights = [rng.standard_normal((width, width)) * np.sqrt(gain / width) for _ in range(depth)]
    values: NDArray[Any] = rng.standard_normal((50, width))
    sums = []
    for W in weights:
        sums.append(values @ W)
        values = activation.function(sums[-1])
    gradient: NDArray[Any] = rng.choice([-1.0, 1.0], size=values.shape)
    sizes = []
    for W, a in zip(reversed(weights), reversed(sums), strict=True):
        gradient = gradient * activation.derivative(a)
        sizes.append(float(np.sqrt(np.mean(gradient ** 2))))
        gradient = gradient @ W.T
    return sizes


def _activation(name: str) -> Activation:
    names = [each.name for each in ACTIVATIONS.values() if each.elementwise]
    if name in ACTIVATIONS and name not in names:
        raise ValueError(f"{name} has no curve: each of its outputs depends on all inputs; see draw_softmax")
    if name not in names:
        raise ValueError(f"unknown activation {name!r}; choose from {', '.join(names)}{nearest(name, names)}")
    return ACTIVATIONS[name]


def _known(activation: str | Activation | Function) -> Activation | None:
    if isinstance(activation, str | Activation):
        return _activation(activation if isinstance(activation, str) else activation.name)
    return None


def _with_gaps(x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Replace jumps by gaps."""
    jumps = _jumps(y)
    return np.insert(x, jumps, x[jumps]), np.insert(y, jumps, np.nan)


def _jumps(y: NDArray[Any]) -> NDArray[np.intp]:
    """Indices of the points directly after a jump."""
    steps = np.abs(np.diff(y))
    around = np.pad(steps, 2)
    before, behind = np.minimum(around[:-4], around[1:-3]), np.minimum(around[3:-1], around[4:])
    jumped = steps > np.maximum(JUMP * np.maximum(before, behind), 0.01 * np.ptp(y))
    return np.flatnonzero(np.pad(jumped, (1, 0)))


def _slope(x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """The numerical derivative, except at jumps."""
    slope: NDArray[Any] = np.gradient(y, x)
    jumps = _jumps(y)
    slope[[*jumps - 1, *jumps]] = np.nan
    return slope


def _crosshair(ax: Axes) -> None:
    colour = style.palette().muted
    ax.axhline(0, color=colour, linewidth=0.9, zorder=0)
    ax.axvline(0, color=colour, linewidth=0.9, zorder=0)
