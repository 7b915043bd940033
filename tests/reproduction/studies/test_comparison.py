"""Comparisons are the textbook's formulas, written out here once more, and say what they mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reproduction.studies import packed
from reproduction.studies.comparison import (
    Interval,
    beside_first,
    beside_plain,
    beyond_chance,
    by_arm,
    difference,
    diverged,
    followed,
    mean_interval,
    misread,
    only,
    ratios,
    rises,
    share,
    values,
)
from reproduction.studies.record import cpu_seconds
from tests.reproduction.studies.by_hand import of_counts, one_set, record

quick = settings(max_examples=100, deadline=None)

T_975 = {1: 12.7062047364, 2: 4.30265272991, 4: 2.77644510520, 9: 2.26215716280, 31: 2.03951344640}
"""Of Student's t by degrees of freedom, from a table."""


# --- measures out of a record ------------------------------------------------------------------

SETS = {
    "train": one_set(200, [2, 3], mse=[0.1, 0.2], cross_entropy=[1.5, None]),
    "test_handwritten": one_set(
        50, [5, 0], mse=[None, 0.25], rejected={"difference": [10, 0], "thresholds": [9, 50]}
    ),
}


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        ("train.errors", [2, 3]),
        ("train.error_percent", [1, 1.5]),
        ("train.mse", [0.1, 0.2]),
        ("train.cross_entropy", [1.5, math.nan]),
        ("test_handwritten.errors", [5, 0]),
        ("test_handwritten.error_percent", [10, 0]),
        ("test_handwritten.mse", [math.nan, 0.25]),
        ("test_handwritten.rejected.difference", [20, 0]),
        ("test_handwritten.rejected.thresholds", [18, 100]),
    ],
)
def test_a_measure_is_that_of_every_network_bank_after_bank(
    measure: str, wanted: list[float]
) -> None:
    made = record({"a": [SETS, SETS], "b": [SETS]})
    np.testing.assert_array_equal(values(made, "a", measure), wanted * 2)
    np.testing.assert_array_equal(values(made, "b", measure), wanted)


def test_an_arm_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(KeyError, match="no arm 'c'; it has a, b"):
        only(record({"a": [SETS], "b": [SETS]}), ("a", "c"))


def test_a_record_of_some_arms_has_what_they_had_in_the_order_asked_for() -> None:
    made = of_counts(a=[1, 2], b=[5, 6], c=[9, 10])
    assert only(made, ("c", "a")) == of_counts(c=[9, 10], a=[1, 2])


def test_what_is_misread_and_what_was_followed_stand_side_by_side() -> None:
    made = record({"a": [{"test_handwritten": one_set(9, [0])}] * 2})
    wrong = np.arange(27).reshape(9, 3) % 4 == 0
    for bank, columns in zip(made["banks"], (slice(0, 2), slice(2, 3)), strict=True):
        bank["misread"] = packed(wrong[:, columns])
        bank["history"] = {"train": [[9, 8, 7]] * wrong[:, columns].shape[1]}
    np.testing.assert_array_equal(misread(made, "a"), wrong)
    np.testing.assert_array_equal(followed(made, "a", "train"), [[9, 8, 7]] * 3)


def test_a_network_has_diverged_without_an_mse_or_above_a_fifth_of_errors() -> None:
    sets = {"train": one_set(10, [0, 1, 2, 1], mse=[0.1, 0.2, 0.3, None])}
    assert diverged(record({"a": [sets]}), "a").tolist() == [False, False, True, True]


# --- arms against one another ------------------------------------------------------------------

numbers = st.floats(-1e3, 1e3).map(lambda number: round(number, 3))


@given(st.sampled_from(sorted(T_975)), st.data())
@quick
def test_a_mean_has_the_interval_of_students_t(freedom: int, data: st.DataObject) -> None:
    sample = data.draw(st.lists(numbers, min_size=freedom + 1, max_size=freedom + 1))
    n = freedom + 1
    mean = math.fsum(sample) / n
    s = math.sqrt(math.fsum((x - mean) ** 2 for x in sample) / freedom)
    half = T_975[freedom] * s / math.sqrt(n)
    found = mean_interval(np.array(sample))
    for value, wanted in ((found.mean, mean), (found.low, mean - half), (found.high, mean + half)):
        assert value == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert mean_interval(np.array([0.1] * 7)) == Interval(0.1, 0.1, 0.1)


@pytest.mark.parametrize("sample", [[], [3.0]])
def test_of_less_than_two_values_there_is_no_interval(sample: list[float]) -> None:
    with pytest.raises(ValueError, match="two values at least"):
        mean_interval(np.array(sample))


def test_an_interval_tells_whether_zero_is_outside() -> None:
    assert Interval(1, 0.5, 1.5).excludes_zero
    assert Interval(-1, -1.5, -0.5).excludes_zero
    assert not Interval(0.2, -0.5, 1.5).excludes_zero
    assert not Interval(0.5, 0, 1).excludes_zero


def test_arms_are_compared_seed_by_seed() -> None:
    """By hand: the differences are 2, 4, 6, 2, 1; their mean 3, their s 2."""
    made = of_counts(a=[92, 104, 96, 82, 101], b=[90, 100, 90, 80, 100])
    found = difference(made, "a", "b")
    assert found.mean == pytest.approx(3)
    assert found.high - 3 == pytest.approx(2.77644510520 * 2 / math.sqrt(5))
    assert 3 - found.low == pytest.approx(2.77644510520 * 2 / math.sqrt(5))
    assert difference(made, "b", "a") == Interval(-found.mean, -found.high, -found.low)
    in_percent = difference(made, "a", "b", "test_handwritten.error_percent")
    assert in_percent.mean == pytest.approx(100 * 3 / 2007)


def test_a_ratio_is_taken_seed_by_seed() -> None:
    made = of_counts(a=[92, 104, 96], b=[46, 100, 120])
    found = ratios(made, "a", "b", "test_handwritten.errors")
    np.testing.assert_allclose(found, [2, 1.04, 0.8])


def test_seeds_of_which_a_network_diverged_in_either_arm_are_left_out() -> None:
    """The second by its mse, the third by its errors."""
    mses = {"a": [0.3, None, 0.5, 0.9], "b": [0.1, 0.2, 0.7, 0.8]}
    errors = {"a": [0, 0, 0, 3], "b": [0, 0, 90, 2]}
    sets = {arm: {"train": one_set(100, errors[arm], mse=mses[arm])} for arm in mses}
    made = record({arm: [each] for arm, each in sets.items()})
    for figure, apart in (("train.mse", (0.3 - 0.1, 0.9 - 0.8)), ("train.errors", (0.0, 1.0))):
        assert difference(made, "a", "b", figure) == mean_interval(np.array(apart))


def test_where_fewer_than_two_seeds_are_left_there_is_no_difference() -> None:
    sets = {"train": one_set(100, [0, 0], mse=[0.1, None])}
    with pytest.raises(ValueError, match="two values at least"):
        difference(record({"a": [sets], "b": [sets]}), "a", "b", "train.errors")


def test_each_arm_is_put_beside_the_first_if_two_pairs_are_left() -> None:
    mses = {"a": [0.3, 0.1, None], "b": [0.1, 0.2, 0.3], "c": [0.1, None, 0.2], "d": [0, 0, None]}
    sets = {arm: {"train": one_set(100, [0, 0, 0], mse=mse)} for arm, mse in mses.items()}
    made = record({arm: [each] for arm, each in sets.items()})
    found = beside_first(made, "train.mse")
    assert list(found) == ["b", "d"]
    assert found["b"] == mean_interval(np.array([0.1 - 0.3, 0.2 - 0.1]))
    assert found["d"] == mean_interval(np.array([-0.3, -0.1]))


def test_a_measure_of_all_arms_is_that_of_each() -> None:
    found = by_arm(of_counts(a=[1, 2, 5], b=[3, 4, 9]))
    assert {arm: each.tolist() for arm, each in found.items()} == {"a": [1, 2, 5], "b": [3, 4, 9]}


def test_what_is_not_known_of_a_banks_time_is_no_number() -> None:
    made = of_counts(a=[0] * 6, b=[0] * 3)
    for bank, seconds in zip(made["banks"], (1.5, None, 2.5), strict=True):
        bank["cpu_seconds"] = seconds
    np.testing.assert_array_equal(cpu_seconds(made, "a"), [1.5, math.nan])


def test_a_variant_is_put_beside_the_arm_that_is_the_same_without_it() -> None:
    counts = {"a": [1, 2, 3], "a, x": [1, 4, 4], "a, x, y": [5, 5, 5], "a, y": [3, 9, 9]}
    made = of_counts(**counts, xx=[0, 0, 0])
    assert beside_plain(made, "x") == {
        "a, x": difference(made, "a, x", "a"),
        "a, x, y": difference(made, "a, x, y", "a, y"),
    }


def test_beyond_chance_is_what_leaves_out_zero() -> None:
    apart = {"a": Interval(1, -1, 3), "b": Interval(2, 1, 3), "c": Interval(-2, -3, -1)}
    assert beyond_chance(apart) == ["b", "c"]


def test_arms_rise_if_each_is_above_the_one_before_it_beyond_chance() -> None:
    assert rises(of_counts(a=[1, 2, 3], b=[4, 5, 7], c=[7, 9, 10]))
    assert not rises(of_counts(a=[1, 2, 3], b=[7, 9, 8], c=[4, 5, 7]))
    assert not rises(of_counts(a=[1, 2, 3], b=[1, 2, 4]))


def test_of_a_hundred_intervals_ninety_five_hold_the_mean() -> None:
    samples = np.random.default_rng(1989).normal(3, 2, (2000, 8))
    held = sum(found.low <= 3 <= found.high for found in map(mean_interval, samples))
    assert abs(held / 2000 - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 2000)


@given(st.integers(1, 3000), st.data())
@quick
def test_a_share_has_the_interval_of_wilson(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    z, p = 1.959963984540054, count / of
    middle = (p + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * math.sqrt(p * (1 - p) / of + z**2 / (4 * of**2))
    found = share(count, of)
    assert found.mean == pytest.approx(100 * p)
    assert found.low == pytest.approx(100 * (middle - half), abs=1e-9)
    assert found.high == pytest.approx(100 * (middle + half), abs=1e-9)
