"""Neural networks in NumPy, and their pictures: for lectures, notebooks and slides.

Batches are rows: ``x`` is (N, D), a layer is ``y = x @ W + b`` with ``W`` (D, outputs) and ``b`` (outputs,).

activations    step, sigmoid, tanh, relu, gelu, softmax …; each with its derivative
smooth         the smooth ones among the activations
perceptron     Perceptron(weights, bias), and the rule that learns one
gates          AND, OR, NAND, NOT, XOR and their truth tables
layers         Linear, ReLU, GELU, Softmax, Dropout …: forward and backward; the layers below can be had from here, too
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
descent        gradient_descent(…) -> the whole path
graph          Value: a computational graph, define-by-run
network        Network(sizes), column by column as in the lecture, and its vectorised twin
data           gates, moons, spirals, two Gaussians, digits, MNIST's files
plots          draw_*(…, ax=None, lang=None) -> Axes
language       set_lang("en"): what drawings write themselves, in English instead of Japanese
style          fonts, colours and sizes of the figures, as a context, or from then on
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
    """Import a submodule when it is first asked for: ``import nnviz`` costs next to nothing."""
    if name in __all__:
        return import_module(f"nnviz.{name}")
    from nnviz.arguments import nearest

    raise AttributeError(f"module 'nnviz' has no attribute {name!r}{nearest(name, __all__)}")


def __dir__() -> list[str]:
    return __all__
