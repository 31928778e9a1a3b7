"""Every optimiser against 30 steps of PyTorch's."""

from pathlib import Path

import numpy as np
import pytest

from nnviz.layers import Parameter
from nnviz.optim import SGD, AdaGrad, Adam, Optimizer, RMSprop

REFERENCE = Path(__file__).parents[2] / "oracle" / "reference.npz"
MAKERS = {
    "SGD": lambda p: SGD(p, 0.9), "SGD-momentum": lambda p: SGD(p, 0.1, momentum=0.9),
    "SGD-nesterov": lambda p: SGD(p, 0.1, momentum=0.9, nesterov=True),
    "SGD-decay": lambda p: SGD(p, 0.1, momentum=0.5, weight_decay=0.2), "AdaGrad": lambda p: AdaGrad(p, 1.5),
    "RMSprop": lambda p: RMSprop(p, 0.1), "Adam": lambda p: Adam(p, 0.3), "Adam-decay": lambda p: Adam(p, 0.3, weight_decay=0.1),
}


def test_every_optimiser_of_the_package_is_compared():
    assert {cls.__name__ for cls in Optimizer.__subclasses__()} == {name.partition("-")[0] for name in MAKERS}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_path_is_that_of_pytorch(name, dtype):
    with np.load(REFERENCE) as numbers:
        want = numbers[f"optimiser-{name}/path"]
    at = Parameter(np.array([-7.0, 2.0], dtype))
    optimiser, path = MAKERS[name]([at]), []
    for _ in range(30):
        at.gradient = np.array([at.value[0] / 10, 2 * at.value[1]], dtype)
        optimiser.step()
        path.append(at.value.copy())
    assert at.value.dtype == dtype
    np.testing.assert_allclose(path, want, rtol=1e-12 if dtype is np.float64 else 1e-3, atol=1e-13 if dtype is np.float64 else 1e-4)


def test_parameters_have_memories_of_their_own():
    one, two = Parameter(np.zeros(2)), Parameter(np.zeros(2))
    optimiser = SGD([one, two], 1.0, momentum=0.5)
    one.gradient[...] = 1
    optimiser.step()
    optimiser.step()
    np.testing.assert_array_equal(one.value, -2.5)
    np.testing.assert_array_equal(two.value, 0)


def test_gradients_are_left_alone():
    parameter = Parameter(np.ones(2))
    parameter.gradient[...] = 3
    for make in MAKERS.values():
        make([parameter]).step()
    np.testing.assert_array_equal(parameter.gradient, 3)


@pytest.mark.parametrize("make", [SGD, AdaGrad, RMSprop, Adam])
def test_nothing_to_learn_and_steps_backwards_are_refused(make):
    with pytest.raises(ValueError, match="no parameters"):
        make([], 0.1)
    with pytest.raises(ValueError, match=r"learning_rate must be 0 or more, not -0.1"):
        make([Parameter(np.zeros(1))], -0.1)
