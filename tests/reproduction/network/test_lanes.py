"""Sixteen lanes in step: every operation rounded once, lane by lane."""

from fractions import Fraction

import numba
import numpy as np
import pytest

from reproduction.network import NETWORKS
from reproduction.network.kernels import network
from reproduction.network.kernels.compiling import lanes_of_a_register
from reproduction.network.kernels.layout import lane_array
from reproduction.network.lanes import (
    LANES,
    PARTS,
    at,
    broadcast,
    fma,
    larger,
    local_lanes,
    smaller,
)
from tests.reproduction.network.small import assert_same_bits


@numba.njit
def fma_rows(a_rows, b_rows, c_rows, results):
    a, b, c, result = at(a_rows, 0), at(b_rows, 0), at(c_rows, 0), at(results, 0)
    for n in range(len(a_rows)):
        result[n] = fma(a[n], b[n], c[n])


@numba.njit
def all_operations(a_rows, b_rows, results):
    """Write a + b, a - b, a * b, a / b, smaller, larger, each in its own part of the results."""
    count = len(a_rows)
    a, b, result = at(a_rows, 0), at(b_rows, 0), at(results, 0)
    for n in range(count):
        result[n] = a[n] + b[n]
        result[count + n] = a[n] - b[n]
        result[2 * count + n] = a[n] * b[n]
        result[3 * count + n] = a[n] / b[n]
        result[4 * count + n] = smaller(a[n], b[n])
        result[5 * count + n] = larger(a[n], b[n])


@numba.njit
def product_and_sum(a_rows, b_rows, c_rows, results):
    a, b, c, result = at(a_rows, 0), at(b_rows, 0), at(c_rows, 0), at(results, 0)
    for n in range(len(a_rows)):
        result[n] = a[n] * b[n] + c[n]


@numba.njit
def move_and_spread(rows, numbers):
    """Fill rows from the second on through a moved place; take the first from registers."""
    place = at(rows, 1) + 0
    for n in range(len(numbers)):
        place[n] = broadcast(numbers[n])
    kept = local_lanes(3)
    for n in range(3):
        kept[n] = (place + n)[0]
    at(rows, 0)[0] = (kept[0] + kept[1]) + kept[2]


@numba.njit
def take(bank, part, rows):
    network._take(bank, part, rows)


@numba.njit
def give_back(bank, part, rows):
    network._give_back(bank, part, rows)


def in_rows(numbers):
    rows = lane_array(len(numbers) // LANES, LANES)
    rows[:] = np.reshape(numbers, rows.shape)
    return rows


def fused(a, b, c):
    """Return a * b + c with one rounding, as float32, by the engine's own operation."""
    a, b, c = np.broadcast_arrays(a, b, c)
    padding = (0, -a.size % LANES)
    rows = [in_rows(np.pad(operand.ravel(), padding)) for operand in (a, b, c)]
    results = lane_array(len(rows[0]), LANES)
    fma_rows(*rows, results)
    return results.ravel()[: a.size].reshape(a.shape)


def rounded(number):
    """Round an exact number to the nearest float32, ties to even: IEEE 754 in so many words."""
    near = np.float32(float(number))
    around = [np.nextafter(near, np.float32(-np.inf)), near, np.nextafter(near, np.float32(np.inf))]
    distances = [abs(Fraction(float(candidate)) - number) for candidate in around]
    nearest = [c for c, d in zip(around, distances, strict=True) if d == min(distances)]
    return min(nearest, key=lambda c: int(c.view(np.uint32)) & 1)


def random_floats(seed, count):
    """Return float32 of many sizes and both signs, made from random bits."""
    bits = np.random.default_rng(seed).integers(0, 2**32, count, np.uint32)
    exponents = bits >> 23 & 0xFF
    exponents = exponents % 60 + 97  # 2^-30 to 2^29: no overflow in a product
    return (bits & 0x807FFFFF | exponents << 23).astype(np.uint32).view(np.float32)


def test_fma_rounds_once():
    """Against exact fractions, where two roundings give another number and where they do not."""
    count = 2048
    a, b = random_floats(1, count), random_floats(2, count)
    product = (a * b).astype(np.float32)
    close = np.random.default_rng(3).uniform(-4, 4, count).astype(np.float32)
    c = np.select(
        [np.arange(count) % 3 == 0, np.arange(count) % 3 == 1],
        [-product, (-product * close).astype(np.float32)],
        random_floats(4, count),
    )
    results = lane_array(count // LANES, LANES)
    fma_rows(in_rows(a), in_rows(b), in_rows(c), results)
    wanted = [
        rounded(Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z)))
        for x, y, z in zip(a, b, c, strict=True)
    ]
    np.testing.assert_array_equal(results.ravel(), np.array(wanted, np.float32))
    assert np.count_nonzero(results.ravel() != product + c) > count // 3


def test_fma_is_not_a_float64_sum_rounded_again():
    """Here a * b + c in float64 lies halfway between two float32 once rounded; exactly, above."""
    a, b, c = np.float32(1 + 2.0**-12), np.float32(2.0**-12), np.float32(2.0**24)
    d = np.float32(1 - 2.0**-24)
    cases = [
        (a, a, np.float32(2.0**-60)),
        (b, d, np.float32(1 + 2.0**-23)),
        (c, np.float32(1 + 2.0**-23), np.float32(-1.0)),
        (np.float32(1 + 2.0**-23), np.float32(1 + 2.0**-1), np.float32(2.0**-70)),
        (np.float32(1 + 2.0**-23), np.float32(1 + 2.0**-1), np.float32(-(2.0**-70))),
        (np.float32(2.0**-75), np.float32(2.0**-75), np.float32(2.0**-149)),
        (np.float32(2.0**-75), np.float32(1.5 * 2.0**-75), np.float32(2.0**-149)),
    ]
    columns = np.array(cases * NETWORKS, np.float32).T
    results = lane_array(PARTS * len(cases), LANES)
    fma_rows(*(in_rows(column) for column in columns), results)
    exact = [Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z)) for x, y, z in cases]
    np.testing.assert_array_equal(results.ravel()[: len(cases)], [rounded(x) for x in exact])
    in_float64 = [np.float32(float(x) * float(y) + float(z)) for x, y, z in cases]
    assert any(rounded(x) != y for x, y in zip(exact, in_float64, strict=True))


def test_a_product_and_a_sum_are_not_fused_unasked():
    a, b = random_floats(5, 1024), random_floats(6, 1024)
    c = -(a * b)
    results = lane_array(len(a) // LANES, LANES)
    product_and_sum(in_rows(a), in_rows(b), in_rows(c), results)
    np.testing.assert_array_equal(results, 0)


@pytest.fixture(scope="module")
def operations():
    """Return the operands, and the results of all operations, for ordinary and special numbers."""
    special = [0.0, -0.0, 1e-45, -1e-45, np.inf, -np.inf, np.nan, 1.5]
    a = np.concatenate([random_floats(7, 1024), np.repeat(special, 8).astype(np.float32)])
    b = np.concatenate([random_floats(8, 1024), np.tile(special, 8).astype(np.float32)])
    results = lane_array(6 * len(a) // LANES, LANES)
    all_operations(in_rows(a), in_rows(b), results)
    return a, b, results.reshape(6, -1)


@pytest.mark.parametrize(
    ("part", "operation"), list(enumerate([np.add, np.subtract, np.multiply, np.divide]))
)
def test_arithmetic_is_numpys_lane_by_lane(operations, part, operation):
    a, b, results = operations
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(results[part], operation(a, b))


def test_smaller_and_larger_choose_lane_by_lane(operations):
    a, b, results = operations
    comparable = ~(np.isnan(a) | np.isnan(b))
    np.testing.assert_array_equal(results[4][comparable], np.minimum(a, b)[comparable])
    np.testing.assert_array_equal(results[5][comparable], np.maximum(a, b)[comparable])


def test_smaller_and_larger_give_the_second_where_they_cannot_compare(operations):
    a, b, results = operations
    alike = np.isnan(a) | np.isnan(b) | (a == b)  # of 0 and -0 too, neither is the smaller
    for part in (4, 5):
        np.testing.assert_array_equal(
            results[part][alike].view(np.uint32), b[alike].view(np.uint32)
        )


def test_places_move_by_rows_and_broadcast_fills_every_lane():
    rows = lane_array(6, LANES)
    numbers = np.array([1.5, -2.25, 1e-45, np.pi, -0.0], np.float32)
    move_and_spread(rows, numbers)
    np.testing.assert_array_equal(rows[1:], np.repeat(numbers[:, None], LANES, axis=1))
    np.testing.assert_array_equal(rows[0], np.float32(-0.75))
    assert np.signbit(rows[5]).all()


def test_rows_of_a_bank_are_read_part_by_part():
    """The numbers of a part stand `PARTS` rows of LANES apart."""
    bank, part = lane_array(5), lane_array(5, LANES)
    bank[:] = random_floats(9, bank.size).reshape(bank.shape)
    for n in range(PARTS):
        take(bank, n, part)
        assert_same_bits(part, bank[:, n * LANES : (n + 1) * LANES])
    before = bank.copy()
    part[:] = 7.0
    give_back(bank, PARTS - 1, part)
    assert_same_bits(bank[:, -LANES:], part)
    assert_same_bits(bank[:, :-LANES], before[:, :-LANES])


@pytest.mark.parametrize(
    ("features", "lanes"),
    [("", 4), ("+sse2,+neon", 4), ("+avx", 8), ("+avx2,+fma,-avx512f", 8), ("+avx,+avx512f", 16)],
)
def test_a_value_is_one_register(monkeypatch, features, lanes):
    monkeypatch.setattr(numba.config, "CPU_FEATURES", features)
    assert lanes_of_a_register() == lanes


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 500])
def test_lane_arrays_are_zeros_with_rows_on_64_byte_addresses(rows):
    array = lane_array(rows)
    assert array.shape == (rows, NETWORKS)
    assert array.dtype == np.float32
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert all(row.ctypes.data % 64 == 0 for row in array)
    assert not array.any()
