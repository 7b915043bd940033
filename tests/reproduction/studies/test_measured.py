"""Networks beside published numbers: on the right side, and as their record has them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproduction.paper import PUBLISHED, WHOLE_ROWS, Fact
from reproduction.studies import comparison
from reproduction.studies.measured import (
    Measured,
    by_measure,
    errors_by_arm,
    of_summary,
    rates_published,
    standings,
)
from tests.reproduction.studies.studied import FIRST, record_of, sound

COUNT = PUBLISHED["LENET1"]["test_handwritten.errors"]
HUNDRED = record_of("hundred", 20, lost={"paper": 3})
MIXING = record_of("mixing", lost={"printed first": 3, "printed first, as printed": 32})


@given(st.lists(st.integers(80, 105)), st.integers(0, 3))
def test_counts_are_equal_if_they_round_to_the_published_rate(counts, lost):
    found = Measured("errors", np.array(counts, int), COUNT, 1.0, lost)
    rates = [round(100 * count / 2707, 1) for count in counts]  # 3.4 % of 2707 digits
    sides = [sum(r < 3.4 for r in rates), sum(r == 3.4 for r in rates), sum(r > 3.4 for r in rates)]
    assert found.sides() == tuple(sides)
    assert found.networks == len(counts) + lost


@given(st.lists(st.integers(0, 99)))
def test_shares_are_equal_if_they_round_to_the_published_one(hundredths):
    found = Measured("error", np.array(hundredths) / 100, Fact(0.5, "%", "made", "1"))
    wanted = [sum(h < 45 for h in hundredths), sum(45 <= h <= 55 for h in hundredths)]
    assert found.sides() == (*wanted, len(hundredths) - sum(wanted))


def test_nothing_published_has_no_sides():
    found = Measured("errors", np.array([1, 2]), step=1.0)
    assert np.isnan(found.band()).all()
    assert found.sides() == (0, 2, 0)


def test_all_that_was_published_of_an_arm_stands_beside_its_networks():
    facts = comparison.published(HUNDRED, "paper")
    found = by_measure(HUNDRED, "paper")
    assert [each.fact for each in found] == list(facts.values())
    for each, measure in zip(found, facts, strict=True):
        np.testing.assert_array_equal(each.values, sound(HUNDRED, "paper", measure))
        assert each.lost == 3
        if each.step:
            whole = each.values / each.step
            np.testing.assert_allclose(whole, np.rint(whole))
    with pytest.raises(ValueError, match="nothing is published"):
        by_measure(HUNDRED, "handwritten")


def test_errors_of_arms_stand_beside_the_paper_s_where_they_learned_the_same():
    whole, by_hand = errors_by_arm(HUNDRED, ["paper", "handwritten"])
    assert (whole.fact, by_hand.fact) == (COUNT, None)
    assert whole.is_count
    assert by_hand.networks == whole.networks == 20


def test_a_summary_tells_each_network():
    spread = {"each": [3, 1, 2]}
    summary = {"train": {"error_percent": spread, "mse": spread}}
    rows = [row for row in WHOLE_ROWS if row.measure.startswith("train.")]
    found = of_summary(rows, summary)
    assert [each.words for each in found] == [row.what for row in rows]
    assert all(each.values.tolist() == [3, 1, 2] for each in found)


def test_published_rates_are_shares_of_the_digits():
    facts = PUBLISHED["NET1989"]
    errors, rejected = (
        facts[f"test_handwritten.{name}"].value for name in ("errors", "rejected.difference")
    )
    wanted = {"error_percent": 100 * errors / 2007, "rejected.difference": rejected}
    assert rates_published("NET1989", 2007) == wanted
    assert rates_published("DENSE", 2007) == {}


def test_an_arm_stands_where_its_record_says():
    found = standings(MIXING)
    assert [each.arm for each in found] == list(MIXING["arms"])
    for each in found:
        errors = sound(MIXING, each.arm, comparison.ERRORS)
        assert each.median == (np.median(errors) if len(errors) else None)
        fits = comparison.fits(MIXING, each.arm)
        assert each.fits == tuple(fit.fits for fit in fits)
        pairs = each.arm != FIRST and len(errors) > 1
        assert each.apart == (comparison.difference(MIXING, each.arm, FIRST) if pairs else None)
    assert not any(each.fits for each in standings(record_of("mixing", 1)))
