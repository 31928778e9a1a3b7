"""Models: sequences of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnviz.activations import sigmoid, softmax
from nnviz.arguments import checked
from nnviz.arrays import finite
from nnviz.init import Seed
from nnviz.layers import Array, Layer, Linear, Parameter, ReLU, Sigmoid, Softmax


class Sequential(Layer):
    """y = f_L(… f_2(f_1(x)) …), and the gradient back through all of them.

    >>> model = Sequential(Linear(2, 3, rng=0), ReLU(), Linear(3, 1, rng=1))
    >>> model(np.zeros((4, 2))).shape, model.predict(np.zeros((4, 2)))
    ((4, 1), array([0, 0, 0, 0]))
    """

    def __init__(self, *layers: Layer) -> None:
        for layer in layers:
            if not isinstance(layer, Layer):
                hint = "; pass them one by one: Sequential(*layers)" if isinstance(layer, list | tuple) else ""
                raise TypeError(f"a model is made of layers, not of {layer!r:.60}{hint}")
        self.layers = layers

    @property
    def parameters(self) -> tuple[Parameter, ...]:  # type: ignore[override]
        """The parameters of all layers, in order."""
        return tuple(parameter for layer in self.layers for parameter in layer.parameters)

    def forward(self, x: Array, *, training: bool = False) -> Array:
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, gradient: Array) -> Array:
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)
        return gradient

    def learn(self, gradient: Array) -> None:
        """Stops at the first layer with parameters, because earlier ones need no gradient."""
        first = next((i for i, layer in enumerate(self.layers) if layer.parameters), len(self.layers))
        for layer in reversed(self.layers[first + 1:]):
            gradient = layer.backward(gradient)
        for layer in self.layers[first:first + 1]:
            layer.learn(gradient)

    def predict(self, x: ArrayLike) -> NDArray[np.int_]:
        """The class of each row: the largest output, or for a single output whether its probability is above ½."""
        return _classes(self.predict_proba(x))

    def predict_proba(self, x: ArrayLike) -> Array:
        """Probabilities (N, K) of a model whose outputs are logits, or already probabilities.

        For a single output (N, 1), the probabilities of class 1, (N,).
        """
        outputs = self.forward(finite("x", x).astype(self._dtype(), copy=False))
        if outputs.shape[-1] == 1:
            outputs = outputs[..., 0]
            return outputs if isinstance(self.layers[-1], Sigmoid) else sigmoid(outputs)
        return outputs if isinstance(self.layers[-1], Softmax | Sigmoid) else softmax(outputs)

    def astype(self, dtype: DTypeLike) -> Self:
        for layer in self.layers:
            layer.astype(dtype)
        return self

    def _dtype(self) -> DTypeLike:
        return self.parameters[0].value.dtype if self.parameters else np.float64

    def __iter__(self) -> Iterator[Layer]:
        """The layers."""
        return iter(self.layers)

    def __getitem__(self, number: int) -> Layer:
        """One layer."""
        return self.layers[number]

    def __len__(self) -> int:
        """The number of layers."""
        return len(self.layers)

    def __repr__(self) -> str:
        """All layers, in order."""
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"


class Residual(Sequential):
    """y = x + f(x), with a sequence of layers f;   ∂L/∂x = ∂L/∂y + (∂f/∂x)ᵀ ∂L/∂y.

    The gradient can bypass the layers. Source: He, Zhang, Ren, Sun, "Deep Residual Learning" (2016).

    >>> Residual(Linear(3, 3, init=0.0))(np.ones((1, 3)))
    array([[1., 1., 1.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        return x + super().forward(x, training=training)

    def backward(self, gradient: Array) -> Array:
        return gradient + super().backward(gradient)


def _classes(probabilities: Array) -> NDArray[np.int_]:
    if probabilities.ndim == 1:
        return (probabilities > 0.5).astype(int)
    classes: NDArray[np.int_] = probabilities.argmax(axis=-1)
    return classes


@checked
def mlp(
    sizes: Sequence[int], *, activation: Callable[[], Layer] = ReLU, init: str | float = "he", rng: Seed = None,
) -> Sequential:
    """A multilayer perceptron: Linear layers of these sizes with ``activation`` in between; outputs are logits.

    >>> [type(layer).__name__ for layer in mlp((2, 8, 2), rng=0)]
    ['Linear', 'ReLU', 'Linear']
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes must be two or more numbers, inputs first, not {tuple(sizes)}")
    generator = np.random.default_rng(rng)
    layers: list[Layer] = []
    for inputs, outputs in pairwise(sizes):
        layers += [Linear(inputs, outputs, init=init, rng=generator), activation()]
    return Sequential(*layers[:-1])
