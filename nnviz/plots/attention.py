"""Attention weights as a heat map."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import ArrayLike

from nnviz import style
from nnviz.arrays import finite
from nnviz.language import say
from nnviz.plots.canvas import axes_of, refuse_crowd, styled
from nnviz.plots.labels import turn_names, widest


@styled
def draw_attention(
    weights: ArrayLike, *, queries: Sequence[object] | None = None, keys: Sequence[object] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Attention of each position (row) to each other one (column) as a heat map; rows sum to 1.

    ``weights`` (T, S) are those of one head; ``queries`` and ``keys`` label rows and columns
    (default: numbers from 1). Raises ValueError for other shapes.

    >>> ax = draw_attention([[0.9, 0.1], [0.2, 0.8]], queries="ab", keys="ab")
    """
    shares = finite("weights", weights)
    if shares.ndim != 2 or not shares.size:
        raise ValueError(f"weights must be (T, S), those of one head, not {shares.shape}")
    for name, words, count in (("queries", queries, shares.shape[0]), ("keys", keys, shares.shape[1])):
        if words is not None and len(words) != count:
            raise ValueError(f"there are {count} {name}, but {len(words)} names")
    colours = style.palette()
    refuse_crowd(max(shares.shape), "positions", 50)
    rows, columns = (range(1, count + 1) if words is None else words
                     for words, count in zip((queries, keys), shares.shape, strict=True))
    ax = axes_of(ax, (1.6 + 0.6 * len(columns) + max(0.0, widest(rows, 14) - 0.6),
                      1.2 + 0.6 * len(rows) + max(0.0, widest(columns, 14) - 0.6)))
    blues = LinearSegmentedColormap.from_list("shares", [colours.ground, colours.weight])
    ax.grid(visible=False)
    ax.imshow(shares, cmap=blues, vmin=0, vmax=1, interpolation="nearest")
    for axis, words in ((ax.xaxis, columns), (ax.yaxis, rows)):
        axis.set_ticks(range(len(words)), [str(word) for word in words])
    turn_names(ax, columns, 14)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(say("見られる位置"), labelpad=10)
    ax.set_ylabel(say("見る位置"), labelpad=10)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax
