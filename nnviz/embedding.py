"""Embeddings of symbols and of their positions in a sequence.

Sources: Bengio et al., "A Neural Probabilistic Language Model" (2003); Vaswani et al. (2017) for positions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnviz.arguments import Count, checked
from nnviz.init import Seed, normal
from nnviz.layers import Array, Layer, Parameter, remembered


class Embedding(Layer):
    """y[n, t] = W[x[n, t]]        x: (N, T) of symbols 0 … symbols - 1   W: (symbols, features)   y: (N, T, features)

    ∂L/∂W sums ∂L/∂y over all positions of a symbol. There is no ∂L/∂x, because symbols are discrete: ``backward``
    returns zeros. Raises ValueError for numbers that are not symbols.

    >>> Embedding(10, 4, rng=0).forward(np.array([[1, 2, 1]])).shape
    (1, 3, 4)
    """

    @checked
    def __init__(self, symbols: Count, features: Count, *, rng: Seed = None) -> None:
        self.W = Parameter(normal(symbols, features, 1.0, rng))
        self.parameters = (self.W,)
        self._x: NDArray[np.int_] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        symbols = np.asarray(x).astype(int)
        count = len(self.W.value)
        if (symbols != x).any() or (symbols < 0).any() or (symbols >= count).any():
            raise ValueError(f"this layer takes whole numbers from 0 to {count - 1}")
        self._x = symbols
        y: Array = self.W.value[symbols]
        return y

    def backward(self, gradient: Array) -> Array:
        x = remembered(self._x)
        self.W.gradient[...] = 0
        np.add.at(self.W.gradient, x, gradient)
        return np.zeros(x.shape, gradient.dtype)


class PositionalEncoding(Layer):
    """y = x + PE, the rows of `positional_encoding`        x: (N, T, features)   y: (N, T, features)

    >>> PositionalEncoding()(np.zeros((1, 2, 4))).round(2)
    array([[[0.  , 1.  , 0.  , 1.  ],
            [0.84, 0.54, 0.01, 1.  ]]])
    """

    _seen: bool | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        if x.ndim != 3:
            raise ValueError(f"this layer takes (N, T, features), not {x.shape}")
        self._seen = True
        y: Array = x + positional_encoding(*x.shape[1:]).astype(x.dtype)
        return y

    def backward(self, gradient: Array) -> Array:
        remembered(self._seen)
        return gradient


@checked
def positional_encoding(length: int, features: int) -> NDArray[np.float64]:
    """PE[t, 2i] = sin(t / 10000^{2i / features}), PE[t, 2i + 1] = cos of the same        (length, features)

    Added to embeddings, because attention itself ignores the order.

    >>> positional_encoding(2, 4).round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    """
    pair = np.arange(features) // 2
    angles = np.arange(length)[:, None] / 10000.0 ** (2 * pair / features)
    return np.where(np.arange(features) % 2 == 0, np.sin(angles), np.cos(angles))
