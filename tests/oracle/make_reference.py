"""Writes reference.npz: what PyTorch says of every layer, loss and optimiser, in float64 and in our shapes.

Run it with a Python that has torch and numpy: ``python tests/oracle/make_reference.py``. The tests read the
file, so they need no torch; where it is installed they also compare the file with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

FILE = Path(__file__).with_name("reference.npz")
Case = dict[str, Any]
torch.set_default_dtype(torch.float64)


def reference() -> dict[str, np.ndarray[Any, Any]]:
    """``case/quantity`` -> numbers."""
    numbers = {"versions": np.array(f"torch {torch.__version__}, numpy {np.__version__}")}
    for make in (layers, losses, optimisers):
        torch.manual_seed(0)
        for name, case in make():
            numbers |= {f"{name}/{key}": torch.as_tensor(value).detach().numpy().copy() for key, value in case.items()}
    return numbers


def through(module: nn.Module, x: torch.Tensor, output: Any = lambda y: y) -> Case:
    """Forward and backward of one batch, with a random gradient from behind."""
    x = x.clone().requires_grad_()
    y = output(module(x))
    dy = torch.randn_like(y)
    module.zero_grad()
    y.backward(dy)
    return {"x": x, "y": y, "dy": dy, "dx": x.grad}


def layers() -> Iterator[tuple[str, Case]]:
    x = torch.randn(5, 4)
    for name, module in {"Sigmoid": nn.Sigmoid(), "Tanh": nn.Tanh(), "ReLU": nn.ReLU(), "LeakyReLU": nn.LeakyReLU(0.1),
                         "ELU": nn.ELU(), "Softplus": nn.Softplus(), "SiLU": nn.SiLU(), "GELU": nn.GELU(approximate="tanh"),
                         "Softmax": nn.Softmax(dim=-1)}.items():
        yield name, through(module, 3 * x)
    linear = nn.Linear(4, 3)
    yield "Linear", {**through(linear, x), "W": linear.weight.T, "b": linear.bias,
                     "dW": linear.weight.grad.T, "db": linear.bias.grad}
    for name, size in {"BatchNorm": (5, 4), "BatchNorm-images": (3, 4, 5, 2)}.items():
        yield from batch_norm(name, torch.randn(*size) * 3 + 1)
    for name, options in {"Conv2d": {"kernel_size": 3}, "Conv2d-strided": {"kernel_size": (3, 2), "stride": 2},
                          "Conv2d-padded": {"kernel_size": 3, "padding": 2, "stride": 2}}.items():
        conv = nn.Conv2d(2, 3, **options)
        yield name, {**through(conv, torch.randn(4, 2, 7, 6)), "W": conv.weight, "b": conv.bias,
                     "dW": conv.weight.grad, "db": conv.bias.grad}
    ties = torch.randint(0, 3, (2, 2, 7, 6)).double()
    yield "MaxPool2d", through(nn.MaxPool2d(2), ties)
    yield "MaxPool2d-overlapping", through(nn.MaxPool2d(3, stride=2), ties)
    yield "AveragePool2d", through(nn.AvgPool2d(2), torch.randn(2, 2, 7, 6))
    yield "AveragePool2d-overlapping", through(nn.AvgPool2d(3, stride=2), torch.randn(2, 2, 7, 6))
    yield "RNN", recurrent()
    norm = nn.LayerNorm(4)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    yield "LayerNorm", {**through(norm, torch.randn(2, 3, 4) * 3 + 1), "gamma": norm.weight, "beta": norm.bias,
                        "dgamma": norm.weight.grad, "dbeta": norm.bias.grad}
    yield "Embedding", embedded()
    yield "Attention", attending(causal=False)
    yield "Attention-causal", attending(causal=True)


def batch_norm(name: str, x: torch.Tensor) -> Iterator[tuple[str, Case]]:
    module = nn.BatchNorm1d(4) if x.ndim == 2 else nn.BatchNorm2d(4)
    nn.init.normal_(module.weight)
    nn.init.normal_(module.bias)
    for mode in ("training", "evaluation"):
        module.train(mode == "training")
        seen = {"running_mean_before": module.running_mean.clone(), "running_variance_before": module.running_var.clone()}
        case = through(module, x)
        yield f"{name}-{mode}", {**case, **seen, "gamma": module.weight, "beta": module.bias,
                                 "dgamma": module.weight.grad, "dbeta": module.bias.grad,
                                 "running_mean": module.running_mean, "running_variance": module.running_var}


def embedded() -> Case:
    table, x = nn.Embedding(5, 3), torch.tensor([[1, 4, 1], [0, 1, 2]])
    y = table(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    return {"x": x, "y": y, "dy": dy, "dx": torch.zeros(x.shape), "W": table.weight, "dW": table.weight.grad}


def attending(*, causal: bool) -> Case:
    module = nn.MultiheadAttention(6, 2, bias=False, batch_first=True)
    mask = torch.triu(torch.ones(4, 4, dtype=torch.bool), diagonal=1) if causal else None
    x = torch.randn(3, 4, 6).requires_grad_()
    y, _ = module(x, x, x, attn_mask=mask)
    dy = torch.randn_like(y)
    y.backward(dy)
    case = {"x": x, "y": y, "dy": dy, "dx": x.grad, "W_o": module.out_proj.weight.T, "dW_o": module.out_proj.weight.grad.T}
    for name, W, dW in zip("qkv", module.in_proj_weight.chunk(3), module.in_proj_weight.grad.chunk(3), strict=True):
        case |= {f"W_{name}": W.T, f"dW_{name}": dW.T}
    return case


def recurrent() -> Case:
    rnn = nn.RNN(3, 4, batch_first=True)
    nn.init.zeros_(rnn.bias_hh_l0)
    case = through(rnn, torch.randn(2, 5, 3), lambda y: y[0])
    return {**case, "W": rnn.weight_ih_l0.T, "U": rnn.weight_hh_l0.T, "b": rnn.bias_ih_l0,
            "dW": rnn.weight_ih_l0.grad.T, "dU": rnn.weight_hh_l0.grad.T, "db": rnn.bias_ih_l0.grad}


def losses() -> Iterator[tuple[str, Case]]:
    rows = torch.softmax(torch.randn(6, 4), dim=1)
    for name, module, x, t in (
        ("MSELoss", nn.MSELoss(), torch.randn(6, 4), torch.randn(6, 4)),
        ("BCEWithLogitsLoss", nn.BCEWithLogitsLoss(), 20 * torch.randn(6, 1), torch.randint(0, 2, (6, 1)).double()),
        ("CrossEntropyLoss", nn.CrossEntropyLoss(), 20 * torch.randn(6, 4), torch.randint(0, 4, (6,))),
        ("CrossEntropyLoss-probabilities", nn.CrossEntropyLoss(), torch.randn(6, 4), rows),
    ):
        x.requires_grad_()
        loss = module(x, t)
        loss.backward()
        yield name, {"x": x, "t": t, "loss": loss, "dx": x.grad}


def optimisers() -> Iterator[tuple[str, Case]]:
    """30 steps on x² / 20 + y² from (-7, 2)."""
    optim = torch.optim
    for name, make in {
        "SGD": lambda p: optim.SGD(p, 0.9), "SGD-momentum": lambda p: optim.SGD(p, 0.1, momentum=0.9),
        "SGD-nesterov": lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
        "SGD-decay": lambda p: optim.SGD(p, 0.1, momentum=0.5, weight_decay=0.2),
        "AdaGrad": lambda p: optim.Adagrad(p, 1.5), "RMSprop": lambda p: optim.RMSprop(p, 0.1),
        "Adam": lambda p: optim.Adam(p, 0.3), "Adam-decay": lambda p: optim.Adam(p, 0.3, weight_decay=0.1),
    }.items():
        at = torch.tensor([-7.0, 2.0], requires_grad=True)
        optimiser, path = make([at]), []
        for _ in range(30):
            optimiser.zero_grad()
            (at[0] ** 2 / 20 + at[1] ** 2).backward()
            optimiser.step()
            path.append(at.detach().clone())
        yield f"optimiser-{name}", {"path": torch.stack(path)}


if __name__ == "__main__":
    np.savez_compressed(FILE, **reference())
