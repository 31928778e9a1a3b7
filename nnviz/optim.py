"""Optimisers, with PyTorch's formulas and default values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import numpy as np

from nnviz.arguments import Amount, Share, checked
from nnviz.layers import Array, Parameter


class Optimizer(ABC):
    """Updates parameters in place by their gradients, once per ``step()``.

    With ``weight_decay`` λ, g + λ θ replaces the gradient g, as if ½ λ |θ|² were added to the loss.
    """

    @checked
    def __init__(self, parameters: Iterable[Parameter], learning_rate: Amount, *, weight_decay: Amount = 0.0) -> None:
        self.parameters = tuple(parameters)
        if not all(isinstance(each, Parameter) for each in self.parameters):
            raise TypeError(f"parameters must be those of a model, model.parameters, not {self.parameters!r:.60}")
        if not self.parameters:
            raise ValueError("there are no parameters to learn")
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay

    def step(self) -> None:
        """Update every parameter once."""
        for parameter in self.parameters:
            gradient = parameter.gradient
            if self.weight_decay:
                gradient = gradient + self.weight_decay * parameter.value
            self._move(parameter, gradient)

    @abstractmethod
    def _move(self, parameter: Parameter, gradient: Array) -> None:
        """Update one parameter."""


def _zeros(parameters: Iterable[Parameter]) -> dict[Parameter, Array]:
    return {parameter: np.zeros_like(parameter.value) for parameter in parameters}


class SGD(Optimizer):
    """θ ← θ - η g; with momentum μ: v ← μ v + g, θ ← θ - η v; Nesterov's: θ ← θ - η (g + μ v).

    Sources: Polyak (1964); Sutskever, Martens, Dahl, Hinton (2013).
    """

    @checked
    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: Amount = 0.01, *, momentum: Share = 0.0,
        nesterov: bool = False, weight_decay: Amount = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay)
        self.momentum = momentum
        self.nesterov = nesterov
        self._velocity = _zeros(self.parameters) if momentum else {}

    def _move(self, parameter: Parameter, gradient: Array) -> None:
        if self.momentum:
            velocity = self._velocity[parameter]
            velocity *= self.momentum
            velocity += gradient
            gradient = gradient + self.momentum * velocity if self.nesterov else velocity
        parameter.value -= self.learning_rate * gradient


class AdaGrad(Optimizer):
    """s ← s + g²,   θ ← θ - η g / (√s + ε): steps shrink where gradients were large.

    Source: Duchi, Hazan, Singer (2011).
    """

    @checked
    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: Amount = 0.01, *, eps: Amount = 1e-10,
        weight_decay: Amount = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay)
        self.eps = eps
        self._squares = _zeros(self.parameters)

    def _move(self, parameter: Parameter, gradient: Array) -> None:
        squares = self._squares[parameter]
        squares += gradient ** 2
        parameter.value -= self.learning_rate * gradient / (np.sqrt(squares) + self.eps)


class RMSprop(Optimizer):
    """s ← α s + (1 - α) g²,   θ ← θ - η g / (√s + ε): AdaGrad with a decaying average.

    Source: Tieleman, Hinton, lecture 6.5 of "Neural Networks for Machine Learning" (2012).
    """

    @checked
    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: Amount = 0.01, *, alpha: Share = 0.99, eps: Amount = 1e-8,
        weight_decay: Amount = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay)
        self.alpha = alpha
        self.eps = eps
        self._squares = _zeros(self.parameters)

    def _move(self, parameter: Parameter, gradient: Array) -> None:
        squares = self._squares[parameter]
        squares *= self.alpha
        squares += (1 - self.alpha) * gradient ** 2
        parameter.value -= self.learning_rate * gradient / (np.sqrt(squares) + self.eps)


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g,   s ← β₂ s + (1 - β₂) g²,   θ ← θ - η m̂ / (√ŝ + ε).

    m̂ = m / (1 - β₁ᵗ) and ŝ = s / (1 - β₂ᵗ) correct the bias of starting at zero (step t).
    Source: Kingma, Ba (2015).
    """

    @checked
    def __init__(
        self, parameters: Iterable[Parameter], learning_rate: Amount = 0.001, *,
        betas: tuple[Share, Share] = (0.9, 0.999), eps: Amount = 1e-8, weight_decay: Amount = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay)
        self.betas = betas
        self.eps = eps
        self.steps = 0
        self._means = _zeros(self.parameters)
        self._squares = _zeros(self.parameters)

    def step(self) -> None:
        self.steps += 1
        super().step()

    def _move(self, parameter: Parameter, gradient: Array) -> None:
        first, second = self.betas
        mean, squares = self._means[parameter], self._squares[parameter]
        mean *= first
        mean += (1 - first) * gradient
        squares *= second
        squares += (1 - second) * gradient ** 2
        size = self.learning_rate / (1 - first ** self.steps)
        parameter.value -= size * mean / (np.sqrt(squares / (1 - second ** self.steps)) + self.eps)
