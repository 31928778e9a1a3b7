"""What the lecture says of numbers does not hang on one seed."""

import numpy as np
import pytest

from nnviz import data, plots
from nnviz.descent import gradient_descent
from nnviz.layers import ReLU, Tanh
from nnviz.losses import CrossEntropyLoss
from nnviz.model import mlp
from nnviz.optim import Adam
from nnviz.train import fit


def folds_of_one_unit(activation, seed):
    """Share of samples that wake the unit, and accuracy, of each fold."""
    from sklearn.model_selection import KFold

    X, t = data.moons(150, noise=0.3, rng=0)
    for rows, held in KFold(5, shuffle=True, random_state=seed).split(X):
        model = mlp((2, 1, 2), activation=activation, rng=seed)
        for _ in fit(model, CrossEntropyLoss(), Adam(model.parameters, 0.02), X[rows], t[rows], epochs=60, rng=seed):
            pass
        yield float((model[1](model[0](X)) > 0).mean()), float((model.predict(X[held]) == t[held]).mean())


def test_one_unit_of_tanh_is_as_good_as_a_line():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_val_score

    X, t = data.moons(150, noise=0.3, rng=0)
    line = cross_val_score(LogisticRegression(), X, t, cv=KFold(5, shuffle=True, random_state=0)).mean()
    scores = [np.mean([right for _, right in folds_of_one_unit(Tanh, seed)]) for seed in range(4)]
    assert min(scores) > 0.78
    assert np.mean(scores) == pytest.approx(line, abs=0.02)


def test_one_relu_fails_where_no_sample_wakes_it():
    folds = [fold for seed in (0, 1, 2) for fold in folds_of_one_unit(ReLU, seed)]
    assert sum(awake == 0 for awake, _ in folds) == 9
    assert all((right < 0.6) == (awake == 0) for awake, right in folds)


def test_momentum_wins_in_a_narrow_valley_over_every_learning_rate():
    def reached(eta, mu):
        return gradient_descent(
            lambda p: p[0] ** 2 / 100 + p[1] ** 2, lambda p: np.array([p[0] / 50, 2 * p[1]]), (-7, 2), learning_rate=eta,
            momentum=mu, steps=40).values[-1]

    assert reached(0.2, 0.9) < 0.2 * min(reached(eta, 0.0) for eta in np.linspace(0.05, 1.0, 96))


def test_a_sum_of_n_standardised_inputs_spreads_by_the_root_of_n():
    spreads, saturated = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        a = rng.standard_normal((500, 784)) @ rng.standard_normal((784, 100))
        spreads.append(a.std())
        saturated.append((np.abs(a) > 4).mean())
    assert spreads == pytest.approx([28] * 5, abs=0.4)
    assert saturated == pytest.approx([0.89] * 5, abs=0.01)


def test_weight_decay_and_dropout_help_on_few_samples():
    from nnviz.layers import Dropout, Linear
    from nnviz.model import Sequential

    def loss(p, weight_decay, seed):
        rng = np.random.default_rng(seed)
        few, many = (data.two_gaussians(n, distance=1, rng=rng) for n in (30, 500))
        model = Sequential(Linear(2, 100, rng=rng), ReLU(), Dropout(p, rng=rng), Linear(100, 2, rng=rng))
        adam = Adam(model.parameters, 0.01, weight_decay=weight_decay)
        *_, last = fit(model, CrossEntropyLoss(), adam, *few, epochs=60, validation=many, rng=rng)
        return last.validation_loss

    plain, dropped, decayed = (np.array([loss(*how, seed) for seed in range(8, 16)]) for how in ((0, 0), (0.5, 0), (0, 0.1)))
    assert (decayed < plain).all()
    assert dropped.mean() < plain.mean()


def test_the_rounded_probabilities_of_the_classifier_add_up_to_one():
    texts = [text.get_text() for text in plots.draw_classifier().texts]
    shares = [float(text) for text in texts if text.startswith("0.") and len(text) == 4]
    assert len(shares) == 3
    assert sum(shares) == pytest.approx(1)


def test_the_gradient_of_sigmoid_alone_vanishes_over_twenty_layers():
    left = {str(line.get_label()): line.get_ydata()[-1] / line.get_ydata()[0] for line in plots.draw_vanishing_gradient().lines}
    assert left["シグモイド関数"] < 1e-11
    assert 0.1 < left["tanh"] < 0.3
    assert 0.5 < left["ReLU"] < 2
