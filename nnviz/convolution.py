"""Convolution and pooling over images (N, C, H, W).

As usual in deep learning, "convolution" means cross-correlation: the kernel is not flipped.
Source: LeCun, Bottou, Bengio, Haffner (1998).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nnviz.arguments import Count, checked
from nnviz.init import Seed
from nnviz.layers import Array, Layer, Parameter, remembered

Pair = int | tuple[int, int]


class Conv2d(Layer):
    """y[n, o, i, j] = b[o] + Σ_{c,u,v} W[o, c, u, v] · x[n, c, s·i + u, s·j + v]

    x: (N, in_channels, H, W)   W: (out_channels, in_channels, kh, kw)   b: (out_channels,)
    y: (N, out_channels, H', W') with H' = ⌊(H + 2·padding - kh) / stride⌋ + 1, W' likewise

    Computed as one matrix product: all windows become columns ("im2col"), ordered so that copies are contiguous.
    Weights are initialised according to He et al. (2015). Raises ValueError for other shapes and for a kernel larger
    than the image.

    >>> Conv2d(1, 6, 5, rng=0).forward(np.ones((2, 1, 28, 28))).shape
    (2, 6, 24, 24)
    """

    @checked
    def __init__(
        self, in_channels: Count, out_channels: Count, kernel_size: Pair, *, stride: Count = 1, padding: int = 0,
        rng: Seed = None,
    ) -> None:
        if padding < 0:
            raise ValueError(f"padding must be 0 or more, not {padding}")
        kernel = _pair(kernel_size)
        std = np.sqrt(2 / (in_channels * kernel[0] * kernel[1]))
        generator = np.random.default_rng(rng)
        self.W = Parameter(generator.normal(0, std, size=(out_channels, in_channels, *kernel)))
        self.b = Parameter(np.zeros(out_channels))
        self.parameters = (self.W, self.b)
        self.stride = stride
        self.padding = padding
        self._seen: tuple[Array, tuple[int, ...]] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        out_channels, channels, *kernel = self.W.value.shape
        if x.ndim != 4 or x.shape[1] != channels:
            raise ValueError(f"this layer takes (N, {channels}, H, W), not {x.shape}")
        p = self.padding
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p))) if p else x
        height, width = output_size(padded.shape[2:], (kernel[0], kernel[1]), self.stride)
        images = np.ascontiguousarray(_batch_last(padded))
        columns = np.empty((channels, *kernel, height, width, len(x)), x.dtype)
        for u, v, rows, cols in _windows((kernel[0], kernel[1]), (height, width), self.stride):
            columns[:, u, v] = images[:, rows, cols]
        columns = columns.reshape(channels * kernel[0] * kernel[1], -1)
        self._seen = columns, images.shape
        y: Array = self.W.value.reshape(out_channels, -1) @ columns
        y += self.b.value[:, None]
        return _batch_first(y.reshape(out_channels, height, width, len(x)))

    def backward(self, gradient: Array) -> Array:
        """∂L/∂x: each element of ∂L/∂y adds W times its value to its window ("col2im")."""
        self.learn(gradient)
        _, (channels, *image, count) = remembered(self._seen)
        out_channels, _, kh, kw = self.W.value.shape
        _, _, height, width = gradient.shape
        places: Array = self.W.value.reshape(out_channels, -1).T @ _batch_last(gradient).reshape(out_channels, -1)
        shares = places.reshape(channels, kh, kw, height, width, count)
        padded: Array = np.zeros((channels, *image, count), gradient.dtype)
        for u, v, rows, cols in _windows((kh, kw), (height, width), self.stride):
            padded[:, rows, cols] += shares[:, u, v]
        p = self.padding
        return _batch_first(padded[:, p:image[0] - p, p:image[1] - p])

    def learn(self, gradient: Array) -> None:
        """∂L/∂W = ∂L/∂y @ columnsᵀ,   ∂L/∂b = Σ ∂L/∂y over batch and positions."""
        columns, _ = remembered(self._seen)
        flat = _batch_last(gradient).reshape(gradient.shape[1], -1)
        self.W.gradient[...] = (flat @ columns.T).reshape(self.W.value.shape)
        np.sum(flat, axis=1, out=self.b.gradient)


def _batch_last(x: Array) -> Array:
    """(N, C, H, W) -> (C, H, W, N)"""
    return x.transpose(1, 2, 3, 0)


def _batch_first(x: Array) -> Array:
    """(C, H, W, N) -> (N, C, H, W)"""
    return x.transpose(3, 0, 1, 2)


class MaxPool2d(Layer):
    """The largest value of each window        x: (N, C, H, W)   y: (N, C, H', W')

    The gradient goes to the position of the largest value (the first one, if equal). ``stride`` defaults to the
    size of the window; incomplete windows at the edges are dropped.

    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> MaxPool2d(2).forward(x)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    @checked
    def __init__(self, kernel_size: Pair, stride: Count | None = None) -> None:
        self.kernel = _pair(kernel_size)
        self.stride = stride or self.kernel[0]
        self._seen: tuple[NDArray[np.int32], tuple[int, ...]] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        size = output_size(_image(x)[2:], self.kernel, self.stride)
        largest: Array = np.full((*x.shape[:2], *size), -np.inf, x.dtype)
        place: NDArray[np.int32] = np.zeros(largest.shape, np.int32)
        for number, (_, _, rows, cols) in enumerate(_windows(self.kernel, size, self.stride)):
            window = x[:, :, rows, cols]
            place[window > largest] = number
            largest = np.maximum(largest, window)
        self._seen = place, x.shape
        return largest

    def backward(self, gradient: Array) -> Array:
        place, shape = remembered(self._seen)
        dx: Array = np.zeros(shape, gradient.dtype)
        size = (gradient.shape[2], gradient.shape[3])
        for number, (_, _, rows, cols) in enumerate(_windows(self.kernel, size, self.stride)):
            dx[:, :, rows, cols] += gradient * (place == number)
        return dx


class AveragePool2d(Layer):
    """The mean of each window        x: (N, C, H, W)   y: (N, C, H', W')

    The gradient is spread evenly over the window. ``stride`` defaults to the size of the window.

    >>> AveragePool2d(2).forward(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    @checked
    def __init__(self, kernel_size: Pair, stride: Count | None = None) -> None:
        self.kernel = _pair(kernel_size)
        self.stride = stride or self.kernel[0]
        self._shape: tuple[int, ...] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        size = output_size(_image(x)[2:], self.kernel, self.stride)
        self._shape = x.shape
        total: Array = np.zeros((*x.shape[:2], *size), x.dtype)
        for _, _, rows, cols in _windows(self.kernel, size, self.stride):
            total += x[:, :, rows, cols]
        return total / (self.kernel[0] * self.kernel[1])

    def backward(self, gradient: Array) -> Array:
        dx: Array = np.zeros(remembered(self._shape), gradient.dtype)
        share = gradient / (self.kernel[0] * self.kernel[1])
        size = (gradient.shape[2], gradient.shape[3])
        for _, _, rows, cols in _windows(self.kernel, size, self.stride):
            dx[:, :, rows, cols] += share
        return dx


def output_size(image: tuple[int, ...], kernel: tuple[int, int], stride: int) -> tuple[int, int]:
    """Height and width of the output of a sliding window: ⌊(H - kh) / stride⌋ + 1.

    >>> output_size((28, 28), (5, 5), 1)
    (24, 24)
    """
    if stride < 1:
        raise ValueError(f"stride must be at least 1, not {stride}")
    if kernel[0] > image[0] or kernel[1] > image[1]:
        raise ValueError(f"a window of {kernel[0]}×{kernel[1]} does not fit on an image of {image[0]}×{image[1]}")
    return (image[0] - kernel[0]) // stride + 1, (image[1] - kernel[1]) // stride + 1


def _windows(kernel: tuple[int, int], size: tuple[int, int], stride: int) -> Iterator[tuple[int, int, slice, slice]]:
    """For each position (u, v) in a window, the rows and columns of the image that it covers."""
    for u in range(kernel[0]):
        for v in range(kernel[1]):
            yield u, v, slice(u, u + stride * size[0], stride), slice(v, v + stride * size[1], stride)


def _pair(size: Pair) -> tuple[int, int]:
    height, width = (size, size) if isinstance(size, int) else size
    if height < 1 or width < 1:
        raise ValueError(f"a window must be at least 1×1, not {height}×{width}")
    return height, width


def _image(x: Array) -> tuple[int, ...]:
    if x.ndim != 4:
        raise ValueError(f"images are (N, C, H, W), not {x.shape}")
    return x.shape
