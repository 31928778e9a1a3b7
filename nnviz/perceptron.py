"""The perceptron: a weighted sum, a bias and a step; and the rule that learns it.

Source: F. Rosenblatt, "The Perceptron", Psychological Review 65(6), 1958.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
    bias: float

    def weighted_sum(self, x: ArrayLike) -> NDArray[np.float64]:
        """a = w · x + b      x: (…, D)   a: (…)"""
        x = np.asarray(x, dtype=float)
        if x.ndim == 0 or x.shape[-1] != len(self.weights):
            raise ValueError(f"this perceptron has {len(self.weights)} inputs, but x has the shape {x.shape}")
        return np.asarray(x @ np.asarray(self.weights) + self.bias)

    def __call__(self, *x: ArrayLike) -> Any:  # noqa: ANN401  an int for numbers, an array for arrays
        """y of one array (…, D), or of D numbers."""
        given = x[0] if len(x) == 1 and np.ndim(x[0]) > 0 else x
        y = (self.weighted_sum(given) > 0).astype(int)  # type: ignore[arg-type]
        return y if y.ndim else int(y)


def fit_perceptron(
    X: ArrayLike, y: ArrayLike, *, learning_rate: float = 1.0, epochs: int = 100,
) -> Iterator[Perceptron]:
    """Learn by correcting mistakes: w += η (t - y) x, b += η (t - y).      X: (N, D)   y: (N,) of 0 and 1

    Starts at zero and yields the perceptron after each correction, so that its line can be drawn step
    by step. Ends after an epoch without mistakes, which comes if a line separates the classes (Novikoff,
    1962). Raises ArithmeticError where ``epochs`` are not enough, as for XOR, where none ever are.

    >>> *_, last = fit_perceptron([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> last
    Perceptron(weights=(2.0, 1.0), bias=-2.0)
    """
    points, targets = np.asarray(X, dtype=float), np.asarray(y)
    if points.ndim != 2 or targets.shape != points.shape[:1]:
        raise ValueError(f"X must be (N, D) and y (N,), not {points.shape} and {targets.shape}")
    now = Perceptron((0.0,) * points.shape[1], 0.0)
    for _ in range(epochs):
        mistakes = 0
        for x, target in zip(points, targets, strict=True):
            error = int(target) - now(x)
            if error:
                mistakes += 1
                step = learning_rate * error
                now = Perceptron(tuple((np.asarray(now.weights) + step * x).tolist()), now.bias + step)
                yield now
        if not mistakes:
            return
    raise ArithmeticError(f"no line separates the classes after {epochs} epochs; is there one?")
