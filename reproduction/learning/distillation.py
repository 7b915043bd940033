"""Learning from what trained networks say: a student of a committee (Hinton, Vinyals & Dean 2015).

The gradient of cross-entropy for soft targets, the teacher's probabilities, is the mean of its
gradients for classes drawn by them. So a student learns from classes that are drawn anew whenever a
digit is presented: the engine needs to know nothing of it, and any rule serves.

The teacher reads the digit as it is presented. Its probabilities come from the engine; they are
summed in a fixed order and compared with raw 64-bit draws of PCG-64, in float64. So the classes are
the same on every machine.
"""

from __future__ import annotations

import numpy as np

from reproduction.network import Bank


class Committee:
    """Trained networks that say together which class a digit is of.

    Parameters
    ----------
    banks : list of Bank
        The networks, of one architecture, which gives probabilities.
    seed : int
        Of the draws.
    """

    def __init__(self, banks: list[Bank], seed: int) -> None:
        self.banks, self.seed = banks, seed

    def classes(self, planes: np.ndarray, numbers: np.ndarray, number: int) -> np.ndarray:
        """Draw the classes of some digits by the mean of the networks' probabilities.

        They depend on the seed, the number of the pass and the number of the digit: not on which
        other digits are presented.

        Parameters
        ----------
        planes : ndarray, float32, shape (n, height, width)
            All digits as the pass presents them.
        numbers : ndarray, int64, shape (m,)
            Those whose classes are wanted.
        number : int
            Of the pass.

        Returns
        -------
        ndarray, int64, shape (m,)
        """
        raw = np.random.PCG64([self.seed, number, 2]).random_raw(len(planes))  # 0, 1: distortion
        return drawn(self._sums(planes[numbers]), raw[numbers])

    def _sums(self, planes: np.ndarray) -> np.ndarray:
        """Add up the probabilities of all networks, one after the other: float64, (n, classes)."""
        sums = np.zeros((len(planes), self.banks[0].architecture.outputs))
        for bank in self.banks:
            outputs = bank.outputs(planes)
            for network in range(len(bank.seeds)):
                sums += outputs[:, :, network]
        return sums


def drawn(weights: np.ndarray, raw: np.ndarray) -> np.ndarray:
    """Draw a class for every row of weights, each in proportion to its weight.

    Parameters
    ----------
    weights : ndarray, float64, shape (n, classes)
        From 0, in every row one above.
    raw : ndarray, uint64, shape (n,)
        Draws, one a row.

    Returns
    -------
    ndarray, int64, shape (n,)
    """
    shares = (raw >> np.uint64(11)) * 2.0**-53  # in [0, 1)
    up_to = np.cumsum(weights, axis=1)
    return np.sum(up_to <= (shares * up_to[:, -1])[:, np.newaxis], axis=1)
