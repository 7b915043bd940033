"""What the ledger's rows state of the records, so that a record which says otherwise is noticed."""

from __future__ import annotations

import numpy as np
import pytest

import data_prep
from reproduction.pages import record
from reproduction.studies import comparison

UNDECIDED = (
    "first-weights",
    "order",
    "squashed",
    "averaging",
    "full-curvature",
    "stages",
    "tables",
)


@pytest.mark.parametrize("study", UNDECIDED)
def test_the_published_figures_fit_every_arm(study: str) -> None:
    found = record(study)
    answer = comparison.answer(found)
    assert list(answer.like) == list(found["arms"])
    assert not answer.unlike


def test_of_the_ways_to_estimate_h_they_speak_against_the_schedule_of_1998() -> None:
    assert set(comparison.answer(record("curvature")).unlike) == {"eta as in 1998"}


def test_of_the_mixtures_they_speak_against_two_orders() -> None:
    assert set(comparison.answer(record("mixing")).unlike) == {
        "handwritten first",
        "handwritten first, as printed",
        "printed first, as printed",
    }


def test_printed_errors_depend_on_the_faces_kept_for_the_test() -> None:
    found = record("fonts")
    errors = "test_printed.errors"
    assert comparison.values(found, "as in the recipe", errors).max() == 0
    assert comparison.values(found, "Avant Garde and Courier", errors).max() > 0


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


def test_networks_diverge_above_a_ratio_of_eta_to_mu() -> None:
    found = record("eta-and-mu")
    ratios: dict[bool, list[float]] = {False: [], True: []}
    for arm, described in found["arms"].items():
        (stage,) = described["recipe"]["stages"]
        lost = bool(comparison.diverged(found, arm).any())
        ratios[lost].append(stage["eta"]["eta"] / stage["rule"]["mu"])
    assert max(ratios[False]) <= min(ratios[True]) * (1 + 1e-9)  # at the ratio itself, either
