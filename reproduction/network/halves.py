"""What each half of LeNet-1 reads by itself.

By Table 1 the maps of H1 to H4 fall into two halves without a connection between them, "almost
independent modules" as the paper says (p. 402), which meet in the output units.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reproduction.network.architecture import LENET1
from reproduction.network.bank import Bank

SUMS = replace(
    LENET1,
    name="LENET1, outputs not squashed",
    layers=(*LENET1.layers[:-1], replace(LENET1.layers[-1], squashed=False)),
)


def alone(bank: Bank, learned: np.ndarray, tried: np.ndarray) -> np.ndarray:
    """Return what networks say while one half's H4 is held at its mean over some digits.

    Nothing is learned anew, so this is not what such a half could do if it were trained by itself.

    Parameters
    ----------
    bank : Bank
        Of LENET1.
    learned : ndarray, shape (m, 16, 16)
        Images over which the mean is taken.
    tried : ndarray, shape (n, 16, 16)
        Images to read.

    Returns
    -------
    ndarray, float32, shape (2, n, 10, networks)
        Of the first half alone, and of the second: the sums of the output units, not squashed.
    """
    first, second = (_added(bank, half, tried) for half in (0, 1))
    means = [_added(bank, half, learned).mean(axis=0, dtype=float) for half in (0, 1)]
    biases = bank.biases("output")
    both = first + means[1] + biases, means[0] + second + biases
    return np.array(both, np.float32)


def _added(bank: Bank, half: int, images: np.ndarray) -> np.ndarray:
    """Return what a half adds to the sums of the output units, (n, 10, networks)."""
    part = Bank(SUMS, bank.seeds)
    part.parameters[:] = bank.parameters
    weights = part.weights("output")
    weights.reshape(len(weights), 2, -1, weights.shape[-1])[:, 1 - half] = 0
    part.biases("output")[:] = 0
    return part.outputs(LENET1.planes(images))
