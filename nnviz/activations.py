r"""Activation functions: formula, value and derivative side by side.

Every function takes an array of any shape, or a number, and returns the same shape. Floating dtypes are
preserved, integers become float64, anything but real numbers raises TypeError. All are numerically stable:
``|x| = 1000`` causes neither overflow nor nan.

Sources: Rumelhart, Hinton, Williams (1986) for the sigmoid; LeCun et al., "Efficient BackProp" (1998)
for tanh; Glorot, Bordes, Bengio (2011) for ReLU; Maas, Hannun, Ng (2013) for Leaky ReLU; Clevert, Unterthiner,
Hochreiter (2016) for ELU; Dugas et al. (2001) for softplus; Hendrycks, Gimpel (2016) for GELU and SiLU; Bridle
(1990) for softmax.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from nnviz.smooth import (
    Array,
    elu,
    elu_derivative,
    floating,
    gelu,
    gelu_derivative,
    sigmoid,
    sigmoid_derivative,
    silu,
    silu_derivative,
    softplus,
    softplus_derivative,
    tanh,
    tanh_derivative,
)

__all__ = [
    "ACTIVATIONS", "Activation", "Array", "elu", "elu_derivative", "gelu", "gelu_derivative", "identity",
    "identity_derivative", "leaky_relu", "leaky_relu_derivative", "log_softmax", "log_softmax_derivative", "relu",
    "relu_derivative", "sigmoid", "sigmoid_derivative", "silu", "silu_derivative", "softmax", "softmax_derivative",
    "softplus", "softplus_derivative", "step", "step_derivative", "tanh", "tanh_derivative",
]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function h, its derivative h' and its formula."""

    name: str
    function: Callable[..., Array]
    derivative: Callable[..., Array]
    """h'(x) if elementwise, otherwise the Jacobian along the last axis, (…, K) -> (…, K, K)."""
    formula: str
    """TeX."""
    title: str
    """The name in Japanese."""
    elementwise: bool = True
    """False if every output depends on all inputs of its row."""
    symbol: str = "h"
    """The function's letter in its formula, as TeX."""

    def __call__(self, x: ArrayLike) -> Array:
        """h(x)"""
        return self.function(x)


def step(x: ArrayLike) -> Array:
    r"""h(x) = 1 if x > 0, else 0.

    >>> step([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    x = floating(x)
    return np.heaviside(x, x.dtype.type(0))


def step_derivative(x: ArrayLike) -> Array:
    """h'(x) = 0 where it exists; 0 at x = 0 by convention.

    >>> step_derivative([-1.0, 2.0])
    array([0., 0.])
    """
    return 0 * step(x)


def relu(x: ArrayLike) -> Array:
    """h(x) = max(0, x).

    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    return np.maximum(floating(x), 0)


def relu_derivative(x: ArrayLike) -> Array:
    """h'(x) = 1 if x > 0, else 0; 0 at x = 0, where it does not exist, as in PyTorch.

    >>> relu_derivative([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return step(x)


def leaky_relu(x: ArrayLike, slope: float = 0.01) -> Array:
    """h(x) = x if x > 0, else slope · x.

    >>> leaky_relu([-1.0, 2.0], slope=0.1)
    array([-0.1,  2. ])
    """
    x = floating(x)
    return np.where(x > 0, x, x * x.dtype.type(slope))[()]


def leaky_relu_derivative(x: ArrayLike, slope: float = 0.01) -> Array:
    """h'(x) = 1 if x > 0, else slope.

    >>> leaky_relu_derivative([-1.0, 2.0], slope=0.1)
    array([0.1, 1. ])
    """
    x = floating(x)
    return np.where(x > 0, x.dtype.type(1), x.dtype.type(slope))[()]


def identity(x: ArrayLike) -> Array:
    """h(x) = x.

    >>> identity([-1.0, 2.0])
    array([-1.,  2.])
    """
    return np.positive(floating(x))


def identity_derivative(x: ArrayLike) -> Array:
    """h'(x) = 1.

    >>> identity_derivative([-1.0, 2.0])
    array([1., 1.])
    """
    return np.ones_like(floating(x))[()]


def softmax(x: ArrayLike, axis: int = -1) -> Array:
    r"""y_k = e^{x_k} / Σ_i e^{x_i} along ``axis``, computed from x - max x to avoid overflow.

    Every row of a batch (N, K) sums to 1. A scalar raises ValueError.

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
    """log y_k = x_k - max x - log Σ_i e^{x_i - max x}; finite even where softmax rounds to 0.

    A scalar raises ValueError.

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


def _rows(x: ArrayLike) -> Array:
    """``x`` as an array of floats with at least one axis."""
    array = floating(x)
    if array.ndim == 0:
        raise ValueError("softmax needs an axis, but x is a single number")
    if 0 in array.shape[-1:]:
        raise ValueError(f"softmax needs at least one number, but x has the shape {array.shape}")
    return array


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({each.name: each for each in (
    Activation("step", step, step_derivative, r"h(x) = 1\;(x > 0),\ 0\;(x \leq 0)", "ステップ関数"),
    Activation("sigmoid", sigmoid, sigmoid_derivative, r"\sigma(x) = \frac{1}{1 + e^{-x}}", "シグモイド関数",
               symbol=r"\sigma"),
    Activation("tanh", tanh, tanh_derivative, r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}", "tanh", symbol=r"\tanh"),
    Activation("relu", relu, relu_derivative, r"h(x) = \max(0, x)", "ReLU"),
    Activation("leaky_relu", leaky_relu, leaky_relu_derivative, r"h(x) = \max(\alpha x, x)", "Leaky ReLU"),
    Activation("elu", elu, elu_derivative, r"h(x) = x\;(x > 0),\ \alpha (e^x - 1)\;(x \leq 0)", "ELU"),
    Activation("softplus", softplus, softplus_derivative, r"h(x) = \log(1 + e^x)", "Softplus"),
    Activation("silu", silu, silu_derivative, r"h(x) = x\,\sigma(x)", "SiLU"),
    Activation("gelu", gelu, gelu_derivative, r"h(x) = x\,\Phi(x)", "GELU"),
    Activation("identity", identity, identity_derivative, r"h(x) = x", "恒等関数"),
    Activation("softmax", softmax, softmax_derivative, r"y_k = \frac{e^{x_k}}{\sum_i e^{x_i}}",
               "ソフトマックス関数", elementwise=False),
    Activation("log_softmax", log_softmax, log_softmax_derivative, r"\log y_k = x_k - \log \sum_i e^{x_i}",
               "対数ソフトマックス関数", elementwise=False),
)})
"""All activation functions by name."""
