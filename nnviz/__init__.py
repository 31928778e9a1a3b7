"""Neural networks in NumPy, and their pictures: for lectures, notebooks and slides.

Batches are rows: ``x`` is (N, D), a layer is ``y = x @ W + b`` with ``W`` (D, outputs) and ``b`` (outputs,).

activations   step, sigmoid, tanh, relu, leaky_relu, identity, softmax, log_softmax; each with its derivative
perceptron    Perceptron(weights, bias), and the rule that learns one
gates         AND, OR, NAND, NOT, XOR and their truth tables
plots         draw_*(…, ax=None) -> Axes
style         fonts, colours and sizes of the figures, as a context
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = ["activations", "gates", "perceptron", "plots", "style"]


def __getattr__(name: str) -> ModuleType:
    """Import a submodule when it is first asked for: ``import nnviz`` costs next to nothing."""
    if name in __all__:
        return import_module(f"nnviz.{name}")
    raise AttributeError(f"module 'nnviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
