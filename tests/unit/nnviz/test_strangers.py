"""What people hand over who have not read a line of the package: frames, pipelines, other axes, names of other libraries."""

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnviz import data, layers, losses, model, network, optim, plots, style, train
from nnviz.model import Sequential, mlp

pd = pytest.importorskip("pandas")
X, Y = data.moons(40, rng=0)
NET = mlp((2, 3, 2), rng=0)


@pytest.mark.parametrize("projection", ["3d", "polar"])
@pytest.mark.parametrize("draw", [
    lambda ax: plots.draw_losses([1, 2], ax=ax), lambda ax: plots.draw_network((2, 3), ax=ax), lambda ax: plots.draw_images(np.ones((2, 3, 3)), ax=ax),
    lambda ax: plots.LearningCurveDisplay([1, 2]).plot(ax=ax), lambda ax: plots.DecisionRegionDisplay.from_estimator(NET, X, Y, ax=ax),
])
def test_flat_drawings_refuse_axes_that_are_not_flat(draw, projection):
    with pytest.raises(TypeError, match=f"ax must be flat Axes with two straight axes, not {projection} ones"):
        draw(plt.figure().add_subplot(projection=projection))


def test_texts_of_pandas_are_classes():
    names = pd.Series(["cat", "dog"] * 20)
    for given in (names, names.astype("category"), names.astype("string"), names.astype(object)):
        assert {group.get_label() for group in plots.draw_decision_regions(None, X, given).collections} == {"cat", "dog"}
        assert len(plots.draw_confusion_matrix(given, given).texts) == 2


def test_the_columns_of_a_frame_name_the_axes_and_its_estimator_says_nothing_of_them():
    frame = pd.DataFrame(X, columns=["length", "width"])
    fitted = LogisticRegression().fit(frame, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plots.draw_decision_regions(fitted, frame, Y)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("length", "width")


def test_labels_of_a_series_are_counted_from_its_start():
    told = [pd.Series(values, index=[7, 8, 9]) for values in ([1, 2, 3], [1, 2, 2])]
    ax = plots.draw_images(np.ones((3, 2, 2)), labels=told[0], predictions=told[1])
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3 → 2"]


def test_features_of_other_sizes_have_limits_of_their_own():
    ax = plots.draw_decision_regions(None, X * (1, 50), Y)
    assert ax.get_xlim() == plots.draw_decision_regions(None, X[:, :1].repeat(2, axis=1), Y).get_xlim()
    assert ax.get_ylim()[1] - ax.get_ylim()[0] == pytest.approx(1.24 * 50 * np.ptp(X[:, 1]))
    assert plots.draw_decision_regions(None, X, Y).get_xlim() == plots.draw_decision_regions(None, X, Y).get_ylim()


def test_the_last_step_of_a_pipeline_is_drawn():
    pipe = make_pipeline(StandardScaler(), MLPClassifier((4,), max_iter=400, tol=1, random_state=0)).fit(X, Y)
    assert len(plots.draw_network(pipe).patches) == len(plots.draw_network((2, 4, 1)).patches)


def test_a_network_of_columns_is_asked_for_its_classes():
    net = network.Network((2, 3, 1), rng=0)
    shades = plots.draw_decision_regions(net, limits=(-1, 1)).images[0].get_array()
    assert shades[0, 0] == pytest.approx(net.feedforward(np.array([[-1.0], [-1.0]]))[0, 0])


def test_texts_are_counted_in_the_order_of_their_labels():
    ax = plots.draw_confusion_matrix(["dog", "dog", "cat"], ["dog", "cat", "cat"], labels=["dog", "cat"])
    assert {text.get_position(): text.get_text() for text in ax.texts} == {(0, 0): "1", (1, 0): "1", (1, 1): "1"}


@pytest.mark.parametrize("draw", [
    lambda names: plots.draw_confusion_matrix(range(9), range(9), labels=names), lambda names: plots.draw_attention(np.eye(9), queries=names, keys=names),
    lambda names: plots.draw_softmax(np.arange(9), labels=names), lambda names: plots.draw_images(np.ones((9, 3, 3)), labels=names, columns=9),
    lambda names: plots.draw_classifier(np.arange(9), labels=names),
])
def test_long_names_overlap_neither_each_other_nor_the_edge(draw):
    ax = draw(["a name that is long"] * 9)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in [*ax.texts, *ax.get_xticklabels()] if "long" in text.get_text()]
    assert len(boxes) == 9
    assert not any(one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number])
    assert all(ax.figure.bbox.x0 <= box.x0 < box.x1 <= ax.figure.bbox.x1 for box in boxes)


def test_curves_in_given_axes_have_the_colours_of_the_package():
    _, ax = plt.subplots()
    assert tuple(to_hex(line.get_color()) for line in plots.draw_losses({"a": [1, 2], "b": [2, 3]}, ax=ax).lines) == style.LIGHT.lines[:2]


def test_layers_say_their_shapes():
    assert repr(Sequential(layers.Linear(2, 3), layers.ReLU())) == "Sequential(Linear(W: (2, 3), b: (3,)), ReLU())"


def test_layers_of_other_modules_can_be_found_by_completion():
    assert {"Conv2d", "Linear", "Sequential"} <= set(dir(layers))


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: plots.draw_activation("softmax"), ValueError, "softmax has no curve: each of its outputs depends on all inputs; see draw_softmax"),
    (lambda: plots.draw_vanishing_gradient(["log_softmax"]), ValueError, "log_softmax has no curve"),
    (lambda: plots.draw_activation(lambda x: max(x, 0)), TypeError, r"must take an array \(601,\), but raises: .*; for functions of one number, use np.vectorize"),
    (lambda: plots.draw_loss_surface(lambda x, y: x + y), TypeError, r"must take an array \(71, 71, 2\), but raises: .*'y'"),
    (lambda: plots.draw_learning_rates(lambda x: x - 9, lambda x: 1, 4.0), ValueError, "the axis is logarithmic: f must be 0 or more, not -"),
    (lambda: plots.draw_learning_rates(np.square, lambda x: x, 4.0, []), ValueError, "there are no learning rates"),
    (lambda: plots.draw_losses([1, 2], ax=list(plt.subplots(1, 2)[1])), TypeError, "one Axes, not 2 of them; draw into each"),
    (lambda: plots.draw_confusion_matrix(["a"], ["b"], labels=["a", "c"]), ValueError, "classes must be among the labels, not 'b'"),
    (lambda: plots.draw_overfitting([1, 2]), TypeError, r"history must be a list of nnviz's Epoch objects, not \[1, 2\]"),
    (lambda: optim.SGD(NET.parameters, lr=0.1), TypeError, "'lr'; did you mean 'learning_rate'"),
    (lambda: train.evaluate(NET, losses.MSELoss, X, Y), TypeError, r"loss must be a Loss of nnviz, not .*; make one: MSELoss\(…\)"),
    (lambda: train.fit(NET, losses.CrossEntropyLoss(), optim.SGD(mlp((2, 2)).parameters), X, Y, epochs=1), ValueError,
     "the optimizer has no parameters of this model"),
    (lambda: losses.CrossEntropyLoss()([[1.0], [2.0]], [0, 1]), ValueError, "0 to 0, not 0 to 1; for one output there is BCEWithLogitsLoss"),
    (lambda: model.Sequential([layers.ReLU()]), TypeError, r"not of \[ReLU\(\)\]; pass them one by one: Sequential\(\*layers\)"),
    (lambda: plots.draw_convolution(np.ones((28, 28)), np.ones((3, 3))), ValueError, "no room for 28 rows or columns of image; up to 16"),
    (lambda: plots.draw_dropout((1000, 1000)), ValueError, "no room for 1000 units in a layer; up to 30"),
    (lambda: plots.draw_layer_blocks(["ReLU"] * 99), ValueError, "no room for 99 layers; up to 50"),
    (lambda: plots.draw_classifier(np.ones(30), labels="a" * 30), ValueError, "no room for 30 classes; up to 20"),
    (lambda: plots.draw_attention(np.ones((99, 99))), ValueError, "no room for 99 positions; up to 50"),
    (lambda: plots.draw_layer_kinds(99, 2), ValueError, "no room for 99 units; up to 30"),
    (lambda: plots.draw_activations(["relu"] * 99), ValueError, "no room for 99 activations; up to 30"),
    (lambda: plots.draw_initial_values({"a": [np.ones(3)] * 99}), ValueError, "no room for 99 layers; up to 30"),
])
def test_what_strangers_do_wrong_is_answered_with_what_is_right(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_long_numbers_stay_in_their_cells():
    ax = plots.draw_convolution(np.full((3, 3), -0.0123), np.eye(2))
    ax.figure.draw_without_rendering()
    cells = [patch.get_window_extent() for patch in ax.patches[:9]]
    numbers = [text.get_window_extent() for text in ax.texts if text.get_text() == "\N{MINUS SIGN}0.0123"]
    assert len(cells) == len(numbers) == 9
    assert all(cell.x0 < word.x0 < word.x1 < cell.x1 for cell, word in zip(cells, numbers, strict=True))
