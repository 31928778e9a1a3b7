"""The figures: every ``draw_*`` draws into ``ax``, or makes a figure of its own, and returns the Axes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

_HOMES = {
    "draw_activation": "curves", "draw_activations": "curves", "draw_vanishing_gradient": "curves",
    "draw_decision_regions": "decision",
    "draw_logic_circuit": "circuit",
    "draw_model": "neurons", "draw_neuron": "neurons", "draw_perceptron": "neurons",
    "draw_layers": "network", "draw_network": "network",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Callable[..., Any]:
    """Import a figure's module when it is first asked for."""
    if name in _HOMES:
        function: Callable[..., Any] = getattr(import_module(f"nnviz.plots.{_HOMES[name]}"), name)
        return function
    raise AttributeError(f"module 'nnviz.plots' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
