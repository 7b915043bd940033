"""What the ledger's rows state of the records, so that a record which says otherwise is noticed."""

from __future__ import annotations

import numpy as np
import pytest

import data_prep
from reproduction.pages import record
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison

UNDECIDED = (
    "curvature",
    "order",
    "squashed",
    "averaging",
    "full-curvature",
    "stages",
    "tables",
)

RELATIVES_LEARNED = (
    "as in the recipe",
    *(f"seven drawn, seed {seed}" for seed in (1, 2, 3, 4)),
)
"""Choices of test faces that leave others of their families to learn from."""


@pytest.mark.parametrize("study", UNDECIDED)
def test_the_published_figures_fit_every_arm(study: str) -> None:
    found = record(study)
    answer = comparison.answer(found)
    assert list(answer.like) == list(found["arms"])
    assert not answer.unlike


def test_of_the_first_weights_the_root_fails_by_its_training_mse_alone() -> None:
    found = record("first-weights")
    assert comparison.answer(found).unlike == {"square root of F": ("train.mse",)}
    (mse,) = (each for each in comparison.fits(found, "square root of F") if not each.fits)
    assert mse.high < mse.fact.value - comparison.rounding(mse.fact)


def test_of_the_mixtures_they_speak_against_two_orders() -> None:
    every = tuple(comparison.COMPARED["LENET1"])
    assert comparison.answer(record("mixing")).unlike == {
        "handwritten first": every,
        "handwritten first, as printed": every,
        "printed first, as printed": ("train.mse", "test.mse"),
    }


def test_printed_digits_are_misread_only_where_whole_families_are_kept_back() -> None:
    found = record("fonts")
    errors = {arm: comparison.values(found, arm, "test_printed.errors") for arm in found["arms"]}
    by_rule, *by_lot = (errors.pop(arm) for arm in list(errors) if arm in RELATIVES_LEARNED)
    assert len(by_lot) == 4
    assert not np.any([by_rule, *by_lot])
    families = np.array(list(errors.values()))
    assert (len(families), families.size, np.sum(families == 0)) == (4, 128, 76)
    hardest = errors["Helvetica and its Narrow"]
    assert hardest.max() == families.max()
    assert np.median(hardest) == np.median(families, axis=1).max()
    assert (np.sum(hardest > 0), len(hardest)) == (23, 32)


def test_the_sister_papers_test_mse_and_rejection_lie_among_the_networks() -> None:
    found = record("relatives")
    for measure in ("test_handwritten.mse", "test_handwritten.rejected.difference"):
        fact = PUBLISHED["NET1989"][measure]
        values = comparison.values(found, "NET1989", measure)
        half = comparison.rounding(fact)
        assert values.min() - half <= fact.value <= values.max() + half


def test_the_fully_connected_network_errs_more() -> None:
    found = record("relatives")
    errors = "test_handwritten.errors"
    least = comparison.values(found, "FC40", errors).min()
    assert least > comparison.values(found, "LENET1", errors).max()


def test_fives_do_not_stand_out_among_the_errors() -> None:
    labels = data_prep.load().test.labels
    misread = comparison.misread(record("hundred"), "paper")
    share = [float(np.mean(misread[labels == digit])) for digit in range(10)]
    assert all(share[5] < share[digit] for digit in (3, 7, 8))


def test_lenet1s_published_rate_on_mnist_fits_networks_that_learned_it() -> None:
    found = record("mnist-across")
    assert comparison.answer(found, ["MNIST by MNIST"]).like == ("MNIST by MNIST",)
    errors = comparison.values(found, "MNIST by MNIST", "test_handwritten.error_percent")
    rate = PUBLISHED["MNIST"]["test_handwritten.error_percent"].value
    assert errors.min() < rate < errors.max()


def test_lenet1s_rate_on_mnist_lies_at_the_edge_of_what_slanted_digits_allow() -> None:
    found = record("mnist-forms", "deslanted", "as they are")
    assert comparison.answer(found).like == ("deslanted", "as they are")
    (upright,), (slanted,) = (comparison.fits(found, arm) for arm in found["arms"])
    assert upright.low < upright.fact.value < upright.high
    assert slanted.low - comparison.rounding(slanted.fact) <= slanted.fact.value < slanted.low
    (longer,) = comparison.fits(record("mnist-forms"), "as they are, 48 passes")
    assert longer.low < longer.fact.value < longer.high


def test_networks_diverge_above_a_ratio_of_eta_to_mu() -> None:
    found = record("eta-and-mu")
    ratios: dict[bool, list[float]] = {False: [], True: []}
    for arm, described in found["arms"].items():
        (stage,) = described["recipe"]["stages"]
        lost = bool(comparison.diverged(found, arm).any())
        ratios[lost].append(stage["eta"]["eta"] / stage["rule"]["mu"])
    assert max(ratios[False]) <= min(ratios[True]) * (1 + 1e-9)  # at the ratio itself, either
