"""A half alone is the network with the other half's H4 held: seen against the plain sums."""

from __future__ import annotations

import numpy as np

from reproduction.network import LENET1, Bank, plain
from reproduction.network.halves import alone


def test_a_half_alone_has_the_h4_of_the_other_held_at_its_mean() -> None:
    random = np.random.default_rng(3)
    learned, tried = (random.uniform(-1, 1, (n, 16, 16)).astype(np.float32) for n in (7, 5))
    bank = Bank(LENET1, (4, 11))
    bank.parameters[:] *= 3
    found = alone(bank, learned, tried)
    assert found.shape == (2, 5, 10, 2)
    for network, parameters in enumerate(bank.parameters.T):
        mean, h4 = (
            plain.units(LENET1, parameters, LENET1.planes(images))["H4"]
            for images in (learned, tried)
        )
        weights = plain.part(LENET1, parameters, "output.weights")
        biases = plain.part(LENET1, parameters, "output.biases")
        for half, others in enumerate((slice(6, 12), slice(0, 6))):
            held = h4.copy()
            held[:, others] = mean.mean(axis=0)[others]
            wanted = held.reshape(5, -1) @ weights.T + biases
            np.testing.assert_allclose(found[half, :, :, network], wanted, atol=1e-4)


def test_the_networks_asked_are_left_as_they_are() -> None:
    bank = Bank(LENET1, (0,))
    before = bank.parameters.copy()
    alone(bank, np.zeros((1, 16, 16), np.float32), np.zeros((1, 16, 16), np.float32))
    np.testing.assert_array_equal(bank.parameters, before)
