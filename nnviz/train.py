"""Training with mini-batches; yields one value per epoch instead of printing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.arguments import Count, checked
from nnviz.arrays import numbers
from nnviz.init import Seed
from nnviz.layers import Array, Layer
from nnviz.losses import Loss
from nnviz.optim import Optimizer


@dataclass(frozen=True, slots=True)
class Epoch:
    """The results of one pass over the training data."""

    number: int
    """From 1."""
    loss: float
    """Mean over the samples, computed during the epoch."""
    accuracy: float | None
    """Share of correct classifications; None if the targets are not classes."""
    validation_loss: float | None = None
    validation_accuracy: float | None = None


Samples = ArrayLike
"""Validated after conversion to arrays, since there can be many."""
Labelled = tuple[Samples, Samples]


@checked
def fit(
    model: Layer, loss: Loss, optimizer: Optimizer, X: Samples, y: Samples, *, epochs: int, batch_size: Count = 32,
    validation: Labelled | None = None, patience: Count | None = None, rng: Seed = None,
) -> Iterator[Epoch]:
    """Train the model, yielding each ``Epoch`` as it ends, so that the caller can plot, print or stop.

    Each epoch visits the samples in a different order, in batches of ``batch_size`` (the last may be smaller).
    With ``patience``, training ends after that many epochs without a smaller ``validation`` loss, and the
    parameters of the best epoch are restored ("early stopping"; Prechelt, 1998).

    Raises ValueError for incompatible data or nan, FloatingPointError if the loss is no longer finite.

    >>> from nnviz.data import xor
    >>> from nnviz.losses import BCEWithLogitsLoss
    >>> from nnviz.model import mlp
    >>> from nnviz.optim import Adam
    >>> model = mlp((2, 8, 1), rng=0)
    >>> *_, last = fit(model, BCEWithLogitsLoss(), Adam(model.parameters, 0.05), *xor(), epochs=200, rng=0)
    >>> last.accuracy
    1.0
    """
    X, y = _arrays(X, y)
    if epochs < 0:
        raise ValueError(f"epochs must be 0 or more, not {epochs}")
    if model.parameters and not set(model.parameters) & set(optimizer.parameters):
        raise ValueError("the optimizer has no parameters of this model; create it with model.parameters")
    if patience is not None and validation is None:
        raise ValueError("patience needs the validation loss; pass validation=(X, y)")
    if validation is not None:
        if not isinstance(validation, Sequence) or len(validation) != 2:
            raise TypeError(f"validation must be (X, y), not {validation!r:.60}")
        validation = _arrays(*validation)
    learned = islice(_epochs(model, loss, optimizer, (X, y), (batch_size, np.random.default_rng(rng))), epochs)
    seen = _validated(learned, model, loss, validation)
    return seen if patience is None else _until_patience_ends(seen, model, patience)


def _arrays(X: Samples, y: Samples) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both as arrays; raises an error unless they contain numbers and have matching lengths."""
    arrays = [each if isinstance(each, np.ndarray) else np.asarray(each) if numbers(name, each).ndim else np.empty(0)
              for name, each in (("X", X), ("y", y))]
    _check(*arrays)
    return arrays[0], arrays[1]


def _check(X: NDArray[Any], y: NDArray[Any]) -> None:
    for name, each in (("X", X), ("y", y)):
        if each.dtype.kind not in "fbiu" or not each.ndim:
            raise TypeError(f"{name} must hold numbers for each sample, not {each.dtype} of shape {each.shape}")
    if len(X) != len(y) or not len(X):
        raise ValueError(f"X and y must hold the same number of samples, at least one, not {X.shape} and {y.shape}")
    if np.isfinite(np.vdot(X, X)):  # fast path; overflow needs a closer look
        return
    wrong = np.flatnonzero(~np.isfinite(X).reshape(len(X), -1).all(axis=1))
    if len(wrong):
        raise ValueError(f"X holds nan or infinity in {len(wrong)} samples; the first is number {wrong[0]}")


def _epochs(
    model: Layer, loss: Loss, optimizer: Optimizer, samples: tuple[Array, Array],
    order: tuple[int, np.random.Generator],
) -> Iterator[Epoch]:
    X, y = samples
    for number in count(1):
        total, right = 0.0, 0.0
        classes = True
        for rows in batches(len(X), *order):
            x, t = X[rows], y[rows]
            outputs = model.forward(x, training=True)
            total += loss.forward(outputs, t) * len(rows)
            correct = loss.correct()
            classes = correct is not None
            right += correct or 0
            model.learn(loss.backward())
            optimizer.step()
        yield Epoch(number, total / len(X), right / len(X) if classes else None)


def _validated(learned: Iterable[Epoch], model: Layer, loss: Loss, validation: Labelled | None) -> Iterator[Epoch]:
    for epoch in learned:
        if validation is None:
            yield epoch
        else:
            yield Epoch(epoch.number, epoch.loss, epoch.accuracy, *evaluate(model, loss, *validation))


def _until_patience_ends(epochs: Iterator[Epoch], model: Layer, patience: int) -> Iterator[Epoch]:
    least, best, waited = np.inf, [p.value.copy() for p in model.parameters], 0
    try:
        for epoch in epochs:
            assert epoch.validation_loss is not None
            waited += 1
            if epoch.validation_loss < least:
                least, best, waited = epoch.validation_loss, [p.value.copy() for p in model.parameters], 0
            yield epoch
            if waited >= patience:
                return
    finally:
        for parameter, value in zip(model.parameters, best, strict=True):
            parameter.value[...] = value


@checked
def batches(samples: Count, batch_size: Count, rng: Seed = None) -> Iterator[NDArray[np.int_]]:
    """The indices 0 … samples - 1 in random order, in batches of ``batch_size``; the last may be smaller.

    >>> [len(rows) for rows in batches(10, 4, rng=0)]
    [4, 4, 2]
    """
    order = np.random.default_rng(rng).permutation(samples)
    for start in range(0, samples, batch_size):
        yield order[start:start + batch_size]


@checked
def evaluate(
    model: Layer, loss: Loss, X: Samples, y: Samples, *, batch_size: Count = 1000,
) -> tuple[float, float | None]:
    """Loss and accuracy of a model in evaluation mode, in batches to limit memory."""
    X, y = _arrays(X, y)
    total, right, classes = 0.0, 0.0, True
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        outputs = model.forward(X[rows])
        total += loss.forward(outputs, y[rows]) * len(outputs)
        correct = loss.correct()
        classes = correct is not None
        right += correct or 0
    return total / len(X), right / len(X) if classes else None
