"""The first weights: fixed raw bits, uniform in the ranges that are asked for."""

import math

import numpy as np
import pytest

from data_prep.errors import InputError
from reproduction.network import (
    LENET1,
    Bank,
    Initial,
)
from reproduction.network.initial_weights import AS_PRINTED, initial_parameters, uniform
from reproduction.network.relatives import NET1989, TUTORIAL_CODE
from tests.reproduction.network.small import SMALL, assert_same_bits
from tests.reproduction.reference import SISTER_LIKE


def test_the_raw_bits_of_a_seed_are_fixed():
    """Numpy promises the bits of PCG-64 and of its seeding; these are the first of seed 0."""
    raw = np.random.PCG64(0).random_raw(3)
    assert [hex(int(word)) for word in raw] == [
        "0xa30febcfd9c2825f",
        "0x4510bdf882d9d721",
        "0xa7d3da94ecde8b8",
    ]


def test_uniform_numbers_are_the_upper_53_bits():
    raw = [int(word) for word in np.random.PCG64(7).random_raw(1000)]
    wanted = [word // 2**11 / 2**53 for word in raw]
    assert uniform(7, 1000).tolist() == wanted


@pytest.mark.parametrize("architecture", [LENET1, SISTER_LIKE], ids=lambda a: a.name)
def test_initial_parameters_are_drawn_in_order_over_2_4_by_fan_in(architecture):
    """One draw a parameter, weights and biases alike: (2u - 1) 2.4 / F, rounded to float32."""
    count = architecture.counts().parameters
    raw = [int(word) >> 11 for word in np.random.PCG64(5).random_raw(count)]
    wanted = [
        np.float32((2 * upper - 2**53) / 2**53 * (2.4 / int(f)))
        for upper, f in zip(raw, architecture.fan_in, strict=True)
    ]
    assert_same_bits(initial_parameters(architecture, 5), np.array(wanted))
    assert_same_bits(Bank(architecture, seeds=[9, 5]).parameters[:, 1], np.array(wanted))


def test_initial_parameters_are_uniform_in_plus_minus_2_4_by_fan_in():
    """Bounds exactly; mean and variance, r^2 / 3 for a range r, within five standard errors."""
    scaled = np.concatenate(
        [initial_parameters(LENET1, seed) * (LENET1.fan_in / 2.4) for seed in range(16)]
    )
    assert np.abs(scaled).max() <= 1 + 1e-6
    assert np.abs(scaled).max() > 0.999
    assert abs(scaled.mean()) < 5 * np.sqrt(1 / 3 / len(scaled))
    assert abs(scaled.var() - 1 / 3) < 5 * np.sqrt(4 / 45 / len(scaled))


@pytest.mark.parametrize("architecture", [LENET1, NET1989, TUTORIAL_CODE], ids=lambda a: a.name)
@pytest.mark.parametrize(
    ("initial", "largest"),
    [
        (Initial(), lambda f: 2.4 / f),
        (Initial(1.0), lambda f: 1.0 / f),
        (Initial(square_root=True), lambda f: 2.4 / math.sqrt(f)),
        (Initial(bias_counts=False), lambda f: 2.4 / (f - 1)),
        (Initial(3.0, True, False), lambda f: 3.0 / math.sqrt(f - 1)),
    ],
    ids=lambda given: str(given) if isinstance(given, Initial) else "",
)
def test_initial_parameters_are_the_same_draws_over_other_ranges(architecture, initial, largest):
    raw = [int(word) >> 11 for word in np.random.PCG64(5).random_raw(len(architecture.fan_in))]
    wanted = [
        np.float32((2 * upper - 2**53) / 2**53 * largest(int(f)))
        for upper, f in zip(raw, architecture.fan_in, strict=True)
    ]
    assert_same_bits(initial_parameters(architecture, 5, initial), np.array(wanted))
    assert_same_bits(Bank(architecture, [9, 5], initial).parameters[:, 1], np.array(wanted))


def test_as_printed_is_what_a_bank_has_by_default():
    assert Initial() == AS_PRINTED
    assert_same_bits(Bank(SMALL).parameters, Bank(SMALL, initial=AS_PRINTED).parameters)


@pytest.mark.parametrize("width", [0, -2.4, math.inf, math.nan])
def test_a_width_that_is_none_is_refused(width):
    with pytest.raises(InputError, match=f"^width is {width:g}; give a number above 0\\.$"):
        Initial(width)


def test_different_seeds_make_different_networks():
    parameters = Bank(LENET1).parameters
    assert len({column.tobytes() for column in parameters.T}) == 16
