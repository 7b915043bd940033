"""The plain sums are the reference's to float64's accuracy, and the engine's to float32's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproduction.network import ARCHITECTURES, LENET1, Bank, plain
from reproduction.network.relatives import averages
from tests.reproduction.network.drawn import DRAWN, architectures
from tests.reproduction.reference import SISTER_LIKE, Reference

MEANS = averages("means", mean=True, squashed=False)
NETWORKS = [*ARCHITECTURES.values(), SISTER_LIKE, MEANS]

ENGINE = 1e-5
"""Largest difference of outputs from the engine's, over the largest output.

A float32 sum of some hundred terms is off by up to some hundred roundings of 6e-8, and f in the
engine by up to 1e-6; both pass through five layers. The engine agrees with the reference so well.
"""
REFERENCE = 1e-12
"""The same from the reference's, whose float64 sums differ in their order alone."""


def assert_close(found, wanted, tolerance):
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= tolerance * np.abs(wanted).max()


def assert_agrees(architecture, planes, seeds=(3, 8)):
    """Compare every unit with the reference's, and the outputs with the engine's."""
    bank, reference = Bank(architecture, seeds), Reference(architecture)
    for lane in range(len(seeds)):
        w = bank.parameters[:, lane]
        found = plain.units(architecture, w, planes)
        np.testing.assert_array_equal(found.pop("input")[:, 0], planes)
        assert list(found) == [layer.name for layer in architecture.layers]
        for n, plane in enumerate(planes):
            _, sums = reference.forward(w.astype(np.float64), plane)
            wanted = [layer.value(a) for layer, a in zip(reference.layers, sums, strict=True)]
            wanted[-1] = reference.answer(sums)
            for values, shape, units in zip(
                found.values(), architecture.shapes, wanted, strict=True
            ):
                size = shape.maps, shape.height, shape.width
                assert_close(values[n], units.reshape(size), REFERENCE)
        outputs = plain.outputs(architecture, w, planes)
        assert_close(outputs, bank.outputs(planes)[:, :, lane], ENGINE)


@pytest.mark.parametrize("architecture", NETWORKS, ids=lambda a: a.name)
def test_networks_with_a_name_agree_with_the_reference_and_the_engine(architecture, make_patterns):
    planes, _ = make_patterns(architecture, 3)
    assert_agrees(architecture, planes)


@DRAWN
@given(architecture=architectures(), seed=st.integers(0, 99))
def test_any_network_agrees_with_the_reference_and_the_engine(architecture, seed, make_patterns):
    planes, _ = make_patterns(architecture, 2, seed)
    assert_agrees(architecture, planes, seeds=(seed,))


def test_a_pattern_does_not_see_the_others(make_patterns):
    planes, _ = make_patterns(LENET1, 4)
    w = Bank(LENET1, [0]).parameters[:, 0]
    together = plain.outputs(LENET1, w, planes)
    for n in range(4):
        assert_close(plain.outputs(LENET1, w, planes[n : n + 1]), together[n : n + 1], REFERENCE)


def test_nothing_that_is_given_changes(make_patterns):
    planes, _ = make_patterns(LENET1, 2)
    w = Bank(LENET1, [0]).parameters[:, 0].copy()
    kept = planes.copy(), w.copy()
    plain.units(LENET1, w, planes)
    np.testing.assert_array_equal(planes, kept[0])
    np.testing.assert_array_equal(w, kept[1])


def test_probabilities_of_large_sums_do_not_overflow():
    sums = np.array([1e4, 0.0, -1e4, 1e4]).reshape(1, 4, 1, 1)
    np.testing.assert_array_equal(plain.softmax(sums).ravel(), [0.5, 0, 0, 0.5])


def test_one_digit_has_the_units_of_a_pattern_among_others():
    images = np.random.default_rng(5).uniform(-1, 1, (3, 16, 16)).astype(np.float32)
    w = Bank(LENET1, (4,)).parameters[:, 0]
    among = plain.units(LENET1, w, LENET1.planes(images))
    alone = plain.units_of(LENET1, w, images[1])
    assert list(alone) == list(among)
    for name, maps in alone.items():
        assert_close(maps, among[name][1], REFERENCE)


def test_slopes_make_the_gradient_of_the_reference(make_patterns):
    planes, labels = make_patterns(LENET1, 2)
    w = Bank(LENET1, (6,)).parameters[:, 0].astype(np.float64)
    members = np.arange(0, len(w), 97)
    reference = Reference(LENET1)
    slopes = plain.slopes(LENET1, w, planes, members)
    assert slopes.shape == (len(members), 2, 10)
    for n, (plane, label) in enumerate(zip(planes, labels, strict=True)):
        missed = reference.target(label) - reference.outputs(w, plane)
        wanted = reference.gradient(w, plane, label)[members]
        np.testing.assert_allclose(-slopes[:, n] @ missed, wanted, atol=1e-8)
