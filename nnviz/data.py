"""Data sets: gates, points in the plane, digits; X (N, D) or (N, H, W) and labels y (N,)."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz import gates
from nnviz.arguments import Amount, Count, checked
from nnviz.init import Seed

Floats = NDArray[np.float64]
Labels = NDArray[np.integer[Any]]
Points = tuple[Floats, Labels]
IMAGES, LABELS = 2051, 2049
"""Magic numbers of IDX files: unsigned bytes in three dimensions and in one."""


class Split(NamedTuple):
    """Training and test data."""

    X_train: NDArray[Any]
    y_train: Labels
    X_test: NDArray[Any]
    y_test: Labels


@checked
def gate(name: str) -> Points:
    """The truth table of AND, OR, NAND or XOR: X (4, 2), y (4,).

    >>> gate("AND")[1]
    array([0, 0, 0, 1])
    """
    if name not in ("AND", "OR", "NAND", "XOR"):
        raise ValueError(f"unknown gate {name!r}; choose from AND, OR, NAND, XOR")
    X = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=np.float64)
    return X, np.asarray(getattr(gates, name)(X))


def xor() -> Points:
    """The truth table of XOR.

    >>> xor()[1]
    array([0, 1, 1, 0])
    """
    return gate("XOR")


@checked
def moons(samples: Count = 200, *, noise: Amount = 0.1, rng: Seed = None) -> Points:
    """Two interleaving half moons: scikit-learn's ``make_moons``."""
    from sklearn.datasets import make_moons

    X, y = make_moons(samples, noise=noise, random_state=_seed(rng))
    return X, y


@checked
def spirals(
    samples: Count = 300, *, classes: Count = 2, noise: Amount = 0.05, turns: float = 1.5, rng: Seed = None,
) -> Points:
    """``classes`` spiral arms, r from 0 to 1 while the angle grows by ``turns``; not linearly separable.

    >>> X, y = spirals(300, classes=3, rng=0)
    >>> X.shape, np.bincount(y)
    ((300, 2), array([100, 100, 100]))
    """
    generator = np.random.default_rng(rng)
    y = np.arange(samples) * classes // samples
    arms = np.bincount(y, minlength=classes)
    r = np.concatenate([np.linspace(0.05, 1, count) for count in arms])
    angle = 2 * np.pi * (turns * r + y / classes)
    X = r[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return X + noise * r[:, None] * generator.standard_normal(X.shape), y


@checked
def two_gaussians(samples: Count = 200, *, distance: float = 3.0, rng: Seed = None) -> Points:
    """Two normally distributed classes with different covariances, their means ``distance`` apart."""
    generator = np.random.default_rng(rng)
    y = np.arange(samples) * 2 // samples
    shapes = np.array([[[1.0, 0.5], [0.0, 0.7]], [[0.6, 0.0], [-0.3, 1.1]]])
    middles = np.array([[-distance / 2, 0.0], [distance / 2, 0.3]])
    noise = generator.standard_normal((samples, 2))
    return middles[y] + np.einsum("ni,nij->nj", noise, shapes[y]), y


@checked
def digits(*, test_size: float = 0.2, rng: Seed = 0) -> Split:
    """scikit-learn's 1797 digits of 8×8 pixels, in [0, 1], X (N, 64); the split is stratified.

    >>> digits().X_train.shape, digits().X_test.shape
    ((1437, 64), (360, 64))
    """
    if not 0 < test_size < 1:
        raise ValueError(f"test_size must be between 0 and 1, not {test_size}")
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X / 16, y, test_size=test_size, stratify=y, random_state=_seed(rng))
    return Split(X_train, y_train, X_test, y_test)


def load_mnist(
    train_images: str | Path, train_labels: str | Path, test_images: str | Path, test_labels: str | Path,
) -> Split:
    """MNIST's four files -> X (60000, 784) and (10000, 784) in [0, 1] as float32, labels as integers.

    Each file may be plain or gzip. Raises ValueError like ``load_idx``, and if the numbers of images and labels
    differ. Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
    """
    return Split(*_labelled(train_images, train_labels), *_labelled(test_images, test_labels))


def _labelled(images: str | Path, labels: str | Path) -> tuple[NDArray[np.float32], Labels]:
    X, y = load_idx(images), load_idx(labels)
    if X.ndim != 3:
        raise ValueError(f"{images} holds no images, but numbers of the shape {X.shape}")
    if y.ndim != 1:
        raise ValueError(f"{labels} holds no labels, but numbers of the shape {y.shape}")
    if len(X) != len(y):
        raise ValueError(f"{images} holds {len(X)} images, but {labels} {len(y)} labels")
    pixels: NDArray[np.float32] = X.reshape(len(X), -1).astype(np.float32)
    pixels /= 255
    return pixels, y.astype(np.int64)


def load_idx(path: str | Path) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes, plain or gzip, such as those of MNIST: images (N, H, W) or labels (N,).

    Raises ValueError, with the path, for a wrong magic number and for a file that is too short or too long.
    """
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = _unzipped(content, path)
    magic = struct.unpack(">I", content[:4])[0] if len(content) >= 4 else None
    if magic not in (IMAGES, LABELS):
        raise ValueError(f"{path}: magic number {magic}, where {IMAGES} (images) or {LABELS} (labels) should stand")
    axes = magic % 256
    if len(content) < 4 + 4 * axes:
        raise ValueError(f"{path}: cut off in its head, after {len(content)} bytes")
    shape = struct.unpack(f">{axes}I", content[4:4 + 4 * axes])
    held, wanted = len(content) - 4 - 4 * axes, int(np.prod(shape, dtype=np.int64))
    if held != wanted:
        raise ValueError(f"{path}: {'×'.join(map(str, shape))} = {wanted} bytes should follow the head, not {held}")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _unzipped(content: bytes, path: str | Path) -> bytes:
    try:
        return gzip.decompress(content)
    except (EOFError, OSError) as error:
        raise ValueError(f"{path}: the gzip file is damaged or cut off ({error})") from None


def _seed(rng: Seed) -> int:
    """A seed for scikit-learn, which does not accept a Generator."""
    return rng if isinstance(rng, int) else int(np.random.default_rng(rng).integers(2 ** 31))
