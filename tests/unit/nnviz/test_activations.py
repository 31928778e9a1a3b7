"""Activation functions against SciPy, central differences and their own limits."""

import numpy as np
import pytest
from scipy import special

from nnviz.activations import ACTIVATIONS, gelu, leaky_relu, leaky_relu_derivative, log_softmax, softmax

ELEMENTWISE = [each for each in ACTIVATIONS.values() if each.elementwise]
ROWWISE = [each for each in ACTIVATIONS.values() if not each.elementwise]
ORACLES = {
    "step": lambda x: (x > 0).astype(x.dtype), "sigmoid": special.expit, "tanh": np.tanh,
    "relu": lambda x: x.clip(min=0), "leaky_relu": lambda x: np.where(x < 0, 0.01 * x, x), "identity": lambda x: x,
    "elu": lambda x: np.where(x > 0, x, special.expm1(x)), "softplus": lambda x: -special.log_expit(-x),
    "silu": lambda x: x * special.expit(x),
    "gelu": lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3))),
    "softmax": lambda x: special.softmax(x, axis=-1), "log_softmax": lambda x: special.log_softmax(x, axis=-1),
}
named = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda each: each.name)


@named
def test_values_are_those_of_scipy(activation):
    x = np.concatenate([np.random.default_rng(0).normal(scale=5, size=(40, 6)), np.eye(6), np.zeros((1, 6))])
    np.testing.assert_allclose(activation(x), ORACLES[activation.name](x), rtol=1e-14, atol=1e-15)


def test_gelu_is_near_x_times_the_normal_distribution():
    x = np.linspace(-8, 8, 1001)
    np.testing.assert_allclose(gelu(x), x * special.ndtr(x), atol=5e-4)


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda each: each.name)
def test_derivatives_are_central_differences(activation):
    x = np.array([-6.0, -2.5, -1.0, -0.1, 0.1, 0.7, 3.0, 6.0])
    slope = (activation(x + 1e-6) - activation(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(activation.derivative(x), slope, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", ROWWISE, ids=lambda each: each.name)
def test_jacobians_are_central_differences(activation):
    x = np.random.default_rng(1).normal(size=(3, 2, 4))
    jacobian = activation.derivative(x)
    assert jacobian.shape == (3, 2, 4, 4)
    for j, step in enumerate(1e-6 * np.eye(4)):
        slope = (activation(x + step) - activation(x - step)) / 2e-6
        np.testing.assert_allclose(jacobian[..., j], slope, rtol=1e-6, atol=1e-9)


@named
def test_a_thousand_is_not_too_large(activation):
    x = np.array([-1000.0, 0.0, 1000.0])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(activation(x)).all()
        assert np.isfinite(activation.derivative(x)).all()


@named
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_the_dtype_is_kept(activation, dtype):
    x = np.array([-1, 0, 2], dtype=dtype)
    assert activation(x).dtype == dtype
    assert activation.derivative(x).dtype == dtype


@named
@pytest.mark.parametrize("x", [np.array([-1, 0, 2]), np.array([True, False]), [3, -4], (1.5, 2)])
def test_other_numbers_become_float64(activation, x):
    assert activation(x).dtype == np.float64


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=lambda each: each.name)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 4), (2, 3, 4)])
def test_any_shape(activation, shape):
    x = np.ones(shape)
    assert np.shape(activation(x)) == shape
    assert np.shape(activation.derivative(x)) == shape


@named
@pytest.mark.parametrize("x", [["a"], [1j], [None], np.array(["2020-01-01"], dtype="datetime64[D]")])
def test_what_is_no_real_number_is_refused(activation, x):
    with pytest.raises(TypeError, match="real numbers"):
        activation(x)


@named
def test_the_input_is_left_alone(activation):
    x = np.array([-1.0, 0.0, 2.0])
    activation(x)
    activation.derivative(x)
    np.testing.assert_array_equal(x, [-1, 0, 2])


def test_nan_stays_nan():
    for activation in ELEMENTWISE:
        assert np.isnan(activation(np.nan)), activation.name


def test_softmax_sums_to_one_along_any_axis():
    x = np.random.default_rng(2).normal(scale=100, size=(3, 4))
    np.testing.assert_allclose(softmax(x).sum(axis=-1), 1)
    np.testing.assert_allclose(softmax(x, axis=0).sum(axis=0), 1)
    np.testing.assert_allclose(np.exp(log_softmax(x, axis=0)), softmax(x, axis=0), atol=1e-15)
    np.testing.assert_allclose(softmax(x + 1000), softmax(x), rtol=1e-10)


def test_softmax_of_a_single_number_is_refused():
    with pytest.raises(ValueError, match="axis"):
        softmax(1.0)


def test_the_slope_of_leaky_relu():
    np.testing.assert_array_equal(leaky_relu([-2.0, 0.0, 2.0], slope=0.5), [-1, 0, 2])
    np.testing.assert_array_equal(leaky_relu_derivative([-2.0, 0.0, 2.0], slope=0.5), [0.5, 0.5, 1])


def test_a_name_a_formula_and_a_title_for_each():
    for name, activation in ACTIVATIONS.items():
        assert name == activation.name
        assert activation.formula
        assert activation.title
