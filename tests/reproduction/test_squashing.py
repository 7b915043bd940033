"""The squashing function is 1.7159 tanh(2a/3), to the error that it states."""

from dataclasses import replace

import numba
import numpy as np
import pytest
from numpy.polynomial import Chebyshev, Polynomial
from numpy.polynomial.chebyshev import chebvander

from reproduction.network import LENET1, NETWORKS, Squashing, bank
from reproduction.network.kernels import rational, squashing
from reproduction.network.kernels.layout import lane_array, lay_out
from reproduction.network.kernels.rational import MAXIMUM_ERROR
from reproduction.network.lanes import LANES, at

AMPLITUDE, SATURATION = np.float32(rational.AMPLITUDE), np.float32(rational.SATURATION)
SLOPE_ERROR = 1.5e-6  # of f' from f(a), as the kernels take it; f' itself is 1.144 at most


@numba.njit
def squash_rows(layer, arguments, values, slopes, squared_slopes):
    a, y = at(arguments, 0), at(values, 0)
    slope, squared_slope = at(slopes, 0), at(squared_slopes, 0)
    f, f1 = squashing.squashing(layer), squashing.sloping(layer)
    for n in range(len(arguments)):
        y[n] = squashing.squash(f, a[n])
        slope[n] = squashing.slope(f1, y[n], False)
        squared_slope[n] = squashing.slope(f1, y[n] * y[n], True)


def squashed(arguments, architecture=LENET1):
    """Return f(a), f'(a) and f'(a)^2 as the engine computes them, for a multiple of 16 numbers."""
    rows = lane_array(len(arguments) // LANES, LANES)
    rows[:] = np.reshape(arguments, rows.shape)
    results = [lane_array(len(rows), LANES) for _ in range(3)]
    squash_rows(lay_out(architecture).layers[0], rows, *results)
    return [result.ravel() for result in results]


def exact(a):
    return 1.7159 * np.tanh(2 / 3 * a.astype(np.float64))


def test_a_network_of_one_unit_squashes_as_the_kernels_do():
    a = np.linspace(-8, 8, 64, dtype=np.float32)
    np.testing.assert_array_equal(bank.squashed(a), squashed(a)[0])


def exact_slope(a):
    return 1.7159 * 2 / 3 / np.cosh(2 / 3 * np.clip(a.astype(np.float64), -500, 500)) ** 2


@pytest.fixture(scope="module")
def sweep():
    """Float32 numbers of every size from 0 over the subnormals to infinity, in rising order."""
    infinity = 0x7F800000
    coarse = np.arange(0, infinity, 2**13)
    near_1 = np.arange(0x3F000000, 0x41800000, 2**7)  # .5 to 16, where the function bends
    at_ends = np.concatenate(
        [
            np.arange(0, 64),
            np.arange(infinity - 63, infinity + 1),
            SATURATION.view(np.uint32) + np.arange(-64, 65),
        ]
    )
    bits = np.unique(np.concatenate([coarse, near_1, at_ends]))
    bits = bits[len(bits) % NETWORKS :] if len(bits) % NETWORKS else bits
    assert bits[-1] == infinity
    return bits.astype(np.uint32).view(np.float32)


def test_f_is_within_its_stated_error_everywhere(sweep):
    f, _, _ = squashed(sweep)
    assert np.abs(f - exact(sweep)).max() <= MAXIMUM_ERROR


def test_f_never_leaves_its_amplitude(sweep):
    f, _, _ = squashed(sweep)
    assert np.abs(f).max() <= AMPLITUDE
    assert AMPLITUDE - f[-1] <= MAXIMUM_ERROR


def test_f_is_odd_to_the_bit(sweep):
    f, _, _ = squashed(sweep)
    of_negative, _, _ = squashed(-sweep)
    np.testing.assert_array_equal(of_negative.view(np.uint32), (-f).view(np.uint32))


def test_f_of_zero_is_that_zero():
    f, _, _ = squashed(np.repeat([0.0, -0.0], 8).astype(np.float32))
    np.testing.assert_array_equal(f, 0)
    np.testing.assert_array_equal(np.signbit(f), np.repeat([False, True], 8))


def test_f_of_the_smallest_numbers_is_a_multiple_of_them():
    """f(a) = 1.1439 a to float32's accuracy where a^2 vanishes, subnormals included."""
    a = np.ldexp(1.0, np.arange(-148, -20)).astype(np.float32)
    f, _, _ = squashed(a)
    wanted = exact(a)
    smallest = 2.0**-149
    assert np.all(np.abs(f - wanted) <= 1e-6 * wanted + smallest)


def test_f_rises_up_to_its_error(sweep):
    f, _, _ = squashed(sweep)
    fall = np.maximum.accumulate(f) - f
    assert fall.max() <= MAXIMUM_ERROR


def test_f_of_the_targets_is_the_targets():
    """The sister paper chose 1.7159 and 2/3 so that f(1) = 1 and f(-1) = -1."""
    f, _, _ = squashed(np.repeat([1.0, -1.0], 8).astype(np.float32))
    np.testing.assert_allclose(f, np.repeat([1.0, -1.0], 8), atol=1e-5)


def test_what_is_no_number_stays_none_and_infinity_is_held():
    """A network that has diverged shows it in its outputs."""
    f, slopes, _ = squashed(np.repeat([np.nan, -np.nan, np.inf, np.inf], 4).astype(np.float32))
    assert np.isnan(f[:8]).all()
    assert np.isnan(slopes[:8]).all()
    assert np.isfinite(f[8:]).all()
    assert np.isfinite(slopes[8:]).all()


def test_the_slope_is_the_derivative_within_its_stated_error(sweep):
    for a in (sweep, -sweep):
        _, slopes, _ = squashed(a)
        assert np.abs(slopes - exact_slope(a)).max() <= SLOPE_ERROR


def test_the_slope_is_never_negative(sweep):
    _, slopes, _ = squashed(sweep)
    assert slopes.min() >= 0


def test_the_squared_slope_is_the_square_of_the_slope(sweep):
    """Second derivatives get it from squared units by the same rounding, to the bit."""
    _, slopes, squared = squashed(sweep)
    np.testing.assert_array_equal(squared, slopes * slopes)


@pytest.mark.parametrize(("amplitude", "steepness"), [(1.0, 1.0), (1.0, 0.5), (3.0, 2.0)])
def test_any_amplitude_and_steepness_are_scaled_from_it(sweep, amplitude, steepness):
    architecture = replace(LENET1, squashing=Squashing(amplitude, steepness))
    for a in (sweep, -sweep):
        f, slopes, squared = squashed(a, architecture)
        exactly = np.tanh(steepness * a.astype(np.float64))
        assert np.abs(f - amplitude * exactly).max() <= amplitude * MAXIMUM_ERROR
        wanted = amplitude * steepness * (1 - exactly**2)
        assert np.abs(slopes - wanted).max() <= 2 * amplitude * steepness * SLOPE_ERROR
        np.testing.assert_array_equal(squared, slopes * slopes)


def test_the_default_coefficients_are_the_fitted_ones_to_the_bit():
    found = rational.coefficients(Squashing())
    assert [found[f"p{n}"] for n in range(5)] == [np.float32(p) for p in rational.P]
    assert [found[f"q{n}"] for n in range(1, 4)] == [np.float32(q) for q in rational.Q[1:]]
    assert found["saturation"] == SATURATION


def rational_fit(rounds=400, points=4000, degree=4, denominator_degree=3):
    """Fit f(a) by a P(a^2) / Q(a^2) on (0, SATURATION], least in the largest error.

    Lawson's method on the linearised problem: minimise |a P - f Q| / Q, Q that of the round before,
    by least squares, and weigh each point by its error. P and Q are Chebyshev sums in a^2 until the
    end, where they become monomials with Q(0) = 1.
    """
    a = float(SATURATION) * np.cos(np.arange(points) * (np.pi / 2 / points))
    f = 1.7159 * np.tanh(2 / 3 * a)
    domain = [0, float(SATURATION) ** 2]
    t = 2 * a**2 / domain[1] - 1
    terms_of_p = chebvander(t, degree) * a[:, None]
    terms_of_q = chebvander(t, denominator_degree)
    weights, q_values = np.ones(points), np.ones(points)
    least, best = np.inf, None
    for _ in range(rounds):
        scale = np.sqrt(weights) / q_values
        terms = np.hstack([terms_of_p, -f[:, None] * terms_of_q[:, 1:]]) * scale[:, None]
        norms = np.linalg.norm(terms, axis=0)
        solution = np.linalg.lstsq(terms / norms, f * scale, rcond=None)[0] / norms
        p, q = solution[: degree + 1], np.append(1.0, solution[degree + 1 :])
        q_values = terms_of_q @ q
        errors = np.abs(terms_of_p @ p / q_values - f)
        if errors.max() < least:
            least, best = errors.max(), (p, q)
        weights *= errors / errors.max() + 1e-3
        weights /= weights.mean()
    p, q = (Chebyshev(c, domain).convert(kind=Polynomial).coef for c in best)
    return p / q[0], q / q[0], least


def test_the_coefficients_are_those_of_the_minimax_fit():
    p, q, error = rational_fit()
    assert error < 0.3 * MAXIMUM_ERROR  # the rest is float32's rounding
    committed = {
        "P": rational.P,
        "Q": rational.Q,
    }
    for name, fitted in {"P": p, "Q": q}.items():
        units = np.spacing(np.abs(np.array(committed[name], np.float32)))
        apart = np.abs(fitted.astype(np.float32) - np.array(committed[name], np.float32)) / units
        assert apart.max() <= 3, (name, apart)
