"""Computational graphs: records a calculation, and propagates gradients back through it.

Use ``Value`` like numbers or arrays; every operation adds a node. ``backward()`` visits the nodes in reverse order and
multiplies by each local derivative (chain rule). nnviz.plots.draw_graph draws the graph.

Sources: Linnainmaa (1970); Rumelhart, Hinton, Williams (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.activations import log_softmax, sigmoid
from nnviz.arrays import numbers

Array = NDArray[np.float64]
Back = Callable[[Array], Sequence[Array]]
"""∂L/∂y -> ∂L/∂x for each operand x."""


class Value:
    """A number or an array, and the operation that produced it.

    >>> apple, count, tax = Value(100, "apple"), Value(2, "count"), Value(1.1, "tax")
    >>> price = apple * count * tax
    >>> price.backward()
    >>> round(float(price.data)), [round(float(x.gradient), 6) for x in (apple, count, tax)]
    (220, [2.2, 110.0, 200.0])
    """

    __slots__ = ("_back", "data", "gradient", "name", "operands", "operation")
    __array_ufunc__ = None

    def __init__(self, data: ArrayLike, name: str = "") -> None:
        self.data: Array = numbers("data", data)
        self.gradient: Array = np.zeros_like(self.data)
        self.name = name
        self.operation = ""
        """What made it; "" for what was put in."""
        self.operands: tuple[Value, ...] = ()
        """What it was made of; one that is used twice stands here twice."""
        self._back: Back = lambda _: ()

    def backward(self, gradient: ArrayLike | None = None) -> None:
        """Set ``v.gradient`` = ∂self/∂v for every value v in its graph, replacing earlier gradients.

        An array needs ``gradient``, ∂L/∂self; raises ValueError without it.
        """
        if gradient is None and self.data.size != 1:
            raise ValueError(f"an array {self.data.shape} needs a gradient for backward; pass one, or use its sum()")
        order = topological(self)
        for value in order:
            value.gradient = np.zeros_like(value.data)
        self.gradient = np.ones_like(self.data) if gradient is None else np.broadcast_to(
            np.asarray(gradient, dtype=np.float64), self.data.shape).copy()
        for value in reversed(order):
            for operand, share in zip(value.operands, value.shares(), strict=True):
                operand.gradient = operand.gradient + share

    def shares(self) -> list[Array]:
        """The contribution of this operation to the gradient of each operand."""
        return [_fitted(np.asarray(share), operand.data.shape)
                for operand, share in zip(self.operands, self._back(self.gradient), strict=True)]

    # -- calculating ---------------------------------------------------------------

    def __add__(self, other: Operand) -> Value:
        """y = a + b;   ∂L/∂a = ∂L/∂b = ∂L/∂y"""
        b = _value(other)
        return _made("+", self.data + b.data, (self, b), lambda g: (g, g))

    def __sub__(self, other: Operand) -> Value:
        """y = a - b;   ∂L/∂a = ∂L/∂y,   ∂L/∂b = -∂L/∂y"""
        b = _value(other)
        return _made("-", self.data - b.data, (self, b), lambda g: (g, -g))

    def __mul__(self, other: Operand) -> Value:
        """y = a b;   ∂L/∂a = b ∂L/∂y,   ∂L/∂b = a ∂L/∂y"""
        b = _value(other)
        return _made("×", self.data * b.data, (self, b), lambda g: (g * b.data, g * self.data))

    def __truediv__(self, other: Operand) -> Value:
        """y = a / b;   ∂L/∂a = ∂L/∂y / b,   ∂L/∂b = -a ∂L/∂y / b²"""
        b = _value(other)
        return _made("/", self.data / b.data, (self, b), lambda g: (g / b.data, -g * self.data / b.data ** 2))

    def __pow__(self, n: float) -> Value:
        """y = aⁿ for a number n;   ∂L/∂a = n aⁿ⁻¹ ∂L/∂y, or 0 for n = 0"""
        return _made(f"^{n:g}", self.data ** n, (self,),
                     lambda g: (g * (n * self.data ** (n - 1) if n else 0.0 * self.data),))

    def __matmul__(self, other: Operand) -> Value:
        """Y = X @ W of matrices;   ∂L/∂X = ∂L/∂Y @ Wᵀ,   ∂L/∂W = Xᵀ @ ∂L/∂Y"""
        b = _value(other)
        if self.data.ndim != 2 or b.data.ndim != 2:
            raise ValueError(f"@ takes matrices, not {self.data.shape} and {b.data.shape}")
        return _made("@", self.data @ b.data, (self, b), lambda g: (g @ b.data.T, self.data.T @ g))

    def __neg__(self) -> Value:
        """-a"""
        return self * -1.0

    def __radd__(self, other: Operand) -> Value:
        """b + a"""
        return _value(other) + self

    def __rsub__(self, other: Operand) -> Value:
        """b - a"""
        return _value(other) - self

    def __rmul__(self, other: Operand) -> Value:
        """b a"""
        return _value(other) * self

    def __rtruediv__(self, other: Operand) -> Value:
        """b / a"""
        return _value(other) / self

    def __rmatmul__(self, other: Operand) -> Value:
        """B @ A"""
        return _value(other) @ self

    def exp(self) -> Value:
        """y = e^x;   ∂L/∂x = y ∂L/∂y"""
        y = np.exp(self.data)
        return _made("exp", y, (self,), lambda g: (g * y,))

    def log(self) -> Value:
        """y = log x;   ∂L/∂x = ∂L/∂y / x.  ValueError for x ≤ 0."""
        if (self.data <= 0).any():
            raise ValueError(f"log takes positive numbers, not {self.data.min():g}")
        return _made("log", np.log(self.data), (self,), lambda g: (g / self.data,))

    def sum(self) -> Value:
        """y = Σ x over all elements;   ∂L/∂x = ∂L/∂y for each"""
        return _made("Σ", np.sum(self.data), (self,), lambda g: (np.broadcast_to(g, self.data.shape),))

    def relu(self) -> Value:
        """y = max(0, x);   ∂L/∂x = ∂L/∂y where x > 0, else 0"""
        return _made("ReLU", np.maximum(self.data, 0), (self,), lambda g: (g * (self.data > 0),))

    def sigmoid(self) -> Value:
        """y = σ(x);   ∂L/∂x = y (1 - y) ∂L/∂y"""
        y: Array = np.asarray(sigmoid(self.data), dtype=np.float64)
        return _made("σ", y, (self,), lambda g: (g * y * (1 - y),))

    def tanh(self) -> Value:
        """y = tanh x;   ∂L/∂x = (1 - y²) ∂L/∂y"""
        y = np.tanh(self.data)
        return _made("tanh", y, (self,), lambda g: (g * (1 - y ** 2),))

    def __repr__(self) -> str:
        """Name, data, gradient."""
        name = f", {self.name!r}" if self.name else ""
        return f"Value({self.data.tolist()}{name}, gradient={self.gradient.tolist()})"


Operand = Value | ArrayLike


def affine(x: Value, W: Value, b: Value) -> Value:
    """Y = X @ W + b;   ∂L/∂X = G @ Wᵀ,   ∂L/∂W = Xᵀ @ G,   ∂L/∂b = Σ_n G_n     G = ∂L/∂Y; X: (N, D), W: (D, K), b: (K,)

    A single node, whereas ``X @ W + b`` creates two. Raises ValueError for incompatible shapes.

    >>> y = affine(Value([[1.0, 2.0]]), Value([[1.0], [3.0]]), Value([0.5]))
    >>> y.data
    array([[7.5]])
    """
    if x.data.ndim != 2 or W.data.ndim != 2 or x.data.shape[1] != W.data.shape[0] or b.data.shape != W.data.shape[1:]:
        shapes = ", ".join(str(each.data.shape) for each in (x, W, b))
        raise ValueError(f"X (N, D), W (D, K) and b (K,) are wanted, not {shapes}")
    in_order = (W, x, b)  # the order in drawings: x in the middle, W above and b below
    return _made("Affine", x.data @ W.data + b.data, in_order,
                 lambda g: (x.data.T @ g, g @ W.data.T, g.sum(axis=0)))


def softmax_cross_entropy(logits: Value, targets: ArrayLike) -> Value:
    """L = -mean_n Σ_k t_nk log softmax(x_n)_k;   ∂L/∂x = (softmax(x) - t) / N        logits: (N, K) or (K,)

    ``targets`` are one-hot rows or probabilities, in the shape of the logits; otherwise raises ValueError.

    >>> x = Value([1.0, 2.0, 3.0])
    >>> softmax_cross_entropy(x, [0, 0, 1]).backward()
    >>> x.gradient.round(3)
    array([ 0.09 ,  0.245, -0.335])
    """
    t = np.asarray(targets, dtype=np.float64)
    if t.shape != logits.data.shape or t.ndim not in (1, 2):
        raise ValueError(f"logits and targets must both be (N, K) or (K,), not {logits.data.shape} and {t.shape}")
    logs = log_softmax(logits.data)
    rows = t.size // t.shape[-1]
    slope = (np.exp(logs) * t.sum(axis=-1, keepdims=True) - t) / rows
    return _made("softmax+CE", -np.sum(t * logs) / rows, (logits,), lambda g: (g * slope,))


def topological(value: Value) -> list[Value]:
    """All nodes of the graph of ``value`` in topological order: operands first, ``value`` last."""
    order: list[Value] = []
    seen: set[int] = set()
    todo = [(value, False)]
    while todo:
        at, done = todo.pop()
        if done:
            order.append(at)
        elif id(at) not in seen:
            seen.add(id(at))
            todo.append((at, True))
            todo += [(operand, False) for operand in reversed(at.operands)]
    return order


def _value(operand: Operand) -> Value:
    return operand if isinstance(operand, Value) else Value(operand)


def _made(operation: str, data: Any, operands: tuple[Value, ...], back: Back) -> Value:  # noqa: ANN401
    value = Value(data)
    value.operation, value.operands, value._back = operation, operands, back
    return value


def _fitted(gradient: Array, shape: tuple[int, ...]) -> Array:
    """A gradient summed over the axes along which an operand was broadcast."""
    extra = gradient.ndim - len(shape)
    total: Array = gradient.sum(axis=tuple(range(extra))) if extra > 0 else gradient
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and total.shape[i] != 1)
    return total.sum(axis=stretched, keepdims=True) if stretched else total
