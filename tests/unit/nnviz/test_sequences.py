"""Layers of sequences: who sees whom, and what is refused."""

import numpy as np
import pytest

from nnviz.layers import Attention, Embedding, LayerNorm


def test_a_causal_position_sees_no_later_one():
    layer = Attention(4, causal=True, rng=0)
    x = np.random.default_rng(0).normal(size=(1, 5, 4))
    y = layer(x)
    x[0, 3:] += 1
    np.testing.assert_array_equal(layer(x)[0, :3], y[0, :3])
    assert not np.allclose(layer(x)[0, 3], y[0, 3])


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Attention(6, heads=4), "6 features cannot be shared equally by 4 heads"),
    (lambda: Attention(6)(np.ones((2, 6))), r"takes \(N, T, 6\), not \(2, 6\)"),
    (lambda: LayerNorm(3)(np.ones((2, 4))), r"takes \(N, …, 3\), not \(2, 4\)"),
    (lambda: Embedding(5, 2)(np.array([[5]])), "whole numbers from 0 to 4"),
    (lambda: Embedding(5, 2)(np.array([[-1]])), "whole numbers from 0 to 4"),
    (lambda: Embedding(5, 2)(np.array([[0.5]])), "whole numbers from 0 to 4"),
])
def test_a_sequence_that_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
