"""Arrays of what people hand over: lists, numbers, tensors, frames; and of what their functions give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """An array of finite numbers; TypeError and ValueError say what of ``name`` is not."""
    array = numbers(name, values)
    if not np.isfinite(array).all():
        wrong = np.argwhere(~np.isfinite(array))
        raise ValueError(f"{name} holds nan or infinity {len(wrong)} times, first at {tuple(map(int, wrong[0]))}")
    return array


def numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """An array of real numbers, nan and infinity among them, a tensor's too; TypeError for anything else."""
    try:
        array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
        if array.dtype.kind in "fbiu" or (array.dtype.kind == "O" and values is not None):
            return array.astype(np.float64)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} must hold numbers, not {values!r:.60}")


def one_number(name: str, value: ArrayLike) -> float:
    """One real number, nan and infinity among them, alone or as an array's only element; else TypeError, ValueError."""
    array = numbers(name, value)
    if array.size != 1:
        raise ValueError(f"{name} must be one number, not {array.shape}")
    return float(array.reshape(()))


def values_of(f: Callable[[Any], Any], at: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """What a function gives for points, if it takes them all at once and gives numbers of this shape."""
    try:
        given = f(at)
    except (TypeError, ValueError) as error:
        raise TypeError(f"the function must take an array {at.shape}, but says: {error}; of a function of one number, "
                        "np.vectorize makes such a one") from error
    found = numbers("what the function gives", given)
    if found.shape != shape:
        raise ValueError(f"the function must give {shape} for {at.shape}, not {found.shape}")
    return found
