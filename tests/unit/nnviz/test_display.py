"""Displays keep what was drawn, and draw it again elsewhere."""

import matplotlib.pyplot as plt
import pytest

from nnviz import data, plots

X, Y = data.moons(60, rng=0)


def test_regions_of_an_estimator_are_drawn_again_in_other_axes():
    from sklearn.linear_model import LogisticRegression

    display = plots.DecisionRegionDisplay.from_estimator(LogisticRegression().fit(X, Y), X, Y)
    first = display.ax_
    assert (display.figure_, len(first.images)) == (first.figure, 1)
    figure, axes = plt.subplots(1, 2)
    assert display.plot(ax=axes[1], limits=(-3, 3)) is display
    assert (display.ax_, display.figure_) == (axes[1], figure)
    assert axes[1].get_xlim() == (-3, 3) != first.get_xlim()


def test_learning_curves_are_drawn_from_a_history():
    display = plots.LearningCurveDisplay.from_history([1.0, 0.5], lang="en")
    line, = display.ax_.lines
    assert (line.get_ydata().tolist(), display.ax_.get_ylabel()) == ([1.0, 0.5], "loss")
    with pytest.raises(ValueError, match="no accuracy to draw"):
        plots.LearningCurveDisplay.from_history([], metric="accuracy")
