"""Smooth activation functions: sigmoid, tanh, and variants of ReLU; also available in `nnviz.activations`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]


def sigmoid(x: ArrayLike) -> Array:
    r"""σ(x) = 1 / (1 + e^{-x}), for x < 0 as e^x / (1 + e^x), which cannot overflow.

    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = floating(x)
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1, small) / (1 + small), dtype=x.dtype)[()]


def sigmoid_derivative(x: ArrayLike) -> Array:
    """σ'(x) = σ(x) (1 - σ(x)) = σ(x) σ(-x); at most 0.25, at x = 0.

    >>> sigmoid_derivative([0.0, 1000.0])
    array([0.25, 0.  ])
    """
    x = floating(x)
    return sigmoid(x) * sigmoid(-x)


def tanh(x: ArrayLike) -> Array:
    """tanh(x) = (e^x - e^{-x}) / (e^x + e^{-x}) = 2 σ(2x) - 1.

    >>> tanh([0.0, 1000.0])
    array([0., 1.])
    """
    return np.tanh(floating(x))


def tanh_derivative(x: ArrayLike) -> Array:
    """tanh'(x) = 1 - tanh²(x) = 4 σ'(2x), which keeps its precision where tanh is near 1; at most 1, at x = 0.

    >>> tanh_derivative([0.0, 1000.0])
    array([1., 0.])
    """
    return 4 * sigmoid_derivative(2 * floating(x))


def elu(x: ArrayLike, alpha: float = 1.0) -> Array:
    """h(x) = x if x > 0, else α (e^x - 1).

    >>> elu([-1000.0, 0.0, 2.0])
    array([-1.,  0.,  2.])
    """
    x = floating(x)
    return np.where(x > 0, x, x.dtype.type(alpha) * np.expm1(np.minimum(x, 0)))[()]


def elu_derivative(x: ArrayLike, alpha: float = 1.0) -> Array:
    """h'(x) = 1 if x > 0, else α e^x.

    >>> elu_derivative([-1000.0, 2.0])
    array([0., 1.])
    """
    x = floating(x)
    return np.where(x > 0, x.dtype.type(1), x.dtype.type(alpha) * np.exp(np.minimum(x, 0)))[()]


def softplus(x: ArrayLike) -> Array:
    """h(x) = log(1 + e^x), as max(0, x) + log(1 + e^{-|x|}), which cannot overflow: a smooth ReLU.

    >>> softplus([-1000.0, 0.0, 10.0]).round(3)
    array([ 0.   ,  0.693, 10.   ])
    """
    x = floating(x)
    return np.add(np.maximum(x, 0), np.log1p(np.exp(-np.abs(x))))


def softplus_derivative(x: ArrayLike) -> Array:
    """h'(x) = σ(x).

    >>> softplus_derivative([-1000.0, 0.0])
    array([0. , 0.5])
    """
    return sigmoid(x)


def silu(x: ArrayLike) -> Array:
    """h(x) = x σ(x), also called swish.

    >>> silu([-1000.0, 0.0, 1000.0])
    array([  -0.,    0., 1000.])
    """
    x = floating(x)
    return x * sigmoid(x)


def silu_derivative(x: ArrayLike) -> Array:
    """h'(x) = σ(x) (1 + x (1 - σ(x))).

    >>> silu_derivative([-1000.0, 0.0, 1000.0])
    array([-0. ,  0.5,  1. ])
    """
    x = floating(x)
    return sigmoid(x) * (1 + x * sigmoid(-x))


def gelu(x: ArrayLike) -> Array:
    r"""h(x) = x Φ(x) ≈ x σ(2u), with u = √(2/π) (x + 0.044715 x³); Φ is the normal distribution's.

    The approximation by tanh, within 0.0005 of x Φ(x): ``GELU(approximate="tanh")`` in PyTorch.

    >>> gelu([-1000.0, 0.0, 1000.0])
    array([  -0.,    0., 1000.])
    """
    x = floating(x)
    return x * sigmoid(2 * _gelu_slope(x)[0])


def gelu_derivative(x: ArrayLike) -> Array:
    """h'(x) = σ(2u) + 2 x σ'(2u) u', of the approximation.

    >>> gelu_derivative([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    x = floating(x)
    u, slope = _gelu_slope(x)
    return sigmoid(2 * u) + 2 * x * sigmoid_derivative(2 * u) * slope


def _gelu_slope(x: Array) -> tuple[Array, Array]:
    """u and u' of ``gelu``."""
    scale = x.dtype.type(np.sqrt(2 / np.pi))
    cubic = x.dtype.type(0.044715) * x * x
    return scale * x * (1 + cubic), scale * (1 + 3 * cubic)


def floating(x: ArrayLike) -> Array:
    """``x`` as an array of floats; float32 stays float32."""
    try:
        array = np.asarray(x)
    except ValueError:
        raise TypeError(f"activations take real numbers, not {x!r:.60}") from None
    if array.dtype.kind not in "fbiu":
        raise TypeError(f"activations take real numbers, not {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)
