r"""Activation functions: formula, value and derivative side by side.

Every function takes an array of any shape, or a number, and returns the same shape. Floating dtypes are
kept, integers become float64, anything but real numbers raises TypeError. All are stable: ``|x| = 1000``
gives no overflow and no nan.

Sources: Rumelhart, Hinton, Williams (1986) for the sigmoid; LeCun et al., "Efficient BackProp" (1998)
for tanh; Glorot, Bordes, Bengio (2011) for ReLU; Maas, Hannun, Ng (2013) for Leaky ReLU; Bridle (1990)
for softmax.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function h, its derivative h' and its formula."""

    name: str
    function: Callable[..., Array]
    derivative: Callable[..., Array]
    """h'(x), element by element; otherwise the Jacobian along the last axis, (…, K) -> (…, K, K)."""
    formula: str
    """TeX."""
    title: str
    """The name in Japanese."""
    elementwise: bool = True
    """False where every output depends on all inputs of its row."""

    def __call__(self, x: ArrayLike) -> Array:
        """h(x)"""
        return self.function(x)


def step(x: ArrayLike) -> Array:
    r"""h(x) = 1 if x > 0, else 0.

    >>> step([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    x = _floating(x)
    return np.heaviside(x, x.dtype.type(0))


def step_derivative(x: ArrayLike) -> Array:
    """h'(x) = 0 wherever it exists; at 0, where the step is, 0 by convention.

    >>> step_derivative([-1.0, 2.0])
    array([0., 0.])
    """
    return 0 * step(x)


def sigmoid(x: ArrayLike) -> Array:
    r"""σ(x) = 1 / (1 + e^{-x}), for x < 0 as e^x / (1 + e^x), which cannot overflow.

    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = _floating(x)
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small), dtype=x.dtype)[()]


def sigmoid_derivative(x: ArrayLike) -> Array:
    """σ'(x) = σ(x) (1 - σ(x)) = σ(x) σ(-x); at most 0.25, at x = 0.

    >>> sigmoid_derivative([0.0, 1000.0])
    array([0.25, 0.  ])
    """
    x = _floating(x)
    return sigmoid(x) * sigmoid(-x)


def tanh(x: ArrayLike) -> Array:
    """tanh(x) = (e^x - e^{-x}) / (e^x + e^{-x}) = 2 σ(2x) - 1.

    >>> tanh([0.0, 1000.0])
    array([0., 1.])
    """
    return np.tanh(_floating(x))


def tanh_derivative(x: ArrayLike) -> Array:
    """tanh'(x) = 1 - tanh²(x) = 4 σ'(2x), which loses no digits where tanh is near 1; at most 1, at x = 0.

    >>> tanh_derivative([0.0, 1000.0])
    array([1., 0.])
    """
    return 4 * sigmoid_derivative(2 * _floating(x))


def relu(x: ArrayLike) -> Array:
    """h(x) = max(0, x).

    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    return np.maximum(_floating(x), 0)


def relu_derivative(x: ArrayLike) -> Array:
    """h'(x) = 1 if x > 0, else 0; at 0, where there is none, 0 as in PyTorch.

    >>> relu_derivative([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return step(x)


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Array:
    """h(x) = x if x > 0, else slope · x.

    >>> leaky_relu([-1.0, 2.0], slope=0.1)
    array([-0.1,  2. ])
    """
    x = _floating(x)
    return np.where(x > 0, x, x * x.dtype.type(slope))[()]


def leaky_relu_derivative(x: ArrayLike, slope: float = 0.01) -> Array:
    """h'(x) = 1 if x > 0, else slope.

    >>> leaky_relu_derivative([-1.0, 2.0], slope=0.1)
    array([0.1, 1. ])
    """
    x = _floating(x)
    return np.where(x > 0, x.dtype.type(1), x.dtype.type(slope))[()]


def identity(x: ArrayLike) -> Array:
    """h(x) = x.

    >>> identity([-1.0, 2.0])
    array([-1.,  2.])
    """
    return np.positive(_floating(x))


def identity_derivative(x: ArrayLike) -> Array:
    """h'(x) = 1.

    >>> identity_derivative([-1.0, 2.0])
    array([1., 1.])
    """
    return np.ones_like(_floating(x))[()]


def softmax(x: ArrayLike, axis: int = -1) -> Array:
    r"""y_k = e^{x_k} / Σ_i e^{x_i} along ``axis``; the maximum is taken off first, which changes nothing.

    Of a batch (N, K) every row sums to 1. A single number raises ValueError.

    >>> softmax([1.0, 2.0, 3.0]).round(3)
    array([0.09 , 0.245, 0.665])
    >>> softmax([1000.0, 0.0])
    array([1., 0.])
    """
    x = _rows(x)
    powers: Array = np.exp(x - x.max(axis=axis, keepdims=True))
    total: Array = powers.sum(axis=axis, keepdims=True)
    return powers / total


def softmax_derivative(x: ArrayLike) -> Array:
    """∂y_i/∂x_j = y_i (δ_ij - y_j), along the last axis: (…, K) -> (…, K, K).

    >>> softmax_derivative([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    y = softmax(x)
    return np.multiply(y[..., :, None], np.eye(y.shape[-1], dtype=y.dtype) - y[..., None, :])


def log_softmax(x: ArrayLike, axis: int = -1) -> Array:
    """log y_k = x_k - max x - log Σ_i e^{x_i - max x}; finite where softmax itself is rounded to 0.

    A single number raises ValueError.

    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    x = _rows(x)
    shifted: Array = x - x.max(axis=axis, keepdims=True)
    total: Array = np.exp(shifted).sum(axis=axis, keepdims=True)
    return shifted - np.log(total)


def log_softmax_derivative(x: ArrayLike) -> Array:
    """∂(log y_i)/∂x_j = δ_ij - y_j, along the last axis: (…, K) -> (…, K, K).

    >>> log_softmax_derivative([0.0, 0.0])
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    y = softmax(x)
    return np.subtract(np.eye(y.shape[-1], dtype=y.dtype), y[..., None, :])


def _floating(x: ArrayLike) -> Array:
    """``x`` as an array of floats; float32 stays float32."""
    array = np.asarray(x)
    if array.dtype.kind not in "fbiu":
        raise TypeError(f"activations take real numbers, not {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _rows(x: ArrayLike) -> Array:
    """``x`` as an array of floats with at least one axis."""
    array = _floating(x)
    if array.ndim == 0:
        raise ValueError("softmax is over an axis, but x is a single number")
    return array


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({each.name: each for each in (
    Activation("step", step, step_derivative, r"h(x) = 1\;(x > 0),\ 0\;(x \leq 0)", "ステップ関数"),
    Activation("sigmoid", sigmoid, sigmoid_derivative, r"\sigma(x) = \frac{1}{1 + e^{-x}}", "シグモイド関数"),
    Activation("tanh", tanh, tanh_derivative, r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}", "tanh"),
    Activation("relu", relu, relu_derivative, r"h(x) = \max(0, x)", "ReLU"),
    Activation("leaky_relu", leaky_relu, leaky_relu_derivative, r"h(x) = \max(\alpha x, x)", "Leaky ReLU"),
    Activation("identity", identity, identity_derivative, r"h(x) = x", "恒等関数"),
    Activation("softmax", softmax, softmax_derivative, r"y_k = \frac{e^{x_k}}{\sum_i e^{x_i}}",
               "ソフトマックス関数", elementwise=False),
    Activation("log_softmax", log_softmax, log_softmax_derivative, r"\log y_k = x_k - \log \sum_i e^{x_i}",
               "対数ソフトマックス関数", elementwise=False),
)})
"""All activation functions by name."""
