"""Computational graphs: every operation against central differences, and the graph itself."""

import numpy as np
import pytest

from nnviz.gradient import numerical_gradient
from nnviz.graph import Value, affine, softmax_cross_entropy, topological
from tests.unit.nnviz.drawings import warns_of_nothing

RNG = np.random.default_rng(0)
A, B, ROW, NUMBER = RNG.random((3, 4)) + 0.5, RNG.random((3, 4)) + 0.5, RNG.random(4) + 0.5, np.array(1.7)
OPERATIONS = {
    "+": (lambda a, b: a + b, A, B), "-": (lambda a, b: a - b, A, B), "×": (lambda a, b: a * b, A, B),
    "/": (lambda a, b: a / b, A, B), "@": (lambda a, b: a @ b, A, B.T), "+ of a row": (lambda a, b: a + b, A, ROW),
    "× of a number": (lambda a, b: a * b, A, NUMBER), "/ by a row": (lambda a, b: a / b, A, ROW[None]),
    "- of a column": (lambda a, b: a - b, A, B[:, :1]), "**": (lambda a: a ** 3, A), "** -1": (lambda a: a ** -1, A),
    "exp": (lambda a: a.exp(), A), "log": (lambda a: a.log(), A), "sum": (lambda a: a.sum(), A),
    "relu": (lambda a: (a - 1).relu(), A), "sigmoid": (lambda a: a.sigmoid(), A), "tanh": (lambda a: a.tanh(), A),
    "affine": (affine, A, B.T, RNG.random(3)), "softmax+CE": (lambda a: softmax_cross_entropy(a, np.eye(4)[[0, 3, 1]]), A),
    "softmax+CE of one": (lambda a: softmax_cross_entropy(a, [0, 0, 1, 0]), ROW),
    "from the right": (lambda a: 2 + 3 * (1 - (4 / a)) - (-a), A), "x·x + x": (lambda a: a * a + a, A),
    "a branch that meets again": (lambda a, b: (a * b + a).exp() / (a * b), A, B),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_gradients_are_central_differences(name):
    function, *arrays = OPERATIONS[name]
    values = [Value(array) for array in arrays]
    result = function(*values)
    behind = RNG.standard_normal(result.data.shape)
    result.backward(behind)
    for i, (value, array) in enumerate(zip(values, arrays, strict=True)):
        def loss(at, i=i):
            return float(np.sum(behind * function(*[Value(at if i == j else other) for j, other in enumerate(arrays)]).data))

        np.testing.assert_allclose(value.gradient, numerical_gradient(loss, array), rtol=1e-6, atol=1e-8)


def test_a_second_backward_does_not_double():
    x = Value(3.0)
    y = x * x + x
    y.backward()
    y.backward()
    assert x.gradient == 7


def test_a_value_used_twice_has_two_edges():
    x = Value(3.0, "x")
    y = x * x
    assert [operand.name for operand in y.operands] == ["x", "x"]
    assert topological(y) == [x, y]


def test_two_thousand_additions_in_a_row():
    total = x = Value(1.0)
    for _ in range(2000):
        total = total + x
    total.backward()
    assert (total.data, x.gradient) == (2001, 2001)


def test_operands_come_before_what_is_made_of_them():
    x, y = Value(2.0), Value(3.0)
    z = (x + y) * (x * y) + x
    order = topological(z)
    assert len(order) == len({id(value) for value in order}) == 6
    for value in order:
        assert all(order.index(operand) < order.index(value) for operand in value.operands)


def test_a_three_layer_net_has_the_gradients_of_the_layers():
    from nnviz.losses import CrossEntropyLoss
    from nnviz.model import mlp

    model, x, t = mlp((4, 5, 3), rng=0), RNG.standard_normal((6, 4)), RNG.integers(0, 3, 6)
    W1, b1, W2, b2 = (Value(parameter.value) for parameter in model.parameters)
    loss = softmax_cross_entropy((x @ W1 + b1).relu() @ W2 + b2, np.eye(3)[t])
    loss.backward()
    ours = CrossEntropyLoss()
    assert loss.data == pytest.approx(ours(model.forward(x), t))
    model.backward(ours.backward())
    for value, parameter in zip((W1, b1, W2, b2), model.parameters, strict=True):
        np.testing.assert_allclose(value.gradient, parameter.gradient, rtol=1e-12)


def test_numpy_leaves_the_calculation_to_the_graph():
    assert isinstance(np.ones(3) * Value([1.0, 2, 3]), Value)
    assert isinstance(np.float64(2) - Value(1.0), Value)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Value([1.0, 2.0]).backward(), r"an array \(2,\) needs a gradient"), (lambda: Value([1.0, 0.0]).log(), "not 0"),
    (lambda: Value([1.0]) @ Value([2.0]), r"matrices, not \(1,\) and \(1,\)"),
    (lambda: softmax_cross_entropy(Value([1.0, 2.0]), [1]), r"not \(2,\) and \(1,\)"),
    (lambda: affine(Value(A), Value(B), Value(ROW)), r"X \(N, D\), W \(D, K\) and b \(K,\) are wanted, not \(3, 4\), \(3, 4\), \(4,\)"),
])
def test_what_cannot_be_calculated_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@warns_of_nothing
def test_a_power_of_nought_does_not_move():
    x = Value([0.0, 2.0])
    (x ** 0).sum().backward()
    np.testing.assert_array_equal(x.gradient, [0.0, 0.0])
