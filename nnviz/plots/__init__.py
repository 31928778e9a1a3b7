"""Figures: ``draw_*`` draws into ``ax`` or a new figure, and returns the Axes; ``animate_*`` returns an animation.

A ``…Display`` stores its data and can be drawn again with ``plot(ax=…)``. All accept ``lang="ja"`` or ``"en"``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from nnviz.arguments import nearest

_FIGURES = {
    "attention": ("draw_attention",),
    "circuit": ("draw_logic_circuit",),
    "convolution": ("animate_convolution", "draw_convolution", "draw_convolutional_network", "draw_lenet",
                    "draw_pooling"),
    "curves": ("draw_activation", "draw_activations", "draw_vanishing_gradient"),
    "decision": ("animate_bent_plane", "draw_bent_plane", "draw_decision_regions"),
    "descent": ("animate_descent", "animate_loss_surface", "draw_descent", "draw_learning_rates", "draw_loss_surface",
                "draw_loss_surface_3d"),
    "display": ("DecisionRegionDisplay", "LearningCurveDisplay"),
    "graph": ("animate_graph", "draw_graph"),
    "images": ("draw_feature_maps", "draw_images", "draw_weights"),
    "learning": ("draw_batchnorm", "draw_folds", "draw_gradient_cost", "draw_initial_values", "draw_losses",
                 "draw_minibatches", "draw_overfitting"),
    "models": ("animate_approximation", "animate_perceptron_learning", "draw_approximations", "draw_discriminative",
               "draw_generative", "draw_perceptron_learning"),
    "network": ("animate_network", "draw_layers", "draw_network"),
    "neurons": ("draw_model", "draw_neuron", "draw_perceptron"),
    "outputs": ("draw_classifier", "draw_confusion_matrix", "draw_softmax"),
    "recurrent": ("draw_dropout", "draw_rnn"),
    "shapes": ("draw_layer_blocks", "draw_layer_kinds", "draw_shapes"),
}
_HOMES = {name: module for module, names in _FIGURES.items() for name in names}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Callable[..., Any]:
    """Import the module of a figure on first access."""
    if name in _HOMES:
        function: Callable[..., Any] = getattr(import_module(f"nnviz.plots.{_HOMES[name]}"), name)
        return function
    raise AttributeError(f"module 'nnviz.plots' has no attribute {name!r}{nearest(name, __all__)}")


def __dir__() -> list[str]:
    return __all__
