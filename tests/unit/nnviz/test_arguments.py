"""Whatever a public function is handed: it is taken, or refused by the package itself in words."""

import traceback
import warnings
from importlib import import_module
from inspect import signature
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnviz
from nnviz import (
    activations,
    data,
    descent,
    gradient,
    graph,
    init,
    layers,
    losses,
    model,
    network,
    optim,
    perceptron,
    plots,
    train,
)
from nnviz.arguments import rule_of
from nnviz.layers import (
    RNN,
    Attention,
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Embedding,
    LayerNorm,
    MaxPool2d,
    PositionalEncoding,
)
from nnviz.model import mlp
from tests.unit.nnviz.drawings import EXAMPLES

HOME = Path(nnviz.__path__[0])
NAN = float("nan")
BAD = (None, "abc", NAN, float("inf"), -1, 0, 1.5, object(), [], [NAN], [[NAN, 0.0], [1.0, 2.0]], ["a", "b"], [[1, 2], [3]],
       {"a": [NAN]}, np.empty((0, 2)), np.zeros((2, 2, 2)), np.array([1j, 2]), True, lambda *_: None, -10 ** 9)
X, Y = np.linspace(0, 1, 12).reshape(6, 2), np.array([0, 1] * 3)
NET = mlp((2, 3, 2), rng=0)
RATES = {"learning_rate": 0.1, "weight_decay": 0.0}
CALLS = [
    (layers.Linear, {"inputs": 2, "outputs": 3, "init": "he", "bias": True, "rng": 0}), (layers.Dropout, {"p": 0.5, "rng": 0}),
    (Conv2d, {"in_channels": 1, "out_channels": 2, "kernel_size": 3, "stride": 1, "padding": 0}), (RNN, {"inputs": 2, "hidden": 3}),
    (MaxPool2d, {"kernel_size": 2, "stride": 2}), (AveragePool2d, {"kernel_size": 2, "stride": 2}), (Attention, {"features": 4, "heads": 2}),
    (Embedding, {"symbols": 4, "features": 3}), (BatchNorm, {"features": 3, "momentum": 0.1, "eps": 1e-5}), (LayerNorm, {"features": 3}),
    (layers.LeakyReLU, {"slope": 0.01}), (mlp, {"sizes": (2, 3), "activation": layers.ReLU, "init": "he", "rng": 0}),
    (lambda layer: model.Sequential(layer), {"layer": layers.ReLU()}),
    (optim.SGD, {"parameters": NET.parameters, "momentum": 0.9, **RATES}), (optim.AdaGrad, {"parameters": NET.parameters, **RATES}),
    (optim.RMSprop, {"parameters": NET.parameters, "alpha": 0.9, **RATES}), (optim.Adam, {"parameters": NET.parameters, "betas": (0.9, 0.99), **RATES}),
    (lambda outputs, targets: losses.MSELoss()(outputs, targets), {"outputs": X, "targets": X}),
    (lambda outputs, targets: losses.BCEWithLogitsLoss()(outputs, targets), {"outputs": X, "targets": X}),
    (lambda outputs, targets: losses.CrossEntropyLoss()(outputs, targets), {"outputs": X, "targets": Y}),
    (train.fit, {"model": NET, "loss": losses.CrossEntropyLoss(), "optimizer": optim.SGD(NET.parameters), "X": X, "y": Y, "epochs": 1,
                 "batch_size": 2, "validation": (X, Y), "patience": 1}),
    (train.evaluate, {"model": NET, "loss": losses.CrossEntropyLoss(), "X": X, "y": Y, "batch_size": 2}), (train.batches, {"samples": 5, "batch_size": 2}),
    (data.moons, {"samples": 10, "noise": 0.1}), (data.spirals, {"samples": 10, "classes": 2, "noise": 0.1, "turns": 1.0}), (data.gate, {"name": "AND"}),
    (data.two_gaussians, {"samples": 10, "distance": 3.0}), (data.digits, {"test_size": 0.2}),
    (gradient.numerical_gradient, {"f": lambda x: x.sum(), "x": [1.0, 2.0], "eps": 1e-5}),
    (gradient.check_gradient, {"f": lambda x: x.sum(), "gradient": np.ones_like, "x": [1.0, 2.0]}),
    (descent.gradient_descent, {"f": lambda x: x ** 2, "df": lambda x: 2 * x, "start": 1.0, "learning_rate": 0.1, "steps": 3, "tolerance": 0.0, "momentum": 0.0}),
    (perceptron.Perceptron, {"weights": (1, 2), "bias": 1.0}), (perceptron.fit_perceptron, {"X": X, "y": Y, "learning_rate": 1.0, "epochs": 100}),
    (init.xavier, {"inputs": 2, "outputs": 3}), (init.he, {"inputs": 2, "outputs": 3}), (init.normal, {"inputs": 2, "outputs": 3, "std": 1.0}),
    (network.Network, {"sizes": (2, 3, 1)}), (network.columns, {"X": X, "labels": Y, "classes": 2}), (graph.Value, {"data": 1.0}),
    *[(known.function, {"x": [1.0, 2.0]}) for known in activations.ACTIVATIONS.values()],
    *[(layer.forward, {"x": x}) for layer, x in [
        (NET, X), (Conv2d(1, 2, 3), np.zeros((1, 1, 5, 5))), (Embedding(3, 2), [[1]]), (MaxPool2d(2), np.zeros((1, 1, 4, 4))), (layers.ReLU(), X),
        (layers.Dropout(), X), (LayerNorm(2), X), (BatchNorm(2), X), (layers.Flatten(), X), (RNN(2, 2), X[None]), (Attention(2), X[None]), (PositionalEncoding(), X[None])]],
    *[pytest.param(getattr(plots, name), options[0], marks=pytest.mark.attack if n % 4 else ()) for n, (name, options) in enumerate(EXAMPLES.items())],
]


def answer(function, options):
    """None where the arguments were taken, or refused by a line of the package that raises; else what happened."""
    try:
        result = function(**options)
        next(result, None) if hasattr(result, "__next__") else None
    except (ArithmeticError, TypeError, ValueError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        own = HOME in Path(last.filename).parents and last.line.startswith("raise ")
        return None if own and str(error) else f"{type(error).__name__}: {error} at {last.filename}:{last.lineno}"
    return None


@pytest.mark.parametrize(("function", "options"), CALLS)
def test_twenty_bad_arguments_are_each_taken_or_refused_in_words(function, options):
    drawing = "ax" in signature(function).parameters
    named = set(options) | (set(signature(function).parameters) - {"ax", "lang"} if drawing else set())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in sorted(named):
            for bad in BAD:
                assert answer(function, {**options, name: bad}) is None, (name, bad)
                plt.close("all")


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: layers.Linear("2", 3), TypeError, "inputs must be a whole number, not '2'"),
    (lambda: layers.Linear(2, 0), ValueError, "outputs must be at least 1, not 0"),
    (lambda: optim.SGD(NET.parameters, NAN), ValueError, "learning_rate must be finite, not nan"),
    (lambda: optim.Adam(NET.parameters, betas=(0.9, 2)), ValueError, "betas must be from 0 to 1, not 2"),
    (lambda: optim.SGD([1, 2]), TypeError, r"parameters must be those of a model, model.parameters, not \(1, 2\)"),
    (lambda: layers.ReLU()(["a"]), TypeError, r"x must hold numbers, not \['a'\]"),
    (lambda: NET.predict([[NAN, 0]]), ValueError, r"x holds nan or infinity 1 times, first at \(0, 0\)"),
    (lambda: plots.draw_descent(lambda x: None, EXAMPLES["draw_descent"][0]["paths"]), TypeError, "what the function gives must hold numbers, not None"),
    (lambda: plots.draw_network((2, 3), highlight=[[1, 1]]), TypeError, r"highlight must be a list of pairs \(layer, number\)"),
    (lambda: plots.draw_network((2, 3), nodes="lettres"), TypeError, "nodes must be letters, none, or lists of texts and numbers, not 'lettres'"),
    (lambda: plots.draw_losses([NAN, NAN]), ValueError, "there is no loss to draw"),
    (lambda: plots.draw_activation("relu", limits=(3, 1)), ValueError, "limits must be two numbers, the smaller first"),
])
def test_a_refusal_says_what_would_be_right(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_lists_and_whole_numbers_are_floats_to_a_layer():
    np.testing.assert_array_equal(layers.LeakyReLU(0.5).forward([[-2, 4]]), [[-1.0, 4.0]])
    assert layers.LeakyReLU().forward(np.float32([1])).dtype == np.float32


def test_names_of_classes_may_stand_in_an_array():
    ax = plots.draw_confusion_matrix([0, 1], [0, 1], labels=np.array(["a", "b"]))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]


@pytest.mark.parametrize(("call", "message"), [
    (lambda: plots.draw_network((2, 3), highlights=[(1, 1)]),
     r"draw_network\(\) got an unexpected keyword argument 'highlights'; did you mean 'highlight'\?"),
    (lambda: plots.draw_network((2, 3), langs="en"),
     r"draw_network\(\) got an unexpected keyword argument 'langs'; did you mean 'lang'\?"),
    (lambda: layers.Linear(2, 3, inti="he"), r"Linear\(\) got an unexpected keyword argument 'inti'; did you mean 'init'\?"),
    (lambda: plots.draw_images(X, 5), r"draw_images\(\) too many positional arguments"),
    (lambda: data.gate(), r"gate\(\) missing a required argument: 'name'"),
])
def test_a_call_that_does_not_fit_names_the_function_and_what_was_meant(call, message):
    with pytest.raises(TypeError, match=f"^{message}$"):
        call()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: plots.draw_losses([1.0], metric="acuracy"), "metric must be 'loss' or 'accuracy', not 'acuracy'; did you mean 'accuracy'?"),
    (lambda: plots.draw_pooling(np.eye(4), kind="mean"), "kind must be 'max' or 'average', not 'mean'"),
    (lambda: plots.draw_graph(graph.Value(1), show="forwards"),
     "show must be 'both', 'forward' or 'none', not 'forwards'; did you mean 'forward'?"),
    (lambda: plots.draw_logic_circuit("XNOR"), "gate must be 'AND', 'OR', 'NAND', 'NOR', 'XOR' or 'NOT', not 'XNOR'; did you mean 'XOR'?"),
])
def test_a_word_that_is_no_choice_is_answered_with_the_choices(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)


def test_what_can_be_gone_through_only_once_is_refused_before_anybody_goes_through_it():
    epochs = train.fit(NET, losses.CrossEntropyLoss(), optim.SGD(NET.parameters), X, Y, epochs=2, validation=(X, Y))
    for draw in (plots.draw_losses, plots.draw_overfitting):
        with pytest.raises(TypeError, match=r"history is a generator, which can be read only once; pass list\(history\)"):
            draw(epochs)
    assert len(list(epochs)) == 2


def test_every_parameter_is_looked_at_or_known_to_be_free():
    free = {"Samples", "Labelled", "Predict | object", "Sequence[int] | object", "Gate", "str | float"}
    functions = [each for module in ("init", "data", "train", "optim", "layers", "descent", "gradient", "perceptron", "network")
                 for each in vars(import_module(f"nnviz.{module}")).values()]
    functions += [layer.__init__ for layer in layers.Layer.__subclasses__()] + [getattr(plots, name) for name in plots._HOMES]
    unknown = {parameter.annotation for function in functions if hasattr(function, "__wrapped__")
               for parameter in signature(function.__wrapped__).parameters.values()
               if parameter.name != "self" and rule_of(parameter.annotation) is None}
    assert {annotation.removesuffix(" | None") for annotation in unknown} == free
