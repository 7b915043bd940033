"""Schedules and rules give the rates that they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.errors import InputError
from reproduction.learning import Linear, Running, Sampled, SecondOrder, Smooth, Steps
from tests.reproduction.learning.made_recipes import etas


@given(etas, etas, st.integers(2, 60))
def test_a_linear_schedule_falls_in_equal_steps(first: float, last: float, passes: int) -> None:
    schedule = Linear(first, last)
    by_pass = [schedule.at_pass(number, passes) for number in range(passes)]
    np.testing.assert_allclose(by_pass, np.linspace(first, last, passes), atol=1e-15)


def test_a_linear_schedule_of_one_pass_is_its_first_eta() -> None:
    assert Linear(0.3, 0.1).at_pass(0, 1) == 0.3


@given(etas, etas, st.integers(0, 9), st.integers(1, 60))
def test_a_smooth_schedule_rises_to_its_peak_and_falls_to_its_last(
    last: float, more: float, warm_up: int, falling: int
) -> None:
    peak, passes = last + more, warm_up + falling
    by_pass = [Smooth(peak, last, warm_up).at_pass(number, passes) for number in range(passes)]
    assert max(by_pass) == by_pass[warm_up] == pytest.approx(peak)
    np.testing.assert_allclose(np.diff(by_pass[: warm_up + 1], 2), 0, atol=1e-12)
    assert np.all(np.diff(by_pass[warm_up:]) <= 1e-15)
    assert falling == 1 or by_pass[-1] == pytest.approx(last)


def test_a_smooth_schedule_falls_like_a_cosine() -> None:
    by_pass = [Smooth(1.0).at_pass(number, 101) for number in range(101)]
    cosine = (1 + np.cos(np.linspace(0, np.pi, 101))) / 2
    np.testing.assert_allclose(by_pass, cosine, atol=0.0105)


def test_a_list_of_etas_keeps_the_last() -> None:
    assert [Steps((3.0, 2.0)).at_pass(n, 4) for n in range(4)] == [3.0, 2.0, 2.0, 2.0]


@given(st.integers(1, 600), st.integers(1, 8000))
def test_a_sample_is_spread_evenly_over_the_part(patterns: int, count: int) -> None:
    picked = Sampled(patterns).pick(count)
    assert len(picked) == len(set(picked.tolist())) == min(patterns, count)
    assert picked[0] == 0
    assert picked[-1] < count
    gaps = np.diff(picked)
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


def test_rates_are_eta_over_mu_plus_curvature() -> None:
    curvature = np.array([[0.0, 0.5], [2.0, 1e-3]], np.float32)
    rates = SecondOrder(mu=0.05).rates(1e-3, curvature)
    assert rates.dtype == np.float32
    np.testing.assert_allclose(rates, 1e-3 / (0.05 + curvature.astype(float)), rtol=3e-7)


def test_rates_follow_from_the_size_of_a_curvature_that_can_be_negative() -> None:
    curvature = np.array([[-0.5, 0.5, -1e-3, -0.05]], np.float32)
    rule = SecondOrder(mu=0.05, full=True)
    rates = rule.rates(1e-3, curvature)
    np.testing.assert_array_equal(rates, rule.rates(1e-3, -curvature))
    np.testing.assert_allclose(rates, 1e-3 / (0.05 + np.abs(curvature.astype(float))), rtol=3e-7)


def test_a_running_average_is_not_of_the_full_curvature() -> None:
    message = "full is for curvature that is Sampled, not Running; change either."
    with pytest.raises(InputError) as refused:
        SecondOrder(0.05, Running(0.01), full=True)
    assert str(refused.value) == message


def test_an_average_begins_with_one_estimate_and_no_more():
    with pytest.raises(InputError, match="every is for curvature that is Sampled"):
        Running(0.01, Sampled(100, every=2))


@pytest.mark.parametrize("every", [0, -1])
def test_an_estimate_is_made_every_pass_at_the_most(every: int) -> None:
    with pytest.raises(InputError, match=f"^every is {every}; give a number at least 1\\.$"):
        Sampled(every=every)
