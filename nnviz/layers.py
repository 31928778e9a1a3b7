"""Layers, with forward and backward pass.

Batches are rows: x is (N, inputs), an image (N, C, H, W). ``forward`` stores what ``backward`` needs;
``backward`` maps ∂L/∂y to ∂L/∂x, and stores ∂L/∂θ in the gradient of each parameter θ. Floating dtypes are
preserved: ``layer.astype(np.float32)`` makes the parameters float32.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnviz.activations import ACTIVATIONS, sigmoid, softmax
from nnviz.arguments import Count, checked, nearest
from nnviz.arrays import numbers
from nnviz.init import Seed, initial

Array = NDArray[np.floating[Any]]
T = TypeVar("T")
ELSEWHERE: Mapping[str, str] = MappingProxyType({
    "Attention": "attention", "AveragePool2d": "convolution", "BatchNorm": "normalization", "Conv2d": "convolution",
    "Embedding": "embedding", "LayerNorm": "normalization", "MaxPool2d": "convolution", "RNN": "recurrent",
    "PositionalEncoding": "embedding", "Residual": "model", "Sequential": "model",
})
"""Layers defined in other modules that can also be imported from here."""


def __getattr__(name: str) -> type[Layer]:
    if name in ELSEWHERE:
        layer: type[Layer] = getattr(import_module(f"nnviz.{ELSEWHERE[name]}"), name)
        return layer
    raise AttributeError(f"module 'nnviz.layers' has no attribute {name!r}{nearest(name, [*globals(), *ELSEWHERE])}")


def __dir__() -> list[str]:
    return sorted([*globals(), *ELSEWHERE])


@dataclass(slots=True, eq=False)
class Parameter:
    """A trainable array, and the gradient of the loss with respect to it."""

    value: Array
    gradient: Array = field(init=False)

    def __post_init__(self) -> None:
        self.gradient = np.zeros_like(self.value)


class Layer(ABC):
    """A layer of a network: a function of a batch and its parameters."""

    parameters: tuple[Parameter, ...] = ()

    def __init_subclass__(cls) -> None:
        """Make ``forward`` convert its argument to floats, and raise TypeError for anything but numbers."""
        if "forward" in vars(cls):
            cls.forward = _of_numbers(cls.forward)  # type: ignore[method-assign]

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False) -> Array:
        """y for a batch x. ``training``: some layers behave differently during training."""

    @abstractmethod
    def backward(self, gradient: Array) -> Array:
        """∂L/∂y -> ∂L/∂x; overwrites the gradients of the parameters. RuntimeError before ``forward``."""

    def learn(self, gradient: Array) -> None:
        """∂L/∂y -> only the gradients of the parameters; the first layer needs no ∂L/∂x."""
        self.backward(gradient)

    def astype(self, dtype: DTypeLike) -> Self:
        """Convert the parameters to another dtype; return the layer."""
        for parameter in self.parameters:
            parameter.value = parameter.value.astype(dtype)
            parameter.gradient = parameter.gradient.astype(dtype)
        return self

    def __call__(self, x: Array) -> Array:
        """``forward`` outside of training."""
        return self.forward(x)

    def __repr__(self) -> str:
        """The layer with the shapes of its parameters."""
        shapes = (f"{name}: {each.value.shape}" for name, each in vars(self).items() if isinstance(each, Parameter))
        return f"{type(self).__name__}({', '.join(shapes)})"


def _of_numbers(forward: Callable[..., Array]) -> Callable[..., Array]:
    @wraps(forward)
    def inside(self: Layer, x: Array, *, training: bool = False) -> Array:
        floats = isinstance(x, np.ndarray) and x.dtype.kind == "f"
        return forward(self, x if floats else numbers("x", x), training=training)

    return inside


def remembered(value: T | None) -> T:
    """What ``forward`` stored for ``backward``; raises RuntimeError if it has not been called."""
    if value is None:
        raise RuntimeError("backward before forward; call forward first")
    return value


class Linear(Layer):
    """y = x @ W + b        x: (…, inputs)   W: (inputs, outputs)   b: (outputs,)   y: (…, outputs)

    ∂L/∂W = xᵀ @ ∂L/∂y,   ∂L/∂b = Σ ∂L/∂y over the batch,   ∂L/∂x = ∂L/∂y @ Wᵀ

    ``init`` is "he", "xavier" or a standard deviation. Also called fully connected, dense, affine.

    >>> Linear(2, 3, rng=0).forward(np.ones((5, 2))).shape
    (5, 3)
    """

    @checked
    def __init__(
        self, inputs: Count, outputs: Count, *, init: str | float = "he", bias: bool = True, rng: Seed = None,
    ) -> None:
        self.W = Parameter(initial(inputs, outputs, init, rng))
        self.b = Parameter(np.zeros(outputs)) if bias else None
        self.parameters = (self.W, self.b) if self.b else (self.W,)
        self._x: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        inputs = self.W.value.shape[0]
        if x.ndim < 2 or x.shape[-1] != inputs:
            raise ValueError(f"this layer takes (N, {inputs}), not {x.shape}")
        self._x = x
        y: Array = x @ self.W.value
        if self.b:
            y += self.b.value
        return y

    def backward(self, gradient: Array) -> Array:
        self.learn(gradient)
        dx: Array = gradient @ self.W.value.T
        return dx

    def learn(self, gradient: Array) -> None:
        x = remembered(self._x)
        rows = gradient.reshape(-1, gradient.shape[-1])
        np.matmul(x.reshape(-1, x.shape[-1]).T, rows, out=self.W.gradient)
        if self.b:
            rows.sum(axis=0, out=self.b.gradient)


class Sigmoid(Layer):
    """y = σ(x) = 1 / (1 + e^{-x});   ∂L/∂x = ∂L/∂y · y (1 - y)."""

    _y: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._y = sigmoid(x)
        return self._y

    def backward(self, gradient: Array) -> Array:
        y = remembered(self._y)
        return gradient * y * (1 - y)


class Tanh(Layer):
    """y = tanh(x);   ∂L/∂x = ∂L/∂y · (1 - y²)."""

    _y: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._y = np.tanh(x)
        return self._y

    def backward(self, gradient: Array) -> Array:
        return gradient * (1 - remembered(self._y) ** 2)


class ReLU(Layer):
    """y = max(0, x);   ∂L/∂x = ∂L/∂y where x > 0, else 0."""

    _y: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._y = np.maximum(x, 0)
        return self._y

    def backward(self, gradient: Array) -> Array:
        return gradient * (remembered(self._y) > 0)


class LeakyReLU(Layer):
    """y = x where x > 0, else slope · x;   ∂L/∂x = ∂L/∂y where x > 0, else slope · ∂L/∂y."""

    @checked
    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope
        self._factor: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._factor = np.where(x > 0, 1, self.slope).astype(x.dtype)
        return x * self._factor

    def backward(self, gradient: Array) -> Array:
        return gradient * remembered(self._factor)


class _Smooth(Layer):
    """An elementwise function whose derivative is computed from x."""

    _x: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._x = x
        return ACTIVATIONS[type(self).__name__.lower()](x)

    def backward(self, gradient: Array) -> Array:
        return gradient * ACTIVATIONS[type(self).__name__.lower()].derivative(remembered(self._x))


class ELU(_Smooth):
    """y = x where x > 0, else e^x - 1;   ∂L/∂x = ∂L/∂y where x > 0, else ∂L/∂y · e^x."""


class Softplus(_Smooth):
    """y = log(1 + e^x);   ∂L/∂x = ∂L/∂y · σ(x)."""


class SiLU(_Smooth):
    """y = x σ(x);   ∂L/∂x = ∂L/∂y · σ(x) (1 + x (1 - σ(x)))."""


class GELU(_Smooth):
    """y = x Φ(x), approximated by tanh as in ``activations.gelu``;   ∂L/∂x = ∂L/∂y · h'(x)."""


class Softmax(Layer):
    """y_k = e^{x_k} / Σ_i e^{x_i} in each row;   ∂L/∂x_k = y_k (∂L/∂y_k - Σ_i y_i ∂L/∂y_i).

    For training, omit it and use ``CrossEntropyLoss``, which includes it.
    """

    _y: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._y = softmax(x)
        return self._y

    def backward(self, gradient: Array) -> Array:
        y = remembered(self._y)
        along: Array = (gradient * y).sum(axis=-1, keepdims=True)
        return y * (gradient - along)


class Dropout(Layer):
    """In training y = x · m / (1 - p), with m = 0 with probability p, otherwise 1; in evaluation y = x.

    p is the share that is *dropped*. The division keeps the expected value ("inverted" dropout).
    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014).
    """

    @checked
    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"p, the share that is dropped, must be in [0, 1), not {p}")
        self.p = p
        self.rng = np.random.default_rng(rng)
        self._mask: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        self._mask = np.ones((), x.dtype)
        if training:
            self._mask = ((self.rng.random(x.shape, np.float32) >= self.p) / (1 - self.p)).astype(x.dtype)
        return x * self._mask

    def backward(self, gradient: Array) -> Array:
        return gradient * remembered(self._mask)


class Flatten(Layer):
    """(N, C, H, W) -> (N, C · H · W)."""

    _shape: tuple[int, ...] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        if not x.ndim:
            raise ValueError("this layer takes (N, …), not a single number")
        self._shape = x.shape
        return x.reshape(len(x), int(np.prod(x.shape[1:])))

    def backward(self, gradient: Array) -> Array:
        return gradient.reshape(remembered(self._shape))
