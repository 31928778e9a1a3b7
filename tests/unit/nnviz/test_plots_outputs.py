"""Figures of outputs and shapes: what stands in each."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnviz import plots, style

FRUIT = ("りんご", "バナナ", "ぶどう")
ONE = to_rgb(style.LIGHT.one)


def words_of(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_the_largest_probability_alone_is_highlighted():
    ax = plots.draw_softmax([1.0, 3.0, 2.0])
    assert [bar.get_facecolor()[:3] == ONE for bar in ax.patches] == [False, True, False]


def test_softmax_writes_probabilities_logits_and_the_sum():
    ax = plots.draw_softmax([1.0, 2.0, -3.0], labels=FRUIT)
    assert words_of(ax) == ["0.268", "0.727", "0.005"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["りんご\n1", "バナナ\n2", "ぶどう\n−3"]
    assert ax.get_title() == "合計 1.000"


def test_a_confusion_matrix_counts_classes_that_are_texts():
    ax = plots.draw_confusion_matrix(["cat", "dog", "dog"], ["cat", "cow", "dog"])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["cat", "cow", "dog"]
    assert [(text.get_position(), text.get_text()) for text in ax.texts] == [((0, 0), "1"), ((1, 2), "1"), ((2, 2), "1")]


@pytest.mark.parametrize(("targets", "predictions", "names"), [
    ([0.0, 1.0], [1.0, 1.0], ["0", "1"]), ([True, False], [True, True], ["0", "1"]), ([-1, 1], [1, 1], ["-1", "1"]),
    ([0, 3], [3, 3], ["0", "1", "2", "3"]), ([7, 10 ** 6], [7, 7], ["7", "1000000"]),
])
def test_a_confusion_matrix_takes_classes_of_any_kind(targets, predictions, names):
    ax = plots.draw_confusion_matrix(targets, predictions)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == names
    assert sum(int(text.get_text()) for text in ax.texts) == 2


def test_large_logits_are_drawn_without_overflow():
    heights = [bar.get_height() for bar in plots.draw_softmax([1000.0, 0.0]).patches]
    assert heights == [1.0, 0.0]


def test_a_classifier_shows_scores_probabilities_and_the_winner():
    ax = plots.draw_classifier(scores=(0.2, 2.1, 0.8), labels=FRUIT)
    assert {"画像", "ネットワーク", "softmax", "0.2", "2.1", "0.8", "0.11", "0.70", "0.19", *FRUIT} <= set(words_of(ax))
    highlighted = [text.get_text() for text in ax.texts if to_rgb(text.get_color()) == ONE]
    assert highlighted == ["バナナ", "予測は最大のもの"]


def test_rows_of_a_normalised_confusion_matrix_are_shares_as_of_scikit_learn():
    from sklearn.metrics import confusion_matrix

    rng = np.random.default_rng(0)
    t, p = rng.integers(0, 4, 80), rng.integers(0, 4, 80)
    ax = plots.draw_confusion_matrix(t, p, normalize=True)
    want = confusion_matrix(t, p, normalize="true")
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), want)
    assert {(*text.get_position()[::-1], text.get_text()) for text in ax.texts} == {
        (i, j, f"{want[i, j]:.2f}") for i, j in zip(*np.nonzero(want), strict=True)}


def test_rows_of_a_confusion_matrix_are_what_is_right_and_columns_what_was_said():
    ax = plots.draw_confusion_matrix([0, 0, 1], [1, 1, 1], labels=["犬", "猫"])
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("正解", "予測")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["犬", "猫"]
    assert {text.get_position(): text.get_text() for text in ax.texts} == {(1, 0): "2", (1, 1): "1"}


def test_a_class_without_samples_has_an_empty_row():
    ax = plots.draw_confusion_matrix([0, 2], [0, 2], normalize=True)
    np.testing.assert_array_equal(np.ma.filled(ax.images[0].get_array(), np.nan)[1], [0, 0, 0])


def test_sizes_that_must_agree_in_a_product_have_one_colour_and_others_not():
    ax = plots.draw_shapes([("$X$", (5, 2)), ("$W$", (2, 3)), "+", ("$B$", (5, 3)), "=", ("$A$", (5, 3))])
    assert [text.get_text() for text in ax.texts if to_rgb(text.get_color()) == ONE] == ["2", "2"]
    assert {"+", "=", "$X$", "(5, 2)", "(2, 3)", "(5, 3)"} <= set(words_of(ax))


def test_the_sides_of_matrices_follow_their_shapes():
    ax = plots.draw_shapes([("$X$", (4, 2)), ("$W$", (2, 3))])
    (x, w) = ax.patches
    assert (x.get_height() / x.get_width(), w.get_height() / w.get_width()) == pytest.approx((2, 2 / 3))
    assert x.get_width() == pytest.approx(w.get_height())


def test_the_sides_of_very_unlike_matrices_stay_visible():
    ax = plots.draw_shapes([("$X$", (1, 784)), ("$W$", (784, 10))])
    assert min(min(patch.get_width(), patch.get_height()) for patch in ax.patches) >= 0.7


def test_layers_stand_in_their_order_with_shapes_between():
    ax = plots.draw_layer_blocks(["Affine", "ReLU"], shapes=["(N, 784)", "(N, 50)", "(N, 50)"])
    across = sorted(ax.texts, key=lambda text: text.get_position()[0])
    assert [text.get_text() for text in across] == ["(N, 784)", "Affine", "(N, 50)", "ReLU", "(N, 50)"]
