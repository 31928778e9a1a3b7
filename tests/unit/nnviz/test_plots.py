"""Figures: what they promise all together, and what each shows."""

import inspect
import io
import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from nnviz import data, gates, plots, style
from nnviz.descent import gradient_descent
from nnviz.graph import Value, softmax_cross_entropy
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


def branches():
    a, b = Value(2, "a"), Value(-3, "b")
    value = (a * b + a).exp() / (a + b) + a * a
    value.backward()
    return value


EXAMPLES = {
    "animate_approximation": [{"f": np.sin, "widths": (1, 3)}],
    "animate_convolution": [{"image": np.arange(9).reshape(3, 3), "kernel": [[1, 0], [0, -1]]}],
    "animate_descent": [{"f": np.square, "path": ROLLING}],
    "draw_activation": [{"activation": "sigmoid", "derivative": True}, {"activation": "step"}],
    "draw_approximations": [{"f": np.sin}],
    "draw_batchnorm": [{"before": RNG.normal(3, 2, (50, 4)), "after": RNG.normal(0, 1, (50, 4))}],
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
                    {"terms": [("$X$", (100, 784)), ("$W$", (784, 50))]}],
    "draw_softmax": [{"logits": [1.0, 2.0, -3.0]}, {"logits": [0.3, 0.2], "labels": ["犬", "猫"]}],
    "draw_weights": [{"weights": RNG.normal(size=(64, 10))}, {"weights": RNG.normal(size=(6, 3)), "shape": (2, 3)}],
}
CALLS = [pytest.param(getattr(plots, name), options, id=f"{name}-{n}") for name in plots.__all__ if name.startswith("draw_")
         for n, options in enumerate(EXAMPLES.get(name, [{}]))]
ANIMATIONS = [pytest.param(getattr(plots, name), options, id=name) for name in plots.__all__ if name.startswith("animate_")
              for options in EXAMPLES[name]]
DIAGRAMS = [call for call in CALLS if call.values[0].__module__.rpartition(".")[2] in (
    "circuit", "convolution", "graph", "network", "neurons", "recurrent", "shapes") or call.id.startswith("draw_classifier")]
drawn = pytest.mark.parametrize(("draw", "options"), CALLS)


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
    assert len(content) < (300_000 if "3d" in draw.__name__ else 150_000)
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


@pytest.mark.parametrize(("animate", "options"), ANIMATIONS)
@pytest.mark.filterwarnings("error")
def test_animations_can_be_saved(animate, options, tmp_path):
    animation = animate(**options)
    assert len(plt.get_fignums()) == 1
    animation.save(tmp_path / "a.gif", writer="pillow", dpi=40)
    from PIL import Image

    with Image.open(tmp_path / "a.gif") as picture:
        assert picture.n_frames > 1


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


def test_each_of_several_classes_has_its_colour_in_regions_and_points():
    X, y = data.spirals(90, classes=3, rng=0)
    ax = plots.draw_decision_regions(lambda at: (at > 0).sum(axis=1), X, y)
    (image,) = ax.images
    shades = image.cmap(image.norm([0, 1, 2]))[:, :3]
    points = [collection.get_facecolor()[0, :3] for collection in ax.collections]
    np.testing.assert_allclose(shades, points, atol=0.01)
    with pytest.raises(ValueError, match="the class 9; more than 6"):
        plots.draw_decision_regions(lambda at: np.full(len(at), 9))


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


# -- computational graphs ------------------------------------------------------------------


def words_of(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_a_graph_shows_values_above_and_gradients_below():
    ax = plots.draw_graph(price())
    for word in ("りんご", "消費税", "×", "+", "200", "450", "650", "715", "2.2", "110", "3.3", "165", "1"):
        assert word in words_of(ax)
    values = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert values["715"] > values["1"]


@pytest.mark.parametrize(("steps", "there", "not_yet"), [
    (0, ["100"], ["200", "450", "650", "1.1x", "110"]), (1, ["200"], ["450", "715"]), (4, ["715"], ["110", "165"]),
    (5, ["715"], ["110", "165"]), (8, ["715", "110", "165"], []),
])
def test_a_graph_is_built_up_step_by_step(steps, there, not_yet):
    words = words_of(plots.draw_graph(price(), steps=steps))
    assert set(there) <= set(words)
    assert not set(not_yet) & set(words)


def test_arrays_show_their_shapes():
    words = words_of(plots.draw_graph(net()))
    assert words.count("4×3") == 2      # W1 and its gradient
    assert "softmax+CE" in words


def test_a_value_used_twice_has_two_edges_with_its_shares():
    x = Value(3, "x")
    y = x * x + x
    y.backward()
    words = words_of(plots.draw_graph(y))
    assert words.count("3") == 3 + 2    # the value on three edges, two gradients
    with pytest.raises(ValueError, match="both, forward or none, not 'all'"):
        plots.draw_graph(y, show="all")


# -- numbers that are drawn -----------------------------------------------------------------


def test_a_convolution_writes_the_sum_of_its_window():
    ax = plots.draw_convolution([[1, 2], [3, 4], [5, 6]], [[1, -1], [0, 2]], step=0)
    assert "1×1 + 2×(−1) + 3×0 + 4×2 = 7" in words_of(ax)
    assert "11" not in words_of(ax)
    assert "11" in words_of(plots.draw_convolution([[1, 2], [3, 4], [5, 6]], [[1, -1], [0, 2]]))


def test_pooling_takes_the_largest_or_the_mean():
    image = [[1, 3, 2, 0], [4, 2, 1, 1]]
    assert words_of(plots.draw_pooling(image))[8:10] == ["4", "2"]
    assert words_of(plots.draw_pooling(image, kind="average"))[8:10] == ["2.5", "1"]


def test_a_confusion_matrix_counts_as_scikit_learn_does():
    from sklearn.metrics import confusion_matrix

    t, p = RNG.integers(0, 5, 200), RNG.integers(0, 5, 200)
    ax = plots.draw_confusion_matrix(t, p)
    counts = np.zeros((5, 5), int)
    for text in ax.texts:
        counts[int(text.get_position()[1]), int(text.get_position()[0])] = int(text.get_text())
    np.testing.assert_array_equal(counts, confusion_matrix(t, p))


def test_softmax_bars_are_probabilities():
    heights = [bar.get_height() for bar in plots.draw_softmax([1.0, 2.0, 3.0]).patches]
    np.testing.assert_allclose(heights, [0.0900, 0.2447, 0.6652], atol=1e-4)


def test_each_epoch_has_each_sample_once():
    ax = plots.draw_minibatches(10, 4, epochs=2)
    numbers = [text for text in words_of(ax) if text.isdigit()]
    assert sorted(numbers, key=int) == sorted([str(n) for n in range(1, 11)] * 3, key=int)
    assert [text for text in words_of(ax) if text.startswith("更新")] == [f"更新 {n}" for n in range(1, 7)]


def test_a_generative_border_stands_where_both_classes_are_as_likely():
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

    ax = plots.draw_generative(*CLOUDS)
    shades = np.asarray(ax.images[0].get_array())
    side = np.linspace(*ax.get_xlim(), len(shades))
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    want = QuadraticDiscriminantAnalysis().fit(*CLOUDS).predict(plane).reshape(shades.shape)
    assert (shades == want).mean() > 0.999


def test_wider_layers_come_nearer():
    ax = plots.draw_approximations(lambda x: np.sin(2 * x), (2, 10, 50))
    errors = [float(axes.get_title().rpartition(" ")[2]) for axes in ax.figure.axes]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.1


def test_early_stopping_stands_at_the_least_validation_loss():
    ax = plots.draw_overfitting(HISTORY)
    best = 1 + int(np.argmin([epoch.validation_loss for epoch in HISTORY]))
    assert any(list(line.get_xdata()) == [best, best] for line in ax.lines)


@pytest.mark.parametrize(("name", "options", "message"), [
    ("draw_convolution", {"image": [1, 2], "kernel": [[1]]}, r"image must be \(H, W\), not \(2,\)"),
    ("draw_convolution", {"image": [[1]], "kernel": [[1, 2]]}, "does not fit"),
    ("draw_convolution", {"image": [[1, 2]], "kernel": [[1]], "step": 2}, "step must be 0 to 1, not 2"),
    ("draw_pooling", {"image": [[1, 2, 3]]}, "windows of 2×2 do not fill an image of 1×3"),
    ("draw_pooling", {"image": [[1]], "size": 1, "kind": "min"}, "max or average, not 'min'"),
    ("draw_convolutional_network", {"stages": []}, "no stages"),
    ("draw_images", {"images": np.zeros((2, 5))}, r"\(N, H, W\)"), ("draw_images", {"images": np.zeros((2, 4, 4)), "labels": [1]}, "2 images, but 1 labels"),
    ("draw_images", {"images": np.zeros((2, 4, 4)), "columns": 0}, "columns must be at least 1"),
    ("draw_feature_maps", {"maps": np.zeros((2, 4, 4)), "titles": ["a"]}, "2 maps, but 1 titles"),
    ("draw_weights", {"weights": np.zeros(4)}, r"weights must be \(D, K\)"), ("draw_weights", {"weights": np.zeros((6, 2)), "shape": (2, 2)}, "6"),
    ("draw_losses", {"history": []}, "no loss to draw"), ("draw_losses", {"history": [Epoch(1, 1.0, None)], "metric": "accuracy"}, "no accuracy"),
    ("draw_overfitting", {"history": [Epoch(1, 1.0, None)]}, "validation="), ("draw_minibatches", {"batch_size": 0}, "1 or more"),
    ("draw_gradient_cost", {"parameters": [1], "numerical": [], "backprop": [1]}, "not 1, 0 and 1"),
    ("draw_initial_values", {"activations": {}}, "at least one"), ("draw_batchnorm", {"before": [], "after": [1]}, "no values"),
    ("draw_dropout", {"p": 1.0}, r"p in \[0, 1\)"), ("draw_rnn", {"steps": 0}, "at least 1"),
    ("draw_softmax", {"logits": [[1]]}, r"\(K,\)"), ("draw_softmax", {"logits": [1, 2], "labels": ["a"]}, "2 logits, but 1 labels"),
    ("draw_classifier", {"scores": [1, 2]}, "each of the 3 labels"), ("draw_confusion_matrix", {"targets": [0], "predictions": [0, 1]}, r"\(1,\) and \(2,\)"),
    ("draw_confusion_matrix", {"targets": [3], "predictions": [0], "labels": ["a"]}, "classes must be 0 to 0"),
    ("draw_shapes", {"terms": ["+"]}, "no matrix"), ("draw_shapes", {"terms": [("X", (2, 3)), ("W", (2, 3))]}, "X has 3 columns, but W 2 rows"),
    ("draw_layer_blocks", {"layers": ["A"], "shapes": ["a"]}, "not 1"), ("draw_descent", {"f": np.square, "paths": DOWN}, "1 variables, not 2"),
    ("draw_loss_surface", {"f": np.square, "paths": ()}, r"f must give \(71, 71\)"), ("draw_generative", {"X": POINTS, "y": [0, 1, 1]}, r"y \(N,\)"),
    ("draw_discriminative", {"X": POINTS, "y": [0, 1, 1, 1]}, "three times"), ("draw_perceptron_learning", {"perceptrons": [], "X": POINTS, "y": [0] * 4}, "no perceptron"),
    ("draw_approximations", {"f": np.sin, "widths": ()}, "widths must be 1 or more"),
])
def test_what_cannot_be_drawn_says_why(name, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(plots, name)(**options)
