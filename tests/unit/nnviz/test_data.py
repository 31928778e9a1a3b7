"""Data: shapes, seeds, and MNIST's files with everything that can be wrong with them."""

import gzip
import struct

import numpy as np
import pytest

from nnviz import data


@pytest.mark.parametrize("make", [data.moons, data.spirals, data.two_gaussians])
def test_points_have_two_coordinates_a_class_and_a_seed(make):
    X, y = make(101, rng=3)
    assert (X.shape, y.shape) == ((101, 2), (101,))
    assert set(y) == {0, 1}
    assert abs(np.bincount(y)[0] - 50.5) < 1
    again, _ = make(101, rng=3)
    other, _ = make(101, rng=4)
    np.testing.assert_array_equal(X, again)
    assert not np.array_equal(X, other)
    make(10, rng=np.random.default_rng(0))


def test_gates_are_their_truth_tables():
    assert {name: data.gate(name)[1].tolist() for name in ("AND", "OR", "NAND", "XOR")} == {
        "AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "XOR": [0, 1, 1, 0]}
    with pytest.raises(ValueError, match="unknown gate 'NOR'"):
        data.gate("NOR")


def test_digits_are_split_by_class():
    split = data.digits(test_size=0.2, rng=1)
    assert [part.shape for part in split] == [(1437, 64), (1437,), (360, 64), (360,)]
    assert (split.X_train.min(), split.X_train.max()) == (0, 1)
    shares = np.bincount(split.y_test) / np.bincount(np.concatenate([split.y_train, split.y_test]))
    assert shares.min() > 0.18
    assert shares.max() < 0.22


# -- MNIST's files --------------------------------------------------------------------


def idx(array, magic=None):
    array = np.asarray(array, np.uint8)
    return struct.pack(f">{1 + array.ndim}I", magic or 2048 + array.ndim, *array.shape) + array.tobytes()


def written(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_four_files_plain_or_zipped(tmp_path, packed):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (5, 28, 28)), rng.integers(0, 10, 5)
    paths = [written(tmp_path / name, packed(content)) for name, content in (
        ("a", idx(images)), ("b", idx(labels)), ("c", idx(images[:2])), ("d", idx(labels[:2])))]
    split = data.load_mnist(*map(str, paths))
    assert (split.X_train.dtype, split.X_train.shape, split.X_test.shape) == (np.float32, (5, 784), (2, 784))
    np.testing.assert_allclose(split.X_train, images.reshape(5, -1) / 255, rtol=1e-6)
    np.testing.assert_array_equal(split.y_train, labels)


@pytest.mark.parametrize(("content", "message"), [
    (b"", "magic number None"), (b"\x00\x00", "magic number None"), (b"PNG\x00....", "magic number 1347307264"),
    (idx(np.zeros(3), magic=2050), "2051 .images. or 2049 .labels. should stand"),
    (struct.pack(">II", 2051, 5), "cut off in its head, after 8 bytes"),
    (idx(np.zeros((2, 3, 3)))[:-1], "2×3×3 = 18 bytes should follow the head, not 17"),
    (idx(np.zeros(4)) + b"x", "4 = 4 bytes should follow the head, not 5"),
    (gzip.compress(idx(np.zeros(4)), mtime=0)[:-3], "the gzip file is damaged or cut off"),
    (b"\x1f\x8bnonsense", "the gzip file is damaged or cut off"),
])
def test_files_that_are_no_mnist_are_named(tmp_path, content, message):
    path = written(tmp_path / "images-idx3", content)
    with pytest.raises(ValueError, match=message) as error:
        data.load_idx(path)
    assert "images-idx3" in str(error.value)


def test_files_that_do_not_belong_together(tmp_path):
    images, labels = written(tmp_path / "i", idx(np.zeros((3, 2, 2)))), written(tmp_path / "l", idx(np.zeros(2)))
    with pytest.raises(ValueError, match=r"i holds 3 images, but .*l 2 labels"):
        data.load_mnist(images, labels, images, labels)
    with pytest.raises(ValueError, match="holds no images"):
        data.load_mnist(labels, labels, labels, labels)
    with pytest.raises(ValueError, match="holds no labels"):
        data.load_mnist(images, images, images, images)
    with pytest.raises(FileNotFoundError):
        data.load_idx(tmp_path / "nowhere")
