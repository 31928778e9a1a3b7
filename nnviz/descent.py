"""Gradient descent on any function, returning the whole path for printing, plotting and animation.

Source: Cauchy (1847); momentum: Polyak (1964).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.arguments import Amount, checked
from nnviz.arrays import numbers, one_number

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Path:
    """The path of a gradient descent."""

    points: Floats
    """(S + 1, D): the start and the point after each step."""
    values: Floats
    """(S + 1,): f at these points."""
    converged: bool
    """Whether it ended because the last step was small enough."""


@checked
def gradient_descent(
    f: Callable[[Any], float], df: Callable[[Any], ArrayLike], start: ArrayLike, *, learning_rate: float = 0.1,
    steps: int = 100, tolerance: Amount = 0.0, momentum: Amount = 0.0,
) -> Path:
    """x ← x - η df(x), up to ``steps`` times; with momentum μ: v ← μ v + df(x), x ← x - η v.

    ``start`` is a number or a point (D,), and f and df take the same. Stops early, converged, when a step moves x by at
    most ``tolerance``, or, not converged, when x or f(x) is no longer finite (the learning rate is too large). Raises
    ValueError for a negative number of steps and for a gradient whose shape is not that of x.

    >>> path = gradient_descent(lambda x: x ** 2, lambda x: 2 * x, 1.0, learning_rate=0.25, steps=3)
    >>> path.points.ravel(), path.converged
    (array([1.   , 0.5  , 0.25 , 0.125]), False)
    """
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, not {steps}")
    at = np.asarray(start, dtype=np.float64)
    velocity = np.zeros_like(at)
    points, values, converged = [at], [_value(f, at)], False
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            slope = numbers("what df gives", df(_plain(at)))
            if slope.shape != at.shape:
                raise ValueError(f"the gradient has the shape {slope.shape}, but x {at.shape}")
            velocity = momentum * velocity + slope
            at = at - learning_rate * velocity
            value = _value(f, at)
            if not (np.isfinite(at).all() and np.isfinite(value)):
                break
            points.append(at)
            values.append(value)
            if np.abs(learning_rate * velocity).max(initial=0) <= tolerance:
                converged = True
                break
    return Path(np.reshape(points, (len(points), -1)), np.array(values), converged)


def _plain(at: Floats) -> Any:  # noqa: ANN401
    """A point as f takes it: a float, or a copy of the array."""
    return float(at) if at.ndim == 0 else at.copy()


def _value(f: Callable[[Any], float], at: Floats) -> float:
    try:
        return one_number("what f gives", f(_plain(at)))
    except OverflowError:
        return float("inf")
