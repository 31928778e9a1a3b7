"""Neural networks in NumPy, and their pictures: for lectures, notebooks and slides.

Batches are rows: ``x`` is (N, D), a layer is ``y = x @ W + b`` with ``W`` (D, outputs) and ``b`` (outputs,).

activations    step, sigmoid, tanh, relu, leaky_relu, identity, softmax, log_softmax; each with its derivative
perceptron     Perceptron(weights, bias), and the rule that learns one
gates          AND, OR, NAND, NOT, XOR and their truth tables
layers         Linear, Sigmoid, Tanh, ReLU, LeakyReLU, Softmax, Dropout, Flatten: forward and backward
normalization  BatchNorm
convolution    Conv2d, MaxPool2d, AveragePool2d
recurrent      RNN
init           xavier, he, normal: initial weights
model          Sequential(*layers), mlp(sizes)
losses         MSELoss, BCEWithLogitsLoss, CrossEntropyLoss
optim          SGD, AdaGrad, RMSprop, Adam
train          fit(…) yields an Epoch each; batches, evaluate
gradient       numerical_gradient, check_gradient
descent        gradient_descent(…) -> the whole path
graph          Value: a computational graph, define-by-run
network        Network(sizes), column by column as in the lecture, and its vectorised twin
data           gates, moons, spirals, two Gaussians, digits, MNIST's files
plots          draw_*(…, ax=None) -> Axes
style          fonts, colours and sizes of the figures, as a context
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = [
    "activations", "convolution", "data", "descent", "gates", "gradient", "graph", "init", "layers", "losses", "model",
    "network", "normalization", "optim", "perceptron", "plots", "recurrent", "style", "train",
]


def __getattr__(name: str) -> ModuleType:
    """Import a submodule when it is first asked for: ``import nnviz`` costs next to nothing."""
    if name in __all__:
        return import_module(f"nnviz.{name}")
    raise AttributeError(f"module 'nnviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
