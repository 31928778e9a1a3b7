"""Figures of learning: what stands in each."""

import itertools
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyBboxPatch

from nnviz import plots, style
from nnviz.train import Epoch

HISTORY = [Epoch(n, 1 / n, 1 - 0.5 / n, 1 / n + 0.02 * n, 0.9 - 0.3 / n) for n in range(1, 21)]


def words_of(ax):
    return [text.get_text().strip() for text in ax.texts if text.get_text()]


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_training_and_validation_are_drawn_as_they_were_measured(metric):
    training, validation = plots.draw_losses(HISTORY, metric=metric).lines
    np.testing.assert_array_equal(training.get_xdata(), [epoch.number for epoch in HISTORY])
    np.testing.assert_array_equal(training.get_ydata(), [getattr(epoch, metric) for epoch in HISTORY])
    np.testing.assert_array_equal(validation.get_ydata(), [getattr(epoch, f"validation_{metric}") for epoch in HISTORY])


def test_validation_is_dashed_and_training_is_not():
    training, validation = plots.draw_losses(HISTORY).lines
    assert (training.get_label(), training.is_dashed()) == ("訓練", False)
    assert (validation.get_label(), validation.is_dashed()) == ("検証", True)


def test_without_validation_there_is_one_curve():
    (line,) = plots.draw_losses([Epoch(1, 1.0, None), Epoch(2, 0.5, None)]).lines
    assert line.get_label() == "訓練"


@pytest.mark.parametrize(("epochs", "marker"), [(5, "o"), (20, "None")])
def test_only_few_points_have_markers(epochs, marker):
    assert {line.get_marker() for line in plots.draw_losses(HISTORY[:epochs]).lines} == {marker}


@pytest.mark.parametrize(("metric", "name"), [("loss", "損失"), ("accuracy", "正解率")])
def test_the_axes_name_epoch_and_metric(metric, name):
    ax = plots.draw_losses(HISTORY, metric=metric)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("エポック", name)


def test_epochs_are_ticked_at_whole_numbers():
    ax = plots.draw_losses(HISTORY[:5])
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_the_name_of_a_curve_stands_behind_its_end_in_its_colour():
    ax = plots.draw_losses(HISTORY)
    ax.figure.canvas.draw()
    training, validation = ax.lines
    assert [(name.get_text(), name.get_color()) for name in ax.texts] == [
        ("訓練", training.get_color()), ("検証", validation.get_color())]
    assert all(name.get_window_extent().x0 > ax.bbox.x1 for name in ax.texts)
    ends = [ax.transData.transform(line.get_xydata()[-1])[1] for line in ax.lines]
    assert [name.get_transform().transform(name.get_position())[1] for name in ax.texts] == pytest.approx(ends)


def test_names_of_curves_that_end_together_stand_apart():
    ax = plots.draw_losses({name: [1.0, 0.5] for name in "abcd"})
    ax.figure.canvas.draw()
    boxes = sorted(name.get_window_extent().y0 for name in ax.texts)
    assert np.diff(boxes).min() > max(name.get_window_extent().height for name in ax.texts) - 1
    assert ax.get_legend() is None


def test_overfitting_is_shaded_from_the_best_epoch_to_the_last():
    ax = plots.draw_overfitting(HISTORY)
    (span,) = ax.patches
    assert (span.get_x(), span.get_x() + span.get_width()) == (7, 20)
    assert words_of(ax) == ["訓練", "検証", "早期終了", "過学習"]


def test_a_validation_loss_that_still_falls_is_not_called_overfitting():
    ax = plots.draw_overfitting([Epoch(n, 1 / n, None, 1.1 / n) for n in range(1, 13)])
    assert words_of(ax) == ["訓練", "検証", "早期終了"]


def test_the_batches_of_an_epoch_are_framed_and_the_last_may_be_smaller():
    ax = plots.draw_minibatches(10, 4, epochs=1)
    frames = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch) and patch.get_height() > 0.8]
    assert [round((frame.get_width() - 0.14) / 0.8) for frame in frames] == [4, 4, 2]


def test_every_epoch_shuffles_anew():
    numbers = [int(word) for word in words_of(plots.draw_minibatches(12, 4, epochs=2)) if word.isdigit()]
    in_order, first, second = numbers[:12], numbers[12:24], numbers[24:]
    assert in_order == list(range(1, 13))
    assert in_order != first != second != in_order


def test_the_same_seed_gives_the_same_batches():
    assert words_of(plots.draw_minibatches(rng=3)) == words_of(plots.draw_minibatches(rng=3))
    assert words_of(plots.draw_minibatches(rng=3)) != words_of(plots.draw_minibatches(rng=4))


@pytest.mark.parametrize(("samples", "batch_size", "epochs"), [(12, 4, 2), (10, 4, 3), (5, 1, 2), (3, 8, 1)])
def test_the_words_of_mini_batches_overlap_neither_each_other_nor_the_edge(samples, batch_size, epochs):
    ax = plots.draw_minibatches(samples, batch_size, epochs=epochs)
    ax.figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        assert not first.overlaps(second), f"{one} overlaps {other}"
    for word, box in boxes:
        assert 0 <= box.x0 < box.x1 <= ax.figure.bbox.x1, word
        assert 0 <= box.y0 < box.y1 <= ax.figure.bbox.y1, word


def test_the_cost_of_a_gradient_is_drawn_on_logarithmic_axes_with_its_ratio():
    ax = plots.draw_gradient_cost([10, 100, 10000], [20, 200, 20000], [3, 3, 3])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    numerical, backprop = (line.get_ydata().tolist() for line in ax.lines)
    assert (numerical, backprop) == ([20, 200, 20000], [3, 3, 3])
    assert words_of(ax) == ["6,667 倍", "数値微分", "誤差逆伝播法"]


def test_initial_values_have_a_row_a_name_and_a_column_a_layer_of_one_scale():
    wide, narrow = np.linspace(-2, 2, 50), np.linspace(-1, 0.5, 50)
    axes = plots.draw_initial_values({"Xavier": [wide, narrow, narrow], "He": [narrow] * 3}).figure.axes
    assert [ax.get_title() for ax in axes] == ["第1層", "第2層", "第3層", "", "", ""]
    assert [ax.get_ylabel() for ax in axes] == ["Xavier", "", "", "He", "", ""]
    assert {ax.get_xlim() for ax in axes} == {(-2, 2)}
    assert [sum(bars.get_data().values.sum() for bars in ax.patches) for ax in axes] == [50] * 6


def test_batch_normalisation_writes_means_and_standard_deviations():
    before = np.array([[1.0, -9.0], [5.0, 7.0]])
    ax = plots.draw_batchnorm(before, (before - before.mean()) / before.std())
    first, second = (text.get_text() for text in ax.texts)
    assert first == f"正規化の前\n平均 1.00\n標準偏差 {before.std():.2f}"
    assert second == "正規化の後\n平均 0.00\n標準偏差 1.00"
    assert sum(bars.get_data().values.sum() for bars in ax.patches) == 2 * before.size


def test_dropout_crosses_out_hidden_neurons_only_and_takes_their_edges_away():
    colours = style.LIGHT
    ax = plots.draw_dropout((3, 6, 2), p=0.5, rng=0)
    dropped = int((np.random.default_rng(0).random(6) < 0.5).sum())
    circles = [patch for patch in ax.patches if hasattr(patch, "center")]
    grey = [patch for patch in circles if patch.get_edgecolor()[:3] == to_rgb(colours.muted)]
    assert len({patch.center[0] for patch in grey}) == 1
    everything, masked = (len(lines.get_segments()) for lines in ax.collections)
    assert (len(circles), len(grey), len(ax.lines)) == (22, dropped, 2 * dropped)
    assert (everything, masked) == (30, 5 * (6 - dropped))


def test_dropout_of_nothing_leaves_both_networks_whole():
    first, second = plots.draw_dropout((3, 4, 2), p=0.0).collections
    assert len(first.get_segments()) == len(second.get_segments()) == 20


def test_ticks_of_neighbouring_layers_stand_a_digit_apart():
    outputs = [np.tanh(np.random.default_rng(0).normal(size=99))] * 5
    axes = plots.draw_initial_values({"Xavier": outputs}, limits=(0, 4)).figure.axes
    axes[0].figure.draw_without_rendering()
    ends = [[label.get_window_extent() for label in ax.get_xticklabels()] for ax in axes]
    assert [after[0].x0 - before[-1].x1 > before[-1].width for before, after in pairwise(ends)] == [True] * 4
