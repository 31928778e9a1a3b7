"""Every layer against PyTorch's numbers and central differences; no layer can escape."""

import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnviz
from nnviz import layers
from nnviz.gradient import numerical_gradient
from nnviz.layers import (
    ELU,
    GELU,
    RNN,
    Attention,
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Parameter,
    PositionalEncoding,
    ReLU,
    Residual,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nnviz.model import Sequential, mlp

for module in pkgutil.iter_modules(nnviz.__path__, "nnviz."):
    importlib.import_module(module.name)

REFERENCE = Path(__file__).parents[2] / "oracle" / "reference.npz"
EXAMPLES = {
    "Linear": (lambda: Linear(4, 3, rng=0), (5, 4)), "Sigmoid": (Sigmoid, (5, 4)), "Tanh": (Tanh, (5, 4)),
    "ReLU": (ReLU, (5, 4)), "LeakyReLU": (lambda: LeakyReLU(0.1), (5, 4)), "Softmax": (Softmax, (5, 4)),
    "Dropout": (lambda: Dropout(0.5, rng=0), (5, 4)), "Flatten": (Flatten, (2, 3, 4, 5)),
    "BatchNorm": (lambda: BatchNorm(4), (5, 4)), "Conv2d": (lambda: Conv2d(2, 3, 3, stride=2, padding=1, rng=0), (2, 2, 7, 6)),
    "MaxPool2d": (lambda: MaxPool2d(2), (2, 3, 6, 5)), "AveragePool2d": (lambda: AveragePool2d(3, stride=2), (2, 3, 7, 6)),
    "ELU": (ELU, (5, 4)), "Softplus": (Softplus, (5, 4)), "SiLU": (SiLU, (5, 4)), "GELU": (GELU, (5, 4)),
    "LayerNorm": (lambda: LayerNorm(4), (2, 3, 4)), "Attention": (lambda: Attention(6, heads=2, causal=True, rng=0), (2, 4, 6)),
    "PositionalEncoding": (PositionalEncoding, (2, 3, 4)), "Residual": (lambda: Residual(Linear(4, 4, rng=0), Tanh()), (5, 4)),
    "RNN": (lambda: RNN(3, 4, rng=0), (2, 5, 3)), "Sequential": (lambda: mlp((4, 6, 3), activation=Tanh, rng=0), (5, 4)),
}
FROM_TORCH = {
    "Linear": lambda: Linear(4, 3), "Sigmoid": Sigmoid, "Tanh": Tanh, "ReLU": ReLU, "LeakyReLU": lambda: LeakyReLU(0.1),
    "Softmax": Softmax, "BatchNorm-training": lambda: BatchNorm(4), "BatchNorm-evaluation": lambda: BatchNorm(4),
    "BatchNorm-images-training": lambda: BatchNorm(4), "BatchNorm-images-evaluation": lambda: BatchNorm(4),
    "Conv2d": lambda: Conv2d(2, 3, 3), "Conv2d-strided": lambda: Conv2d(2, 3, (3, 2), stride=2),
    "Conv2d-padded": lambda: Conv2d(2, 3, 3, padding=2, stride=2), "MaxPool2d": lambda: MaxPool2d(2),
    "MaxPool2d-overlapping": lambda: MaxPool2d(3, stride=2), "AveragePool2d": lambda: AveragePool2d(2),
    "AveragePool2d-overlapping": lambda: AveragePool2d(3, stride=2), "RNN": lambda: RNN(3, 4),
    "ELU": ELU, "Softplus": Softplus, "SiLU": SiLU, "GELU": GELU, "LayerNorm": lambda: LayerNorm(4),
    "Embedding": lambda: Embedding(5, 3), "Attention": lambda: Attention(6, heads=2),
    "Attention-causal": lambda: Attention(6, heads=2, causal=True),
}


def all_subclasses(cls):
    return {each for sub in cls.__subclasses__() for each in (sub, *all_subclasses(sub))}


def test_every_layer_of_the_package_has_an_example():
    names = {cls.__name__ for cls in all_subclasses(Layer) if cls.__module__.startswith("nnviz.") and not cls.__name__.startswith("_")}
    assert names == {*EXAMPLES, "Embedding"}   # whose x cannot be moved a little


@pytest.mark.parametrize("name", [*EXAMPLES, "Embedding"])
def test_every_layer_can_be_imported_from_one_place(name):
    assert issubclass(getattr(layers, name), Layer)


@pytest.fixture(scope="module")
def numbers():
    with np.load(REFERENCE) as file:
        return dict(file)


def of(numbers, name):
    return {key.rpartition("/")[2]: value for key, value in numbers.items() if key.rpartition("/")[0] == name}


@pytest.mark.parametrize("name", FROM_TORCH)
def test_forward_and_backward_are_those_of_pytorch(numbers, name):
    layer, case = FROM_TORCH[name](), of(numbers, name)
    named = {key: parameter for key, parameter in vars(layer).items() if isinstance(parameter, Parameter)}
    for key, parameter in named.items():
        parameter.value[...] = case[key]
    for key in ("running_mean", "running_variance"):
        if f"{key}_before" in case:
            setattr(layer, key, case[f"{key}_before"])
    y = layer.forward(case["x"], training=not name.endswith("evaluation"))
    np.testing.assert_allclose(y, case["y"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.backward(case["dy"]), case["dx"], rtol=1e-11, atol=1e-13)
    assert len(named) == len(layer.parameters)
    for key, parameter in named.items():
        np.testing.assert_allclose(parameter.gradient, case[f"d{key}"], rtol=1e-11, atol=1e-13)
    if "running_mean" in case:
        np.testing.assert_allclose(layer.running_mean, case["running_mean"], rtol=1e-12)
        np.testing.assert_allclose(layer.running_variance, case["running_variance"], rtol=1e-12)


def test_every_case_of_the_reference_is_used(numbers):
    layers = {key.partition("/")[0] for key in numbers if "dy" in key}
    assert layers == set(FROM_TORCH)


def test_the_reference_is_what_torch_says_today(numbers):
    pytest.importorskip("torch")
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("make_reference", REFERENCE.with_name("make_reference.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for key, value in module.reference().items():
        if key != "versions":
            np.testing.assert_allclose(numbers[key], value, rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("training", [True, False])
def test_backward_is_the_central_difference(name, training):
    make, shape = EXAMPLES[name]
    layer, rng = make(), np.random.default_rng(1)
    x = rng.permutation(np.linspace(-2, 2, int(np.prod(shape)))).reshape(shape)   # no two alike, none at 0
    weights = rng.standard_normal(layer.forward(x, training=training).shape)

    def loss(at):
        if isinstance(layer, Dropout):
            layer.rng = np.random.default_rng(0)
        return float(np.sum(weights * layer.forward(at, training=training)))

    loss(x)
    dx = layer.backward(weights)
    gradients = [parameter.gradient.copy() for parameter in layer.parameters]
    np.testing.assert_allclose(dx, numerical_gradient(loss, x), rtol=1e-6, atol=1e-8)
    for parameter, gradient in zip(layer.parameters, gradients, strict=True):
        def loss_of(value, parameter=parameter):
            before = parameter.value.copy()
            parameter.value[...] = value
            try:
                return loss(x)
            finally:
                parameter.value[...] = before

        np.testing.assert_allclose(gradient, numerical_gradient(loss_of, parameter.value), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", EXAMPLES)
def test_gradients_replace_those_of_the_batch_before_and_learn_gives_the_same(name):
    make, shape = EXAMPLES[name]
    layer, x = make(), np.random.default_rng(2).standard_normal(shape)
    gradient = np.ones_like(layer.forward(x))
    layer.backward(gradient)
    once = [parameter.gradient.copy() for parameter in layer.parameters]
    layer.backward(gradient)
    for parameter, first in zip(layer.parameters, once, strict=True):
        np.testing.assert_array_equal(parameter.gradient, first)
        parameter.gradient[...] = np.nan
    layer.learn(gradient)
    for parameter, first in zip(layer.parameters, once, strict=True):
        np.testing.assert_array_equal(parameter.gradient, first)


@pytest.mark.parametrize("name", EXAMPLES)
def test_backward_before_forward_is_an_error(name):
    make, shape = EXAMPLES[name]
    with pytest.raises(RuntimeError, match="backward before forward"):
        make().backward(np.ones(shape))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("training", [True, False])
def test_float32_stays_float32(name, training):
    make, shape = EXAMPLES[name]
    layer = make().astype(np.float32)
    y = layer.forward(np.random.default_rng(3).standard_normal(shape).astype(np.float32), training=training)
    dx = layer.backward(y)
    assert {y.dtype, dx.dtype, *(p.value.dtype for p in layer.parameters), *(p.gradient.dtype for p in layer.parameters)} == {
        np.dtype(np.float32)}


@pytest.mark.parametrize("name", EXAMPLES)
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(batch=st.integers(0, 5), seed=st.integers(0, 99))
def test_samples_of_a_batch_do_not_see_each_other(name, batch, seed):
    make, shape = EXAMPLES[name]
    layer, x = make(), np.random.default_rng(seed).standard_normal((batch, *shape[1:]))
    before = x.copy()
    y = layer.forward(x)
    assert len(y) == batch
    assert layer.backward(np.ones_like(y)).shape == x.shape
    for n in range(batch):
        np.testing.assert_allclose(layer.forward(x[n:n + 1])[0], y[n], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize(("layer", "shape", "message"), [
    (Linear(4, 3, rng=0), (5, 3), r"takes \(N, 4\), not \(5, 3\)"), (Linear(4, 3, rng=0), (4,), r"not \(4,\)"),
    (BatchNorm(4), (5, 3), r"\(N, 4\) or \(N, 4, H, W\)"), (BatchNorm(4), (5, 4, 2), r"not \(5, 4, 2\)"),
    (Conv2d(2, 3, 3, rng=0), (5, 3, 8, 8), r"takes \(N, 2, H, W\)"), (Conv2d(2, 3, 3, rng=0), (2, 8, 8), r"not \(2, 8, 8\)"),
    (Conv2d(1, 1, 5, rng=0), (1, 1, 4, 9), "5×5 does not fit on an image of 4×9"), (MaxPool2d(2), (4, 4), r"\(N, C, H, W\)"),
    (AveragePool2d(3), (1, 1, 2, 2), "does not fit"), (RNN(3, 4, rng=0), (2, 3), r"takes \(N, T, 3\)"),
])
def test_batches_of_another_shape_are_refused(layer, shape, message):
    with pytest.raises(ValueError, match=message):
        layer.forward(np.ones(shape))


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Linear(0, 3), "inputs must be at least 1, not 0"), (lambda: Linear(2, 3, init="glorot"), "unknown init 'glorot'; choose from xavier, he"),
    (lambda: Dropout(1.0), r"\[0, 1\), not 1.0"), (lambda: Conv2d(1, 1, 0), "at least 1×1"),
    (lambda: MaxPool2d(2, stride=-1).forward(np.ones((1, 1, 4, 4))), "stride must be at least 1"),
])
def test_wrong_arguments_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_one_value_per_feature_has_no_variance():
    with pytest.raises(ValueError, match="no variance"):
        BatchNorm(3).forward(np.ones((1, 3)), training=True)


def test_linear_takes_the_last_axis_whatever_stands_before():
    layer, x = Linear(3, 2, rng=0), np.random.default_rng(0).standard_normal((2, 5, 3))
    np.testing.assert_allclose(layer(x[1, 4:])[0], layer(x)[1, 4])
    assert layer.backward(np.ones((2, 5, 2))).shape == x.shape
    assert not hasattr(Linear(3, 2, bias=False).b, "value")


@pytest.mark.parametrize(("init", "std"), [("he", np.sqrt(2 / 300)), ("xavier", np.sqrt(2 / 500)), (0.01, 0.01)])
def test_weights_start_with_the_standard_deviation_of_their_formula(init, std):
    W = Linear(300, 200, init=init, rng=0).W.value
    assert W.std() == pytest.approx(std, rel=0.02)
    assert abs(W.mean()) < 3 * std / np.sqrt(W.size)


def test_dropout_drops_its_share_in_training_and_keeps_the_mean():
    layer, x = Dropout(0.3, rng=0), np.ones((1000, 100))
    y = layer.forward(x, training=True)
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(layer.backward(x), y)
    np.testing.assert_array_equal(layer.forward(x), x)


def test_a_convolution_is_the_correlation_of_scipy():
    from scipy.signal import correlate

    layer, x = Conv2d(2, 1, 3, rng=0), np.random.default_rng(0).standard_normal((1, 2, 8, 9))
    np.testing.assert_allclose(layer(x)[0, 0], correlate(x[0], layer.W.value[0], mode="valid")[0], rtol=1e-12)


def test_a_sequence_without_a_time_has_no_gradient():
    layer, x = RNN(2, 3, rng=0), np.zeros((4, 0, 2))
    assert layer.backward(layer.forward(x)).shape == x.shape
    assert not any(parameter.gradient.any() for parameter in layer.parameters)


def test_probabilities_and_classes_of_a_model():
    x = np.random.default_rng(0).standard_normal((6, 4))
    logits = mlp((4, 8, 3), rng=0)
    np.testing.assert_allclose(logits.predict_proba(x).sum(axis=1), 1)
    np.testing.assert_array_equal(logits.predict(x), logits(x).argmax(axis=1))
    np.testing.assert_allclose(Sequential(*logits, Softmax()).predict_proba(x), logits.predict_proba(x))
    single = mlp((4, 8, 1), rng=1)
    np.testing.assert_array_equal(single.predict(x), (single(x)[:, 0] > 0).astype(int))
    np.testing.assert_array_equal(Sequential(*single, Sigmoid()).predict(x), single.predict(x))
    assert single.predict(x.tolist()).dtype.kind == "i"


def test_a_model_is_its_layers():
    model = mlp((4, 8, 3), rng=0)
    assert [type(layer) for layer in model] == [Linear, ReLU, Linear]
    assert len(model) == 3
    assert model[0].W is model.parameters[0]
    with pytest.raises(ValueError, match="two or more"):
        mlp((4,))
