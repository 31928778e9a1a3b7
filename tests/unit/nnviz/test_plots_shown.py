"""What single drawings show: numbers, labels, borders, graphs."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from nnviz import data, gates, plots, style
from nnviz.graph import Value
from nnviz.train import Epoch
from tests.unit.nnviz.drawings import CLOUDS, DOWN, HISTORY, POINTS, RNG, net, price, three_layers


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


def test_few_points_bear_their_classes_and_many_have_a_legend():
    few = plots.draw_decision_regions(None, POINTS, [0, 1, 1, 0])
    assert [(text.get_text(), [*map(int, text.xy)]) for text in few.texts] == [
        ("0", [0, 0]), ("0", [1, 1]), ("1", [0, 1]), ("1", [1, 0])]
    assert few.get_legend() is None
    many = plots.draw_decision_regions(None, *CLOUDS)
    assert [text.get_text() for text in many.get_legend().get_texts()] == ["0", "1"]


@pytest.mark.parametrize(("share", "corner", "names"), [(0.0, [1, 1], ("$x_1$", "$x_2$")), (1.0, [2, 3], ("$z_1$", "$z_2$"))])
def test_a_plane_is_bent_by_a_share_of_the_way(share, corner, names):
    ax = plots.draw_bent_plane(lambda x: x * [2, 3], [[1, 1]], [1], share=share)
    assert ax.collections[-1].get_offsets().tolist() == [corner]
    assert (ax.get_xlabel(), ax.get_ylabel()) == names
    assert len(ax.lines) == 22


def test_a_network_that_moves_computes_one_neuron_in_each_frame(tmp_path):
    animation = plots.animate_network([[1.0, 0.5], ["0.3"], ["0.7"]], ["入力", "隠れ層", "出力"])
    assert list(animation.new_frame_seq()) == [0, 1, 2, 2, 2]
    seen = []
    animation.save(tmp_path / "a.gif", writer="pillow", dpi=30, progress_callback=lambda *_: seen.append(
        [text.get_text() for text in plt.gcf().axes[0].texts if not text.get_text().endswith(("層", "入力"))]))
    assert seen[:3] == [["$1$", "$0.5$"], ["$1$", "$0.5$", "0.3"], ["$1$", "$0.5$", "0.3", "0.7", "出力"]]


def test_what_cannot_move():
    with pytest.raises(ValueError, match="3 frames need as many captions, not 1"):
        plots.animate_network([[1], [2, 3]], ["一つ"])
    with pytest.raises(ValueError, match="there is no perceptron to draw"):
        plots.animate_perceptron_learning([], POINTS, [0, 0, 0, 1])


def test_any_function_has_its_derivative_drawn():
    ax = plots.draw_activation(lambda x: x ** 2, derivative=True, limits=(-2, 2))
    square, slope = [line for line in ax.lines if not line.get_label().startswith("_")]
    np.testing.assert_allclose(slope.get_ydata(), 2 * square.get_xdata(), atol=0.02)


def test_an_activation_that_is_not_known():
    with pytest.raises(ValueError, match="unknown activation 'rellu'; choose from step, sigmoid"):
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


def test_the_graph_of_a_network_runs_straight_from_input_to_loss():
    main = {round(text.get_position()[1], 2) for text in plots.draw_graph(three_layers()).texts
            if text.get_text() in ("X", "Affine", "softmax+CE")}
    assert len(main) == 1


def test_every_arrow_of_a_graph_ends_at_a_node():
    ax = plots.draw_graph(three_layers())
    tips = np.array([path.vertices[0] for each in ax.collections if isinstance(each, PolyCollection) for path in each.get_paths()])
    nodes = [patch.get_path().get_extents(patch.get_patch_transform()) for patch in ax.patches]
    far = [min(np.hypot(*np.maximum(0, np.maximum(box.p0 - tip, tip - box.p1))) for box in nodes) for tip in tips]
    assert sorted(far)[-2] < 0.06    # the last one leads out


def test_nothing_of_a_graph_moves_from_step_to_step():
    places = [[text.get_position() for text in plots.draw_graph(price(), steps=steps).texts if text.get_text() in ("りんご", "×")]
              for steps in (0, 4, 8)]
    assert places[0] == places[1] == places[2]


def test_a_value_used_twice_has_two_edges_with_its_shares():
    x = Value(3, "x")
    y = x * x + x
    y.backward()
    words = words_of(plots.draw_graph(y))
    assert words.count("3") == 3 + 2    # the value on three edges, two gradients
    with pytest.raises(ValueError, match="'both', 'forward' or 'none', not 'all'"):
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
    ("draw_pooling", {"image": [[1]], "size": 1, "kind": "min"}, "'max' or 'average', not 'min'"),
    ("draw_convolutional_network", {"stages": []}, "no stages"),
    ("draw_images", {"images": np.zeros((2, 5))}, r"\(N, H, W\)"), ("draw_images", {"images": np.zeros((2, 4, 4)), "labels": [1]}, "2 images, but 1 labels"),
    ("draw_images", {"images": np.zeros((2, 4, 4)), "columns": 0}, "columns must be at least 1"),
    ("draw_feature_maps", {"maps": np.zeros((2, 4, 4)), "titles": ["a"]}, "2 maps, but 1 titles"),
    ("draw_weights", {"weights": np.zeros(4)}, r"weights must be \(D, K\)"), ("draw_weights", {"weights": np.zeros((6, 2)), "shape": (2, 2)}, "6"),
    ("draw_losses", {"history": []}, "no loss to draw"), ("draw_losses", {"history": [Epoch(1, 1.0, None)], "metric": "accuracy"}, "no accuracy"),
    ("draw_overfitting", {"history": [Epoch(1, 1.0, None)]}, "validation="), ("draw_minibatches", {"batch_size": 0}, "batch_size must be at least 1"),
    ("draw_gradient_cost", {"parameters": [1], "numerical": [], "backprop": [1]}, "not 1, 0 and 1"),
    ("draw_initial_values", {"activations": {}}, "at least one"), ("draw_batchnorm", {"before": [], "after": [1]}, "no values"),
    ("draw_dropout", {"p": 1.0}, r"p in \[0, 1\)"), ("draw_rnn", {"steps": 0}, "at least 1"),
    ("draw_softmax", {"logits": [[1]]}, r"\(K,\)"), ("draw_softmax", {"logits": [1, 2], "labels": ["a"]}, "2 logits, but 1 labels"),
    ("draw_classifier", {"scores": [1, 2]}, "each of the 3 labels"), ("draw_confusion_matrix", {"targets": [0], "predictions": [0, 1]}, r"\(1,\) and \(2,\)"),
    ("draw_confusion_matrix", {"targets": [3], "predictions": [0], "labels": ["a"]}, "classes must be 0 to 0"),
    ("draw_shapes", {"terms": ["+"]}, "no matrix"), ("draw_shapes", {"terms": [("X", (2, 3)), ("W", (2, 3))]}, "X has 3 columns, but W 2 rows"),
    ("draw_layer_blocks", {"layers": ["A"], "shapes": ["a"]}, "not 1"), ("draw_descent", {"f": np.square, "paths": DOWN}, "1 variables, not 2"),
    ("draw_loss_surface", {"f": np.square, "paths": ()}, r"must give \(71, 71\)"), ("draw_generative", {"X": POINTS, "y": [0, 1, 1]}, r"y \(N,\)"),
    ("draw_discriminative", {"X": POINTS, "y": [0, 1, 1, 1]}, "three times"), ("draw_perceptron_learning", {"perceptrons": [], "X": POINTS, "y": [0] * 4}, "no perceptron"),
    ("draw_approximations", {"f": np.sin, "widths": ()}, "widths must be 1 or more"),
])
def test_what_cannot_be_drawn_says_why(name, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(plots, name)(**options)
