"""Two networks on the same digits: how often they agree, and how many errors they share."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from reproduction.evaluation.measures import answers, wrong


def agreement(outputs: np.ndarray) -> np.ndarray:
    """Give how many patterns two networks answer alike, in percent, for every pair of them.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)

    Returns
    -------
    ndarray, float64, shape (pairs,)
        In the order of `itertools.combinations`.
    """
    said = combinations(answers(outputs).T, 2)
    return np.array([100 * np.mean(one == other) for one, other in said])


def errors_in_common(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give how many of the patterns that one of two networks misreads both do, for every pair.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray, float64, shape (pairs,)
        In percent; NaN for a pair that misreads nothing.
    """
    misread = combinations(wrong(outputs, labels).T, 2)
    counts = np.array([(np.sum(a & b), np.sum(a | b)) for a, b in misread], float).reshape(-1, 2)
    with np.errstate(invalid="ignore"):
        return 100 * counts[:, 0] / counts[:, 1]
