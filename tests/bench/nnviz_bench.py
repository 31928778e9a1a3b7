"""The half of ``make bench`` that is about nnviz: ratios to scikit-learn, to itself and, where it is installed, PyTorch."""

from __future__ import annotations

import io
import statistics
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("agg")

import matplotlib.pyplot as plt

from nnviz import data, plots
from nnviz.convolution import Conv2d
from nnviz.losses import CrossEntropyLoss
from nnviz.model import mlp
from nnviz.network import Network, VectorisedNetwork, columns
from nnviz.optim import SGD
from nnviz.train import fit

Row = tuple[str, str, float, float]
"""Work, peer, our seconds, the peer's."""
RNG = np.random.default_rng(0)
X = RNG.random((10_000, 784)).astype(np.float32)
LABELS = RNG.integers(0, 10, 10_000)


def seconds(action: Callable[[], object], runs: int = 5) -> float:
    """Median time of ``action`` after one run that is not counted."""
    action()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def rows() -> list[Row]:
    """All that is measured."""
    found = [row for size in (10, 100) for row in epochs(size)]
    found += [("epoch of a 64-30-10 `Network`, vectorised", "sample by sample", *networks())]
    found += list(convolutions())
    return found


def epochs(batch_size: int) -> list[Row]:
    """784-100-10 with ReLU and cross entropy, 10,000 samples."""
    work = f"epoch of 784-100-10, float32, batches of {batch_size}"
    model = mlp((784, 100, 10), rng=0).astype(np.float32)
    optimiser = SGD(model.parameters, 0.1)
    ours = seconds(lambda: list(fit(model, CrossEntropyLoss(), optimiser, X, LABELS, epochs=1, batch_size=batch_size, rng=0)))
    found = [(work, "the same lines of bare NumPy", ours, seconds(bare_epoch(batch_size))),
             (work, "scikit-learn's MLPClassifier (float64)", ours, seconds(lambda: scikit_epoch(batch_size), runs=3))]
    if find_spec("torch"):
        found.append((work, "PyTorch", ours, seconds(torch_epoch(batch_size))))
    return found


def bare_epoch(batch_size: int) -> Callable[[], tuple[float, float]]:
    """What the epoch costs without layers, losses and optimisers; loss and accuracy are counted as ``fit`` does."""
    W1, b1 = RNG.normal(0, 0.05, (784, 100)).astype(np.float32), np.zeros(100, np.float32)
    W2, b2 = RNG.normal(0, 0.1, (100, 10)).astype(np.float32), np.zeros(10, np.float32)
    return lambda: _bare_epoch((W1, b1, W2, b2), batch_size)


def _bare_epoch(parameters: tuple[Any, ...], batch_size: int) -> tuple[float, float]:
    W1, b1, W2, b2 = parameters
    order, eta, loss, right = RNG.permutation(len(X)), np.float32(0.1), 0.0, 0
    for start in range(0, len(X), batch_size):
        rows = order[start:start + batch_size]
        x, t = X[rows], LABELS[rows]
        z = x @ W1 + b1
        a = np.maximum(z, 0)
        u = a @ W2 + b2
        shifted = u - u.max(axis=1, keepdims=True)
        d = np.exp(shifted)
        total = d.sum(axis=1, keepdims=True)
        loss += float((np.log(total)[:, 0] - shifted[np.arange(len(t)), t]).sum())
        right += int(np.count_nonzero(u.argmax(axis=1) == t))
        d /= total
        d[np.arange(len(t)), t] -= 1
        d /= len(t)
        back = (d @ W2.T) * (z > 0)
        W2 -= eta * (a.T @ d)
        b2 -= eta * d.sum(axis=0)
        W1 -= eta * (x.T @ back)
        b1 -= eta * back.sum(axis=0)
    return loss / len(X), right / len(X)


def scikit_epoch(batch_size: int) -> None:
    """One epoch of MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        MLPClassifier((100,), solver="sgd", batch_size=batch_size, max_iter=1, alpha=0, momentum=0).fit(X, LABELS)


def torch_epoch(batch_size: int) -> Callable[[], None]:
    """One epoch in PyTorch, on two threads."""
    import torch
    from torch import nn

    torch.set_num_threads(2)
    model = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
    optimiser, loss = torch.optim.SGD(model.parameters(), 0.1), nn.CrossEntropyLoss()
    x, t = torch.tensor(X), torch.tensor(LABELS)

    def epoch() -> None:
        order = torch.randperm(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start:start + batch_size]
            optimiser.zero_grad()
            loss(model(x[rows]), t[rows]).backward()
            optimiser.step()

    return epoch


def networks() -> tuple[float, float]:
    """An epoch of digits, by the matrix and by the sample."""
    split = data.digits()
    samples = columns(split.X_train, split.y_train, 10)

    def epoch(make: type[Network]) -> Callable[[], object]:
        return lambda: list(make((64, 30, 10), rng=0).SGD(samples, epochs=1, mini_batch_size=100, eta=3.0))

    return seconds(epoch(VectorisedNetwork)), seconds(epoch(Network), runs=3)


def convolutions() -> list[Row]:
    """Forward and backward of LeNet's two convolutions, 64 images."""
    found: list[Row] = []
    for channels, outputs, side in ((1, 6, 28), (6, 16, 12)):
        layer = Conv2d(channels, outputs, 5, rng=0).astype(np.float32)
        x = RNG.standard_normal((64, channels, side, side)).astype(np.float32)
        gradient = np.ones_like(layer.forward(x))
        ours = seconds(lambda layer=layer, x=x, g=gradient: (layer.forward(x), layer.backward(g)), runs=30)  # type: ignore[misc]
        work = f"Conv2d 64×({channels}, {side}, {side}) → {outputs}, 5×5, forward and backward"
        peer = seconds(torch_convolution(channels, outputs, x), runs=30) if find_spec("torch") else float("nan")
        found.append((work, "PyTorch", ours, peer))
    return found


def torch_convolution(channels: int, outputs: int, images: Any) -> Callable[[], None]:
    """The same in PyTorch."""
    import torch

    layer = torch.nn.Conv2d(channels, outputs, 5)
    x = torch.tensor(images, requires_grad=True)
    gradient = torch.ones_like(layer(x))

    def both() -> None:
        layer.zero_grad()
        x.grad = None
        layer(x).backward(gradient)

    return both


def figures() -> list[tuple[str, float]]:
    """Figures that are slow to draw, from the call to the SVG."""
    model = mlp((2, 16, 16, 2), rng=0)
    points, classes = data.moons(100, rng=0)
    calls: dict[str, Callable[[], Any]] = {
        "decision regions of a 2-16-16-2 net, 300×300": lambda: plots.draw_decision_regions(
            lambda at: model.predict_proba(at)[:, 1], points, classes),
        "network 784-50-10": lambda: plots.draw_network((784, 50, 10)),
        "3-D loss surface": lambda: plots.draw_loss_surface_3d(lambda p: (p ** 2).sum(axis=-1)),
        "100 digits with labels": lambda: plots.draw_images(data.digits().X_test[:100], labels=data.digits().y_test[:100]),
    }

    def svg(draw: Callable[[], Any]) -> Callable[[], None]:
        def action() -> None:
            draw().figure.savefig(io.BytesIO(), format="svg")
            plt.close("all")
        return action

    return [(name, seconds(svg(draw))) for name, draw in calls.items()]


def section() -> list[str]:
    """The lines of BENCHMARKS.md about nnviz."""
    lines = ["## nnviz", "", "| work | peer | ours, ms | ratio to the peer |", "|---|---|--:|--:|"]
    lines += [f"| {work} | {peer} | {1000 * ours:.1f} | {'not installed' if theirs != theirs else f'{ours / theirs:.2f}'} |"
              for work, peer, ours, theirs in rows()]
    lines += ["", "| figure, from the call to its SVG | ms |", "|---|--:|"]
    return [*lines, *(f"| {name} | {1000 * time:.0f} |" for name, time in figures()), ""]
