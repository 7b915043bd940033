"""Digits made from raw bits and a network small enough to train in a test."""

from __future__ import annotations

import numpy as np

from data_prep.digits import Digits
from reproduction.architecture import Architecture, Connection, Convolution, Plane
from reproduction.learning import Constant, Recipe, Sampled, SecondOrder, Stage

SMALL = Architecture(
    "SMALL", Plane(16, 16), (Convolution("H1", 2, 6, stride=2), Connection("output", 10))
)


def made_digits(count: int, salt: int = 0) -> Digits:
    """Make digits from raw bits: a bar for each class, and noise."""
    raw = np.random.PCG64([salt, count]).random_raw(count * 256).reshape(count, 16, 16)
    images = (raw >> np.uint64(40)).astype(np.float32) / np.float32(2**24) / 2 - 1
    labels = (np.arange(count) * 7 % 10).astype(np.uint8)
    images[np.arange(count), labels + 3, :] = 1.0
    return Digits(images, labels, np.full(count, "handwritten"))


TRAIN, TEST = made_digits(60), made_digits(30, salt=1)
SECOND = SecondOrder(0.05, Sampled(20))


def recipe(*stages: Stage) -> Recipe:
    """Return a recipe of some stages."""
    return Recipe("made", "", stages)


PLAIN_STAGE = Stage("made", 2, Constant(1e-3), SECOND)
