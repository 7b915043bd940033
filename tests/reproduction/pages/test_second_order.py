"""What is said of the second-order rule is measured where it is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from reproduction.learning import RECIPES
from reproduction.network import LENET1, Bank
from reproduction.pages import second_order
from tests.reproduction.made import made_digits

COUNT = LENET1.counts().parameters
DIGITS = {"train": made_digits(40, 1), "test": made_digits(20, 2)}


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """Have three networks for those of the run "paper", and made digits."""
    bank = Bank(LENET1, (4, 0, 2))
    bank.parameters[:] *= 2
    plan = SimpleNamespace(recipe=RECIPES["paper"])
    run = SimpleNamespace(plan=plan, banks=lambda: [bank], median=2)
    monkeypatch.setattr(second_order.material, "run", lambda recipe: run)
    monkeypatch.setattr(second_order.material, "sets", lambda recipe: DIGITS)
    second_order.ended.cache_clear()
    yield bank
    second_order.ended.cache_clear()


def test_the_rates_are_those_of_the_median_networks_curvature(bank: Bank) -> None:
    found = second_order.ended("paper")
    (stage,) = RECIPES["paper"].stages
    planes = LENET1.planes(DIGITS["train"].images)
    np.testing.assert_array_equal(found.sample, planes)  # fewer than the rule would take
    np.testing.assert_array_equal(found.curvature, bank.curvature(planes))
    wanted = stage.eta.eta / (stage.rule.mu + found.curvature[:, 2].astype(float))
    np.testing.assert_allclose(found.rates, wanted, rtol=1e-6)
    np.testing.assert_array_equal(found.weights, bank.parameters[:, 2])


def test_curvature_is_compared_with_that_before_training(bank: Bank) -> None:
    found = second_order.ended("paper")
    first = Bank(LENET1, (4, 0, 2)).curvature(found.sample)
    np.testing.assert_array_equal(found.untrained, first)
    place, _ = LENET1.parameters["H3.biases"]
    wanted = np.median(bank.curvature(found.sample)[place]) / np.median(first[place])
    assert found.rise["H3.biases"] == pytest.approx(wanted)
    assert list(found.rise) == list(LENET1.parameters)
    below = np.delete(first, np.s_[LENET1.parameters["output.weights"][0].start :], axis=0)
    assert found.flat == pytest.approx(np.mean(below < found.mu / 9))


def test_another_rule_is_refused(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = SimpleNamespace(recipe=RECIPES["sgd"])
    run = SimpleNamespace(plan=plan, banks=lambda: [bank])
    monkeypatch.setattr(second_order.material, "run", lambda recipe: run)
    with pytest.raises(ValueError, match="sampled curvature"):
        second_order.ended("made")


def test_some_of_every_layers_weights_and_biases_are_taken() -> None:
    members = second_order.evenly(LENET1, 24)
    assert np.array_equal(members, np.unique(members))
    for place, _ in LENET1.parameters.values():
        size = place.stop - place.start
        inside = members[(members >= place.start) & (members < place.stop)]
        assert len(inside) == min(24, size)
        assert (inside[0], inside[-1]) == (place.start, place.stop - 1)
        assert np.ptp(np.diff(inside)) <= 1


def test_medians_are_those_of_their_layers() -> None:
    numbers = np.arange(COUNT, dtype=float)
    for name, (place, _) in LENET1.parameters.items():
        assert second_order.medians(LENET1, numbers)[name] == (place.start + place.stop - 1) / 2
    members = second_order.evenly(LENET1, 24)
    start = LENET1.parameters["output.weights"][0].start
    of_output = members[members >= start]
    found = second_order.medians_of_some(LENET1, members, members * 2.0)
    assert list(found) == [layer.name for layer in LENET1.layers]
    assert found["output"] == np.median(2 * of_output)


def test_plain_descent_is_a_loop_of_plain_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_order.material, "sets", lambda recipe: DIGITS)
    found = second_order.by_plain_descent(0.01, passes=2)
    bank, planes = Bank(LENET1), LENET1.planes(DIGITS["train"].images)
    for errors in found:
        bank.learn(planes, DIGITS["train"].labels, np.arange(len(planes)), 0.01)
        said = bank.outputs(LENET1.planes(DIGITS["test"].images)).argmax(axis=1)
        wrong = said != DIGITS["test"].labels[:, np.newaxis]
        np.testing.assert_allclose(errors, 100 * wrong.mean(axis=0))
