"""Initial weights, scaled so that neither values nor gradients vanish or explode from layer to layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnviz.arguments import Amount, Count, checked
from nnviz.arrays import finite

Seed = int | np.random.Generator | None
"""A seed or a generator; None: different numbers every time."""


@checked
def normal(inputs: Count, outputs: Count, std: Amount, rng: Seed = None) -> NDArray[np.float64]:
    """W (inputs, outputs) ~ N(0, std²).

    >>> normal(2, 3, 0.01, rng=0).shape
    (2, 3)
    """
    return np.random.default_rng(rng).normal(0, std, size=(inputs, outputs))


@checked
def xavier(inputs: Count, outputs: Count, rng: Seed = None) -> NDArray[np.float64]:
    """W ~ N(0, 2 / (inputs + outputs)), for layers before sigmoid or tanh.

    Preserves the variance of both values and gradients; with as many outputs as inputs it is 1 / inputs, as in
    many books. Source: Glorot, Bengio (2010).
    """
    return normal(inputs, outputs, float(np.sqrt(2 / (inputs + outputs))), rng)


@checked
def he(inputs: Count, outputs: Count, rng: Seed = None) -> NDArray[np.float64]:
    """W ~ N(0, 2 / inputs), for layers before ReLU, which halves the variance.

    Source: He, Zhang, Ren, Sun (2015).
    """
    return normal(inputs, outputs, float(np.sqrt(2 / inputs)), rng)


INITIALS = {"xavier": xavier, "he": he}
"""By the names that layers accept."""


def initial(inputs: int, outputs: int, init: str | float, rng: Seed = None) -> NDArray[np.float64]:
    """W (inputs, outputs) by a name in ``INITIALS``, or from N(0, init²); otherwise raises ValueError."""
    if not isinstance(init, str):
        if finite("init", init).ndim or init < 0:
            raise ValueError(f"init must be a name or a standard deviation, 0 or more, not {init!r:.60}")
        return normal(inputs, outputs, init, rng)
    if init not in INITIALS:
        raise ValueError(f"unknown init {init!r}; choose from {', '.join(INITIALS)}, or give a standard deviation")
    return INITIALS[init](inputs, outputs, rng)
