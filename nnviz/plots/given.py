"""Reads models of nnviz, scikit-learn and PyTorch, without importing these packages."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.layers import Linear

Floats = NDArray[np.float64]
Predict = Callable[[Floats], Any]
MANY = 1000
"""Classes with larger numbers are not taken to be 0, 1, 2 …"""


def sizes_and_weights(model: object) -> tuple[list[int], list[Floats]]:
    """Neurons per layer, inputs first, and the W (inputs, outputs) between them, of a model of Linear layers.

    Accepts `nnviz.model.Sequential`, `nnviz.network.Network`, a fitted ``MLPClassifier`` or ``MLPRegressor`` of
    scikit-learn, also as the last step of a pipeline, and a ``torch.nn.Module``. Raises TypeError for anything else,
    ValueError if the sizes of consecutive layers do not match.
    """
    weights = [np.asarray(W, dtype=np.float64) for W in _weights(model)]
    if not weights:
        raise TypeError(f"{type(model).__name__} has no fully connected layers; give sizes such as (2, 3, 1), an nnviz "
                        "model, a fitted MLPClassifier or a torch.nn.Module")
    if any(first.shape[1] != second.shape[0] for first, second in pairwise(weights)):
        shapes = ", ".join(str(W.shape) for W in weights)
        raise ValueError(f"the fully connected layers do not follow on one another: {shapes}")
    return [weights[0].shape[0], *(W.shape[1] for W in weights)], weights


def _weights(model: Any) -> Sequence[Any]:  # noqa: ANN401
    if hasattr(model, "steps"):   # a pipeline of scikit-learn
        return _weights(model.steps[-1][1])
    if hasattr(model, "coefs_"):   # scikit-learn
        return list(model.coefs_)
    if hasattr(model, "modules") and hasattr(model, "state_dict"):   # PyTorch: (outputs, inputs)
        return [each.weight.detach().cpu().numpy().T for each in model.modules() if hasattr(each, "in_features")]
    if hasattr(model, "weights") and hasattr(model, "sizes"):   # Network: (outputs, inputs)
        return [W.T for W in model.weights]
    return [layer.W.value for layer in getattr(model, "layers", ()) if isinstance(layer, Linear)]


def predict_of(model: object) -> Predict:
    """A function that maps points (N, 2) to classes, or to probabilities of class 1.

    For a model with two classes it returns probabilities, otherwise classes; a function is returned unchanged. A
    ``torch.nn.Module`` must return logits: one for class 1, or one for each class.
    """
    if hasattr(model, "state_dict"):
        return lambda points: _classes(_softmax(_ask_torch(model, points)))
    if hasattr(model, "predict_proba"):
        return lambda points: _classes(np.asarray(_asked(model.predict_proba, points), dtype=np.float64))
    if hasattr(model, "feedforward"):   # Network: columns
        return lambda points: _classes(model.feedforward(points.T).T)
    if hasattr(model, "predict"):
        return lambda points: _numbered(model, _asked(model.predict, points))
    if not callable(model):
        raise TypeError(f"{type(model).__name__} cannot predict classes; pass a function of (N, 2), or a model with "
                        "predict or predict_proba")
    return model


def classes_of(model: object, y: ArrayLike) -> Sequence[Any]:
    """The classes, each at the index that ``predict_of`` returns for it, including those that do not occur in ``y``.

    For a scikit-learn classifier, its own order; otherwise integers count from 0, and anything else is sorted.
    """
    known = np.asarray(getattr(model, "classes_", ())).tolist()
    found = np.unique(y)
    if found.dtype.kind in "bf" and (found == found.astype(int)).all():
        found = found.astype(int)
    if not known and found.dtype.kind in "iu" and found.size and 0 <= found[0] <= found[-1] < MANY:
        return range(found[-1] + 1)
    return [*known, *(each for each in found.tolist() if each not in known)]


def _asked(predict: Predict, points: Floats) -> Any:  # noqa: ANN401
    """The predictions of a model, without the warning of scikit-learn models that were fitted with column names."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        return predict(points)


def _numbered(model: object, found: Any) -> Any:  # noqa: ANN401
    """String classes as indices into the sorted classes of a scikit-learn classifier."""
    texts = np.asarray(found).dtype.kind in "UO" and hasattr(model, "classes_")
    return np.searchsorted(model.classes_, found) if texts else found   # type: ignore[attr-defined]


def _ask_torch(model: Any, points: Floats) -> Floats:  # noqa: ANN401
    """The output of a torch.nn.Module in evaluation mode; its mode is restored."""
    training, like = model.training, next(model.parameters())
    model.eval()
    try:
        found: Floats = model(like.new_tensor(points)).detach().cpu().numpy().astype(np.float64)
    finally:
        model.train(training)
    return found


def _softmax(logits: Floats) -> Floats:
    """Probabilities of class 1, or of all classes, from logits."""
    if logits.ndim == 1 or logits.shape[1] == 1:
        return 1 / (1 + np.exp(-np.clip(logits.reshape(len(logits)), -500, 500)))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _classes(probabilities: Floats) -> Floats:
    """The probability of class 1 of two, or the most likely class of several."""
    if probabilities.ndim == 1 or probabilities.shape[1] == 1:
        return probabilities.reshape(len(probabilities))
    return probabilities[:, 1] if probabilities.shape[1] == 2 else probabilities.argmax(axis=1).astype(np.float64)
