"""Drawings of what nobody planned for: long words, large numbers, many of everything."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnviz import plots, style
from nnviz.descent import gradient_descent
from nnviz.graph import Value
from nnviz.perceptron import Perceptron
from nnviz.train import Epoch
from tests.unit.nnviz.drawings import BOWL, DOWN, warns_of_nothing

RNG = np.random.default_rng(0)
DESCENTS = [gradient_descent(np.square, lambda x: 2 * x, 4.0, learning_rate=rate, steps=8) for rate in (0.1, 0.9, 1.05)]
LARGE = Value(3.0, "x") * Value(-1e-9, "とても長い名前") + Value(4e7, "y")
SIZES = [("入力", 3, 224, "畳み込み"), ("C1", 256, 112, "最大値プーリング"), ("S1", 256, 112, "全結合"), ("出力", 1000, 1, "")]


def rises(epochs):
    return [Epoch(n, 1 / n, None, 1 + 0.02 * n) for n in range(1, epochs + 1)]


def words_of(ax):
    """The texts that are seen, and where they stand."""
    ax.figure.canvas.draw()
    ticks = [tick.label1 for axis in (ax.xaxis, ax.yaxis) for tick in axis.get_major_ticks() if ax.axison
             and min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())]
    legend = ax.get_legend().get_texts() if ax.get_legend() else []
    names = [ax.xaxis.label, ax.yaxis.label] if ax.axison else []
    return [(text.get_text(), text.get_window_extent()) for text in [*ax.texts, ax.title, *ticks, *legend, *names]
            if text.get_text().strip()]


@pytest.mark.parametrize(("name", "options"), [
    ("draw_model", {"inputs": "今日の気温と湿度と風速", "output": "明日の最高気温（℃）", "model": "線形回帰モデル $ax + b$ です"}),
    ("draw_model", {"parameters": "とても長いパラメータの説明がここに書いてあります"}),
    ("draw_perceptron", {"perceptron": Perceptron((0.123456, -1234.5, 1e-7, -3), -1e6)}),
    ("draw_neuron", {"inputs": 12}),
    ("draw_classifier", {"scores": [-10.5, 2, 1e5], "labels": ["ゴールデンレトリバー", "猫", "犬"]}),
    ("draw_graph", {"value": LARGE}),
    ("draw_folds", {"samples": 1_000_000, "folds": 10}),
    ("draw_folds", {"samples": 60, "folds": 20}),
    ("draw_convolutional_network", {"stages": SIZES}),
    ("draw_softmax", {"logits": [1000, -1000, 0.001], "labels": ["ゴールデンレトリバー", "a", "とてもとても長い"]}),
    ("draw_softmax", {"logits": RNG.normal(size=12)}),
    ("draw_descent", {"f": np.square, "paths": DESCENTS, "labels": ["η=0.1 小さい学習率", "η=0.9 大きい学習率", "η=1.05 発散"]}),
    ("draw_loss_surface", {**BOWL, "paths": [DOWN] * 5, "labels": ["SGD", "Momentum", "AdaGrad", "RMSprop", "Adam"]}),
    ("draw_learning_rates", {"f": np.square, "df": lambda x: 2 * x, "start": 4.0, "learning_rates": (0.1, 0.5, 0.9)}),
    ("draw_losses", {"history": RNG.random(5000)}),
    ("draw_losses", {"history": {f"名前 {n}": [1.0, 0.5] for n in range(9)}}),
    ("draw_overfitting", {"history": rises(2)}),
    ("draw_overfitting", {"history": rises(20)}),
    ("draw_batchnorm", {"before": RNG.normal(1000, 1, 500), "after": RNG.normal(size=500)}),
    ("draw_batchnorm", {"before": np.ones(5), "after": np.zeros(5)}),
    ("draw_vanishing_gradient", {"depth": 100}),
    ("draw_decision_regions", {"predict": None, "X": RNG.normal(size=(60, 2)), "y": ["とても長いクラスの名前", "犬"] * 30}),
    ("draw_decision_regions", {"predict": None, "X": RNG.normal(size=(60, 2)), "y": [*range(20)] * 3}),
])
@warns_of_nothing
def test_words_overlap_neither_each_other_nor_the_edge(name, options):
    ax = getattr(plots, name)(**options)
    words, edge = words_of(ax), ax.figure.bbox
    for (one, first), (other, second) in itertools.combinations(words, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        along = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 2 or along <= 3, f"{one} overlaps {other}"
    for word, box in words:
        assert edge.x0 - 1 <= box.x0 < box.x1 <= edge.x1 + 1, word
        assert edge.y0 - 1 <= box.y0 < box.y1 <= edge.y1 + 1, word
    if ax.axison:
        assert ax.bbox.width > 0.45 * edge.width, "the axes are squeezed"


@pytest.mark.parametrize("words", [["身長（cm）", "いぬ科の動物"], [-12345.6, 1e-9]])
def test_what_stands_in_a_node_is_no_wider_than_the_node(words):
    ax = plots.draw_network((2, 1), nodes=[words, ["y"]], names=False)
    ax.figure.canvas.draw()
    node = ax.patches[0].get_window_extent()
    assert max(text.get_window_extent().width for text in ax.texts) < node.width


def test_the_name_of_a_matrix_is_no_wider_than_the_matrix():
    ax = plots.draw_shapes([("$W^{(1)}$", (784, 50)), ("$X^{(12)}$", (50, 50))])
    ax.figure.canvas.draw()
    for matrix, name in zip(ax.patches, [text for text in ax.texts if "$" in text.get_text()], strict=True):
        assert name.get_window_extent().width < matrix.get_window_extent().width


@pytest.mark.parametrize(("logit", "written"), [
    (1000, "1000"), (12345, "12300"), (4e6, "4×10$^{6}$"), (-2e-7, "−2×10$^{-7}$"), (0.5, "0.5"), (-0.0, "0")])
def test_numbers_are_written_as_by_hand(logit, written):
    ax = plots.draw_softmax([logit])
    assert ax.get_xticklabels()[0].get_text() == f"$y_{{1}}$\n{written}"


@pytest.mark.parametrize(("function", "gaps"), [
    (lambda x: x ** 3, 0), (lambda x: 1e6 * x, 0), (np.sign, 2), (np.floor, 12), (lambda x: np.tanh(50 * x), 0)])
def test_only_a_jump_is_a_gap_however_steep_a_curve_is(function, gaps):
    line = plots.draw_activation(function).lines[0]
    assert np.isnan(line.get_ydata()).sum() == gaps


def test_the_derivative_of_steps_is_drawn_between_them():
    line = plots.draw_activation(lambda x: np.floor(x + 0.5), derivative=True).lines[1]
    assert np.nanmax(np.abs(line.get_ydata())) < 1e-9


def test_exponents_of_learning_rates_stand_at_round_numbers():
    ax = plots.draw_learning_rates(np.square, lambda x: 2 * x, 5.0, (0.001, 0.1, 1.05), steps=100)
    low, high = ax.get_ylim()
    exponents = [round(float(np.log10(tick)), 6) for tick in ax.get_yticks() if low <= tick <= high]
    assert exponents == [-15, -10, -5, 0, 5, 10]


def test_a_curve_that_comes_to_zero_leaves_a_logarithmic_axis_below():
    ax = plots.draw_learning_rates(np.square, lambda x: 2 * x, 4.0, (0.5,), steps=3)
    values = ax.lines[0].get_ydata()
    assert values[:2].tolist() == [16.0, ax.get_ylim()[0]]
    assert np.isnan(values[2:]).all()


def test_losses_on_a_logarithmic_axis():
    assert plots.draw_losses([1.0, 0.1], log=True).get_yscale() == "log"
    with pytest.raises(ValueError, match="logarithmic: loss must be positive, not 0"):
        plots.draw_losses([1.0, 0.0], log=True)


def test_there_is_no_epoch_0():
    ax = plots.draw_losses(np.linspace(1, 0.5, 50).tolist())
    assert ax.get_xlim() == (1, 50)


def test_curves_of_one_colour_have_strokes_of_their_own():
    ax = plots.draw_losses({str(n): [1.0, 0.5 + n] for n in range(18)})
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 18


@pytest.mark.parametrize(("numerical", "backprop", "said"), [(20, 200, "10 倍"), (3, 2, "1.5 倍"), (20000, 3, "6,667 倍")])
def test_the_ratio_of_costs_is_one_or_more(numerical, backprop, said):
    assert said in [text.get_text().strip() for text in plots.draw_gradient_cost([10], [numerical], [backprop]).texts]


def test_activations_fill_their_rows():
    assert len(plots.draw_activations(["relu"]).figure.axes) == 1


def test_many_approximations_have_rows():
    figure = plots.draw_approximations(np.sin, range(1, 7)).figure
    assert (figure.get_size_inches()[0], len(figure.axes)) == (12.4, 8)


def test_images_that_are_all_alike_are_as_dark_as_they_are():
    assert plots.draw_images(np.ones((2, 4, 4))).images[0].get_clim() == (0, 1)
    plt.close()
    assert plots.draw_images(np.zeros((2, 4, 4))).images[0].get_clim() == (0, 1)


@pytest.mark.parametrize("name", ["draw_confusion_matrix", "draw_attention"])
def test_no_grid_crosses_a_table(name):
    with plt.style.context("ggplot"):
        _, ax = plt.subplots()
        getattr(plots, name)(*{"draw_attention": [np.eye(2)], "draw_confusion_matrix": [[0, 1], [0, 1]]}[name], ax=ax)
    assert not any(line.get_visible() for line in [*ax.get_xgridlines(), *ax.get_ygridlines()])


def test_the_words_of_batch_normalisation_stand_apart_in_small_axes():
    _, axes = plt.subplots(1, 4, figsize=(12, 3))
    plots.draw_batchnorm(RNG.normal(3, 2, 200), RNG.normal(size=200), ax=axes[0])
    first, second = (text.get_window_extent() for text in axes[0].texts)
    assert not first.overlaps(second)


@pytest.mark.parametrize(("look", "ink"), [("dark_background", style.DARK.ink), ("ggplot", style.LIGHT.ink)])
def test_words_are_light_where_the_ground_of_a_matplotlib_style_is_dark(look, ink):
    with plt.style.context(look):
        _, ax = plt.subplots()
        assert plots.draw_losses([1.0, 0.5], ax=ax).xaxis.label.get_color() == ink


@pytest.mark.parametrize("epochs", [2, 3, 20])
def test_early_stopping_at_the_first_epoch_is_named_within_the_axes(epochs):
    ax = plots.draw_overfitting(rises(epochs))
    ax.figure.canvas.draw()
    (word,) = (text for text in ax.texts if "早期終了" in text.get_text())
    assert word.get_window_extent().x0 > ax.bbox.x0 - 1
