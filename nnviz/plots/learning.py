"""Figures about training: losses, overfitting, mini-batches, cost of gradients, initial weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from nnviz import style
from nnviz.arguments import Count, Limits
from nnviz.arrays import numbers
from nnviz.init import Seed
from nnviz.language import say
from nnviz.plots.canvas import axes_of, name_curves, refuse_crowd, styled
from nnviz.plots.diagram import arrow, board, box, extent, write
from nnviz.plots.labels import widest
from nnviz.train import Epoch, batches

Curve = Sequence[Epoch] | Sequence[float]
History = Curve | Mapping[str, Curve]
NAMES = {"loss": "損失", "accuracy": "正解率"}
CURVES = ("訓練", "検証")
MARKED = 12
"""Curves of at most this many epochs have markers."""


@styled
def draw_losses(
    history: History, *,
    metric: Literal["loss", "accuracy"] = "loss", log: bool = False, ax: Axes | None = None,
) -> Axes:
    """Loss or accuracy of each epoch, in training and, dashed, in validation; with ``log`` on a logarithmic axis.

    ``history`` contains the epochs that ``fit`` yielded, or a number per epoch; or maps names to either,
    to compare runs. Raises ValueError if it is empty, and for numbers that a logarithmic axis cannot show.

    >>> ax = draw_losses({"SGD": [1.0, 0.5, 0.4], "Adam": [1.0, 0.3, 0.1]})
    """
    curves = _curves(history, metric)
    if not any(np.isfinite(values).any() for values in curves.values()):
        raise ValueError(f"there is no {metric} to draw in this history")
    lowest = min(float(np.nanmin(values)) for values in curves.values() if len(values))
    if log and lowest <= 0:
        raise ValueError(f"the axis is logarithmic: {metric} must be positive, not {lowest:g}")
    ax, colours = axes_of(ax, (6.6, 4.2)), style.palette()
    for name, values in curves.items():
        own = name in CURVES  # the curves of a single run have the colours of their roles
        ax.plot(range(1, len(values) + 1), values, label=say(name) if own else name,
                linestyle=(0, (4, 2)) if own and name == CURVES[1] else "-",
                color=colours.loss if own and metric == "loss" else colours.lines[0] if own else None,
                marker="o" if len(values) <= MARKED else None)
    ax.set(xlabel=say("エポック"), ylabel=say(NAMES[metric]), yscale="log" if log else ax.get_yscale())
    if max(map(len, curves.values())) > MARKED:
        ax.margins(x=0)   # there is no epoch 0
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    ax.grid(axis="y")
    if isinstance(history, Mapping) or len(ax.lines) > 1:  # the axis label suffices for a single curve
        name_curves(ax)
    return ax


def _curves(history: History, metric: str) -> dict[str, list[float]]:
    if isinstance(history, Mapping):
        return {name: next(iter(_curves(values, metric).values()), []) for name, values in history.items()}
    epochs = [each for each in history if isinstance(each, Epoch)]
    if not epochs:
        return {CURVES[0]: numbers("history", history).tolist()}  # type: ignore[arg-type]
    training = [getattr(epoch, metric) for epoch in epochs]
    validation = [getattr(epoch, f"validation_{metric}") for epoch in epochs]
    curves = dict(zip(CURVES, (training, validation), strict=True))
    return {name: values for name, values in curves.items() if values and None not in values}


@styled
def draw_overfitting(history: Sequence[Epoch], *, ax: Axes | None = None) -> Axes:
    """Both losses, the epoch with the lowest validation loss, and overfitting after it.

    Raises ValueError for epochs without a validation loss.

    >>> from nnviz.train import Epoch
    >>> ax = draw_overfitting([Epoch(n, 1 / n, None, 1 / n + 0.02 * n) for n in range(1, 20)])
    """
    losses = [epoch.validation_loss for epoch in history if epoch.validation_loss is not None]
    if not losses or len(losses) < len(history):
        raise ValueError("overfitting shows in the validation loss; call fit(…, validation=(X, y))")
    ax = draw_losses(history, ax=ax)
    best, colours = int(np.argmin(losses)) + 1, style.palette()
    ax.axvline(best, color=colours.ink, linewidth=1.4, linestyle=(0, (2, 2)))
    ax.axvspan(best, len(history), color=colours.loss, alpha=0.08, linewidth=0)
    early = best <= (1 + len(history)) / 2
    ax.text(best, 0.97, say(" 早期終了 "), ha="left" if early else "right", va="top", fontsize=15,
            transform=ax.get_xaxis_transform())
    if len(history) - best > 0.2 * len(history):
        middle = (best + len(history)) / 2
        height = _free_height(ax, middle, ([epoch.loss for epoch in history], losses))
        ax.text(middle, height, say("過学習"), ha="center", va="center", color=colours.loss, fontsize=15,
                transform=ax.get_xaxis_transform())
    ax.set_xlim(1, max(len(history), 2))
    return ax


def _free_height(ax: Axes, epoch: float, curves: Sequence[Sequence[float]]) -> float:
    """The highest free position for a label at an epoch, relative to the height of the axes."""
    low, high = ax.get_ylim()
    passed = [(np.interp(epoch, range(1, len(curve) + 1), curve) - low) / (high - low) for curve in curves]
    return max((0.75, 0.5, 0.25), key=lambda place: min(0.2, *(abs(place - height) for height in passed)))


@styled
def draw_minibatches(
    samples: Count = 12, batch_size: Count = 4, *, epochs: Count = 2, rng: Seed = 0,
    ax: Axes | None = None,
) -> Axes:
    """The samples in order, then shuffled and split into mini-batches for each epoch, with one update per mini-batch.

    >>> ax = draw_minibatches(10, 4)
    """
    refuse_crowd(samples, "samples", 100)
    refuse_crowd(epochs, "epochs", 20)
    generator, colours = np.random.default_rng(rng), style.palette()
    gaps = -(-samples // batch_size) - 1
    ax = board(ax, (-2.9, -0.4, 0.8 * samples + 0.6 * gaps + 0.2, 2.3 * epochs + 1.2))
    _samples(ax, range(samples), 0.0, 2.3 * epochs + 0.3, colours.input)
    write(ax, (-0.3, 2.3 * epochs + 0.65), say("データ"), 19, ha="right")
    for epoch in range(epochs):
        y, x = 2.3 * (epochs - 1 - epoch) + 0.5, 0.0
        write(ax, (-0.3, y + 0.35), say("エポック {}").format(epoch + 1), 19, ha="right")
        for number, rows in enumerate(batches(samples, batch_size, generator)):
            width = 0.8 * len(rows)
            box(ax, (x - 0.1, y - 0.12), (width + 0.14, 0.94), "", colours.gradient)
            _samples(ax, rows.tolist(), x, y, colours.input)
            update = say("更新 {}").format(epoch * (gaps + 1) + number + 1)
            write(ax, (x + width / 2, y - 0.48), update, 19, color=colours.gradient)
            x += width + 0.6
        arrow(ax, (-1.2, y + 1.75), (-1.2, y + 0.85))
    return ax


@styled
def draw_folds(samples: Count = 20, folds: int = 5, *, ax: Axes | None = None) -> Axes:
    """Cross-validation: each round holds out a different fold, and trains on the others.

    Raises ValueError for fewer than two folds, or fewer samples than folds.

    >>> ax = draw_folds(20, 4)
    """
    if not 2 <= folds <= samples:
        raise ValueError(f"folds must be 2 to {samples}, the number of samples, not {folds}")
    refuse_crowd(folds, "folds", 20)
    colours = style.palette()
    counts = [samples // folds + (fold < samples % folds) for fold in range(folds)]
    sizes = [say("{} 件").format(count) for count in counts]
    wide = max(extent(words, 20)[0] + 0.3 for words in (say("検証"), say("訓練"), sizes[0]))
    across = max(12.0, wide * folds)
    edges = np.linspace(0, across, folds + 1)
    ax = board(ax, (-1.7, -0.2, across + 2.5, 0.9 * folds + 0.7))
    for turn in range(folds):
        y = 0.9 * (folds - 1 - turn)
        write(ax, (-0.2, y + 0.35), say("{} 回目").format(turn + 1), 20, ha="right")
        for fold, (left, right) in enumerate(pairwise(edges)):
            held = fold == turn
            box(ax, (left + 0.06, y), (right - left - 0.12, 0.7), say("検証" if held else "訓練"),
                colours.one if held else colours.zero, fontsize=20)
        write(ax, (across + 0.2, y + 0.35), say("→ 正解率 {}").format(turn + 1), 20, ha="left")
    for size, (left, right) in zip(sizes, pairwise(edges), strict=True):
        write(ax, ((left + right) / 2, 0.9 * folds + 0.2), size, 20)
    return ax


def _samples(ax: Axes, numbers: Sequence[int], x: float, y: float, colour: str) -> None:
    for place, number in enumerate(numbers):
        box(ax, (x + 0.8 * place, y), (0.74, 0.7), str(number + 1), colour, fontsize=19)


@styled
def draw_gradient_cost(
    parameters: Sequence[int], numerical: Sequence[float], backprop: Sequence[float], *,
    unit: str | None = None, ax: Axes | None = None,
) -> Axes:
    """Cost of the gradient over the number of parameters: numerical differentiation and backpropagation.

    >>> n = np.array([10, 100, 1000])
    >>> ax = draw_gradient_cost(n, 2 * n, [2, 2, 2])
    """
    if not len(parameters) == len(numerical) == len(backprop) > 0:
        raise ValueError("parameters, numerical and backprop must be of one length, not "
                         f"{len(parameters)}, {len(numerical)} and {len(backprop)}")
    if min(*parameters, *numerical, *backprop) <= 0:
        raise ValueError("the axes are logarithmic: parameters, numerical and backprop must be positive")
    ax, colours = axes_of(ax, (6.6, 4.2)), style.palette()
    ax.plot(parameters, numerical, marker="o", color=colours.one, label=say("数値微分"))
    ax.plot(parameters, backprop, marker="s", color=colours.zero, label=say("誤差逆伝播法"))
    ax.set(xscale="log", yscale="log", xlabel=say("パラメータの数"), ylabel=unit or say("順伝播の回数"))
    ax.annotate("", (parameters[-1], numerical[-1]), (parameters[-1], backprop[-1]),
                arrowprops={"arrowstyle": "<->", "color": colours.ink, "shrinkA": 8, "shrinkB": 8})
    most, least = max(numerical[-1], backprop[-1]), min(numerical[-1], backprop[-1])
    times = say("{} 倍 ").format(f"{most / least:,.0f}" if most >= 10 * least else f"{most / least:.2g}")
    ax.text(parameters[-1], float(np.sqrt(numerical[-1] * backprop[-1])), times, ha="right", va="center", fontsize=15)
    ax.grid(axis="both")
    name_curves(ax)
    return ax


@styled
def draw_initial_values(
    activations: Mapping[str, Sequence[ArrayLike]], *, limits: Limits | None = None,
) -> Axes:
    """Distribution of each layer's outputs (columns) for several kinds of initial weights (rows).

    ``activations`` maps names of initial weights to the outputs of layers 1, 2 …; returns the first Axes.

    >>> rng = np.random.default_rng(0)
    >>> ax = draw_initial_values({"Xavier": [np.tanh(rng.standard_normal(99)) for _ in range(4)]})
    """
    depth = max((len(layers) for layers in activations.values()), default=0)
    if not depth or any(len(layers) != depth for layers in activations.values()):
        raise ValueError("each name needs the outputs of as many layers, at least one")
    refuse_crowd(depth, "layers", 30)
    low, high = limits or (min(float(np.min(v)) for layers in activations.values() for v in layers),
                           max(float(np.max(v)) for layers in activations.values() for v in layers))
    if low == high:  # all equal, e.g. with weights 0
        low, high = low - 0.5, high + 0.5
    tall = max(1.7, widest([*activations], 15))
    figure, grid = plt.subplots(len(activations), depth, figsize=(2.1 * depth + 1, tall * len(activations) + 0.5),
                                squeeze=False, sharex=True, layout="constrained", gridspec_kw={"wspace": 0.12})
    for number, ax in enumerate(grid[0], start=1):
        ax.set_title(say("第{}層").format(number), fontsize=15)
    for row, (name, layers) in zip(grid, activations.items(), strict=True):
        for ax, values in zip(row, layers, strict=True):
            heights = np.histogram(np.ravel(values), bins=30, range=(low, high))
            ax.stairs(*heights, fill=True, color=style.palette().zero)
            ax.set(xlim=(low, high), yticks=())
            ax.spines["left"].set_visible(False)
        row[0].set_ylabel(name, fontsize=15)
    first: Axes = figure.axes[0]
    return first


@styled
def draw_batchnorm(before: ArrayLike, after: ArrayLike, *, bins: Count = 30, ax: Axes | None = None) -> Axes:
    """The values before and after batch normalisation, with mean and standard deviation.

    >>> x = np.random.default_rng(0).normal(3, 2, 500)
    >>> ax = draw_batchnorm(x, (x - x.mean()) / x.std())
    """
    first, second = np.ravel(before), np.ravel(after)
    if not first.size or not second.size:
        raise ValueError("there are no values to draw")
    ax, colours = axes_of(ax, (6.6, 4.4)), style.palette()
    edges = np.linspace(min(first.min(), second.min()), max(first.max(), second.max()), 2 * bins + 1)
    for values, name, colour, left in ((first, say("正規化の前"), colours.zero, first.mean() < second.mean()),
                                       (second, say("正規化の後"), colours.one, first.mean() >= second.mean())):
        ax.stairs(*np.histogram(values, edges), fill=True, color=colour, alpha=0.55)
        lines = name, say("平均 {:z.2f}").format(values.mean()), say("標準偏差 {:.2f}").format(values.std())
        words = "\n".join(lines).replace("-", "\N{MINUS SIGN}")
        size = 16 * min(1.0, 0.46 * ax.bbox.width / ax.figure.dpi / widest(lines, 16))
        ax.text(0.02 if left else 0.98, 1.02, words, color=colour, va="bottom", ha="left" if left else "right",
                transform=ax.transAxes, fontsize=size)
    ax.set(xlabel=say("値"), ylabel=say("個数"))
    return ax
