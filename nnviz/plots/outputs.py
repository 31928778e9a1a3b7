"""Outputs of classifiers: softmax, predicted class, confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

from nnviz import style
from nnviz.activations import softmax
from nnviz.arguments import Classes
from nnviz.arrays import finite
from nnviz.language import say
from nnviz.plots.canvas import axes_of, refuse_crowd, styled
from nnviz.plots.diagram import arrow, board, box, circle, extent, write
from nnviz.plots.given import classes_of
from nnviz.plots.labels import numeral, turn_names, widest

FRUIT = ("りんご", "バナナ", "ぶどう")
MANY = 6
"""More bars than this are drawn narrower, to fit on a slide."""


@styled
def draw_softmax(logits: ArrayLike, *, labels: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """A bar chart of the probabilities softmax(x), with their values and, below, the logits x (K,).

    >>> ax = draw_softmax([1.0, 2.0, 3.0], labels=["りんご", "バナナ", "ぶどう"])
    """
    x = finite("logits", logits)
    if x.ndim != 1 or not x.size:
        raise ValueError(f"logits must be (K,), not {x.shape}")
    refuse_crowd(len(x), "logits", 50)
    names = list(labels) if labels is not None else [f"$y_{{{k + 1}}}$" for k in range(len(x))]
    if len(names) != len(x):
        raise ValueError(f"there are {len(x)} logits, but {len(names)} labels")
    y, colours = softmax(x), style.palette()
    ax = axes_of(ax, (1.6 + max(1.3 if len(x) <= MANY else 0.8, widest(names, 17) + 0.2) * len(x), 4.0))
    tints = [colours.output if k == y.argmax() else colours.muted for k in range(len(x))]
    bars = ax.bar(range(len(x)), y, width=0.62, color=tints)
    ax.bar_label(bars, [f"{p:.3f}" for p in y], fontsize=15, padding=3)
    ax.set(ylim=(0, 1.12), yticks=(0, 0.5, 1), ylabel=say("確率"), xticks=range(len(x)))
    ax.set_xticklabels([f"{name}\n{numeral(value)}" for name, value in zip(names, x, strict=True)], fontsize=17)
    ax.tick_params(axis="x", length=0)
    ax.set_title(say("合計 {:.3f}").format(y.sum()), fontsize=15)
    return ax


@styled
def draw_classifier(
    scores: ArrayLike = (0.2, 2.1, 0.8), *, labels: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A classifier step by step: image, scores, probabilities, predicted class.

    >>> ax = draw_classifier()
    """
    x = finite("scores", scores)
    labels = [say(fruit) for fruit in FRUIT] if labels is None else labels
    if x.shape != (len(labels),) or not len(labels):
        raise ValueError(f"a score is needed for each of the {len(labels)} labels, not {x.shape}")
    refuse_crowd(len(x), "classes", 20)
    y, colours = softmax(x), style.palette()
    height = 1.15 * (len(x) - 1)
    right = max(14.7, 12.2 + max(extent(label, 18)[0] for label in labels))
    middle = height / 2
    ax = board(ax, (-0.2, min(-0.9, middle - 1.1), right, height + 1.5))
    box(ax, (0, middle - 0.8), (1.6, 1.6), say("画像"), colours.input, fontsize=18)
    box(ax, (2.8, middle - 0.9), (2.6, 1.8), say("ネットワーク"), colours.ink, fontsize=18)
    arrow(ax, (1.65, middle), (2.75, middle), width=2.2)
    box(ax, (8.1, middle - 0.55), (1.9, 1.1), "softmax", colours.ink, fontsize=17)
    for k, (score, share, label) in enumerate(zip(x, y, labels, strict=True)):
        at, best = height - 1.15 * k, k == y.argmax()
        tint = colours.output if best else colours.muted
        arrow(ax, (5.45, middle), (6.3, at))
        circle(ax, (6.75, at), numeral(score), tint, size=15)
        arrow(ax, (7.2, at), (8.05, middle + (at - middle) * 0.3))
        arrow(ax, (10.05, middle + (at - middle) * 0.3), (10.95, at))
        circle(ax, (11.4, at), f"{share:.2f}", tint, size=15)
        write(ax, (12.05, at), label, 18, ha="left", color=colours.output if best else colours.ink)
    write(ax, (6.75, height + 1.0), say("スコア"), 15)
    write(ax, (11.4, height + 1.0), say("確率"), 15)
    write(ax, (12.35, height + 1.0), say("予測は最大のもの"), 15, ha="left", color=colours.output)
    return ax


@styled
def draw_confusion_matrix(
    targets: Classes, predictions: Classes, *, labels: Sequence[str] | None = None, normalize: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """How often class i (row) was predicted as class j (column); with ``normalize`` as a share of each row.

    Targets and predictions (N,) are classes 0 … K-1 with names ``labels``, or strings, whose order ``labels`` defines;
    without ``labels``, any sortable values. Raises ValueError for other shapes and for more than 100 classes.

    >>> ax = draw_confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    """
    t, p = np.asarray(targets), np.asarray(predictions)
    if t.ndim != 1 or t.shape != p.shape or not t.size:
        raise ValueError(f"targets and predictions must be (N,), not {t.shape} and {p.shape}")
    texts = t.dtype.kind in "UO"
    classes = classes_of(None, [t, p]) if labels is None else list(labels) if texts else range(len(labels))
    names = list(map(str, classes)) if labels is None else list(labels)
    count = len(names)
    refuse_crowd(count, "classes", 100)
    numbers = {each: number for number, each in enumerate(classes)}
    unknown = next((each for each in [*t.tolist(), *p.tolist()] if each not in numbers), None)
    if unknown is not None:
        wanted = "among the labels" if texts else f"0 to {count - 1}, as there are {count} labels"
        raise ValueError(f"classes must be {wanted}, not {unknown!r}")
    counts = np.zeros((count, count), dtype=int)
    np.add.at(counts, tuple([numbers[each] for each in given.tolist()] for given in (t, p)), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    colours = style.palette()
    side = 0.55 * count + max(0.0, widest(names, 14) - 0.55)
    ax = axes_of(ax, (1.4 + side, 1.2 + side))
    blues = LinearSegmentedColormap.from_list("shares", [colours.ground, colours.zero])
    ax.grid(visible=False)
    ax.imshow(shares, cmap=blues, vmin=0, vmax=1, interpolation="nearest")
    for i, j in zip(*np.nonzero(counts), strict=True):
        text = f"{shares[i, j]:.2f}" if normalize else str(counts[i, j])
        ax.text(j, i, text, ha="center", va="center", fontsize=13, color=_readable_on(blues(shares[i, j])))
    ax.set(xticks=range(count), yticks=range(count), xticklabels=names, yticklabels=names, xlabel=say("予測"),
           ylabel=say("正解"))
    turn_names(ax, names, 14)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax


def _readable_on(fill: ColorType) -> str:
    """The text colour, ink or ground, with more contrast to ``fill`` (contrast ratio of WCAG 2)."""
    colours = style.palette()

    def contrast(colour: str) -> float:
        low, high = sorted((_luminance(colour), _luminance(fill)))
        return (high + 0.05) / (low + 0.05)

    return max(colours.ink, colours.ground, key=contrast)


def _luminance(colour: ColorType) -> float:
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
