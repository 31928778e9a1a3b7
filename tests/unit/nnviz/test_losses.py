"""Every loss against PyTorch's numbers and central differences; no loss can escape."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.gradient import numerical_gradient
from nnviz.losses import BCEWithLogitsLoss, CrossEntropyLoss, Loss, MSELoss

REFERENCE = Path(__file__).parents[2] / "oracle" / "reference.npz"
RNG = np.random.default_rng(0)
EXAMPLES = {
    "MSELoss": (MSELoss, RNG.standard_normal((5, 3)), RNG.standard_normal((5, 3))),
    "BCEWithLogitsLoss": (BCEWithLogitsLoss, RNG.standard_normal((5, 1)), np.array([0, 1, 1, 0, 1])),
    "CrossEntropyLoss": (CrossEntropyLoss, RNG.standard_normal((5, 3)), np.array([0, 2, 1, 1, 0])),
    "CrossEntropyLoss-one-hot": (CrossEntropyLoss, RNG.standard_normal((5, 3)), np.eye(3)[[0, 2, 1, 1, 0]]),
    "CrossEntropyLoss-unnormalised": (CrossEntropyLoss, RNG.standard_normal((5, 3)), 3 * RNG.random((5, 3))),
}
FROM_TORCH = {"MSELoss": MSELoss, "BCEWithLogitsLoss": BCEWithLogitsLoss, "CrossEntropyLoss": CrossEntropyLoss,
              "CrossEntropyLoss-probabilities": CrossEntropyLoss}


def test_every_loss_of_the_package_has_an_example():
    assert {cls.__name__ for cls in Loss.__subclasses__()} == {name.partition("-")[0] for name in EXAMPLES}


@pytest.mark.parametrize("name", FROM_TORCH)
def test_loss_and_gradient_are_those_of_pytorch(name):
    with np.load(REFERENCE) as numbers:
        x, t, want, dx = (numbers[f"{name}/{key}"] for key in ("x", "t", "loss", "dx"))
    loss = FROM_TORCH[name]()
    assert loss(x, t) == pytest.approx(float(want), rel=1e-13)
    np.testing.assert_allclose(loss.backward(), dx, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_gradient_is_the_central_difference(name):
    make, x, t = EXAMPLES[name]
    loss = make()
    loss.forward(x, t)
    gradient = loss.backward()
    assert gradient.shape == x.shape
    np.testing.assert_allclose(gradient, numerical_gradient(lambda at: make().forward(at, t), x), rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(loss.backward(), gradient)


@pytest.mark.parametrize("name", EXAMPLES)
def test_float32_stays_float32_and_the_inputs_stay_as_they_are(name):
    make, x, t = EXAMPLES[name]
    x = x.astype(np.float32)
    before, loss = x.copy(), make()
    assert type(loss.forward(x, t)) is float
    assert loss.backward().dtype == np.float32
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_gives_no_number_is_an_error(name):
    make, x, t = EXAMPLES[name]
    with pytest.raises(RuntimeError, match="backward before forward"):
        make().backward()
    with pytest.raises(ValueError, match="at least one sample"):
        make().forward(x[:0], t[:0])
    with pytest.raises(FloatingPointError, match="the loss is nan"):
        make().forward(np.full_like(x, np.nan), t)


@pytest.mark.parametrize(("make", "x", "t", "message"), [
    (MSELoss, (4, 2), np.zeros((4, 3)), r"\(4, 2\) and \(4, 3\)"), (MSELoss, (4, 2), np.zeros(4), r"\(4, 2\) and \(4,\)"),
    (BCEWithLogitsLoss, (4, 1), np.zeros(3), r"\(4, 1\) and \(3, 1\)|\(3,\)"),
    (BCEWithLogitsLoss, (4, 1), [0, 1, 2, 0], "between 0 and 1, not 0 to 2"),
    (CrossEntropyLoss, (4, 3), [0, 1, 2], r"labels \(4,\) or rows \(4, 3\), not \(3,\)"),
    (CrossEntropyLoss, (4, 3), [0, 1, 2, 3], "0 to 2, not 0 to 3"), (CrossEntropyLoss, (4, 3), [0, 1, -1, 2], "not -1 to 2"),
    (CrossEntropyLoss, (4, 3), [0.0, 1.0, 2.0, 0.0], "labels must be integers, not float64"),
    (CrossEntropyLoss, (4,), [0, 1, 2, 0], r"logits must be \(N, K\)"),
])
def test_targets_that_do_not_fit_are_refused(make, x, t, message):
    with pytest.raises(ValueError, match=message):
        make().forward(np.zeros(x), t)


def test_large_logits_give_finite_losses():
    with np.errstate(all="raise", under="ignore"):
        assert CrossEntropyLoss()(np.array([[1000.0, -1000.0]]), [1]) == 2000
        assert BCEWithLogitsLoss()(np.array([1000.0, -1000.0]), [0, 1]) == 1000


@pytest.mark.parametrize(("make", "x", "t", "right"), [
    (CrossEntropyLoss, [[1, 2], [3, 0], [0, 1]], [1, 0, 0], 2), (CrossEntropyLoss, [[1, 2], [3, 0]], [[0, 1], [0, 1]], 1),
    (BCEWithLogitsLoss, [[2], [-1]], [1, 1], 1), (MSELoss, [[2], [-1]], [[1], [1]], None),
    (BCEWithLogitsLoss, [[2, -1], [-1, -1]], [[1, 1], [0, 0]], 1.5),
])
def test_what_is_right_is_counted(make, x, t, right):
    loss = make()
    loss.forward(np.array(x, dtype=float), t)
    assert loss.correct() == right
