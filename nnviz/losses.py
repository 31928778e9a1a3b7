"""Losses: how wrong outputs are, as one number, and its gradient with respect to the outputs.

Every loss is the mean over the batch, so that the learning rate does not depend on the batch's size.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.activations import log_softmax, sigmoid
from nnviz.arrays import numbers
from nnviz.layers import Array, remembered


class Loss(ABC):
    """``forward`` gives the loss of a batch; ``backward`` and ``correct`` then say more of the same batch."""

    @abstractmethod
    def forward(self, outputs: Array, targets: ArrayLike) -> float:
        """The mean loss. ValueError for shapes that do not fit, FloatingPointError if it is not finite."""

    @abstractmethod
    def backward(self) -> Array:
        """∂L/∂outputs, of the outputs' shape. RuntimeError before ``forward``."""

    def correct(self) -> float | None:
        """How many of that batch were classified right, of one with several targets the share that is; or None."""
        return None

    def __call__(self, outputs: Array, targets: ArrayLike) -> float:
        """``forward``"""
        return self.forward(outputs, targets)


class MSELoss(Loss):
    """L = (1 / n) Σ (y - t)² over all n elements;   ∂L/∂y = (2 / n) (y - t).

    Books that write ½ Σ (y - t)² have half the sum, and so another gradient: that is n / 2 times this one.

    >>> MSELoss()(np.array([[1.0, 2.0]]), [[1.0, 4.0]])
    2.0
    """

    _difference: Array | None = None

    def forward(self, outputs: Array, targets: ArrayLike) -> float:
        outputs, t = _same_shape(outputs, targets)
        difference = outputs - t
        self._difference = difference
        return _finite(float(np.mean(difference ** 2)))

    def backward(self) -> Array:
        difference = remembered(self._difference)
        return 2 / difference.size * difference


class BCEWithLogitsLoss(Loss):
    """L = -mean(t log σ(x) + (1 - t) log(1 - σ(x))) of logits x;   ∂L/∂x = (σ(x) - t) / n.

    Computed as max(x, 0) - x t + log(1 + e^{-|x|}), which is finite for any x. Targets are 0 or 1, or
    probabilities, in the shape of the outputs; (N,) will do for (N, 1).

    >>> round(BCEWithLogitsLoss()(np.array([0.0, 1000.0]), [1, 1]), 4)
    0.3466
    """

    _seen: tuple[Array, Array] | None = None

    def forward(self, outputs: Array, targets: ArrayLike) -> float:
        outputs, t = _same_shape(outputs, targets)
        if t.size and (t.min() < 0 or t.max() > 1):
            raise ValueError(f"targets must be between 0 and 1, not {t.min():g} to {t.max():g}")
        self._seen = outputs, t
        return _finite(float(np.mean(np.maximum(outputs, 0) - outputs * t + np.log1p(np.exp(-np.abs(outputs))))))

    def backward(self) -> Array:
        outputs, t = remembered(self._seen)
        return (sigmoid(outputs) - t) / outputs.size

    def correct(self) -> float:
        outputs, t = remembered(self._seen)
        return int(np.count_nonzero((outputs > 0) == (t > 0.5))) * len(t) / t.size


class CrossEntropyLoss(Loss):
    """L = -mean_n Σ_k t_nk log softmax(x_n)_k of logits x (N, K);   ∂L/∂x = (softmax(x) - t) / N.

    Targets are labels (N,) of 0 … K-1, or rows t (N, K): one-hot, or probabilities. The logarithm is taken
    before the exponential, so that no small number has to be added inside of it.

    >>> round(CrossEntropyLoss()(np.array([[0.0, 0.0]]), [1]), 4)
    0.6931
    """

    _seen: tuple[Array, NDArray[np.int_] | Array] | None = None

    def forward(self, outputs: Array, targets: ArrayLike) -> float:
        outputs, t = _classes(outputs, targets)
        logs = log_softmax(outputs)
        self._seen = logs, t
        likely: Array = logs[np.arange(len(t)), t] if t.ndim == 1 else t * logs
        return _finite(-float(likely.sum()) / len(t))

    def backward(self) -> Array:
        logs, t = remembered(self._seen)
        gradient: Array = np.exp(logs)
        if t.ndim == 1:
            gradient[np.arange(len(t)), t] -= 1
        else:
            gradient = gradient * t.sum(axis=1, keepdims=True, dtype=gradient.dtype) - t
        gradient /= len(gradient)
        return gradient

    def correct(self) -> int:
        logs, t = remembered(self._seen)
        return int(np.count_nonzero(logs.argmax(axis=1) == (t if t.ndim == 1 else t.argmax(axis=1))))


def _same_shape(outputs: Array, targets: ArrayLike) -> tuple[Array, Array]:
    """Outputs, and targets as floats of their dtype and shape."""
    outputs = _floats(outputs)
    t: Array = numbers("targets", targets).astype(outputs.dtype)
    if outputs.shape == (*t.shape, 1):
        t = t[..., None]
    if t.shape != outputs.shape:
        raise ValueError(f"outputs and targets differ in shape: {outputs.shape} and {t.shape}")
    _not_empty(outputs)
    return outputs, t


def _classes(outputs: Array, targets: ArrayLike) -> tuple[Array, NDArray[np.int_] | Array]:
    """The logits, and labels (N,), or rows (N, K), that fit them."""
    outputs = _floats(outputs)
    t = targets if isinstance(targets, np.ndarray) and targets.dtype.kind in "iuf" else _read(targets)
    if outputs.ndim != 2:
        raise ValueError(f"logits must be (N, K), not {outputs.shape}")
    _not_empty(outputs)
    if t.shape == outputs.shape:
        rows: Array = t.astype(outputs.dtype, copy=False)
        return outputs, rows
    if t.shape != outputs.shape[:1]:
        raise ValueError(f"targets must be labels ({len(outputs)},) or rows {outputs.shape}, not {t.shape}")
    if t.dtype.kind not in "iu":
        raise ValueError(f"labels must be integers, not {t.dtype}")
    if t.astype(np.uintp).max() >= outputs.shape[1]:   # so a label below 0 is too large, too
        hint = "; for one output there is BCEWithLogitsLoss" if outputs.shape[1] == 1 else ""
        raise ValueError(f"labels must be 0 to {outputs.shape[1] - 1}, not {t.min()} to {t.max()}{hint}")
    return outputs, t


def _floats(outputs: ArrayLike) -> Array:
    """Outputs as an array of floats, which they mostly are."""
    return outputs if isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f" else numbers("outputs", outputs)


def _read(targets: ArrayLike) -> NDArray[Any]:
    """Targets that are no array; whole numbers stay so."""
    numbers("targets", targets)
    return np.asarray(targets)


def _not_empty(outputs: Array) -> None:
    if not len(outputs):
        raise ValueError("an empty batch has no mean loss")


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss}: is there nan in the inputs, or is the learning rate too large?")
    return loss
