"""Numerical gradients: slow and simple, for checking analytical derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.arguments import checked
from nnviz.arrays import numbers, one_number
from nnviz.layers import Layer

Floats = NDArray[np.float64]


@checked
def numerical_gradient(f: Callable[[Floats], float], x: ArrayLike, *, eps: float = 1e-5) -> Floats:
    """∂f/∂x_i ≈ (f(x + ε e_i) - f(x - ε e_i)) / 2ε for each element, in the shape of x; f is called 2 · x.size times.

    The error of the central difference is O(ε²), that of the one-sided difference O(ε).

    >>> numerical_gradient(lambda x: float(np.sum(x ** 2)), [3.0, 4.0]).round(6)
    array([6., 8.])
    """
    if eps <= 0:
        raise ValueError(f"eps must be above 0, not {eps}")
    at = np.array(x, dtype=np.float64, order="C")
    gradient = np.empty_like(at)
    flat, slopes = at.reshape(-1), gradient.reshape(-1)
    for i, here in enumerate(flat):
        flat[i] = here + eps
        above = one_number("what f gives", f(at))
        flat[i] = here - eps
        below = one_number("what f gives", f(at))
        flat[i] = here
        slopes[i] = (above - below) / (2 * eps)
    return gradient


@checked
def check_gradient(
    f: Callable[[Floats], float], gradient: Callable[[Floats], ArrayLike], x: ArrayLike, *, eps: float = 1e-5,
) -> float:
    """|numerical - analytical| / (|numerical| + |analytical|), with Euclidean norms; 0 if both are zero.

    About 1e-7 or less: correct. 1e-2 or more: wrong. Raises ValueError for a gradient whose shape is not that of x.

    >>> check_gradient(lambda x: float(np.sum(x ** 3)), lambda x: 3 * x ** 2, [1.0, 2.0]) < 1e-7
    True
    """
    at = np.asarray(x, dtype=np.float64)
    numerical, analytical = numerical_gradient(f, at, eps=eps), numbers("the gradient", gradient(at.copy()))
    if analytical.shape != at.shape:
        raise ValueError(f"the gradient has the shape {analytical.shape}, but x {at.shape}")
    size = float(np.linalg.norm(numerical) + np.linalg.norm(analytical))
    return float(np.linalg.norm(numerical - analytical)) / size if size else 0.0


def count_multiplications(model: Layer, X: ArrayLike) -> tuple[int, int]:
    """Number of multiplications in the matrix products of one forward and one backward pass, counted while they run.

    >>> from nnviz.model import mlp
    >>> count_multiplications(mlp((4, 3, 2), rng=0), np.ones((1, 4)))
    (18, 24)
    """
    x = np.asarray(X, dtype=np.float64).view(_Counted)
    counts: list[int] = []
    x.counts = counts
    y = model.forward(x)
    forward = sum(counts)
    model.learn(y)
    return forward, sum(counts) - forward


class _Counted(np.ndarray[Any, np.dtype[np.float64]]):
    """An array that counts the multiplications of its matrix products, and of those of its results."""

    counts: list[int]

    def __array_finalize__(self, other: object) -> None:
        self.counts = getattr(other, "counts", [])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:  # noqa: ANN401
        plain = [np.asarray(each) for each in inputs]
        if "out" in options:
            options["out"] = tuple(np.asarray(each) for each in options["out"])
        if ufunc is np.matmul:
            self.counts.append(plain[0].size * plain[1].shape[-1])
        result = np.asarray(getattr(ufunc, method)(*plain, **options)).view(_Counted)
        result.counts = self.counts
        return result
