"""The exponential is exp, to the error that it states, and softmax makes probabilities by it."""

from math import factorial

import numba
import numpy as np
import pytest

from reproduction.network import NETWORKS
from reproduction.network.kernels import softmax as kernels
from reproduction.network.kernels.layout import lane_array
from reproduction.network.kernels.softmax import LOWEST, MAXIMUM_RELATIVE_ERROR
from reproduction.network.lanes import LANES, PARTS, at
from tests.reproduction.network.small import assert_same_bits

HALF_ULP = 2.0**-24  # the largest relative error of one rounding


@numba.njit
def exponentials(arguments, values):
    x, y = at(arguments, 0), at(values, 0)
    for n in range(len(arguments)):
        y[n] = kernels.exponential(x[n])


@numba.njit
def softmax_rows(sums, count):
    a = at(sums, 0)
    for first in range(0, len(sums), count):
        kernels.softmax(a + first, count)


def exponential(arguments):
    """Return exp(x) as the engine computes it, for a multiple of 16 numbers."""
    rows = lane_array(len(arguments) // LANES, LANES)
    rows[:] = np.reshape(arguments, rows.shape)
    values = lane_array(len(rows), LANES)
    exponentials(rows, values)
    return values.ravel()


def softmax(sums):
    """Return p as the engine computes it from sums of shape (..., units, 16)."""
    sums = np.asarray(sums, np.float32)
    parts = np.moveaxis(sums.reshape(-1, sums.shape[-2], PARTS, LANES), 2, 0)
    rows = lane_array(sums.size // LANES, LANES)
    rows[:] = parts.reshape(rows.shape)
    softmax_rows(rows, sums.shape[-2])
    return np.moveaxis(rows.reshape(parts.shape), 0, 2).reshape(sums.shape)


def in_all_lanes(*sums):
    return np.repeat(np.array(sums, np.float32)[:, None], NETWORKS, axis=1)


# --- the exponential -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sweep():
    """Float32 numbers from -0 down to LOWEST: one in 2^7, and all near the seams.

    At the odd multiples of ln(2) / 2 the power of two changes, and at the even ones r is 0.
    """
    seams = np.append(np.arange(252) * np.log(2) / 2, -LOWEST).astype(np.float32)
    near = seams.view(np.int32)[:, None] + np.arange(-64, 65)
    bits = np.append(np.arange(0, near[-1, 64], 2**7), near)
    sizes = np.sort(bits[(bits >= 0) & (bits <= near[-1, 64])]).astype(np.int32).view(np.float32)
    return -sizes[len(sizes) % NETWORKS :]


def test_the_exponential_is_within_its_stated_error_for_every_argument(sweep):
    assert sweep[-1] == LOWEST
    exact = np.exp(sweep.astype(np.float64))
    assert np.abs(exponential(sweep) / exact - 1).max() <= MAXIMUM_RELATIVE_ERROR


def test_the_polynomials_coefficients_are_taylors():
    found = [getattr(kernels, f"C{n}") for n in range(2, 8)]
    assert found == [np.float32(1 / factorial(n)) for n in range(2, 8)]


def test_the_exponential_falls_up_to_its_error(sweep):
    e = exponential(sweep).astype(np.float64)
    assert np.all(e <= np.minimum.accumulate(e) * (1 + MAXIMUM_RELATIVE_ERROR))


def test_the_exponential_of_zero_is_one():
    np.testing.assert_array_equal(exponential(np.repeat([0.0, -0.0], 8)), 1)


def test_the_exponential_is_never_above_one_and_never_zero(sweep):
    e = exponential(sweep)
    assert e.max() == 1
    assert e.min() >= np.finfo(np.float32).tiny


def test_below_the_lowest_argument_the_exponential_stays_the_same():
    below = np.repeat(np.array([LOWEST, -88, -1e30, -np.inf], np.float32), 4)
    assert len(set(exponential(below))) == 1


def test_of_what_is_no_number_there_is_no_exponential():
    assert np.isnan(exponential(np.repeat([np.nan, -np.nan], 8))).all()


# --- softmax ---------------------------------------------------------------------------------


def some_sums(units, scale, cases=500):
    return np.random.default_rng(units).normal(0, scale, (cases, units, NETWORKS)).astype("f4")


CASES = pytest.mark.parametrize(
    ("units", "scale"), [(1, 1), (2, 1), (10, 0.1), (10, 3), (10, 30), (37, 5)]
)


@CASES
def test_softmax_is_its_definition(units, scale):
    """Up to the error of exp, in p_k and in the total, and the roundings of sums and quotients."""
    sums = some_sums(units, scale)
    p = softmax(sums)
    below = np.maximum(sums.astype(np.float64) - sums.max(axis=1, keepdims=True), LOWEST)
    exact = np.exp(below) / np.exp(below).sum(axis=1, keepdims=True)
    roundings = 2 * np.abs(below).max() + units
    assert np.abs(p / exact - 1).max() <= 2 * MAXIMUM_RELATIVE_ERROR + roundings * HALF_ULP


@CASES
def test_probabilities_are_above_zero_and_their_sum_is_one(units, scale):
    """To within one rounding for each addition and each quotient, as they are in any sum."""
    p = softmax(some_sums(units, scale)).astype(np.float64)
    assert p.min() > 0
    assert np.abs(p.sum(axis=1) - 1).max() <= units * HALF_ULP * (1 + 1e-6)


def test_equal_sums_have_equal_probabilities():
    sums = some_sums(10, 3)
    sums[:, 7] = sums[:, 2]
    p = softmax(sums)
    assert_same_bits(p[:, 7], p[:, 2])
    for units in (1, 2, 10, 37):
        p = softmax(np.full((units, NETWORKS), -2.3))
        np.testing.assert_array_equal(p, np.float32(1) / np.float32(units))


def test_larger_sums_have_no_smaller_probabilities():
    sums = some_sums(10, 3)
    p = softmax(sums)
    order = np.argsort(sums, axis=1)
    rising = np.take_along_axis(p, order, axis=1).astype(np.float64)
    assert np.all(rising[:, 1:] * (1 + 2 * MAXIMUM_RELATIVE_ERROR) >= rising[:, :-1])


def test_adding_a_number_to_all_sums_changes_nothing_where_it_is_exact():
    """To the bit: only differences from the largest sum count."""
    sums = np.random.default_rng(0).integers(-(2**15), 2**15, (50, 10, NETWORKS)) / 2**10
    for number in (1.0, -64.0, 0.25, 4000.0):
        assert_same_bits(softmax(sums + number), softmax(sums))


def test_how_far_a_sum_lies_below_the_lowest_does_not_count():
    """To the bit, down to minus infinity."""
    p = softmax(in_all_lanes(1, LOWEST + 1, 0.5))
    for low in (-87, -100, -1e30, -3e38, -np.inf):
        assert_same_bits(softmax(in_all_lanes(1, low, 0.5)), p)


def test_a_sum_far_above_all_others_takes_all():
    for high, low in ((200, 0), (3e38, -3e38), (0, -np.inf)):
        p = softmax(in_all_lanes(low, high, low))
        np.testing.assert_array_equal(p[1], 1)
        assert p[[0, 2]].max() < 1e-37


@pytest.mark.parametrize("place", [0, 4, 9])
@pytest.mark.parametrize("sum_", [np.nan, np.inf])
def test_what_is_no_number_leaves_none_in_its_network_alone(sum_, place):
    """A network that has diverged shows it in all its outputs; the others do not notice."""
    sums = some_sums(10, 3)
    p = softmax(sums)
    sums[:, place, 5] = sum_
    spoiled = softmax(sums)
    assert np.isnan(spoiled[..., 5]).all()
    others = np.arange(NETWORKS) != 5
    assert_same_bits(spoiled[..., others], p[..., others])
