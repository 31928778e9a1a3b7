"""Learning: what an epoch is, when it ends, and that networks learn what the course says they learn."""

import numpy as np
import pytest

from nnviz import data
from nnviz.convolution import Conv2d, MaxPool2d
from nnviz.layers import Flatten, Linear, ReLU, Tanh
from nnviz.losses import BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from nnviz.model import Sequential, mlp
from nnviz.optim import SGD, Adam
from nnviz.train import Epoch, batches, evaluate, fit

RNG = np.random.default_rng(0)


def trained(X, y, **options):
    model = mlp((2, 8, 2), rng=0)
    return model, list(fit(model, CrossEntropyLoss(), Adam(model.parameters, 0.01), X, y, **{"epochs": 3, "rng": 0, **options}))


def test_an_epoch_is_a_value_and_nothing_is_printed(capsys):
    X, y = data.moons(100, rng=0)
    _, epochs = trained(X, y, validation=(X, y))
    assert [epoch.number for epoch in epochs] == [1, 2, 3]
    assert all(isinstance(epoch, Epoch) and 0 <= epoch.accuracy <= 1 for epoch in epochs)
    assert epochs[-1].validation_loss < epochs[0].validation_loss
    assert capsys.readouterr() == ("", "")


def test_the_same_seeds_give_the_same_numbers():
    X, y = data.moons(100, rng=0)
    assert trained(X, y)[1] == trained(X, y)[1]


def test_nothing_is_learned_before_an_epoch_is_asked_for():
    X, y = data.moons(100, rng=0)
    model = mlp((2, 8, 2), rng=0)
    before = [p.value.copy() for p in model.parameters]
    epochs = fit(model, CrossEntropyLoss(), SGD(model.parameters, 0.1), X, y, epochs=5, rng=0)
    for parameter, value in zip(model.parameters, before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)
    next(epochs)
    first = [p.value.copy() for p in model.parameters]
    assert not np.array_equal(first[0], before[0])
    assert list(fit(model, CrossEntropyLoss(), SGD(model.parameters, 0.1), X, y, epochs=0, rng=0)) == []
    np.testing.assert_array_equal(model.parameters[0].value, first[0])


def test_after_the_last_epoch_nothing_more_is_learned():
    X, y = data.moons(100, rng=0)
    one, _ = trained(X, y, epochs=1)
    model = mlp((2, 8, 2), rng=0)
    next(fit(model, CrossEntropyLoss(), Adam(model.parameters, 0.01), X, y, epochs=9, rng=0))
    np.testing.assert_array_equal(one.parameters[0].value, model.parameters[0].value)


def test_the_loss_of_an_epoch_is_the_mean_over_samples_of_batches_of_any_size():
    X, y = data.moons(25, rng=0)
    model = mlp((2, 8, 2), rng=0)
    (epoch,) = fit(model, CrossEntropyLoss(), SGD(model.parameters, 0.0), X, y, epochs=1, batch_size=10, rng=0)
    assert (epoch.loss, epoch.accuracy) == pytest.approx(evaluate(model, CrossEntropyLoss(), X, y, batch_size=7))


def test_regression_has_no_accuracy():
    X = np.linspace(-1, 1, 50)[:, None]
    model = mlp((1, 20, 1), activation=Tanh, rng=0)
    *_, last = fit(model, MSELoss(), Adam(model.parameters, 0.01), X, X ** 2, epochs=300, rng=0)
    assert last.loss < 1e-3
    assert last.accuracy is None


def test_patience_ends_learning_and_puts_the_best_back():
    X, y = data.two_gaussians(60, distance=1.0, rng=0)
    held = data.two_gaussians(200, distance=1.0, rng=1)
    model, epochs = trained(X, y, epochs=500, batch_size=10, validation=held, patience=5)
    losses = [epoch.validation_loss for epoch in epochs]
    assert len(epochs) == np.argmin(losses) + 1 + 5 < 500
    assert evaluate(model, CrossEntropyLoss(), *held)[0] == pytest.approx(min(losses))


def test_each_sample_is_in_one_batch_of_an_epoch():
    pieces = list(batches(10, 4, rng=0))
    assert [len(piece) for piece in pieces] == [4, 4, 2]
    assert sorted(np.concatenate(pieces)) == list(range(10))
    assert not np.array_equal(np.concatenate(pieces), np.concatenate(list(batches(10, 4, rng=1))))


@pytest.mark.parametrize(("X", "y", "options", "message"), [
    (np.zeros((3, 2)), [0, 1], {}, r"the same number of samples, at least one, not \(3, 2\) and \(2,\)"),
    (np.zeros((0, 2)), [], {}, "at least one"), (np.array([[0, 0], [0, np.nan]]), [0, 1], {}, "1 samples; the first is number 1"),
    (np.zeros((2, 2)), [0, 1], {"batch_size": 0}, "batch_size must be at least 1, not 0"), (np.zeros((2, 2)), [0, 1], {"epochs": -1}, "0 or more"),
    (np.zeros((2, 2)), [0, 1], {"patience": 3}, "pass validation="),
    (np.zeros((2, 2)), [0, 1], {"validation": (np.zeros((1, 2)), [])}, "the same number"),
])
def test_data_that_cannot_be_learned_from_are_refused_at_once(X, y, options, message):
    model = mlp((2, 2), rng=0)
    with pytest.raises(ValueError, match=message):
        fit(model, CrossEntropyLoss(), SGD(model.parameters), X, y, **{"epochs": 1, **options})


def test_a_learning_rate_that_is_too_large_says_so():
    X = RNG.standard_normal((50, 1))
    model = mlp((1, 10, 1), rng=0)
    with pytest.raises(FloatingPointError, match="learning rate too large"), np.errstate(all="ignore"):
        list(fit(model, MSELoss(), SGD(model.parameters, 1e6), X, X, epochs=100, rng=0))


# -- what is learned: asserted as the course says it -------------------------------------


@pytest.mark.attack
def test_xor_is_learned_from_at_least_95_of_100_starts():
    right = 0
    X, y = data.xor()
    for seed in range(100):
        model = mlp((2, 4, 1), activation=Tanh, init="xavier", rng=seed)
        for _ in fit(model, BCEWithLogitsLoss(), Adam(model.parameters, 0.1), X, y, epochs=200, batch_size=4, rng=seed):
            pass
        right += bool((model.predict(X) == y).all())
    assert right >= 95


def test_spirals_are_told_apart():
    X, y = data.spirals(400, rng=0)
    model = mlp((2, 32, 32, 2), rng=0)
    for _ in fit(model, CrossEntropyLoss(), Adam(model.parameters, 0.01), X, y, epochs=200, rng=0):
        pass
    held, classes = data.spirals(400, rng=1)
    assert (model.predict(held) == classes).mean() >= 0.99


def digits_accuracies(make, learning_rate, epochs, shape=(64,)):
    accuracies = []
    for seed in range(5):
        split = data.digits(rng=seed)
        X, held = split.X_train.reshape(-1, *shape).astype(np.float32), split.X_test.reshape(-1, *shape).astype(np.float32)
        model = make(seed).astype(np.float32)
        for _ in fit(model, CrossEntropyLoss(), Adam(model.parameters, learning_rate), X, split.y_train, epochs=epochs, rng=seed):
            pass
        accuracies.append(float((model.predict(held) == split.y_test).mean()))
    return float(np.median(accuracies))


def test_digits_are_read_by_a_multilayer_perceptron():
    assert digits_accuracies(lambda seed: mlp((64, 64, 10), rng=seed), 0.005, 30) >= 0.97


@pytest.mark.attack
def test_digits_are_read_better_by_a_small_lenet():
    def lenet(seed):
        rng = np.random.default_rng(seed)
        return Sequential(
            Conv2d(1, 12, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2), Conv2d(12, 24, 3, padding=1, rng=rng), ReLU(),
            MaxPool2d(2), Flatten(), Linear(96, 64, rng=rng), ReLU(), Linear(64, 10, rng=rng))

    assert digits_accuracies(lenet, 0.003, 20, (1, 8, 8)) >= 0.98
