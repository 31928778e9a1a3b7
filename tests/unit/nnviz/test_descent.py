"""Gradient descent against what can be worked out by hand."""

import numpy as np
import pytest

from nnviz.descent import gradient_descent


def square(x):
    return x ** 2


def slope(x):
    return 2 * x


@pytest.mark.parametrize("rate", [0.001, 0.1, 0.9])
def test_on_a_square_each_step_multiplies_by_one_minus_two_eta(rate):
    path = gradient_descent(square, slope, 3.0, learning_rate=rate, steps=100)
    np.testing.assert_allclose(path.points[:, 0], 3 * (1 - 2 * rate) ** np.arange(101), rtol=1e-12)
    np.testing.assert_allclose(path.values, path.points[:, 0] ** 2)
    assert not path.converged


def test_it_ends_where_nothing_moves():
    path = gradient_descent(square, slope, 3.0, learning_rate=0.25, tolerance=1e-3)
    assert path.converged
    assert abs(path.points[-1, 0] - path.points[-2, 0]) <= 1e-3 < abs(path.points[-2, 0] - path.points[-3, 0])


def test_a_learning_rate_that_is_too_large_ends_at_the_last_finite_point():
    path = gradient_descent(square, slope, 1.0, learning_rate=1e10, steps=1000)
    assert not path.converged
    assert np.isfinite(path.points).all()
    assert np.isfinite(path.values).all()
    assert 1 < len(path.points) < 1000


def test_momentum_is_pytorchs():
    path = gradient_descent(square, slope, 1.0, learning_rate=0.1, momentum=0.5, steps=3)
    np.testing.assert_allclose(path.points[:, 0], [1, 0.8, 0.54, 0.302])


def test_points_of_several_variables_and_a_start_that_stays_as_it_was():
    start = np.array([1.0, -2.0])
    path = gradient_descent(lambda x: float(x @ x), lambda x: 2 * x, start, learning_rate=0.25, steps=2)
    np.testing.assert_allclose(path.points, [[1, -2], [0.5, -1], [0.25, -0.5]])
    np.testing.assert_array_equal(start, [1, -2])
    assert gradient_descent(square, slope, 1.0, steps=0).points.shape == (1, 1)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="steps must be 0 or more"):
        gradient_descent(square, slope, 1.0, steps=-1)
    with pytest.raises(ValueError, match=r"\(1,\), but x \(2,\)"):
        gradient_descent(lambda x: 0.0, lambda x: x[:1], [1.0, 2.0])
