"""Normalisation: of each feature over a batch, or of each sample over its features.

Sources: Ioffe, Szegedy, "Batch Normalization" (2015); Ba, Kiros, Hinton, "Layer Normalization" (2016).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import DTypeLike

from nnviz.arguments import Amount, Count, Share, checked
from nnviz.layers import Array, Layer, Parameter, remembered


class BatchNorm(Layer):
    """y = γ · (x - μ) / √(σ² + ε) + β for each feature        x: (N, features) or (N, features, H, W)

    In training, μ and σ² are those of the batch, and update running means
    (running ← (1 - momentum) · running + momentum · batch, with the unbiased variance); in evaluation, the
    running means are used. γ starts at 1, β at 0. Raises ValueError for other shapes and, in training, for
    a single value per feature, which has no variance.

    >>> y = BatchNorm(2).forward(np.array([[1.0, 10.0], [3.0, 30.0]]), training=True)
    >>> y.round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    """

    @checked
    def __init__(self, features: Count, *, momentum: Share = 0.1, eps: Amount = 1e-5) -> None:
        self.gamma = Parameter(np.ones(features))
        self.beta = Parameter(np.zeros(features))
        self.parameters = (self.gamma, self.beta)
        self.momentum = momentum
        self.eps = eps
        self.running_mean: Array = np.zeros(features)
        self.running_variance: Array = np.ones(features)
        self._seen: tuple[Array, Array, bool] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        features = len(self.running_mean)
        if x.ndim not in (2, 4) or x.shape[1] != features:
            raise ValueError(f"this layer takes (N, {features}) or (N, {features}, H, W), not {x.shape}")
        if training:
            mean, variance = self._of_batch(x)
        else:
            mean, variance = self.running_mean, self.running_variance
        scale: Array = 1 / np.sqrt(variance + self.eps)
        normal = (x - _wide(mean, x)) * _wide(scale, x)
        self._seen = normal, scale, training
        return _wide(self.gamma.value, x) * normal + _wide(self.beta.value, x)

    def _of_batch(self, x: Array) -> tuple[Array, Array]:
        axes = _others(x)
        count = x.size // x.shape[1]
        if count < 2:
            raise ValueError(f"a batch of shape {x.shape} has one value per feature, and so no variance to divide by")
        mean: Array = x.mean(axis=axes)
        variance: Array = x.var(axis=axes)
        keep = 1 - self.momentum
        self.running_mean = keep * self.running_mean + self.momentum * mean
        self.running_variance = keep * self.running_variance + self.momentum * variance * count / (count - 1)
        return mean, variance

    def backward(self, gradient: Array) -> Array:
        """∂L/∂x = γ/√(σ²+ε) · (g - mean(g) - n · mean(g · n)) in training, n being the normalised x."""
        normal, scale, training = remembered(self._seen)
        axes = _others(gradient)
        np.sum(gradient * normal, axis=axes, out=self.gamma.gradient)
        np.sum(gradient, axis=axes, out=self.beta.gradient)
        factor = _wide(self.gamma.value * scale, gradient)
        if not training:
            return gradient * factor
        count = gradient.size // gradient.shape[1]
        shift = _wide(self.beta.gradient, gradient) + normal * _wide(self.gamma.gradient, gradient)
        dx: Array = factor * (gradient - shift / count)
        return dx

    def astype(self, dtype: DTypeLike) -> Self:
        super().astype(dtype)
        self.running_mean = self.running_mean.astype(dtype)
        self.running_variance = self.running_variance.astype(dtype)
        return self


class LayerNorm(Layer):
    """y = γ · (x - μ) / √(σ² + ε) + β, μ and σ² over the last axis        x: (…, features)

    Independent of ``training`` and of other samples. γ starts at 1, β at 0. Raises ValueError
    for other shapes.

    >>> LayerNorm(3).forward(np.array([[1.0, 2.0, 3.0]])).round(3)
    array([[-1.225,  0.   ,  1.225]])
    """

    @checked
    def __init__(self, features: Count, *, eps: Amount = 1e-5) -> None:
        self.gamma = Parameter(np.ones(features))
        self.beta = Parameter(np.zeros(features))
        self.parameters = (self.gamma, self.beta)
        self.eps = eps
        self._seen: tuple[Array, Array] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        features = len(self.gamma.value)
        if x.ndim < 2 or x.shape[-1] != features:
            raise ValueError(f"this layer takes (N, …, {features}), not {x.shape}")
        scale: Array = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + self.eps)
        normal: Array = (x - x.mean(axis=-1, keepdims=True)) * scale
        self._seen = normal, scale
        return self.gamma.value * normal + self.beta.value

    def backward(self, gradient: Array) -> Array:
        """∂L/∂x = (g - mean(g) - n · mean(g · n)) / √(σ²+ε), with g = γ · ∂L/∂y and n the normalised x."""
        normal, scale = remembered(self._seen)
        rows = tuple(range(gradient.ndim - 1))
        np.sum(gradient * normal, axis=rows, out=self.gamma.gradient)
        np.sum(gradient, axis=rows, out=self.beta.gradient)
        g: Array = gradient * self.gamma.value
        shift: Array = g.mean(axis=-1, keepdims=True) + normal * (g * normal).mean(axis=-1, keepdims=True)
        return (g - shift) * scale


def _others(x: Array) -> tuple[int, ...]:
    """All axes except that of the features."""
    return (0, *range(2, x.ndim))


def _wide(values: Array, x: Array) -> Array:
    """Per-feature values, reshaped to broadcast over x."""
    return values.reshape(-1, *[1] * (x.ndim - 2))
