"""What is measured of kernels, maps and halves, against sums written out and known cases."""

from __future__ import annotations

import numpy as np
import pytest

from reproduction import evaluation
from reproduction.network import LENET1, Bank, plain, symmetry
from reproduction.pages import learned
from reproduction.pages.learned import Halves, Kernels

RNG = np.random.default_rng(1989)


def of_each(kernels: list[np.ndarray]) -> Kernels:
    """Return four kernels as those of one network."""
    return Kernels(np.array([kernels], float))


def test_kernels_are_those_of_the_networks_in_their_order() -> None:
    bank = Bank(LENET1, (3, 8))
    found = Kernels.of(bank)
    for lane in (0, 1):
        w = plain.part(LENET1, bank.parameters[:, lane], "H1.weights")
        np.testing.assert_array_equal(found.weights[lane], w.reshape(4, 5, 5))


def test_a_blot_is_even_and_what_adds_up_to_zero_is_not() -> None:
    bar = np.zeros((5, 5))
    bar[:, 0], bar[:, 4] = -2, 2
    found = of_each([np.full((5, 5), -3.0), bar, bar + 1, np.eye(5)])
    assert found.evenness == pytest.approx(np.array([[100, 0, 100 * 25 / 65, 20]]))
    assert found.by_even_field == pytest.approx(np.array([[1, 0, 25 / 35, 1]]))
    assert found.length == pytest.approx(np.sqrt([[225, 40, 65, 5]]))


def test_cosines_are_of_kernels_in_the_same_place_sign_aside() -> None:
    one, other = RNG.normal(size=(2, 4, 5, 5)), RNG.normal(size=(2, 4, 5, 5))
    found = Kernels(one).cosines(Kernels(other))
    a, b = one[1, 2].ravel(), other[1, 2].ravel()
    assert found.shape == (2, 4)
    assert found[1, 2] == pytest.approx(abs(a @ b) / np.sqrt((a @ a) * (b @ b)))
    assert Kernels(one).cosines(Kernels(-3 * one)) == pytest.approx(np.ones((2, 4)))


def test_networks_alike_but_for_sign_and_order_are_arranged_alike() -> None:
    first = RNG.normal(size=(4, 5, 5))
    found = Kernels(np.array([first, -first[[1, 0, 2, 3]], RNG.normal(size=(4, 5, 5))]))
    arranged, like = found.arranged()
    np.testing.assert_array_equal(arranged[1], first)
    assert like[:2] == pytest.approx([1, 1])
    pairs = found.likeness()
    assert pairs[0] == pytest.approx(1)
    assert pairs[2] == symmetry.most_alike(found.weights[1], found.weights[2])[1] < 1


def test_a_map_without_weights_does_not_vary() -> None:
    bank = Bank(LENET1, (4, 11))
    bank.weights("H4")[5] = 0
    images = RNG.uniform(-1, 1, (7, 16, 16)).astype(np.float32)
    found = learned.variation(bank, images, "H4")
    assert found.shape == (2, 12)
    assert np.flatnonzero(found.max(axis=0) < 1e-12).tolist() == [5]
    units = plain.units(LENET1, bank.parameters[:, 1], LENET1.planes(images))["H4"][:, 3]
    each = [np.std(units[:, r, c]) for r in range(4) for c in range(4)]
    assert found[1, 3] == pytest.approx(np.mean(each))


def test_halves_are_told_apart_by_what_each_misreads_alone() -> None:
    labels = np.repeat(np.arange(10), 6)
    outputs, *alone = RNG.normal(size=(3, 60, 10, 5))
    alone[0][:, :, :2] += 3 * evaluation.targets(labels)[:, :, np.newaxis]
    alone[1][:, :, 2:] += 3 * evaluation.targets(labels)[:, :, np.newaxis]
    found = Halves.of(outputs, np.array(alone), labels)
    assert found.first_is_better.tolist() == [True, True, False, False, False]
    errors = np.array([evaluation.error_percent(half, labels) for half in alone])
    np.testing.assert_array_equal(found.better, np.r_[errors[0][:2], errors[1][2:]])
    np.testing.assert_array_equal(found.other, np.r_[errors[1][:2], errors[0][2:]])
    assert list(found.by_class) == ["whole", "better half", "other half"]
    wanted = evaluation.error_percent(outputs, labels), found.better, found.other
    for by_class, percent in zip(found.by_class.values(), wanted, strict=True):
        assert by_class.mean(axis=1) == pytest.approx(percent)
