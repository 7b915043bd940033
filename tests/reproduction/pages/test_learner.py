"""What the page that learns is given: digits that come back, and the rates of the recipes."""

import base64
import json
import zlib

import numpy as np
import pytest

from data_prep import printed
from reproduction.learning import RECIPES
from reproduction.learning.converter import converter
from reproduction.network import LENET1, Architecture
from reproduction.pages import learner

DIGITS = printed.load()


@pytest.fixture(scope="module")
def packed():
    return json.loads(json.dumps(learner.packed()))


def test_no_gray_level_is_further_off_than_half_a_step():
    off = np.abs(learner.rounded(DIGITS.train).images - DIGITS.train.images)
    assert off.max() <= 1 / (learner.LEVELS - 1) + 1e-6


def test_rounding_twice_is_rounding_once():
    once = learner.rounded(DIGITS.test)
    assert np.array_equal(learner.rounded(once).images, once.images)


def test_the_digits_are_there(packed):
    content = zlib.decompress(base64.b64decode(packed["digits"]["deflated"]))
    count = sum(packed["digits"]["counts"].values())
    assert packed["digits"]["counts"] == {"train": len(DIGITS.train), "test": len(DIGITS.test)}
    levels = np.frombuffer(content, np.uint8, 256 * count).reshape(-1, 16, 16)
    images = (2 * levels / (packed["digits"]["levels"] - 1) - 1).astype(np.float32)
    assert np.array_equal(images, learner.rounded(DIGITS.train.join(DIGITS.test)).images)
    labels = np.frombuffer(content, np.uint8, offset=256 * count)
    assert np.array_equal(labels, np.concatenate([DIGITS.train.labels, DIGITS.test.labels]))


def test_the_architectures_come_back(packed):
    assert converter.structure(packed["architectures"]["LENET1"], Architecture) == LENET1


def test_the_rates_are_those_of_the_recipes(packed):
    (paper,), (sgd,) = RECIPES["paper"].stages, RECIPES["sgd"].stages
    assert packed["usual"]["second"] == {"eta": paper.eta.at_pass(0, 30), "mu": paper.rule.mu}
    assert packed["usual"]["plain"] == {"eta": sgd.eta.at_pass(0, 30)}
