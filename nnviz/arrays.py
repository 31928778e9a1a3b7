"""Converts arguments (lists, numbers, tensors, data frames) and function results to arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """``values`` as an array of finite numbers; raises TypeError or ValueError, naming ``name``."""
    array = numbers(name, values)
    if not np.isfinite(array).all():
        wrong = np.argwhere(~np.isfinite(array))
        raise ValueError(f"{name} holds nan or infinity {len(wrong)} times, first at {tuple(map(int, wrong[0]))}")
    return array


def numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """``values`` (also a tensor) as an array of real numbers, including nan and infinity; raises TypeError."""
    try:
        array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
        if array.dtype.kind in "fbiu" or (array.dtype.kind == "O" and values is not None):
            return array.astype(np.float64)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} must hold numbers, not {values!r:.60}")


def one_number(name: str, value: ArrayLike) -> float:
    """A real number (also nan or infinity) or an array with one element; otherwise raises TypeError or ValueError."""
    array = numbers(name, value)
    if array.size != 1:
        raise ValueError(f"{name} must be one number, not {array.shape}")
    return float(array.reshape(()))


def values_of(f: Callable[[Any], Any], at: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The values of a vectorised function at points; raises an error unless they have this shape."""
    try:
        given = f(at)
    except (TypeError, ValueError) as error:
        raise TypeError(f"the function must take an array {at.shape}, but raises: {error}; for functions of one "
                        "number, use np.vectorize") from error
    found = numbers("what the function gives", given)
    if found.shape != shape:
        raise ValueError(f"the function must give {shape} for {at.shape}, not {found.shape}")
    return found
