"""A network trained by backpropagation, as simple as possible: column vectors, sigmoid, squared error.

``Network`` processes one sample at a time, so that every line is a formula of the lecture;
``VectorisedNetwork`` processes a mini-batch at once, with the same results. x = z^0 and z^l are columns, w^l is
(neurons of layer l, neurons of layer l - 1), b^l a column: a^l = w^l z^{l-1} + b^l, z^l = σ(a^l), y = z^M.

Sources: Rumelhart, Hinton, Williams (1986); Nielsen, "Neural Networks and Deep Learning" (2015), chapters 1, 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.activations import sigmoid, sigmoid_derivative
from nnviz.arguments import Classes, Count, checked
from nnviz.init import Seed

Column = NDArray[np.floating[Any]]
Sample = tuple[Column, Column]
"""Input (sizes[0], 1) and target (sizes[-1], 1)."""


class Network:
    """A fully connected network of ``sizes`` neurons per layer, the inputs first.

    Weights are initialised from N(0, 1 / inputs), biases from N(0, 1). Raises ValueError for fewer than two layers.

    >>> network = Network((2, 3, 1), rng=0)
    >>> network.feedforward(np.zeros((2, 1))).shape
    (1, 1)
    """

    def __init__(self, sizes: Sequence[int], *, rng: Seed = None) -> None:
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"sizes must be two or more positive numbers, not {tuple(sizes)}")
        self.sizes = tuple(sizes)
        self.rng = np.random.default_rng(rng)
        self.biases = [self.rng.standard_normal((n, 1)) for n in sizes[1:]]
        self.weights = [self.rng.standard_normal((n, m)) / np.sqrt(m) for m, n in pairwise(sizes)]

    def feedforward(self, x: Column) -> Column:
        """The output y = z^M for an input column ``x``, or for each column of a matrix."""
        if x.ndim != 2 or len(x) != self.sizes[0]:
            raise ValueError(f"inputs are columns ({self.sizes[0]}, 1), not {x.shape}")
        z = x
        for b, w in zip(self.biases, self.weights, strict=True):
            z = sigmoid(w @ z + b)
        return z

    def backprop(self, x: Column, t: Column) -> tuple[list[Column], list[Column]]:
        """∂L/∂b^l and ∂L/∂w^l of every layer for one sample, L = ½ |y - t|².

        δ^M = (y - t) ⊙ σ'(a^M),   δ^l = (w^{l+1})ᵀ δ^{l+1} ⊙ σ'(a^l),
        ∂L/∂b^l = δ^l,   ∂L/∂w^l = δ^l (z^{l-1})ᵀ.
        """
        outputs: list[Column] = [x]
        sums: list[Column] = []
        for b, w in zip(self.biases, self.weights, strict=True):
            sums.append(w @ outputs[-1] + b)
            outputs.append(sigmoid(sums[-1]))
        delta = self.loss_derivative(outputs[-1], t) * sigmoid_derivative(sums[-1])
        deltas: list[Column] = [delta]
        for w, a in zip(self.weights[:0:-1], sums[-2::-1], strict=True):
            delta = w.T @ delta * sigmoid_derivative(a)
            deltas.insert(0, delta)
        return deltas, [d @ z.T for d, z in zip(deltas, outputs[:-1], strict=True)]

    def loss_derivative(self, y: Column, t: Column) -> Column:
        """∂L/∂y = y - t, of L = ½ |y - t|²."""
        return y - t

    def update_mini_batch(self, mini_batch: Sequence[Sample], eta: float) -> None:
        """One step of gradient descent by the mean gradient over the mini-batch, with the learning rate η."""
        nabla_b = [np.zeros_like(b) for b in self.biases]
        nabla_w = [np.zeros_like(w) for w in self.weights]
        for x, t in mini_batch:
            delta_b, delta_w = self.backprop(x, t)
            nabla_b = [total + each for total, each in zip(nabla_b, delta_b, strict=True)]
            nabla_w = [total + each for total, each in zip(nabla_w, delta_w, strict=True)]
        self._step(nabla_b, nabla_w, eta / len(mini_batch))

    def _step(self, nabla_b: Sequence[Column], nabla_w: Sequence[Column], size: float) -> None:
        self.biases = [b - size * nabla for b, nabla in zip(self.biases, nabla_b, strict=True)]
        self.weights = [w - size * nabla for w, nabla in zip(self.weights, nabla_w, strict=True)]

    def SGD(
        self, training: Sequence[Sample], *, epochs: int, mini_batch_size: int, eta: float,
        test: Sequence[tuple[Column, int]] = (),
    ) -> Iterator[int]:
        """Stochastic gradient descent; yields the number of correctly classified ``test`` samples after each epoch."""
        _check(training, epochs, mini_batch_size)
        for _ in range(epochs):
            order = self.rng.permutation(len(training))
            for start in range(0, len(training), mini_batch_size):
                self.update_mini_batch([training[i] for i in order[start:start + mini_batch_size]], eta)
            yield self.evaluate(test)

    def evaluate(self, test: Sequence[tuple[Column, int]]) -> int:
        """Number of samples (input, class) whose largest output is at their class."""
        return sum(int(np.argmax(self.feedforward(x)) == label) for x, label in test)


# outside of the method, which the lecture quotes
Network.__init__ = checked(Network.__init__)  # type: ignore[method-assign]


class VectorisedNetwork(Network):
    """The same network with a mini-batch as one matrix (one sample per column): same results, but faster."""

    def update_mini_batch(self, mini_batch: Sequence[Sample], eta: float) -> None:
        """The same step as in ``Network``, with sums over the mini-batch as matrix products."""
        x, t = (np.hstack(columns) for columns in zip(*mini_batch, strict=True))
        deltas, nabla_w = self.backprop(x, t)
        self._step([d.sum(axis=1, keepdims=True) for d in deltas], nabla_w, eta / len(mini_batch))

    def evaluate(self, test: Sequence[tuple[Column, int]]) -> int:
        """Number of samples (input, class) whose largest output is at their class."""
        if not test:
            return 0
        outputs = self.feedforward(np.hstack([x for x, _ in test]))
        return int(np.count_nonzero(outputs.argmax(axis=0) == [label for _, label in test]))


@checked
def columns(X: ArrayLike, labels: Classes, classes: Count) -> list[Sample]:
    """Rows (N, D) with labels (N,) as samples of columns: inputs (D, 1), one-hot targets (classes, 1).

    >>> ((x, y),) = columns([[0.5, 1.0]], [2], classes=3)
    >>> x.shape, y.ravel()
    ((2, 1), array([0., 0., 1.]))
    """
    rows, t = np.asarray(X, dtype=np.float64), np.asarray(labels)
    if rows.ndim != 2 or t.shape != rows.shape[:1]:
        raise ValueError(f"X must be (N, D) and labels (N,), not {rows.shape} and {t.shape}")
    if t.dtype.kind not in "iu" or (t.size and not 0 <= t.min() <= t.max() < classes):
        raise ValueError(f"labels must be whole numbers, 0 to {classes - 1}, not {labels!r:.60}")
    targets: NDArray[Any] = np.eye(classes)
    return [(x[:, None], targets[label][:, None]) for x, label in zip(rows, t, strict=True)]


def _check(training: Sequence[Sample], epochs: int, mini_batch_size: int) -> None:
    if not training:
        raise ValueError("there are no training samples")
    if epochs < 0 or mini_batch_size < 1:
        raise ValueError(f"epochs must be 0 or more and mini_batch_size 1 or more, not {epochs} and {mini_batch_size}")
