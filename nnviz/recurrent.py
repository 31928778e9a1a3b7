"""The recurrent layer, whose previous output is an additional input.

Source: Elman, "Finding Structure in Time" (1990); backpropagation through time: Werbos (1990).
"""

from __future__ import annotations

import numpy as np

from nnviz.arguments import Count, checked
from nnviz.init import Seed, xavier
from nnviz.layers import Array, Layer, Parameter, remembered


class RNN(Layer):
    """h_t = tanh(x_t @ W + h_{t-1} @ U + b), with h_0 = 0        t = 1 … T

    x: (N, T, inputs)   W: (inputs, hidden)   U: (hidden, hidden)   b: (hidden,)   y: (N, T, hidden)

    The output contains the hidden states of all steps; ``y[:, -1]`` is the last. Backpropagation through time:
    δ_t = (∂L/∂h_t + δ_{t+1} @ Uᵀ) · (1 - h_t²). Raises ValueError for other shapes.

    >>> RNN(3, 5, rng=0).forward(np.ones((2, 7, 3))).shape
    (2, 7, 5)
    """

    @checked
    def __init__(self, inputs: Count, hidden: Count, *, rng: Seed = None) -> None:
        generator = np.random.default_rng(rng)
        self.W = Parameter(xavier(inputs, hidden, generator))
        self.U = Parameter(xavier(hidden, hidden, generator))
        self.b = Parameter(np.zeros(hidden))
        self.parameters = (self.W, self.U, self.b)
        self._seen: tuple[Array, Array] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        inputs, hidden = self.W.value.shape
        if x.ndim != 3 or x.shape[2] != inputs:
            raise ValueError(f"this layer takes (N, T, {inputs}), not {x.shape}")
        given: Array = x @ self.W.value + self.b.value
        states: Array = np.zeros((x.shape[0], x.shape[1] + 1, hidden), given.dtype)
        for t in range(x.shape[1]):
            states[:, t + 1] = np.tanh(given[:, t] + states[:, t] @ self.U.value)
        self._seen = x, states
        return states[:, 1:]

    def backward(self, gradient: Array) -> Array:
        x, states = remembered(self._seen)
        deltas: Array = np.zeros_like(gradient)
        following: Array = np.zeros(states[:, 0].shape, gradient.dtype)
        for t in reversed(range(x.shape[1])):
            deltas[:, t] = (gradient[:, t] + following) * (1 - states[:, t + 1] ** 2)
            following = deltas[:, t] @ self.U.value.T
        rows = deltas.reshape(-1, deltas.shape[2])
        self.W.gradient[...] = x.reshape(-1, x.shape[2]).T @ rows
        self.U.gradient[...] = states[:, :-1].reshape(-1, deltas.shape[2]).T @ rows
        self.b.gradient[...] = rows.sum(axis=0)
        dx: Array = deltas @ self.W.value.T
        return dx
