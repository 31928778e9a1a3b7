"""Drawings take what people have: models of several libraries, lists, colour images; and refuse the rest in words."""

from importlib import import_module
from itertools import pairwise
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from nnviz import data, plots, style
from nnviz.graph import Value
from nnviz.layers import Conv2d, Flatten, Linear, ReLU, Sequential
from nnviz.model import mlp
from nnviz.network import Network
from nnviz.perceptron import Perceptron
from nnviz.plots.given import predict_of, sizes_and_weights
from nnviz.train import Epoch


def scikit(module, name):
    """A class of scikit-learn, which takes a second to import: not before a test needs it."""
    return getattr(import_module(f"sklearn.{module}"), name)


RNG = np.random.default_rng(0)
X, Y = data.moons(60, rng=0)
POINTS = RNG.normal(size=(7, 2))
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize(("make", "sizes"), [
    (lambda: mlp((2, 5, 3), rng=0), [2, 5, 3]),
    (lambda: Sequential(Conv2d(1, 2, 3), ReLU(), Flatten(), Linear(8, 4), ReLU(), Linear(4, 2)), [8, 4, 2]),
    (lambda: Network((3, 4, 2), rng=0), [3, 4, 2]),
    (lambda: scikit("neural_network", "MLPClassifier")((6,), max_iter=5, random_state=0).fit(X, Y), [2, 6, 1]),
])
def test_a_network_is_drawn_from_a_model(make, sizes):
    model = make()
    found, weights = sizes_and_weights(model)
    assert (found, [W.shape for W in weights]) == (sizes, [*pairwise(sizes)])
    shown, told = plots.draw_network(model), plots.draw_network(sizes, weights=weights)
    assert [list(line.get_linewidths()) for line in shown.collections] == [list(line.get_linewidths()) for line in told.collections]


def test_a_network_is_drawn_from_a_module_of_pytorch():
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    sizes, weights = sizes_and_weights(model)
    assert sizes == [2, 3, 1]
    np.testing.assert_array_equal(weights[0], model[0].weight.detach().numpy().T)


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: scikit("linear_model", "LogisticRegression")(), TypeError, "LogisticRegression has no fully connected layers"),
    (lambda: Sequential(Linear(2, 3), Linear(4, 1)), ValueError, r"do not follow on one another: \(2, 3\), \(4, 1\)"),
])
def test_what_is_no_network_is_refused(make, error, message):
    model = make()
    with pytest.raises(error, match=message):
        plots.draw_network(model)


def test_a_classifier_gives_the_probability_of_two_classes_and_the_likeliest_of_more():
    regression = scikit("linear_model", "LogisticRegression")
    two, three = regression().fit(X, Y), regression().fit(X, np.arange(len(X)) % 3)
    np.testing.assert_array_equal(predict_of(two)(POINTS), two.predict_proba(POINTS)[:, 1])
    np.testing.assert_array_equal(predict_of(three)(POINTS), three.predict(POINTS))
    own = mlp((2, 4, 2), rng=0)
    np.testing.assert_array_equal(predict_of(own)(POINTS), own.predict_proba(POINTS)[:, 1])
    assert predict_of(np.sum) is np.sum
    assert len(plots.draw_decision_regions(two, X, Y).images) == 1


def test_classes_that_are_texts_shade_the_plane_as_their_numbers_do():
    numbers = np.arange(len(X)) % 3
    texts = np.array(["apple", "banana", "grape"])[numbers]
    found, want = (predict_of(scikit("svm", "LinearSVC")(random_state=0).fit(X, classes))(POINTS) for classes in (texts, numbers))
    assert found.tolist() == want.tolist()


def test_numbers_are_taken_from_a_tensor_that_is_learned():
    torch = pytest.importorskip("torch")
    line, = plots.draw_losses(torch.tensor([1.0, 0.5], requires_grad=True)).lines
    assert line.get_ydata().tolist() == [1.0, 0.5]


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_a_module_of_pytorch_is_asked_in_evaluation_and_keeps_its_mode(outputs):
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(2, outputs))
    with torch.no_grad():
        logits = model.eval()(torch.tensor(POINTS, dtype=torch.float32))
    model.train()
    want = {1: logits.sigmoid()[:, 0], 2: logits.softmax(1)[:, 1] if outputs > 1 else None, 3: logits.argmax(1)}[outputs]
    np.testing.assert_allclose(predict_of(model)(POINTS), want.numpy(), rtol=1e-6)
    assert model.training


def test_losses_are_drawn_from_a_list_and_named_by_their_axis():
    ax = plots.draw_losses([1.0, 0.5, 0.25])
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1.0, 0.5, 0.25]]
    assert (ax.get_ylabel(), ax.texts[:]) == ("損失", [])
    assert [name.get_text() for name in plots.draw_losses([0.9, 0.4, 0.2], ax=ax).texts] == ["訓練", "訓練"]


def test_images_in_colour_keep_their_colours():
    images = RNG.integers(0, 256, (2, 3, 3, 3))
    shown = plots.draw_images(images, columns=2).images[0].get_array()
    np.testing.assert_allclose(shown[:3, :3], np.concatenate([images[0] / 255, np.ones((3, 3, 1))], axis=2))
    assert shown[0, 3, 3] == 0   # the gap is clear


@pytest.mark.parametrize(("draw", "error", "message"), [
    (lambda: plots.draw_images(RNG.random((2, 3, 4, 4))), ValueError, r"move the channels behind: np.moveaxis\(images, 1, 3\)"),
    (lambda: plots.draw_images(RNG.random((2, 4, 4, 3)) * 9), ValueError, "colours must be 0 … 1, or whole numbers 0 … 255"),
    (lambda: plots.draw_images(RNG.random((8, 8))), ValueError, r"not \(8, 8\); of one image, image\[None\]"),
    (lambda: plots.draw_activation("RELU"), ValueError, "did you mean 'relu'"),
    (lambda: plots.draw_softmax([1.0, np.nan]), ValueError, r"logits holds nan or infinity 1 times, first at \(1,\)"),
    (lambda: plots.draw_softmax(["a", "b"]), TypeError, "logits must hold numbers, not"),
    (lambda: plots.draw_decision_regions(7, X, Y), TypeError, "int cannot predict classes"),
    (lambda: plots.draw_decision_regions(None, [[np.inf, 0]], [0]), ValueError, "X holds nan or infinity"),
    (lambda: plots.draw_activation("relu", ax=plt.subplots(2, 2)[1]), TypeError, "one Axes, not an array of 4"),
    (lambda: plots.draw_decision_regions(None, X, Y, line=Perceptron((1, 2, 3), 0)), ValueError, "with 2 inputs have a border to draw, not with 3"),
    (lambda: plots.draw_feature_maps(RNG.random((1, 2, 4, 4))), ValueError, r"maps must be .* not \(1, 2, 4, 4\); of one sample, maps\[0\]"),
    (lambda: plots.draw_images(RNG.random((2, 4, 4)), predictions=[0, 1]), ValueError, "pass labels, too"),
    (lambda: plots.draw_generative([[0, 0], [1, 1], [2, 2], [0, 1], [1, 0], [2, 1]], [0, 0, 0, 1, 1, 1]), ValueError, "class 0 lie on one line"),
    (lambda: plots.draw_confusion_matrix(range(101), range(101)), ValueError, "no room for 101 classes; up to 100 can be drawn"),
    (lambda: plots.draw_softmax(np.zeros(1000)), ValueError, "no room for 1000 logits; up to 50 can be drawn"),
    (lambda: plots.draw_minibatches(1000, 100), ValueError, "no room for 1000 samples; up to 100 can be drawn"),
    (lambda: plots.draw_folds(100, 100), ValueError, "no room for 100 folds; up to 20 can be drawn"),
    (lambda: plots.draw_rnn(100), ValueError, "no room for 100 steps; up to 20 can be drawn"),
    (lambda: plots.draw_activation("relu", ax=plt.figure()), TypeError, "matplotlib's Axes, not Figure"),
])
def test_what_cannot_be_drawn_is_refused_in_words(draw, error, message):
    with pytest.raises(error, match=message):
        draw()


def test_images_of_one_channel_are_grey():
    images = RNG.random((2, 3, 3))
    want = plots.draw_images(images).images[0].get_array()
    for given in (images[:, None], images[..., None]):
        np.testing.assert_array_equal(plots.draw_images(given).images[0].get_array(), want)


def test_a_prediction_that_equals_its_label_is_right_whatever_its_type():
    words = [text.get_text() for text in plots.draw_images(RNG.random((3, 2, 2)), labels=[0.0, 1, "2"], predictions=[0, 2, 2]).texts]
    assert words == ["0.0", "1 → 2", "2"]


def test_epochs_of_several_runs_are_compared_by_name():
    runs = {"SGD": [Epoch(1, 1.0, 0.5), Epoch(2, 0.5, 0.8)], "Adam": [0.9, 0.4]}
    assert [line.get_ydata().tolist() for line in plots.draw_losses(runs).lines] == [[1.0, 0.5], [0.9, 0.4]]


def test_sizes_may_stand_in_an_array():
    assert len(plots.draw_network(np.array([2, 3, 1])).patches) == len(plots.draw_network((2, 3, 1)).patches)


@pytest.mark.parametrize(("y", "predict", "want"), [
    ([0, 2, 2], None, {0: 0, 2: 2}), ([1.0, 2.0, 1.0], lambda at: 1 + (at[:, 0] > 0), {1: 1, 2: 2}),
    ([False, True, True], None, {0: 0, 1: 1}), ([-1, 1, 1], lambda at: np.sign(at[:, 0]), {-1: 0, 1: 1}),
    (["b", "c", "c"], SimpleNamespace(classes_=np.array(["a", "b", "c"]), predict=lambda at: np.full(len(at), "b")), {"b": 1, "c": 2}),
    (["b", "d", "d"], SimpleNamespace(classes_=np.array(["a", "b"]), predict=lambda at: np.full(len(at), "b")), {"b": 1, "d": 2}),
])
def test_points_have_the_colour_of_the_shade_of_their_class(y, predict, want):
    ax = plots.draw_decision_regions(predict, RNG.random((3, 2)), y)
    tints = (style.LIGHT.zero, style.LIGHT.one, *style.LIGHT.lines[2:])
    assert {group.get_label(): to_hex(group.get_facecolor()[0]) for group in ax.collections} \
        == {str(each): tints[number] for each, number in want.items()}


def test_ten_classes_can_be_told_apart():
    ax = plots.draw_decision_regions(None, RNG.random((30, 2)), np.arange(30) % 10)
    looks = {(to_hex(group.get_facecolor()[0]), group.get_paths()[0].vertices.tobytes()) for group in ax.collections}
    assert len(looks) == 10


def test_a_long_name_of_a_class_stands_in_the_legend_and_not_in_a_marker():
    ax = plots.draw_decision_regions(None, X[:2], ["setosa", "virginica"])
    assert (ax.texts[:], [text.get_text() for text in ax.get_legend().get_texts()]) == ([], ["setosa", "virginica"])


@pytest.mark.parametrize("draw", [
    lambda: plots.draw_network((1, 1), nodes=[[-0.0], [-0.0]], weights=[[[-0.0]]], edge_labels=True), lambda: plots.draw_softmax([-0.0, -0.0]),
    lambda: plots.draw_classifier([-0.0, -0.0], labels="ab"), lambda: plots.draw_perceptron(Perceptron((-0.0, 1), -0.0)),
    lambda: plots.draw_graph(Value(-0.0, "x")), lambda: plots.draw_convolution([[-0.0]], [[-0.0]]), lambda: plots.draw_pooling([[-0.0]], size=1),
])
def test_zero_has_no_sign(draw):
    ax = draw()
    words = [text.get_text() for text in [*ax.texts, *ax.get_xticklabels()]]
    assert [word for word in words if "-0" in word or "−0" in word] == []


def test_layers_that_are_all_zero_have_a_histogram():
    ax = plots.draw_initial_values({"0": [np.zeros(5), np.zeros(5)]})
    assert ax.get_xlim() == (-0.5, 0.5)
