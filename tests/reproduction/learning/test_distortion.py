"""Distorted digits are where an independent interpolation puts them, and the same everywhere.

Run as a program, this file prints the hash of some distorted digits.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import interpolate, ndimage

import reproduction
from data_prep.errors import InputError
from reproduction import Bank, train
from reproduction.learning import Distortion, FirstOrder, modern
from reproduction.learning.distortion import almost_normal, nodes, resampled, splines
from reproduction.network import LENET1, Plane
from tests.reproduction.made import PLAIN_STAGE, SMALL, TRAIN, made_digits, recipe

PLANE = LENET1.plane
PLANES = LENET1.planes(made_digits(40).images)
FAR = Distortion(2.0, 30.0, 0.3, 0.5, 1.5, 6, 0.4)

EXPECTED = "4bc49a8176ad14dbea55d31a85aa0fe325a168b95d51a813c210d4826593f2fe"

shares = st.floats(0, 0.5)
any_distortion = st.builds(
    Distortion,
    st.floats(0, 8),
    st.floats(0, 90),
    *[shares] * 2,
    st.floats(0, 4),
    st.integers(2, 9),
    shares,
    st.integers(0, 9),
)


def hash_of_distorted() -> str:
    digest = hashlib.sha256()
    for distortion in (FAR, modern.DISTORTION):
        for number in (0, 7):
            digest.update(distortion.apply(PLANES, PLANE, number).astype("<f4").tobytes())
    return digest.hexdigest()


# ---- Bits ---------------------------------------------------------------------------------------


def test_distorted_digits_have_the_expected_hash() -> None:
    assert hash_of_distorted() == EXPECTED


def test_another_processor_distorts_to_the_same_bits(pytestconfig: pytest.Config) -> None:
    """One of the first of its kind, without fused products and long vectors."""
    if "x86" not in os.uname().machine:
        pytest.skip("it has code for x86 alone")
    folder = pytestconfig.cache.mkdir("code-for-x86-64")
    here = (Path(reproduction.__file__).parents[1], Path(__file__).parents[3])
    environment = {
        **os.environ,
        "NUMBA_CPU_NAME": "x86-64",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join(map(str, here)),
    }
    command = [sys.executable, "-m", "tests.reproduction.learning.test_distortion"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == EXPECTED


# ---- Laws ---------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.integers(0, 9), st.integers(0, 99))
def test_without_distortion_digits_are_as_they_are(seed: int, number: int) -> None:
    np.testing.assert_array_equal(Distortion(seed=seed).apply(PLANES, PLANE, number), PLANES)


@settings(max_examples=20)
@given(any_distortion, st.integers(0, 99))
def test_levels_stay_levels(distortion: Distortion, number: int) -> None:
    found = distortion.apply(PLANES, PLANE, number)
    assert found.dtype == np.float32
    assert found.min() >= -1
    assert found.max() <= 1


@settings(max_examples=20)
@given(any_distortion, st.integers(0, 99), st.integers(1, 40))
def test_a_digit_is_distorted_by_its_number_whoever_follows(
    distortion: Distortion, number: int, count: int
) -> None:
    some = distortion.apply(PLANES[:count], PLANE, number)
    np.testing.assert_array_equal(some, distortion.apply(PLANES, PLANE, number)[:count])


def test_each_pass_seed_and_digit_has_its_own() -> None:
    twice = np.repeat(PLANES[:1], 2, axis=0)
    found = [
        FAR.apply(twice, PLANE, 0)[0],
        FAR.apply(twice, PLANE, 0)[1],
        FAR.apply(twice, PLANE, 1)[0],
        replace(FAR, seed=1).apply(twice, PLANE, 0)[0],
    ]
    np.testing.assert_array_equal(found[0], FAR.apply(twice, PLANE, 0)[0])
    for n, one in enumerate(found):
        assert all(np.abs(one - other).max() > 0.1 for other in found[:n])


def mapped(
    maps: np.ndarray, planes: np.ndarray = PLANES, plane: Plane = PLANE, level: float = 0.0
) -> np.ndarray:
    """Resample all planes by one affine map."""
    count = len(planes)
    none = np.zeros((count, 2, 0, 0))
    return resampled(planes, plane, np.repeat(maps[None], count, 0), np.full(count, level), none, 6)


IDENTITY = np.eye(2, 3)


@settings(max_examples=20)
@given(st.integers(-12, 12), st.integers(-12, 12))
def test_a_shift_by_whole_units_moves_levels_and_brings_in_background(
    down: int, right: int
) -> None:
    found = mapped(IDENTITY - [[0, 0, down], [0, 0, right]])
    wide = np.pad(PLANES, ((0, 0), (12, 12), (12, 12)), constant_values=-1)
    wanted = np.roll(wide, (down, right), axis=(1, 2))[:, 12:-12, 12:-12]
    np.testing.assert_array_equal(found, wanted)


def test_what_comes_in_is_the_planes_own_background() -> None:
    plane = Plane(16, 16, background=0.25)
    found = mapped(IDENTITY - [[0, 0, 20], [0, 0, 0]], np.ones((1, 16, 16), np.float32), plane)
    assert set(found.ravel().tolist()) == {0.25}


@settings(max_examples=20)
@given(st.floats(-0.5, 0.5))
def test_levels_are_raised_or_lowered_in_their_order_and_the_ends_stay(share: float) -> None:
    found = mapped(IDENTITY, level=share)
    wanted = PLANES + share * (1 - PLANES.astype(np.float64) ** 2)
    np.testing.assert_allclose(found, np.clip(wanted, -1, 1), atol=3e-7)
    assert np.all(found[PLANES == -1] == -1)
    assert np.all(found[PLANES == 1] == 1)
    order = np.argsort(PLANES, axis=None)
    assert np.all(np.diff(found.ravel()[order]) >= -1e-6)


# ---- Independent oracles ------------------------------------------------------------------------


def by_scipy(
    planes: np.ndarray, maps: np.ndarray, displacements: np.ndarray, spacing: int
) -> np.ndarray:
    """Resample planes of 28 x 28 in float64, by scipy's splines and its interpolation."""
    y, x = np.mgrid[:28, :28].astype(np.float64)
    found = []
    for plane, by, drawn in zip(planes, maps, displacements, strict=True):
        field = np.zeros((2, 28, 28))
        if drawn.size:
            knots = spacing * (np.arange(drawn.shape[1] + 4) - 3.0)
            along = interpolate.BSpline(knots, drawn.transpose(1, 2, 0), 3)(np.arange(28))
            across = interpolate.BSpline(knots, along.transpose(1, 0, 2), 3)(np.arange(28))
            field = across.transpose(2, 1, 0)
        to = np.einsum("ij,jrc->irc", by[:, :2], [y - 13.5, x - 13.5]) + 13.5
        to += by[:, 2][:, None, None] + field
        found.append(
            ndimage.map_coordinates(
                plane.astype(np.float64), to, order=1, mode="grid-constant", cval=-1
            )
        )
    return np.array(found)


@settings(max_examples=15)
@given(any_distortion, st.integers(0, 99))
def test_digits_are_where_scipy_puts_them(distortion: Distortion, number: int) -> None:
    distortion = replace(distortion, stroke=0.0)
    few = PLANES[:5]
    maps, _ = distortion._affine(len(few), number)
    displacements = distortion._nodes(len(few), PLANE, number)
    wanted = by_scipy(few, maps, displacements, distortion.spacing)
    found = distortion.apply(few, PLANE, number)
    np.testing.assert_allclose(found, wanted, atol=2e-4)


@given(st.floats(0, 90), st.integers(0, 99))
def test_a_rotation_turns_and_no_more(degrees: float, number: int) -> None:
    maps, levels = Distortion(rotation=degrees)._affine(30, number)
    turned = maps[:, :, :2].astype(np.float64)
    product = turned @ turned.transpose(0, 2, 1)
    np.testing.assert_allclose(product, np.broadcast_to(np.eye(2), product.shape), atol=1e-6)
    np.testing.assert_allclose(np.linalg.det(turned), 1, atol=1e-6)
    angles = np.degrees(np.arctan2(turned[:, 0, 1], turned[:, 0, 0]))
    assert np.abs(angles).max() <= degrees + 1e-6
    assert not maps[:, :, 2].any()
    assert not levels.any()


def test_draws_fill_their_ranges_evenly() -> None:
    """By Kolmogorov and Smirnov's distance from the uniform distribution, in 20 000 digits."""
    maps, levels = Distortion(shift=2.0, stroke=0.3)._affine(20_000, 3)
    for draws in (maps[:, 0, 2] / 2, maps[:, 1, 2] / 2, levels / 0.3):
        uniform = np.sort((draws + 1) / 2)
        assert np.abs(uniform - np.linspace(0, 1, len(uniform))).max() < 0.015
    wide, _ = Distortion(scale=0.2, shear=0.3)._affine(20_000, 3)
    assert np.abs(wide[:, 0, 0] - 1).max() == pytest.approx(0.2, abs=1e-3)
    assert np.abs(wide[:, 1, 1] - 1).max() == pytest.approx(0.2, abs=1e-3)
    assert np.abs(wide[:, 1, 0] / wide[:, 1, 1]).max() == pytest.approx(0.3, abs=1e-3)
    assert not wide[:, 0, 1].any()


def test_displacements_have_the_deviation_that_is_asked_for() -> None:
    """That of a node's unit; between nodes a little less."""
    drawn = Distortion(elastic=1.5, spacing=4)._nodes(2000, PLANE, 0)
    weights = splines(28, 4).astype(np.float64)
    field = np.einsum("yj,naji,xi->nayx", weights, drawn, weights)
    assert abs(field.mean()) < 0.02
    deviations = field.std(axis=(0, 1))
    np.testing.assert_allclose(deviations[::4, ::4], 1.5, rtol=0.05)
    assert deviations.min() > 0.87 * 1.5


def test_numbers_are_almost_normal() -> None:
    numbers = almost_normal(np.random.PCG64(1).random_raw(200_000), 2.0).astype(np.float64) / 2
    assert abs(numbers.mean()) < 0.01
    assert numbers.std() == pytest.approx(1, abs=0.01)
    assert np.mean(numbers**4) == pytest.approx(3 - 1.2 / 4, abs=0.05)  # of four uniform ones
    assert np.abs(numbers).max() <= 2 * np.sqrt(3) + 1e-6


@given(st.integers(16, 40), st.integers(2, 64))
def test_splines_share_out_one_among_four_nodes(side: int, spacing: int) -> None:
    weights = splines(side, spacing)
    assert weights.shape == (side, nodes(side, spacing))
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    assert np.all((weights > 0).sum(axis=1) <= 4)
    assert weights.min() >= 0


# ---- In training --------------------------------------------------------------------------------


def test_each_pass_learns_from_its_own_distorted_digits() -> None:
    distortion = Distortion(1.0, 10.0, elastic=0.5, seed=4)
    stage = replace(PLAIN_STAGE, rule=FirstOrder(), distortion=distortion)
    bank, by_hand = Bank(SMALL, range(3)), Bank(SMALL, range(3))
    train(bank, recipe(stage), TRAIN)
    planes = SMALL.planes(TRAIN.images)
    for number in range(2):
        distorted = distortion.apply(planes, SMALL.plane, number)
        by_hand.learn(distorted, TRAIN.labels, np.arange(60), 1e-3)
    np.testing.assert_array_equal(bank.parameters, by_hand.parameters)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"stroke": 0.6}, "stroke is 0.6; give a number from 0 to 0.5."),
        ({"spacing": 1}, "spacing is 1; give a number from 2 to 64."),
        ({"shift": float("nan")}, "shift is nan; give a number from 0 to 16."),
        ({"seed": -1}, "seed is -1; give a number at least 0."),
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        Distortion(**wrong)  # type: ignore[arg-type]
    assert str(refused.value) == sentence


if __name__ == "__main__":
    print(hash_of_distorted())
