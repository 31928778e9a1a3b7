"""Neural networks in NumPy, and their pictures: for lectures, notebooks and slides.

Batches are rows: ``x`` is (N, D), a layer is ``y = x @ W + b`` with ``W`` (D, outputs) and ``b`` (outputs,).

activations    step, sigmoid, tanh, relu, gelu, softmax …; each with its derivative
smooth         the smooth ones among the activations
perceptron     Perceptron(weights, bias), and the rule that learns one
gates          AND, OR, NAND, NOT, XOR and their truth tables
layers         Linear, ReLU, GELU, Softmax, Dropout …: forward and backward; re-exports the layers below
normalization  BatchNorm, LayerNorm
convolution    Conv2d, MaxPool2d, AveragePool2d
recurrent      RNN
embedding      Embedding, PositionalEncoding
attention      Attention: multi-head self-attention
init           xavier, he, normal: initial weights
model          Sequential(*layers), Residual(*layers), mlp(sizes)
losses         MSELoss, BCEWithLogitsLoss, CrossEntropyLoss
optim          SGD, AdaGrad, RMSprop, Adam
train          fit(…) yields an Epoch each; batches, evaluate
gradient       numerical_gradient, check_gradient
descent        gradient_descent(…), which returns the whole path
graph          Value: a computational graph, define-by-run
network        Network(sizes), column by column as in the lecture, and its vectorised twin
data           gates, moons, spirals, two Gaussians, digits, MNIST's files
plots          draw_*(…, ax=None, lang=None) -> Axes
language       set_lang("en"): labels of figures in English instead of Japanese
style          fonts, colours and sizes of figures, as a context manager or globally
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"
__all__ = [
    "activations", "attention", "convolution", "data", "descent", "embedding", "gates", "gradient", "graph", "init",
    "language", "layers", "losses", "model", "network", "normalization", "optim", "perceptron", "plots", "recurrent",
    "smooth", "style", "train",
]


def __getattr__(name: str) -> ModuleType:
    """Import a submodule on first access, so that ``import nnviz`` is fast."""
    if name in __all__:
        return import_module(f"nnviz.{name}")
    from nnviz.arguments import nearest

    raise AttributeError(f"module 'nnviz' has no attribute {name!r}{nearest(name, __all__)}")


def __dir__() -> list[str]:
    return __all__
