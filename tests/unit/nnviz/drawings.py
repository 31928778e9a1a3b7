"""An example of every drawing of nnviz."""


import numpy as np
import pytest

from nnviz import data, gates, plots
from nnviz.descent import gradient_descent
from nnviz.graph import Value, affine, softmax_cross_entropy
from nnviz.perceptron import Perceptron, fit_perceptron
from nnviz.train import Epoch

POINTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
RNG = np.random.default_rng(0)
HISTORY = [Epoch(n, 1 / n, 1 - 0.5 / n, 1 / n + 0.02 * n, 0.9 - 0.3 / n) for n in range(1, 21)]
CLOUDS = data.two_gaussians(80, rng=0)
BOWL = {"f": lambda p: p[..., 0] ** 2 / 20 + p[..., 1] ** 2, "limits": ((-8, 8), (-4, 4))}
DOWN = gradient_descent(lambda p: p[0] ** 2 / 20 + p[1] ** 2, lambda p: np.array([p[0] / 10, 2 * p[1]]), (-7, 2), steps=9)
ROLLING = gradient_descent(lambda x: x ** 2, lambda x: 2 * x, 4.0, learning_rate=0.2, steps=5)


def price():
    value = (Value(100, "りんご") * Value(2, "個数") + Value(150, "みかん") * Value(3, "個数")) * Value(1.1, "消費税")
    value.backward()
    return value


def net():
    x, t = RNG.random((5, 4)), np.eye(2)[[0, 1, 1, 0, 1]]
    hidden = (Value(x, "X") @ Value(RNG.random((4, 3)), "W1") + Value(RNG.random(3), "b1")).sigmoid()
    loss = softmax_cross_entropy(hidden @ Value(RNG.random((3, 2)), "W2") + Value(RNG.random(2), "b2"), t)
    loss.backward()
    return loss


def three_layers():
    h = Value(RNG.random((5, 4)), "X")
    for n, (rows, columns) in enumerate([(4, 3), (3, 3), (3, 2)], start=1):
        h = affine(h, Value(RNG.random((rows, columns)), f"W{n}"), Value(RNG.random(columns), f"b{n}"))
        h = h.sigmoid() if n < 3 else softmax_cross_entropy(h, np.eye(2)[[0, 1, 1, 0, 1]])
    h.backward()
    return h


def branches():
    a, b = Value(2, "a"), Value(-3, "b")
    value = (a * b + a).exp() / (a + b) + a * a
    value.backward()
    return value


EXAMPLES = {
    "animate_approximation": [{"f": np.sin, "widths": (1, 3)}],
    "animate_bent_plane": [{"hidden": np.tanh, "X": POINTS, "y": [0, 1, 1, 0], "line": Perceptron((1, 1), -1), "frames": 4}],
    "animate_convolution": [{"image": np.arange(9).reshape(3, 3), "kernel": [[1, 0], [0, -1]]}],
    "animate_descent": [{"f": np.square, "path": ROLLING}],
    "animate_graph": [{"value": price()}],
    "animate_loss_surface": [{**BOWL, "paths": [DOWN], "labels": ["SGD"]}],
    "animate_network": [{"nodes": [[1.0, 0.5], ["a", "$b$"]], "captions": ["入力", "一つ目", "二つ目"]}],
    "animate_perceptron_learning": [{"perceptrons": list(fit_perceptron(*data.gate("OR"))), "X": POINTS, "y": [0, 1, 1, 1]}],
    "draw_activation": [{"activation": "sigmoid", "derivative": True}, {"activation": "step"}],
    "draw_approximations": [{"f": np.sin}],
    "draw_attention": [{"weights": np.eye(4) * 0.8 + 0.05}, {"weights": RNG.dirichlet(np.ones(3), 2), "queries": "ab", "keys": "xyz"}],
    "draw_batchnorm": [{"before": RNG.normal(3, 2, (50, 4)), "after": RNG.normal(0, 1, (50, 4))}],
    "draw_bent_plane": [{"hidden": np.tanh, "X": POINTS, "y": [0, 1, 1, 0], "share": 0.5}],
    "draw_classifier": [{}, {"scores": (-1.5, 3, 0.25, 12), "labels": ("犬", "猫", "鳥", "魚")}],
    "draw_confusion_matrix": [{"targets": RNG.integers(0, 10, 99), "predictions": RNG.integers(0, 10, 99)},
                              {"targets": [0, 1, 1], "predictions": [0, 1, 0], "labels": ["犬", "猫"], "normalize": True}],
    "draw_convolution": [{"image": RNG.integers(0, 9, (5, 5)), "kernel": RNG.integers(-2, 3, (3, 3))},
                         {"image": RNG.random((6, 4)), "kernel": RNG.normal(size=(4, 2)), "stride": 2, "step": 1}],
    "draw_convolutional_network": [{"stages": [("入力", 3, 32, "畳み込み"), ("特徴", 64, 16, ""), ("出力", 10, 1, "")]}],
    "draw_decision_regions": [{"predict": gates.XOR, "X": POINTS, "y": [0, 1, 1, 0]}, {"predict": None, "line": gates.AND}],
    "draw_descent": [{"f": np.square, "paths": ROLLING}, {"f": np.square, "paths": [ROLLING, ROLLING], "labels": ["a", "b"]}],
    "draw_discriminative": [{"X": CLOUDS[0], "y": CLOUDS[1]}],
    "draw_dropout": [{}, {"sizes": (2, 3, 3, 3, 1), "p": 0.9}],
    "draw_feature_maps": [{"maps": RNG.normal(size=(12, 6, 6)), "titles": [f"{n}番" for n in range(12)]}],
    "draw_generative": [{"X": CLOUDS[0], "y": CLOUDS[1]}],
    "draw_gradient_cost": [{"parameters": [10, 100, 1000], "numerical": [20, 200, 2000], "backprop": [2, 2, 2]}],
    "draw_graph": [{"value": price()}, {"value": net()}, {"value": branches()}, {"value": price(), "steps": 6},
                   {"value": price(), "show": "forward"}, {"value": Value(3, "x") * 2, "show": "none"}],
    "draw_images": [{"images": RNG.random((13, 64)), "labels": range(13), "predictions": [*range(12), 0]}],
    "draw_initial_values": [{"activations": {"Xavier": [RNG.normal(size=99)] * 5, "標準偏差 0.01": [RNG.normal(size=99)] * 5}}],
    "draw_layer_blocks": [{"layers": ["Affine", "ReLU", "Softmax"], "shapes": ["(N, 784)", "(N, 50)", "(N, 50)", "(N, 50)"]},
                          {"layers": ["Conv2d"]}],
    "draw_learning_rates": [{"f": np.square, "df": lambda x: 2 * x, "start": 4.0}],
    "draw_logic_circuit": [{}],
    "draw_loss_surface": [{**BOWL, "paths": [DOWN], "labels": ["SGD"]}],
    "draw_loss_surface_3d": [{**BOWL, "path": DOWN}],
    "draw_losses": [{"history": HISTORY}, {"history": HISTORY[:3], "metric": "accuracy"}, {"history": {"SGD": [3, 2, 1]}}],
    "draw_network": [
        {"sizes": (2, 3, 2)}, {"sizes": (2, 3, 2), "bias": True, "edge_labels": True, "highlight": [(1, 1)]},
        {"sizes": (784, 50, 10), "bias": True}, {"sizes": (2, 2, 1), "edge_labels": True, "bias": True},
        {"sizes": (2, 3, 1), "weights": [np.ones((2, 3)), -np.ones((3, 1))], "edge_labels": True},
        {"sizes": (2, 2), "nodes": [[1.0, 0.5], ["a", "$b$"]], "names": False}, {"sizes": (1, 1)},
    ],
    "draw_neuron": [{}, {"inputs": 1}, {"inputs": 5, "activation": r"\sigma"}],
    "draw_overfitting": [{"history": HISTORY}],
    "draw_perceptron": [{}, {"perceptron": gates.AND}, {"perceptron": Perceptron((-1.25, 2, 0.333), 10)}, {"inputs": 4}],
    "draw_perceptron_learning": [{"perceptrons": list(fit_perceptron(*data.gate("AND"))), "X": POINTS, "y": [0, 0, 0, 1]}],
    "draw_pooling": [{"image": RNG.integers(0, 9, (4, 6))}, {"image": RNG.integers(0, 9, (6, 6)), "size": 3, "kind": "average"}],
    "draw_rnn": [{}, {"steps": 1}],
    "draw_shapes": [{"terms": [("$X$", (2, 3)), ("$W$", (3, 4)), "+", ("$B$", (2, 4)), "=", ("$A$", (2, 4))]},
                    {"terms": [("$X$", (100, 784)), ("$W$", (784, 50)), "=", ("$A$", (100, 50))]}],
    "draw_softmax": [{"logits": [1.0, 2.0, -3.0]}, {"logits": [0.3, 0.2], "labels": ["犬", "猫"]}],
    "draw_weights": [{"weights": RNG.normal(size=(64, 10))}, {"weights": RNG.normal(size=(6, 3)), "shape": (2, 3)}],
}
CALLS = [pytest.param(getattr(plots, name), options, id=f"{name}-{n}") for name in plots.__all__ if name.startswith("draw_")
         for n, options in enumerate(EXAMPLES.get(name, [{}]))]
ANIMATIONS = [pytest.param(getattr(plots, name), options, id=name) for name in plots.__all__ if name.startswith("animate_")
              for options in EXAMPLES[name]]
FEW = [call if call.id.endswith("-0") else pytest.param(*call.values, id=call.id, marks=pytest.mark.attack) for call in CALLS]
"""Of each drawing one example in `make test`, all in `make attack`."""
DIAGRAMS = [call for call in FEW if call.values[0].__module__.rpartition(".")[2] in (
    "circuit", "convolution", "graph", "network", "neurons", "recurrent", "shapes") or call.id.startswith("draw_classifier")]
warns_of_nothing = pytest.mark.filterwarnings("error", "ignore::ResourceWarning")
"""A test of what a warning fails, but not one of what other tests left open and Python finds meanwhile."""


def drawn_once(figure):
    """Let each frame of an animation be drawn for whoever saves it, not for a window as well."""
    figure.canvas.draw_idle = lambda: None
