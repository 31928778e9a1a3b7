"""The perceptron: a weighted sum, a bias and a step function; and its learning rule.

Source: F. Rosenblatt, "The Perceptron", Psychological Review 65(6), 1958.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.arguments import Classes, Count, checked
from nnviz.arrays import finite, numbers


@dataclass(frozen=True, slots=True)
class Perceptron:
    """y = 1 if w · x + b > 0, else 0.

    The bias is minus the threshold: w · x > θ is w · x + b > 0 with b = -θ.

    >>> AND = Perceptron((0.5, 0.5), -0.7)
    >>> AND(1, 1), AND(0, 1)
    (1, 0)
    >>> AND([[0, 0], [1, 1]])
    array([0, 1])
    """

    weights: tuple[float, ...]
    """Any sequence of D numbers; stored as a tuple."""
    bias: float

    def __post_init__(self) -> None:
        if finite("weights", self.weights).ndim != 1 or len(self.weights) == 0:
            raise ValueError(f"weights must be (D,) with D > 0, not {np.shape(self.weights)}")
        object.__setattr__(self, "weights", tuple(float(w) for w in self.weights))
        if finite("bias", self.bias).ndim:
            raise ValueError(f"bias must be one number, not {self.bias!r:.60}")
        object.__setattr__(self, "bias", float(self.bias))

    def weighted_sum(self, x: ArrayLike) -> NDArray[np.float64]:
        """a = w · x + b      x: (…, D)   a: (…)

        >>> float(Perceptron((0.5, 0.5), -0.2).weighted_sum([1, 1]))
        0.8
        """
        x = numbers("x", x)
        if x.ndim == 0 or x.shape[-1] != len(self.weights):
            raise ValueError(f"this perceptron has {len(self.weights)} inputs, but x has the shape {x.shape}")
        a: NDArray[np.float64] = x @ np.asarray(self.weights) + self.bias
        return a

    def __call__(self, *x: ArrayLike) -> Any:  # noqa: ANN401  an int for numbers, an array for arrays
        """y for one array (…, D), or for D numbers or arrays, one per input."""
        y = np.asarray(self.weighted_sum(together(*x)) > 0).astype(int)
        return y if y.ndim else int(y)


def together(*x: ArrayLike) -> NDArray[Any]:
    """Combine inputs, given as one array (…, D) or separately, into one array.

    >>> together([0, 1], [1, 1])
    array([[0, 1],
           [1, 1]])
    """
    if len(x) == 1 and np.ndim(x[0]) > 0:
        return np.asarray(x[0])
    return np.stack(np.broadcast_arrays(*x), axis=-1)


@checked
def fit_perceptron(
    X: ArrayLike, y: Classes, *, learning_rate: float = 1.0, epochs: Count = 100,
) -> Iterator[Perceptron]:
    """Learn by correcting mistakes: w += η (t - y) x, b += η (t - y).      X: (N, D)   y: (N,) of 0 and 1

    Starts at zero and yields the perceptron after each correction, so that its line can be drawn step
    by step. Ends after an epoch without mistakes, which exists if the classes are linearly separable
    (Novikoff, 1962). Raises ArithmeticError if ``epochs`` are not enough (for XOR, no number is), and
    ValueError for other shapes or classes.

    >>> *_, last = fit_perceptron([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> last
    Perceptron(weights=(2.0, 1.0), bias=-2.0)
    """
    points, targets = np.asarray(X, dtype=float), np.asarray(y)
    if points.ndim != 2 or targets.shape != points.shape[:1]:
        raise ValueError(f"X must be (N, D) and y (N,), not {points.shape} and {targets.shape}")
    if not np.isin(targets, (0, 1)).all():
        raise ValueError(f"the classes must be 0 and 1, not {', '.join(map(str, np.unique(targets)))}")
    return _corrections(points, targets.astype(int), learning_rate, epochs)


def _corrections(
    points: NDArray[np.float64], targets: NDArray[np.int_], learning_rate: float, epochs: int,
) -> Iterator[Perceptron]:
    now = Perceptron((0.0,) * points.shape[1], 0.0)
    for _ in range(epochs):
        mistakes = 0
        for x, target in zip(points, targets, strict=True):
            error = target - now(x)
            if error:
                mistakes += 1
                now = Perceptron(tuple(now.weights + learning_rate * error * x), now.bias + learning_rate * error)
                yield now
        if not mistakes:
            return
    raise ArithmeticError(f"no line separates the classes after {epochs} epochs; is there one?")
