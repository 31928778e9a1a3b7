"""Loss functions, and their gradients with respect to the outputs.

Every loss is the mean over the batch, so that the learning rate does not depend on the batch size.
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
    """``forward`` returns the loss of a batch; ``backward`` and ``correct`` then refer to the same batch."""

    @abstractmethod
    def forward(self, outputs: Array, targets: ArrayLike) -> float:
        """The mean loss. Raises ValueError for incompatible shapes, FloatingPointError if it is not finite."""

    @abstractmethod
    def backward(self) -> Array:
        """∂L/∂outputs, in the shape of the outputs. Raises RuntimeError before ``forward``."""

    def correct(self) -> float | None:
        """Number of correct classifications in the batch (with several targets per sample: their share), or None."""
        return None

    def __call__(self, outputs: Array, targets: ArrayLike) -> float:
        """``forward``"""
        return self.forward(outputs, targets)


class MSELoss(Loss):
    """L = (1 / n) Σ (y - t)² over all n elements;   ∂L/∂y = (2 / n) (y - t).

    For ½ Σ (y - t)², as in some books, loss and gradient are n / 2 times these.

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
    probabilities, in the shape of the outputs; (N,) is accepted for (N, 1).

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

    Targets are labels (N,) of 0 … K-1, or rows t (N, K): one-hot, or probabilities. Computed by
    log_softmax, which stays finite where softmax rounds to 0.

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
    """The logits, and targets that match them: labels (N,) or rows (N, K)."""
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
    if t.astype(np.uintp).max() >= outputs.shape[1]:  # as unsigned, negative labels are too large
        hint = "; for one output there is BCEWithLogitsLoss" if outputs.shape[1] == 1 else ""
        raise ValueError(f"labels must be 0 to {outputs.shape[1] - 1}, not {t.min()} to {t.max()}{hint}")
    return outputs, t


def _floats(outputs: ArrayLike) -> Array:
    """Outputs as an array of floats."""
    return outputs if isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f" else numbers("outputs", outputs)


def _read(targets: ArrayLike) -> NDArray[Any]:
    """Targets as an array; integers are preserved."""
    numbers("targets", targets)
    return np.asarray(targets)


def _not_empty(outputs: Array) -> None:
    if not len(outputs):
        raise ValueError("the mean loss needs at least one sample")


def _finite(loss: float) -> float:
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss}: is there nan in the inputs, or is the learning rate too large?")
    return loss
