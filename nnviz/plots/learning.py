"""How learning goes: losses over epochs, over-fitting, mini-batches, what a gradient costs, initial values."""

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
from nnviz.plots.canvas import axes_of, styled
from nnviz.plots.diagram import arrow, board, box, write
from nnviz.train import Epoch, batches

NAMES = {"loss": "損失", "accuracy": "正解率"}


@styled
def draw_losses(
    history: Sequence[Epoch] | Mapping[str, Sequence[float]], *, metric: Literal["loss", "accuracy"] = "loss",
    ax: Axes | None = None,
) -> Axes:
    """Loss or accuracy of each epoch, in training and, dashed, in validation.

    ``history`` are the epochs that ``fit`` gave, or curves by name, to compare several runs. Raises
    ValueError where there is nothing to draw.

    >>> ax = draw_losses({"SGD": [1.0, 0.5, 0.4], "Adam": [1.0, 0.3, 0.1]})
    """
    if metric not in NAMES:
        raise ValueError(f"metric must be loss or accuracy, not {metric!r}")
    curves = _curves(history, metric)
    if not any(len(values) for values in curves.values()):
        raise ValueError(f"there is no {metric} to draw in this history")
    ax = axes_of(ax, (6.6, 4.2))
    for name, values in curves.items():
        dashed = name == "検証"
        ax.plot(range(1, len(values) + 1), values, label=name, linestyle=(0, (4, 2)) if dashed else "-",
                color=style.palette().one if dashed else None, marker="o" if len(values) <= 12 else None)
    ax.set(xlabel="エポック", ylabel=NAMES[metric])
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.grid(axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2 if len(curves) == 4 else 3, borderaxespad=0.2)
    return ax


def _curves(history: Sequence[Epoch] | Mapping[str, Sequence[float]], metric: str) -> dict[str, list[float]]:
    if isinstance(history, Mapping):
        return {name: list(values) for name, values in history.items()}
    training = [getattr(epoch, metric) for epoch in history]
    validation = [getattr(epoch, f"validation_{metric}") for epoch in history]
    curves = {"訓練": training, "検証": validation}
    return {name: values for name, values in curves.items() if values and None not in values}


@styled
def draw_overfitting(history: Sequence[Epoch], *, ax: Axes | None = None) -> Axes:
    """Both losses, the epoch with the least validation loss, and the over-fitting behind it.

    Raises ValueError for epochs without a validation loss.

    >>> from nnviz.train import Epoch
    >>> ax = draw_overfitting([Epoch(n, 1 / n, None, 1 / n + 0.02 * n) for n in range(1, 20)])
    """
    losses = [epoch.validation_loss for epoch in history if epoch.validation_loss is not None]
    if not losses or len(losses) < len(history):
        raise ValueError("over-fitting shows in the validation loss: give fit(…, validation=(X, y))")
    ax = draw_losses(history, ax=ax)
    best, colours = int(np.argmin(losses)) + 1, style.palette()
    ax.axvline(best, color=colours.ink, linewidth=1.4, linestyle=(0, (2, 2)))
    ax.axvspan(best, len(history), color=colours.one, alpha=0.08, linewidth=0)
    early = best < len(history) / 2
    ax.text(best, 0.97, " 早期終了 ", ha="left" if early else "right", va="top", fontsize=15,
            transform=ax.get_xaxis_transform())
    if len(history) - best > 0.2 * len(history):
        ax.text((best + len(history)) / 2, 0.8, "過学習", color=colours.one, ha="center", va="top", fontsize=15,
                transform=ax.get_xaxis_transform())
    ax.set_xlim(1, max(len(history), 2))
    return ax


@styled
def draw_minibatches(
    samples: int = 12, batch_size: int = 4, *, epochs: int = 2, rng: int | np.random.Generator = 0,
    ax: Axes | None = None,
) -> Axes:
    """The samples in order, and for each epoch in another order, cut into mini-batches: one update each.

    >>> ax = draw_minibatches(10, 4)
    """
    if samples < 1 or batch_size < 1 or epochs < 1:
        raise ValueError(f"samples, batch_size and epochs must be 1 or more, not {samples}, {batch_size}, {epochs}")
    generator, colours = np.random.default_rng(rng), style.palette()
    gaps = -(-samples // batch_size) - 1
    ax = board(ax, (-2.6, -0.4, 0.8 * samples + 0.6 * gaps + 0.2, 2.3 * epochs + 1.2))
    _samples(ax, range(samples), 0.0, 2.3 * epochs + 0.3, colours.source)
    write(ax, (-0.3, 2.3 * epochs + 0.65), "データ", 16, ha="right")
    for epoch in range(epochs):
        y, x = 2.3 * (epochs - 1 - epoch) + 0.5, 0.0
        write(ax, (-0.3, y + 0.35), f"エポック {epoch + 1}", 16, ha="right")
        for number, rows in enumerate(batches(samples, batch_size, generator)):
            width = 0.8 * len(rows)
            box(ax, (x - 0.1, y - 0.12), (width + 0.14, 0.94), "", colours.one)
            _samples(ax, rows.tolist(), x, y, colours.zero)
            write(ax, (x + width / 2, y - 0.48), f"更新 {epoch * (gaps + 1) + number + 1}", 18, color=colours.one)
            x += width + 0.6
        arrow(ax, (-1.2, y + 1.75), (-1.2, y + 0.85))
    return ax


@styled
def draw_folds(samples: int = 20, folds: int = 5, *, ax: Axes | None = None) -> Axes:
    """Cross validation: in each round another fold is held back, and the others are learned from.

    Raises ValueError for fewer than two folds, or fewer samples than folds.

    >>> ax = draw_folds(20, 4)
    """
    if not 2 <= folds <= samples:
        raise ValueError(f"folds must be 2 to {samples}, the number of samples, not {folds}")
    colours = style.palette()
    edges = np.linspace(0, 12, folds + 1)
    counts = [len(rows) for rows in np.array_split(np.arange(samples), folds)]
    ax = board(ax, (-1.6, -0.2, 13.9, 0.9 * folds + 0.7))
    for turn in range(folds):
        y = 0.9 * (folds - 1 - turn)
        write(ax, (-0.2, y + 0.35), f"{turn + 1} 回目", 16, ha="right")
        for fold, (left, right) in enumerate(pairwise(edges)):
            held = fold == turn
            box(ax, (left + 0.06, y), (right - left - 0.12, 0.7), "検証" if held else "訓練",
                colours.one if held else colours.zero, fontsize=16)
        write(ax, (12.2, y + 0.35), f"→ 正解率 {turn + 1}", 16, ha="left")
    for count, (left, right) in zip(counts, pairwise(edges), strict=True):
        write(ax, ((left + right) / 2, 0.9 * folds + 0.2), f"{count} 件", 16)
    return ax


def _samples(ax: Axes, numbers: Sequence[int], x: float, y: float, colour: str) -> None:
    for place, number in enumerate(numbers):
        box(ax, (x + 0.8 * place, y), (0.74, 0.7), str(number + 1), colour, fontsize=14)


@styled
def draw_gradient_cost(
    parameters: Sequence[int], numerical: Sequence[float], backprop: Sequence[float], *,
    unit: str = "順伝播の回数", ax: Axes | None = None,
) -> Axes:
    """What the gradient costs over the number of parameters: numerical differentiation and backpropagation.

    >>> n = np.array([10, 100, 1000])
    >>> ax = draw_gradient_cost(n, 2 * n, [2, 2, 2])
    """
    if not len(parameters) == len(numerical) == len(backprop) > 0:
        raise ValueError("parameters, numerical and backprop must be of one length, not "
                         f"{len(parameters)}, {len(numerical)} and {len(backprop)}")
    if min(*parameters, *numerical, *backprop) <= 0:
        raise ValueError("the axes are logarithmic: parameters, numerical and backprop must be positive")
    ax, colours = axes_of(ax, (6.6, 4.2)), style.palette()
    ax.plot(parameters, numerical, marker="o", color=colours.one, label="数値微分")
    ax.plot(parameters, backprop, marker="s", color=colours.zero, label="誤差逆伝播法")
    ax.set(xscale="log", yscale="log", xlabel="パラメータの数", ylabel=unit)
    ax.annotate("", (parameters[-1], numerical[-1]), (parameters[-1], backprop[-1]),
                arrowprops={"arrowstyle": "<->", "color": colours.ink, "shrinkA": 8, "shrinkB": 8})
    ax.text(parameters[-1], float(np.sqrt(numerical[-1] * backprop[-1])), f"{numerical[-1] / backprop[-1]:,.0f} 倍 ",
            ha="right", va="center", fontsize=15)
    ax.grid(axis="both")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return ax


@styled
def draw_initial_values(
    activations: Mapping[str, Sequence[ArrayLike]], *, limits: tuple[float, float] | None = None,
) -> Axes:
    """How the outputs of each layer spread for several initial weights: a row each, a column for each layer.

    ``activations`` are, by the name of the initial weights, the outputs of layer 1, 2 …; returns the first Axes.

    >>> rng = np.random.default_rng(0)
    >>> ax = draw_initial_values({"Xavier": [np.tanh(rng.standard_normal(99)) for _ in range(4)]})
    """
    depth = max((len(layers) for layers in activations.values()), default=0)
    if not depth or any(len(layers) != depth for layers in activations.values()):
        raise ValueError("each name needs the outputs of as many layers, at least one")
    low, high = limits or (min(float(np.min(v)) for layers in activations.values() for v in layers),
                           max(float(np.max(v)) for layers in activations.values() for v in layers))
    figure, grid = plt.subplots(len(activations), depth, figsize=(2.1 * depth + 1, 1.7 * len(activations) + 0.5),
                                squeeze=False, sharex=True, layout="constrained")
    for number, ax in enumerate(grid[0], start=1):
        ax.set_title(f"第{number}層", fontsize=15)
    for row, (name, layers) in zip(grid, activations.items(), strict=True):
        for ax, values in zip(row, layers, strict=True):
            ax.hist(np.ravel(values), bins=30, range=(low, high), color=style.palette().zero)
            ax.set(xlim=(low, high), yticks=())
            ax.spines["left"].set_visible(False)
        row[0].set_ylabel(name, fontsize=15)
    first: Axes = figure.axes[0]
    return first


@styled
def draw_batchnorm(before: ArrayLike, after: ArrayLike, *, bins: int = 30, ax: Axes | None = None) -> Axes:
    """The values before and after batch normalisation, with mean and standard deviation.

    >>> x = np.random.default_rng(0).normal(3, 2, 500)
    >>> ax = draw_batchnorm(x, (x - x.mean()) / x.std())
    """
    first, second = np.ravel(before), np.ravel(after)
    if not first.size or not second.size:
        raise ValueError("there are no values to draw")
    ax, colours = axes_of(ax, (6.6, 3.9)), style.palette()
    edges = np.linspace(min(first.min(), second.min()), max(first.max(), second.max()), 2 * bins + 1).tolist()
    for values, name, colour in ((first, "正規化の前", colours.zero), (second, "正規化の後", colours.one)):
        ax.hist(values, bins=edges, color=colour, alpha=0.55,
                label=f"{name}　平均 {values.mean():z.2f}、標準偏差 {values.std():.2f}".replace("-", "\N{MINUS SIGN}"))
    ax.set(xlabel="値", ylabel="個数")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    return ax
