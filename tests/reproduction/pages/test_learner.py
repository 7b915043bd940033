"""What the page that learns is given: digits that come back, and the rates of the recipes."""

import base64
import json
import zlib

import numpy as np
import pytest

from data_prep import printed
from reproduction.learning import RECIPES
from reproduction.learning.converter import converter
from reproduction.network import LENET1, Architecture, Bank
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
    assert packed["usual"]["second"] == {
        "eta": paper.eta.at_pass(0, 30),
        "mu": paper.rule.mu,
        "patterns": paper.rule.curvature.patterns,
    }
    assert packed["usual"]["plain"] == {"eta": sgd.eta.at_pass(0, 30)}


@pytest.mark.parametrize("rule", learner.RULES)
def test_print_is_learned_by_the_first_sixteen_seeds(rule):
    bank, tried = learner.taught(1, rule), learner.digits()["test"]
    wrong = learner.errors(bank, tried)
    assert bank.seeds == tuple(range(16))
    assert wrong.shape == (16,)
    assert np.median(wrong) < 1


def test_errors_by_class_are_those_of_each_class():
    bank, tried = Bank(LENET1, [4]), learner.digits()["test"]
    by_class = learner.errors_by_class(bank, tried)
    assert (by_class * tried.counts / 100).sum() == pytest.approx(
        learner.errors(bank, tried)[0] * len(tried) / 100
    )
    assert by_class.max() > by_class.min()  # untrained, it says one thing most of the time


def test_the_largest_curvature_is_found_where_it_is():
    bank = Bank(LENET1, range(3))
    bank.weights("output")[:] = 0
    bank.biases("output")[:] = 0
    assert learner.steepest(bank) <= {"output.weights", "output.biases"}


def test_errors_are_by_rule_and_factor():
    found = learner.errors_after_a_pass([1, 4])
    assert set(found) == set(learner.RULES)
    for errors in found.values():
        assert errors[1].max() < errors[4].min()
