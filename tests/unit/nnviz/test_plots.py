"""Figures: what they promise all together, and what each shows."""

import inspect
import io
import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from nnviz import gates, plots, style
from nnviz.perceptron import Perceptron

POINTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
EXAMPLES = {
    "draw_activation": [{"activation": "sigmoid", "derivative": True}, {"activation": "step"}],
    "draw_decision_regions": [{"predict": gates.XOR, "X": POINTS, "y": [0, 1, 1, 0]}, {"predict": None, "line": gates.AND}],
    "draw_logic_circuit": [{}],
    "draw_network": [
        {"sizes": (2, 3, 2)}, {"sizes": (2, 3, 2), "bias": True, "edge_labels": True, "highlight": [(1, 1)]},
        {"sizes": (784, 50, 10), "bias": True}, {"sizes": (2, 2, 1), "edge_labels": True, "bias": True},
        {"sizes": (2, 3, 1), "weights": [np.ones((2, 3)), -np.ones((3, 1))], "edge_labels": True},
        {"sizes": (2, 2), "nodes": [[1.0, 0.5], ["a", "$b$"]], "names": False}, {"sizes": (1, 1)},
    ],
    "draw_neuron": [{}, {"inputs": 1}, {"inputs": 5, "activation": r"\sigma"}],
    "draw_perceptron": [{}, {"perceptron": gates.AND}, {"perceptron": Perceptron((-1.25, 2, 0.333), 10)}, {"inputs": 4}],
}
CALLS = [pytest.param(getattr(plots, name), options, id=f"{name}-{n}")
         for name in plots.__all__ for n, options in enumerate(EXAMPLES.get(name, [{}]))]
DIAGRAMS = [call for call in CALLS if call.values[0].__module__.rpartition(".")[2] in ("neurons", "circuit", "network")]
drawn = pytest.mark.parametrize(("draw", "options"), CALLS)


@pytest.fixture(autouse=True)
def no_figures_left():
    plt.close("all")
    yield
    plt.close("all")


def svg(ax):
    content = io.BytesIO()
    ax.figure.savefig(content, format="svg")
    return content.getvalue()


@drawn
@pytest.mark.filterwarnings("error")
def test_a_figure_of_its_own(draw, options):
    before = dict(mpl.rcParams)
    ax = draw(**options)
    assert isinstance(ax, Axes)
    content = svg(ax)
    assert len(content) < 150_000
    assert b"<text" not in content
    assert ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0
    assert dict(mpl.rcParams) == before
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(
    ("draw", "options"), [call for call in CALLS if "ax" in inspect.signature(call.values[0]).parameters])
@pytest.mark.filterwarnings("error")
def test_in_given_axes_beside_others(draw, options):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    assert draw(**options, ax=axes[1]) is axes[1]
    assert plt.get_fignums() == [figure.number]
    assert not axes[0].has_data()
    svg(axes[1])


@drawn
@pytest.mark.filterwarnings("error")
def test_dark_figures_have_nothing_of_the_light_ink(draw, options):
    with style.context(dark=True):
        ax = draw(**options)
        assert style.LIGHT.ink.encode() not in svg(ax)


@pytest.mark.parametrize(("draw", "options"), DIAGRAMS)
def test_labels_of_diagrams_overlap_neither_each_other_nor_the_edge(draw, options):
    ax = draw(**options)
    ax.figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    assert boxes
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.overlaps(second), f"{one} overlaps {other}"
    for text, box in boxes:
        assert ax.figure.bbox.x0 <= box.x0 < box.x1 <= ax.figure.bbox.x1, text
        assert ax.figure.bbox.y0 <= box.y0 < box.y1 <= ax.figure.bbox.y1, text


def test_a_jump_is_a_gap():
    ax = plots.draw_activation("step")
    (line,) = [line for line in ax.lines if not line.get_label().startswith("_")]
    assert np.isnan(line.get_ydata()).sum() == 1
    assert set(line.get_ydata()[~np.isnan(line.get_ydata())]) == {0, 1}


def test_several_activations_have_colours_of_their_own():
    ax = plots.draw_activation("sigmoid", derivative=True)
    plots.draw_activation("relu", ax=ax)
    colours = [line.get_color() for line in ax.lines if not line.get_label().startswith("_")]
    assert colours == list(style.LIGHT.lines[:3])


def test_any_function_has_its_derivative_drawn():
    ax = plots.draw_activation(lambda x: x ** 2, derivative=True, limits=(-2, 2))
    square, slope = [line for line in ax.lines if not line.get_label().startswith("_")]
    np.testing.assert_allclose(slope.get_ydata(), 2 * square.get_xdata(), atol=0.02)


def test_an_activation_that_is_not_known():
    with pytest.raises(ValueError, match="unknown activation 'rellu'; there are step, sigmoid"):
        plots.draw_activation("rellu")


def test_vanishing_gradients_of_sigmoid_fall_by_a_quarter_or_more_a_layer():
    ax = plots.draw_vanishing_gradient(depth=10, width=60)
    sigmoid, _, relu = (line.get_ydata() for line in ax.lines)
    assert (np.array(sigmoid[1:]) / sigmoid[:-1]).max() < 0.26
    assert 0.3 < relu[-1] / relu[0] < 3


def test_the_border_is_where_the_sum_is_zero():
    ax = plots.draw_decision_regions(gates.AND, POINTS, gates.AND(POINTS), line=gates.AND)
    line = next(line for line in ax.lines if len(line.get_xdata()) == 2)
    np.testing.assert_allclose(gates.AND.weighted_sum(line.get_xydata()), 0, atol=1e-12)


def test_regions_are_shaded_by_what_is_said():
    ax = plots.draw_decision_regions(lambda X: X[:, 0] > 0, limits=(-1, 1))
    (image,) = ax.images
    shades = image.get_array()
    assert (shades[:, 0] == 0).all()
    assert (shades[:, -1] == 1).all()


@pytest.mark.parametrize(("options", "message"), [
    ({"predict": None, "X": [1, 2]}, r"X must be \(N, 2\), not \(2,\)"),
    ({"predict": None, "X": POINTS, "y": [1]}, r"y must be \(4,\)"),
    ({"predict": lambda X: X, "X": POINTS}, "one value a point"),
])
def test_regions_of_other_shapes_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        plots.draw_decision_regions(**options)


def test_the_numbers_of_a_perceptron_stand_on_its_edges():
    ax = plots.draw_perceptron(gates.NAND)
    assert {"$-0.5$", "$0.7$"} <= {text.get_text() for text in ax.texts}


def test_neurons_without_inputs_are_refused():
    for draw in (plots.draw_neuron, plots.draw_perceptron):
        with pytest.raises(ValueError, match="0"):
            draw(inputs=0)


def test_the_indices_of_weights_name_the_end_and_then_the_start():
    ax = plots.draw_network((2, 3), edge_labels=True)
    assert "$w^{(1)}_{32}$" in {text.get_text() for text in ax.texts}
    assert "$w^{(1)}_{23}$" not in {text.get_text() for text in ax.texts}


def test_large_layers_are_shortened_and_counted():
    texts = {text.get_text() for text in plots.draw_network((784, 50, 10)).texts}
    assert {"$x_{784}$", "784 個", "50 個"} <= texts
    assert "$x_{783}$" not in texts


@pytest.mark.parametrize(("options", "message"), [
    ({"sizes": (3,)}, "two or more"), ({"sizes": (3, 0)}, "positive"), ({"sizes": (2, 2), "max_nodes": 2}, "at least 3"),
    ({"sizes": (2, 3), "weights": [np.ones((3, 2))]}, r"\[\(2, 3\)\]"),
    ({"sizes": (2, 3), "highlight": [(1, 4)]}, "no neuron 4"), ({"sizes": (2, 3), "highlight": [(0, 1)]}, "layers are 1 to 1"),
    ({"sizes": (2, 1), "nodes": [[1], [2]]}, "a text for each neuron"),
    ({"sizes": (8, 8, 8), "edge_labels": True}, "no room"),
])
def test_networks_that_cannot_be_drawn_say_why(options, message):
    with pytest.raises(ValueError, match=message):
        plots.draw_network(**options)
