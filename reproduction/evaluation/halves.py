"""What thresholds of rejection are worth on digits that they were not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from reproduction.evaluation.measures import wrong
from reproduction.evaluation.rejection import Rejection


def reject_by_halves(
    reject: Callable[[np.ndarray, np.ndarray], Sequence[Rejection]],
    outputs: np.ndarray,
    labels: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Fit thresholds on every other pattern, apply them to those in between, and exchange.

    Parameters
    ----------
    reject : callable
        `reject_by_difference` or `reject_by_thresholds`.
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)

    Returns
    -------
    rejected, left : ndarray, float64, shape (networks,)
        What the thresholds of the other half reject of both, in percent, and the errors among
        what they accept, in percent; NaN where nothing is accepted.
    """
    accepted, bad = np.zeros(outputs.shape[::2], bool), wrong(outputs, labels)
    for fitted, tried in ((0, 1), (1, 0)):
        found = reject(outputs[fitted::2], labels[fitted::2])
        for network, rejection in enumerate(found):
            own = outputs[tried::2, :, [network]]
            accepted[tried::2, network] = rejection.thresholds.accept(own)[:, 0]
    count = accepted.sum(axis=0)
    left = np.full(len(count), np.nan)
    np.divide(100 * (bad & accepted).sum(axis=0), count, out=left, where=count > 0)
    return 100 * (1 - count / len(labels)), left
