"""The network of columns: backpropagation against central differences, and the vectorised twin."""

import numpy as np
import pytest

from nnviz import data
from nnviz.gradient import check_gradient, count_multiplications, numerical_gradient
from nnviz.model import mlp
from nnviz.network import Network, VectorisedNetwork, columns


def test_backprop_is_the_central_difference():
    network, rng = Network((3, 5, 4, 2), rng=0), np.random.default_rng(1)
    x, t = rng.standard_normal((3, 1)), rng.random((2, 1))

    def loss():
        return float(0.5 * np.sum((network.feedforward(x) - t) ** 2))

    for values, gradients in zip((network.biases, network.weights), network.backprop(x, t), strict=True):
        assert [g.shape for g in gradients] == [v.shape for v in values]
        for layer, gradient in enumerate(gradients):
            def of(value, values=values, layer=layer):
                before, values[layer] = values[layer], value
                try:
                    return loss()
                finally:
                    values[layer] = before

            np.testing.assert_allclose(gradient, numerical_gradient(of, values[layer]), rtol=1e-6, atol=1e-10)


def test_the_vectorised_twin_finds_the_same_numbers():
    rng = np.random.default_rng(0)
    samples = columns(rng.random((50, 6)), rng.integers(0, 3, 50), 3)
    one, two = Network((6, 8, 3), rng=5), VectorisedNetwork((6, 8, 3), rng=5)
    test = [(x, int(y.argmax())) for x, y in samples]
    assert list(one.SGD(samples, epochs=3, mini_batch_size=8, eta=2.0, test=test)) == list(
        two.SGD(samples, epochs=3, mini_batch_size=8, eta=2.0, test=test))
    for a, b in zip(one.weights + one.biases, two.weights + two.biases, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def test_a_step_goes_down_the_mean_gradient():
    network = Network((2, 1), rng=0)
    weights, biases = network.weights[0].copy(), network.biases[0].copy()
    samples = columns([[0.0, 1.0], [1.0, 0.0]], [0, 0], 1)
    gradients = [network.backprop(*sample) for sample in samples]
    network.update_mini_batch(samples, 3.0)
    np.testing.assert_allclose(network.weights[0], weights - 1.5 * sum(w[0] for _, w in gradients))
    np.testing.assert_allclose(network.biases[0], biases - 1.5 * sum(b[0] for b, _ in gradients))


@pytest.mark.parametrize("make", [Network, VectorisedNetwork])
def test_what_is_right_is_counted(make):
    network = make((2, 2), rng=0)
    network.weights, network.biases = [np.eye(2)], [np.zeros((2, 1))]
    test = [(np.array([[1.0], [0.0]]), 0), (np.array([[0.0], [1.0]]), 0)]
    assert network.evaluate(test) == 1
    assert network.evaluate([]) == 0


def test_digits_are_read():
    accuracies = []
    for seed in range(5):
        split = data.digits(rng=seed)
        network = VectorisedNetwork((64, 30, 10), rng=seed)
        test = list(zip(split.X_test[:, :, None], split.y_test, strict=True))
        *_, right = network.SGD(columns(split.X_train, split.y_train, 10), epochs=30, mini_batch_size=10, eta=3.0, test=test)
        accuracies.append(right / len(test))
    assert np.median(accuracies) >= 0.95


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Network((3,)), "two or more"), (lambda: Network((3, 0)), "positive"),
    (lambda: Network((3, 1)).feedforward(np.zeros(3)), r"columns \(3, 1\), not \(3,\)"),
    (lambda: Network((3, 1)).feedforward(np.zeros((1, 3))), r"not \(1, 3\)"),
    (lambda: list(Network((3, 1)).SGD([], epochs=1, mini_batch_size=1, eta=1.0)), "no training samples"),
    (lambda: list(Network((1, 1)).SGD(columns([[1]], [0], 1), epochs=1, mini_batch_size=0, eta=1.0)), "1 or more"),
])
def test_wrong_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_numerical_gradients_of_any_shape_leave_their_point_alone():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(numerical_gradient(lambda at: float(np.sum(at ** 3)), x), 3 * x ** 2, rtol=1e-8)
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    assert numerical_gradient(lambda at: float(at ** 2), 3.0) == pytest.approx(6)


def test_a_wrong_gradient_is_seen():
    def f(x):
        return float(np.sum(x ** 2))

    assert check_gradient(f, lambda x: 2 * x, [1.0, 2.0]) < 1e-9
    assert check_gradient(f, lambda x: 2 * x + 0.1, [1.0, 2.0]) > 1e-2
    assert check_gradient(lambda x: 1.0, np.zeros_like, [1.0]) == 0
    with pytest.raises(ValueError, match=r"\(1,\), but x \(2,\)"):
        check_gradient(f, lambda x: x[:1], [1.0, 2.0])


def test_multiplications_of_both_ways_are_counted():
    layers = ((5, 4), (4, 3), (3, 2))
    products = [m * n for m, n in layers]
    forward, backward = count_multiplications(mlp((5, 4, 3, 2), rng=0), np.ones((10, 5)))
    assert forward == 10 * sum(products)
    assert backward == 10 * (2 * sum(products) - products[0])    # the gradient of the inputs is not asked for
