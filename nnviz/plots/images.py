"""Grids of small images: digits, feature maps, weights."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import ArrayLike, NDArray

from nnviz import style
from nnviz.arguments import Count
from nnviz.arrays import finite
from nnviz.plots.canvas import styled
from nnviz.plots.labels import widest

Floats = NDArray[np.float64]
CELL = 0.85
"""Size of an image in inches in a new figure."""


@styled
def draw_images(
    images: ArrayLike, *, columns: Count = 10, labels: Sequence[object] | None = None,
    predictions: Sequence[object] | None = None, ax: Axes | None = None,
) -> Axes:
    """Images (N, H, W) side by side, with labels below; wrong predictions appear as "label → prediction".

    Rows of pixels (N, H · H) are treated as square images, and a single channel, (N, 1, H, W) or (N, H, W, 1), as
    greyscale. Colour images are RGB (N, H, W, 3), 0 … 1 or integers 0 … 255. Raises ValueError for other shapes, for a
    wrong number of labels and for predictions without labels.

    >>> ax = draw_images(np.random.default_rng(0).random((10, 8, 8)), columns=5)
    """
    shape = np.shape(images)
    channel = next((axis for axis in (1, 3) if len(shape) == 4 and shape[axis] == 1), None)
    if channel is not None:
        images = finite("images", images).squeeze(channel)
    pictures = _coloured(images) if np.ndim(images) == 4 else _images("images", images)
    labels, predictions = (None if each is None else list(each) for each in (labels, predictions))
    if labels is None and predictions is not None:
        raise ValueError("predictions are compared with labels; pass labels, too")
    for name, words in (("labels", labels), ("predictions", predictions)):
        if words is not None and len(words) != len(pictures):
            raise ValueError(f"there are {len(pictures)} images, but {len(words)} {name}")
    texts = [_compared(*both) for both in zip(labels or (), predictions or labels or (), strict=True)]
    low, high = float(pictures.min()), float(pictures.max())
    limits = (low, high) if low < high else (min(low, 0.0), max(high, 0.0) or 1.0)  # all equal: 0 remains white
    ax = _tiled(pictures, columns, ax, _greys(), limits, words=texts)
    for number, (word, label) in enumerate(zip(texts, labels or (), strict=True)):
        colour = style.palette().ink if word == str(label) else style.palette().loss
        _word(ax, number, columns, pictures.shape[1:3], word, colour)
    return ax


def _compared(label: object, said: object) -> str:
    """The label, with the prediction if it is wrong."""
    return f"{label} → {said}" if str(label) != str(said) and label != said else str(label)


@styled
def draw_feature_maps(
    maps: ArrayLike, *, columns: Count = 8, titles: Sequence[str] | None = None, ax: Axes | None = None,
) -> Axes:
    """Feature maps (C, H, W) of a layer side by side: positive values orange, negative ones blue.

    >>> ax = draw_feature_maps(np.random.default_rng(0).standard_normal((8, 6, 6)))
    """
    pictures = _images("maps", maps)
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(f"there are {len(pictures)} maps, but {len(titles)} titles")
    ax = _tiled(pictures, columns, ax, _signed(), _limits(pictures), words=() if titles is None else titles)
    for number, title in enumerate(() if titles is None else titles):
        _word(ax, number, columns, pictures.shape[1:], title, style.palette().ink)
    return ax


@styled
def draw_weights(
    weights: ArrayLike, *, shape: tuple[int, int] | None = None, columns: Count = 10, ax: Axes | None = None,
) -> Axes:
    """The weights of each neuron: the columns of W (D, K) as images of ``shape`` (default: square).

    Positive weights are orange, negative ones blue.

    >>> ax = draw_weights(np.random.default_rng(0).standard_normal((64, 10)))
    """
    W = finite("weights", weights)
    if W.ndim != 2 or not W.size:
        raise ValueError(f"weights must be (D, K), not {W.shape}")
    pictures = W.T.reshape(-1, *shape) if shape and shape[0] * shape[1] == len(W) else _images("weights", W.T)
    if shape and pictures.shape[1:] != shape:
        raise ValueError(f"{len(W)} weights are no image of {shape[0]}×{shape[1]}")
    return _tiled(pictures, columns, ax, _signed(), _limits(pictures), words=())


def _images(name: str, images: ArrayLike) -> Floats:
    array = finite(name, images)
    side = round(float(np.sqrt(array.shape[-1]))) if array.ndim == 2 else 0
    if array.ndim == 2 and side * side == array.shape[1]:
        array = array.reshape(-1, side, side)
    if array.ndim != 3 or not array.size:
        one = "; of one image, image[None]"
        hint = {1: one, 2: one, 4: f"; of one sample, {name}[0]"}.get(array.ndim, "")
        raise ValueError(f"{name} must be (N, H, W), or (N, H·H) of squares, not {array.shape}{hint}")
    return array


def _coloured(images: ArrayLike) -> Floats:
    """RGBA of RGB images."""
    array = finite("images", images)
    if array.shape[3] != 3 or not array.size:
        hint = "; move the channels behind: np.moveaxis(images, 1, 3)" if array.shape[1] == 3 else ""
        raise ValueError(f"images in colour must be (N, H, W, 3), not {array.shape}{hint}")
    array = array / 255 if np.asarray(images).dtype.kind in "iu" else array
    if array.min() < 0 or array.max() > 1:
        raise ValueError(f"colours must be 0 … 1, or whole numbers 0 … 255, not {array.min():g} … {array.max():g}")
    return np.concatenate([array, np.ones((*array.shape[:3], 1))], axis=3)


def _tiled(
    pictures: Floats, columns: int, ax: Axes | None, colours: LinearSegmentedColormap, limits: tuple[float, float], *,
    words: Sequence[str],
) -> Axes:
    """Combine all images into one, with gaps and room for labels, because a hundred Axes would be slow."""
    if columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}")
    count, height, width, *colour = pictures.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    tall, wide = _cell((height, width), words=len(words) > 0)
    whole = np.full((rows * tall, columns * wide, *colour), 0.0 if colour else np.nan)
    for number, picture in enumerate(pictures):
        top, left = number // columns * tall, number % columns * wide
        whole[top:top + height, left:left + width] = picture
    if ax is None:
        cell = max(CELL, widest(words, 13) + 0.1) if len(words) else CELL
        ax = plt.figure(figsize=(cell * columns, cell * rows * tall / wide)).add_axes((0, 0, 1, 1))
    ax.set_facecolor("none")
    ax.imshow(whole, cmap=colours, vmin=limits[0], vmax=limits[1], interpolation="nearest",
              extent=(0, whole.shape[1], whole.shape[0], 0))
    ax.set(xlim=(0, whole.shape[1] - (wide - width)), ylim=(whole.shape[0] - (0 if len(words) else tall - height), 0))
    ax.set_axis_off()
    return ax


def _cell(size: tuple[int, ...], *, words: bool) -> tuple[int, int]:
    """Height and width of an image including its gap, in pixels."""
    gap = max(1, round(0.1 * size[1]))
    return size[0] + (round(0.42 * size[1]) if words else gap), size[1] + gap


def _word(ax: Axes, number: int, columns: int, size: tuple[int, ...], text: str, colour: str) -> None:
    tall, wide = _cell(size, words=True)
    row, column = divmod(number, columns)
    ax.text(column * wide + size[1] / 2, row * tall + size[0] + 0.04 * size[1], text, color=colour, fontsize=13,
            ha="center", va="top")


def _limits(values: Floats) -> tuple[float, float]:
    largest = float(np.nanmax(np.abs(values))) or 1.0
    return -largest, largest


def _greys() -> LinearSegmentedColormap:
    colours = style.palette()
    dark = colours is style.DARK
    return LinearSegmentedColormap.from_list("greys", ["#15202a", colours.ink] if dark else ["#ffffff", colours.ink])


def _signed() -> LinearSegmentedColormap:
    colours = style.palette()
    return LinearSegmentedColormap.from_list("signed", [colours.zero, colours.ground, colours.one])
