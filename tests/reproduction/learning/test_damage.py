"""What deletion costs, and that the series foretells it where there are no further terms."""

from __future__ import annotations

import numpy as np
import pytest

from reproduction import Bank, train
from reproduction.learning import Prune, damage
from reproduction.network import Architecture, Connection, Plane, plain
from tests.reproduction.made import PLAIN_STAGE, SMALL, TEST, TRAIN, recipe

LINEAR = Architecture("LINEAR", Plane(16, 16), (Connection("output", 10, squashed=False),))


def learned(architecture: Architecture) -> Bank:
    bank = Bank(architecture, range(3))
    train(bank, recipe(PLAIN_STAGE), TRAIN)
    return bank


def test_the_objective_is_half_the_squared_errors_summed_over_the_outputs() -> None:
    bank = learned(SMALL)
    wanted = np.where(np.arange(10) == TEST.labels[:, np.newaxis], 1.0, -1.0)
    planes = SMALL.planes(TEST.images)
    by_hand = [
        np.mean(np.sum((wanted - plain.outputs(SMALL, w, planes)) ** 2, axis=1)) / 2
        for w in bank.parameters.T
    ]
    np.testing.assert_allclose(damage.objective(bank, TEST), by_hand, rtol=1e-5)


CURVE = damage.Curve((30, 20, 10), np.array([[1, 2, 6], [3, 5, 4], [9, 9, 0]]))


def test_a_curve_has_its_values_by_what_is_left() -> None:
    assert CURVE[20].tolist() == [3, 5, 4]
    assert [CURVE.median(left) for left in CURVE.sizes] == [2, 4, 9]
    with pytest.raises(KeyError, match="no value with 15 left"):
        CURVE[15]


def test_curves_differ_where_both_have_values() -> None:
    other = damage.Curve((40, 30, 10), np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2]]))
    found = CURVE - other
    assert found.sizes == (30, 10)
    assert found.values.tolist() == [[0, 1, 5], [7, 7, -2]]


def test_groups_have_all_parameters_all_saliency_and_what_is_left() -> None:
    rng = np.random.default_rng(0)
    count = SMALL.counts().parameters
    worth, left = rng.random((count, 3)), rng.random((count, 3)) < 0.3
    found = damage.by_group(SMALL, worth, left)
    assert list(found) == list(SMALL.parameters)
    assert sum(each.parameters for each in found.values()) == count
    np.testing.assert_allclose(sum(each.share for each in found.values()), 1)
    np.testing.assert_array_equal(sum(each.left for each in found.values()), left.sum(axis=0))
    place, _ = SMALL.parameters["H1.weights"]
    share = worth[place].sum(axis=0) / worth.sum(axis=0)
    np.testing.assert_allclose(found["H1.weights"].share, share)


def test_without_deletion_nothing_rises_and_a_tenfold_is_ten_decibels() -> None:
    bank = learned(SMALL)
    trained = damage.objective(bank, TRAIN)
    assert not damage.costs(bank, TRAIN, [Prune(10_000)], TRAIN).values.any()
    np.testing.assert_allclose(damage.decibels(10 * trained, trained), 10)


def test_each_size_is_deleted_from_the_whole() -> None:
    bank = learned(SMALL)
    before = bank.parameters.copy()
    steps = [Prune(size) for size in (200, 500)]
    for size, found in zip((200, 500), damage.deleted(bank, TRAIN, steps), strict=True):
        assert (found.left.sum(axis=0) == size).all()
        np.testing.assert_array_equal(found.bank.parameters, np.where(found.left, before, 0))
    np.testing.assert_array_equal(bank.parameters, before)


@pytest.mark.parametrize("by", ["saliency", "random"])
def test_of_a_linear_network_the_series_has_no_further_terms(by: str) -> None:
    bank = learned(LINEAR)
    here = damage.objective(bank, TRAIN)
    for found in damage.deleted(bank, TRAIN, [Prune(2000, by), Prune(900, by)]):
        gradient, quadratic = damage.along_deletion(bank, TRAIN, found.left)
        rise = damage.objective(found.bank, TRAIN) - here
        rounding = 1e-5 * here.max()  # of float32 outputs, in E itself
        np.testing.assert_allclose(gradient + quadratic, rise, rtol=2e-3, atol=rounding)


def test_what_is_foretold_is_what_its_parts_say() -> None:
    """Of a linear network with h exact, the rule's saliencies are those of the exact diagonal."""
    bank, steps = learned(LINEAR), [Prune(2000), Prune(900)]
    found = damage.foretold(bank, TRAIN, steps, TRAIN)
    cost = damage.costs(bank, TRAIN, steps, TRAIN)
    np.testing.assert_array_equal(found.measured.values, cost.values)
    assert found.gradient.sizes == cost.sizes == (2000, 900)
    medians = [np.median(found.measured[900]), np.median(found.saliencies[900])]
    assert list(found.medians(900)[:2]) == medians
    exact = damage.exact_curvature(bank, TRAIN.select(slice(0, None, 40)))
    whole = damage.objective(bank, TRAIN)
    for number, less in enumerate(damage.deleted(bank, TRAIN, steps)):
        gone = np.where(less.left, 0, bank.parameters.astype(float))
        rise = (exact * gone**2 / 2).sum(axis=0)
        np.testing.assert_allclose(
            found.diagonal.values[number], damage.decibels(whole + rise, whole), rtol=1e-9
        )
        gradient, quadratic = damage.along_deletion(bank, TRAIN, less.left)
        for name, term in (("gradient", gradient), ("quadratic", quadratic)):
            np.testing.assert_allclose(
                getattr(found, name).values[number], damage.decibels(whole + term, whole), rtol=1e-9
            )
    rule = bank.curvature(LINEAR.planes(TRAIN.images)) * bank.parameters**2 / 2
    rise = np.where(less.left, 0, rule).sum(axis=0)
    np.testing.assert_allclose(
        found.saliencies[900], damage.decibels(whole + rise, whole), rtol=1e-4
    )


def test_the_exact_curvature_is_the_squared_slopes() -> None:
    bank = learned(SMALL)
    few = TRAIN.select(slice(0, 5))
    found = damage.exact_curvature(bank, few)
    planes = SMALL.planes(few.images)
    members = np.arange(0, len(found), 7)
    for network in range(3):
        slopes = plain.slopes(SMALL, bank.parameters[:, network], planes, members)
        wanted = np.sum(slopes**2, axis=(1, 2)) / 5
        np.testing.assert_allclose(found[members, network], wanted, rtol=0.02, atol=1e-6)


def test_in_the_output_layer_the_rule_leaves_nothing_out() -> None:
    bank = learned(LINEAR)
    rule = bank.curvature(LINEAR.planes(TRAIN.images))
    np.testing.assert_allclose(damage.exact_curvature(bank, TRAIN), rule, rtol=1e-3, atol=1e-9)
