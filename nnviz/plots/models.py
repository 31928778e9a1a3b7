"""Generative and discriminative models, perceptron learning, and universal approximation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.arguments import Classes, Count, Limits
from nnviz.arrays import finite, values_of
from nnviz.init import Seed
from nnviz.language import say
from nnviz.perceptron import Perceptron
from nnviz.plots.canvas import animated, axes_of, styled
from nnviz.plots.decision import draw_decision_regions
from nnviz.plots.labels import numeral

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation

Floats = NDArray[np.float64]


@styled
def draw_generative(X: ArrayLike, y: Classes, *, ax: Axes | None = None) -> Axes:
    """A generative model of two classes: a Gaussian for each, and the border given by Bayes' rule.

    X (N, 2), y (N,) of 0 and 1. Mean, covariance and prior of each class are estimated from the samples; ellipses
    mark 1, 2 and 3 standard deviations. Raises ValueError for other shapes, and for a class with fewer than 3 or
    collinear samples.

    >>> from nnviz.data import two_gaussians
    >>> ax = draw_generative(*two_gaussians(100, rng=0))
    """
    points, classes = _two_classes(X, y)
    fits = [(points[classes == k].mean(axis=0), np.cov(points[classes == k].T), float((classes == k).mean()))
            for k in (0, 1)]
    for k, (_, covariance, _) in enumerate(fits):
        if np.linalg.matrix_rank(covariance) < 2:
            raise ValueError(f"the points of class {k} lie on one line, so no Gaussian of the plane fits them")

    def posterior(at: Floats) -> Floats:
        """P(class 1 | x)"""
        one, other = (_log_density(at, *fit) for fit in fits)
        probability: Floats = 1 / (1 + np.exp(np.clip(one - other, -500, 500)))
        return probability

    ax = draw_decision_regions(lambda at: posterior(at) > 0.5, points, classes, ax=ax)
    for (mean, covariance, _), colour in zip(fits, (style.palette().zero, style.palette().one), strict=True):
        sizes, axes = np.linalg.eigh(covariance)
        angle = float(np.degrees(np.arctan2(axes[1, 0], axes[0, 0])))
        for deviations in (1, 2, 3):
            ax.add_patch(Ellipse(tuple(mean), *(2 * deviations * np.sqrt(sizes)), angle=angle, facecolor="none",
                                 edgecolor=colour, linewidth=1.6))
    ax.set_title(say("生成モデル"), fontsize=16)
    return ax


def _log_density(at: Floats, mean: Floats, covariance: Floats, share: float) -> Floats:
    """log(share · N(x; mean, covariance)), without the constant term."""
    away = at - mean
    distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away)
    density: Floats = -0.5 * distance - 0.5 * np.linalg.slogdet(covariance)[1] + np.log(share)
    return density


@styled
def draw_discriminative(X: ArrayLike, y: Classes, *, ax: Axes | None = None) -> Axes:
    """A discriminative model of two classes: logistic regression, with probabilities as shades.

    X (N, 2), y (N,) of 0 and 1. Raises ValueError for other shapes.

    >>> from nnviz.data import two_gaussians
    >>> ax = draw_discriminative(*two_gaussians(100, rng=0))
    """
    from sklearn.linear_model import LogisticRegression

    points, classes = _two_classes(X, y)
    fitted = LogisticRegression().fit(points, classes)
    line = Perceptron(tuple(fitted.coef_[0]), float(fitted.intercept_[0]))
    ax = draw_decision_regions(lambda at: fitted.predict_proba(at)[:, 1], points, classes, line=line, ax=ax)
    ax.set_title(say("識別モデル"), fontsize=16)
    return ax


def _two_classes(X: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[np.int_]]:
    points, classes = finite("X", X), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or classes.shape != points.shape[:1]:
        raise ValueError(f"X must be (N, 2) and y (N,), not {points.shape} and {classes.shape}")
    if set(np.unique(classes)) != {0, 1} or np.bincount(classes.astype(int)).min() < 3:
        raise ValueError("y must hold the classes 0 and 1, each three times or more")
    return points, classes.astype(int)


@styled
def draw_perceptron_learning(
    perceptrons: Sequence[Perceptron], X: ArrayLike, y: Classes, *, ax: Axes | None = None,
) -> Axes:
    """The border of a perceptron after each correction, from pale to dark; the last one with its regions.

    >>> from nnviz.data import gate
    >>> from nnviz.perceptron import fit_perceptron
    >>> ax = draw_perceptron_learning(list(fit_perceptron(*gate("AND"))), *gate("AND"))
    """
    if not len(perceptrons):
        raise ValueError("there is no perceptron to draw")
    last = perceptrons[-1]
    ax = draw_decision_regions(last, X, y, line=last, ax=ax)
    limits = np.array(ax.get_xlim())
    for number, each in enumerate(perceptrons[:-1]):
        w1, w2 = each.weights
        look: dict[str, Any] = {"color": style.palette().ink, "linewidth": 1.2, "zorder": 1,
                                "alpha": 0.12 + 0.38 * number / len(perceptrons)}
        if w2:
            ax.plot(limits, -(w1 * limits + each.bias) / w2, **look)
        elif w1:
            ax.axvline(-each.bias / w1, **look)
    return ax


@styled
def animate_perceptron_learning(
    perceptrons: Sequence[Perceptron], X: ArrayLike, y: Classes, *, interval: Count = 900,
) -> FuncAnimation:
    """The regions and weights of a perceptron, one frame per correction."""
    if not len(perceptrons):
        raise ValueError("there is no perceptron to draw")
    figure, ax = plt.subplots(figsize=(3.4, 3.9))

    def draw(number: int) -> None:
        now = perceptrons[number]
        draw_decision_regions(now, X, y, line=now, ax=ax)
        weights = ",\\ ".join(f"{w:zg}" for w in now.weights)
        ax.set_title(say("{} 回目の修正").format(number + 1) + f"\n$w = ({weights}),\\ b = {now.bias:zg}$",
                     linespacing=1.4)

    draw(0)
    figure.tight_layout()  # once, so that the axes do not move
    return animated(ax, draw, len(perceptrons), interval)


@styled
def draw_approximations(
    f: Callable[[Floats], Any], widths: Sequence[int] = (2, 5, 10, 50), *, limits: Limits = (-3, 3),
    rng: Seed = 0,
) -> Axes:
    """A function and its approximations by one hidden layer of each width, with the maximum error.

    The hidden layer is tanh of random linear functions; the output weights are fitted by least squares. Returns the
    first Axes.
    Sources: Cybenko (1989); Hornik, Stinchcombe, White (1989).

    >>> ax = draw_approximations(np.sin, (2, 10))
    """
    if not len(widths) or min(widths) < 1:
        raise ValueError(f"widths must be 1 or more, not {tuple(widths)}")
    columns = min(len(widths), 4)
    rows = -(-len(widths) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(3.1 * columns, 3.0 * rows), sharey=True, squeeze=False,
                                layout="constrained")
    for ax, width in zip(grid.flat, widths, strict=False):
        _draw_approximation(axes_of(ax), f, width, (limits, rng))
    for ax in grid.flat[len(widths):]:
        ax.set_axis_off()
    first: Axes = figure.axes[0]
    return first


@styled
def animate_approximation(
    f: Callable[[Floats], Any], widths: Sequence[int] = (1, 2, 3, 5, 8, 13, 21, 34), *,
    limits: Limits = (-3, 3), rng: Seed = 0, interval: Count = 800,
) -> FuncAnimation:
    """``draw_approximations`` in one Axes, one frame per width."""
    _, ax = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
    return animated(ax, lambda number: _draw_approximation(axes_of(ax), f, widths[number], (limits, rng)),
                    len(widths), interval)


def _draw_approximation(
    ax: Axes, f: Callable[[Floats], Any], width: int, chosen: tuple[tuple[float, float], Seed],
) -> None:
    limits, rng = chosen
    x = np.linspace(*limits, 301)
    target = finite("what f gives", values_of(f, x, x.shape))
    found = _approximation(x, target, width, rng)
    ax.plot(x, target, color=style.palette().muted, linewidth=4, alpha=0.6)
    ax.plot(x, found, color=style.palette().output, linewidth=2.2)
    ax.set(xlim=limits)
    error = say("誤差 {}").format(numeral(float(np.abs(found - target).max()), 2))
    ax.set_title(say("{} 個").format(width) + "\n" + error, fontsize=15)


def _approximation(x: Floats, target: Floats, width: int, rng: Seed) -> Floats:
    """Least squares over ``width`` random tanh units and a constant."""
    generator = np.random.default_rng(rng)
    middles = np.linspace(x[0], x[-1], width + 2)[1:-1]
    slopes = generator.choice([-1, 1], width) * generator.uniform(0.6, 1.4, width) * (width + 1) / (x[-1] - x[0]) * 2
    units = np.column_stack([np.tanh(slopes * (x[:, None] - middles)), np.ones(len(x))])
    weights = np.linalg.lstsq(units, target, rcond=1e-10)[0]
    fitted: Floats = units @ weights
    return fitted
