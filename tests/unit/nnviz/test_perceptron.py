"""The perceptron, its rule, and the gates made of it."""

import numpy as np
import pytest

from nnviz import gates
from nnviz.perceptron import Perceptron, fit_perceptron, together

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TABLES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "XOR": [0, 1, 1, 0]}


@pytest.mark.parametrize(("name", "outputs"), TABLES.items())
def test_the_gates(name, outputs):
    gate = getattr(gates, name)
    assert [gate(*x) for x in INPUTS.tolist()] == outputs
    assert [gate(x) for x in INPUTS] == outputs
    assert gate(INPUTS).tolist() == outputs
    assert gate(INPUTS[:, 0], INPUTS[:, 1]).tolist() == outputs
    assert gates.truth_table(gate).outputs == tuple(outputs)


def test_not():
    assert [gates.NOT(0), gates.NOT(1)] == [1, 0]


def test_at_zero_the_output_is_zero():
    assert Perceptron((1.0,), -1.0)(1) == 0
    assert Perceptron((1.0,), -1.0)(np.nextafter(1, 2)) == 1


def test_one_answer_for_a_number_and_many_for_an_array():
    assert type(gates.AND(1, 1)) is int
    assert gates.AND(np.zeros((5, 3, 2))).shape == (5, 3)
    np.testing.assert_allclose(gates.AND.weighted_sum(INPUTS), [-0.7, -0.2, -0.2, 0.3])


@pytest.mark.parametrize(("weights", "message"), [((), r"\(0,\)"), (((1, 2), (3, 4)), r"\(2, 2\)"), (1.0, r"\(\)")])
def test_weights_of_another_shape_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        Perceptron(weights, 0.0)


@pytest.mark.parametrize("x", [[1, 2, 3], 1.0, np.zeros((2, 3))])
def test_inputs_of_another_shape_are_refused(x):
    with pytest.raises(ValueError, match="2 inputs"):
        gates.AND.weighted_sum(x)


def test_inputs_one_by_one_are_broadcast():
    assert together([0, 1], 1).tolist() == [[0, 1], [1, 1]]


def test_the_truth_table_as_text_and_as_markdown():
    table = gates.truth_table(gates.XOR)
    assert str(table) == "x1  x2  y\n 0   0  0\n 0   1  1\n 1   0  1\n 1   1  0"
    assert gates.truth_table(gates.NOT)._repr_markdown_() == (
        "| $x_1$ | $\\boldsymbol{w} \\cdot \\boldsymbol{x} + b$ | $y$ |\n| --: | --: | --: |\n"
        "| 0 | 0.5 | 1 |\n| 1 | -0.5 | 0 |")
    assert len(gates.truth_table(Perceptron((1, 1, 1), -2.5)).rows) == 8
    assert gates.truth_table(max, inputs=3).outputs == (0, *[1] * 7)


@pytest.mark.parametrize("name", ["AND", "OR", "NAND"])
def test_the_rule_learns_what_a_line_separates(name):
    *_, last = fit_perceptron(INPUTS, TABLES[name])
    assert last(INPUTS).tolist() == TABLES[name]


def test_the_rule_corrects_by_the_formula():
    first, second, *_ = fit_perceptron(INPUTS, TABLES["AND"], learning_rate=0.5)
    assert first == Perceptron((0.5, 0.5), 0.5)     # (1, 1) was taken for 0
    assert second == Perceptron((0.5, 0.5), 0.0)    # (0, 0) for 1


def test_random_separable_points_are_learned():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 3))
    y = (X @ [1.0, -2.0, 0.5] + 0.3 > 0).astype(int)
    *_, last = fit_perceptron(X, y, epochs=1000)
    np.testing.assert_array_equal(last(X), y)


def test_xor_never_ends_and_says_so():
    with pytest.raises(ArithmeticError, match="no line separates the classes after 50 epochs"):
        list(fit_perceptron(INPUTS, TABLES["XOR"], epochs=50))


def test_nothing_to_correct():
    assert list(fit_perceptron(INPUTS, [0, 0, 0, 0])) == []


@pytest.mark.parametrize(("X", "y", "message"), [
    (INPUTS, [0, 1], r"\(4, 2\) and \(2,\)"), ([1, 2], [0, 1], r"\(2,\)"), (INPUTS, [1, -1, 1, 1], "0 and 1"),
])
def test_bad_data_is_refused_before_the_first_step(X, y, message):
    with pytest.raises(ValueError, match=message):
        fit_perceptron(X, y)
