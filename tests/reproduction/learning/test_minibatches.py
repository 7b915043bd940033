"""Adam's steps are those of its paper's formulas, in float64, and go on where they were left."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction import Bank, train
from reproduction.learning import Adam, Constant, Shuffled
from reproduction.learning.minibatches import learn_by_adam, power
from reproduction.learning.training import Progress, training_passes
from reproduction.network import Architecture
from reproduction.network.relatives import with_softmax
from tests.reproduction.made import PLAIN_STAGE, SMALL, TRAIN, recipe
from tests.reproduction.reference import Reference

SOFTMAX = with_softmax(SMALL)


def by_the_formulas(
    architecture: Architecture, seed: int, rule: Adam, order: np.ndarray, eta: float
) -> np.ndarray:
    """Return the weights after Kingma & Ba's algorithm 1, its lines in their order."""
    net, planes = Reference(architecture), architecture.planes(TRAIN.images)
    w = Bank(architecture, [seed]).parameters[:, 0].astype(np.float64)
    m, v = np.zeros_like(w), np.zeros_like(w)
    batches = [order[n : n + rule.batch] for n in range(0, len(order), rule.batch)]
    for t, batch in enumerate(batches, 1):
        g = np.mean([net.gradient(w, planes[n], TRAIN.labels[n]) for n in batch], axis=0)
        m = rule.beta1 * m + (1 - rule.beta1) * g
        v = rule.beta2 * v + (1 - rule.beta2) * g**2
        corrected_m = m / (1 - rule.beta1**t)
        corrected_v = v / (1 - rule.beta2**t)
        w = w - eta * corrected_m / (np.sqrt(corrected_v) + rule.epsilon)
    return w


@settings(max_examples=8)
@given(
    st.sampled_from([SMALL, SOFTMAX]),
    st.builds(Adam, st.integers(1, 70), st.floats(0, 0.95), st.floats(0.5, 0.999), st.just(1e-3)),
    st.sampled_from([1e-4, 1e-2]),
    st.integers(0, 9),
)
def test_a_pass_is_algorithm_1(
    architecture: Architecture, rule: Adam, eta: float, seed: int
) -> None:
    bank, order = Bank(architecture, [3, seed + 10]), Shuffled(seed).of(60, 0)
    stage = replace(PLAIN_STAGE, passes=1, eta=Constant(eta), rule=rule, order=Shuffled(seed))
    train(bank, recipe(stage), TRAIN)
    for network, number in enumerate(bank.seeds):
        wanted = by_the_formulas(architecture, number, rule, order, eta)
        np.testing.assert_allclose(bank.parameters[:, network], wanted, atol=2e-3 * eta)


def test_passes_go_on_with_the_averages_and_a_stage_begins_anew() -> None:
    rule, planes = Adam(16), SMALL.planes(TRAIN.images)
    stage = replace(PLAIN_STAGE, passes=2, rule=rule)
    bank, by_hand = Bank(SMALL, range(3)), Bank(SMALL, range(3))
    train(bank, recipe(stage, replace(stage, name="anew", passes=1)), TRAIN)
    everything, in_order = np.ones(bank.parameters.shape, bool), np.arange(60)
    averages = None
    for before in (0, 4, 0):
        given = None if not before else averages
        todo = (planes, TRAIN.labels, in_order, 1e-3, given, before, everything)
        averages = learn_by_adam(by_hand, rule, *todo)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


def test_what_is_kept_has_two_rows_a_parameter() -> None:
    banks = [Bank(SMALL, range(2))]
    stage = replace(PLAIN_STAGE, rule=Adam())
    for progress in training_passes(banks, recipe(stage), {"train": TRAIN}, Progress()):
        assert [each.shape for each in progress.averages] == [(2, *banks[0].parameters.shape)]


@given(st.floats(0, 1), st.integers(0, 10**6))
def test_powers_are_products(base: float, times: int) -> None:
    result = power(base, times)
    if times < 40:
        assert result == pytest.approx(float(Fraction(base) ** times), rel=1e-14, abs=1e-300)
    assert power(base, times + 1) == pytest.approx(base * result, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"batch": 0}, "batch is 0; give a number at least 1."),
        ({"beta2": 1.0}, "beta2 is 1; give a number from 0 to 0.999999."),
        ({"epsilon": 0.0}, "epsilon is 0; give a number at least 1e-12."),
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        Adam(**wrong)  # type: ignore[arg-type]
    assert str(refused.value) == sentence
