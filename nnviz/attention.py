"""Attention: each position of a sequence computes a weighted mean over all positions.

Sources: Bahdanau, Cho, Bengio (2015); Vaswani et al., "Attention Is All You Need" (2017).
"""

from __future__ import annotations

import numpy as np

from nnviz.activations import softmax
from nnviz.arguments import Count, checked
from nnviz.init import Seed, xavier
from nnviz.layers import Array, Layer, Parameter, remembered


class Attention(Layer):
    """y = concat_h(softmax(Q_h K_hᵀ / √d) V_h) @ W_o,   Q = x @ W_q, K = x @ W_k, V = x @ W_v

    x: (N, T, features)   W_q, W_k, W_v, W_o: (features, features)   y: (N, T, features)

    Self-attention with ``heads`` heads of d = features / heads columns each. With ``causal``, position t attends
    only to positions 1 … t. After ``forward``, ``weights`` (N, heads, T, T) holds the attention of each position
    (row) to each other one (column); rows sum to 1. Raises ValueError for other shapes.

    >>> layer = Attention(8, heads=2, causal=True, rng=0)
    >>> layer.forward(np.ones((2, 3, 8))).shape, layer.weights[0, 0].round(2).tolist()
    ((2, 3, 8), [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.33, 0.33, 0.33]])
    """

    @checked
    def __init__(self, features: Count, *, heads: Count = 1, causal: bool = False, rng: Seed = None) -> None:
        if features % heads:
            raise ValueError(f"{features} features cannot be shared equally by {heads} heads")
        generator = np.random.default_rng(rng)
        self.W_q, self.W_k, self.W_v, self.W_o = (Parameter(xavier(features, features, generator)) for _ in range(4))
        self.parameters = (self.W_q, self.W_k, self.W_v, self.W_o)
        self.heads = heads
        self.causal = causal
        self.weights: Array | None = None
        self._seen: tuple[Array, Array, Array, Array, Array] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        features = self.W_q.value.shape[0]
        if x.ndim != 3 or x.shape[2] != features:
            raise ValueError(f"this layer takes (N, T, {features}), not {x.shape}")
        q, k, v = (self._split(x @ W.value) for W in self.parameters[:3])
        scores: Array = q @ k.swapaxes(2, 3) / np.asarray(np.sqrt(q.shape[3]), x.dtype)
        if self.causal:
            later = np.triu(np.ones(scores.shape[2:], bool), k=1)
            scores = np.where(later, np.asarray(-np.inf, scores.dtype), scores)
        self.weights = softmax(scores)
        taken = _joined(self.weights @ v)
        self._seen = x, q, k, v, taken
        y: Array = taken @ self.W_o.value
        return y

    def backward(self, gradient: Array) -> Array:
        """Through the softmax: ∂L/∂s = A · (∂L/∂A - Σ A · ∂L/∂A); masked positions have A = 0."""
        x, q, k, v, taken = remembered(self._seen)
        weights = remembered(self.weights)
        self.W_o.gradient[...] = _rows(taken).T @ _rows(gradient)
        d_taken = self._split(gradient @ self.W_o.value.T)
        d_weights: Array = d_taken @ v.swapaxes(2, 3)
        along: Array = (weights * d_weights).sum(axis=3, keepdims=True)
        d_scores: Array = weights * (d_weights - along) / np.asarray(np.sqrt(q.shape[3]), x.dtype)
        deltas = (d_scores @ k, d_scores.swapaxes(2, 3) @ q, weights.swapaxes(2, 3) @ d_taken)
        dx: Array = np.zeros_like(x)
        for W, delta in zip(self.parameters[:3], map(_joined, deltas), strict=True):
            W.gradient[...] = _rows(x).T @ _rows(delta)
            dx += delta @ W.value.T
        return dx

    def _split(self, x: Array) -> Array:
        """(N, T, features) -> (N, heads, T, d)."""
        count, length, features = x.shape
        return x.reshape(count, length, self.heads, features // self.heads).swapaxes(1, 2)


def _joined(x: Array) -> Array:
    """(N, heads, T, d) -> (N, T, features)."""
    count, heads, length, d = x.shape
    return x.swapaxes(1, 2).reshape(count, length, heads * d)


def _rows(x: Array) -> Array:
    """(N, T, features) -> (N · T, features)."""
    return x.reshape(-1, x.shape[-1])
