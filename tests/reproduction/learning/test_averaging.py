"""Networks end with the mean of their weights over the last passes of a stage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction import Bank, train
from reproduction.learning import Adam, FirstOrder, Recipe, Rule, Running, Sampled, SecondOrder
from reproduction.learning.training import Progress, training_passes
from tests.reproduction.made import PLAIN_STAGE, SECOND, SMALL, TEST, TRAIN, recipe

RULES = [SECOND, SecondOrder(0.05, Running(0.01, Sampled(20))), FirstOrder(), Adam(7)]


def after_passes(asked: Recipe) -> list[np.ndarray]:
    """Return the weights after every pass."""
    banks = [Bank(SMALL, range(2))]
    passes = training_passes(banks, asked, {"train": TRAIN}, Progress(), ())
    return [banks[0].parameters.copy() for _ in passes]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_last_weights_are_the_mean_and_all_before_as_without_it(rule: Rule) -> None:
    stage = replace(PLAIN_STAGE, passes=4, rule=rule)
    plain = after_passes(recipe(stage))
    *before, last = after_passes(recipe(replace(stage, averaged=3)))
    np.testing.assert_array_equal(before, plain[:3])
    wanted = np.mean(plain[1:], axis=0, dtype=np.float64)
    np.testing.assert_allclose(last, wanted, rtol=1e-6, atol=1e-7)
    assert (last != plain[-1]).any()


def test_the_mean_of_one_pass_is_that_pass() -> None:
    stage = replace(PLAIN_STAGE, passes=2)
    plain, averaged = (after_passes(recipe(replace(stage, averaged=n))) for n in (None, 1))
    np.testing.assert_array_equal(averaged, plain)


def test_weights_that_do_not_learn_keep_every_bit() -> None:
    stage = replace(PLAIN_STAGE, passes=7, averaged=7, layers=("output",))
    last, held = after_passes(recipe(stage))[-1], SMALL.parameters["H1.weights"][0]
    np.testing.assert_array_equal(last[held], Bank(SMALL, range(2)).parameters[held])


def test_the_next_stage_begins_with_the_mean_and_the_history_is_that_of_the_mean() -> None:
    first = replace(PLAIN_STAGE, passes=3, averaged=2)
    both, one_by_one = Bank(SMALL, [1]), Bank(SMALL, [1])
    history = train(both, recipe(first, PLAIN_STAGE), TRAIN, TEST)
    alone = train(one_by_one, recipe(first), TRAIN, TEST)
    tried = train(one_by_one, recipe(PLAIN_STAGE), TRAIN, TEST)
    np.testing.assert_array_equal(both.parameters, one_by_one.parameters)
    assert history["mse"].tolist() == [*alone["mse"], *tried["mse"]]


def test_no_more_passes_are_averaged_than_there_are() -> None:
    with pytest.raises(InputError, match="averaged is 4; give a number from 1 to 3"):
        replace(PLAIN_STAGE, passes=3, averaged=4)
