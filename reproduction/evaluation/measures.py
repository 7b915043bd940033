"""Measures: what the outputs of a bank say about digits.

Every function takes `outputs`, the ten outputs of each network for each pattern, and `labels`,
the digits that the patterns show; it gives one number or table for each network. Nothing here
knows a weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import isfinite
from typing import Any

import numpy as np

CLASSES = 10

# --- answers and errors ---------------------------------------------------------------------


def targets(labels: np.ndarray, low: float = -1.0) -> np.ndarray:
    """Give the outputs wanted: +1 for the digit's own unit, -1 for the other nine.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
    low : float
        What the other nine should be: 0 where outputs are probabilities.

    Returns
    -------
    ndarray, float64, shape (n, 10)
    """
    return np.where(labels[:, None] == np.arange(CLASSES), 1.0, low)


def answers(outputs: np.ndarray) -> np.ndarray:
    """Give the digit with the highest output; of equal outputs, the lowest digit.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)

    Returns
    -------
    ndarray of int, shape (n, networks)
    """
    return outputs.argmax(axis=1)


def commonest(found: np.ndarray) -> int:
    """Give the commonest of some answers, int of shape (n,); of equally common ones the lowest."""
    values, counts = np.unique(found, return_counts=True)
    return int(values[counts.argmax()])


def wrong(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Tell which patterns a network gets wrong; one with a NaN among its outputs always is.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of bool, shape (n, networks)

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no pattern, or a label is not a digit.
    """
    _check(outputs, labels)
    return (answers(outputs) != labels[:, None]) | np.isnan(outputs.max(axis=1))


def errors(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Count the patterns that each network gets wrong: int, shape (networks,)."""
    return wrong(outputs, labels).sum(axis=0)


def error_percent(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the error rate of each network, 100 errors / patterns: float64, shape (networks,)."""
    return 100 * errors(outputs, labels) / len(labels)


def error_percent_by_class(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the error rate of each network on the digits of each class: float64, (networks, 10).

    NaN for a class without digits.
    """
    by_digit = targets(labels, low=0.0).T
    with np.errstate(invalid="ignore"):
        return 100 * (by_digit @ wrong(outputs, labels)).T / by_digit.sum(axis=1)


def mean_squared_error(outputs: np.ndarray, labels: np.ndarray, low: float = -1.0) -> np.ndarray:
    """Give half the mean, over outputs and patterns, of the squared distance to the target.

    mse = 1/2 · 1/(10 n) · sum over patterns p and outputs i of (d_pi - y_pi)²

    Half the mean is the convention that fits the figures of both papers; the plain mean is twice
    as much. All in float64, and in one order of sums: pattern after pattern, then output after
    output. So the bits depend neither on the width of the machine's vectors nor on how many
    networks stand side by side.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    low : float
        The target of the units of other digits, see `targets`.

    Returns
    -------
    ndarray, float64, shape (networks,)
        NaN for a network that has diverged.
    """
    _check(outputs, labels)
    n, _, networks = outputs.shape
    wanted = targets(labels, low)[:, :, None]
    rows = np.zeros((BLOCK + 1, CLASSES, networks))  # what came before, and a block of patterns
    for start in range(0, n, BLOCK):
        of_block = slice(start, start + BLOCK)
        squares = rows[1 : 1 + len(outputs[of_block])]
        np.subtract(outputs[of_block], wanted[of_block], out=squares)  # float64, as targets are
        np.multiply(squares, squares, out=squares)
        summed = rows[: 1 + len(squares)].reshape(-1, CLASSES * networks)
        summed[0] = summed.sum(axis=0)  # numpy adds row to row here
    return reduce(np.add, rows[0]) / (2 * CLASSES * n)


BLOCK = 256
"""Patterns whose squares are held at a time: they fit into a core's own cache."""


def cross_entropy(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the mean over patterns of -log p, p the output of the digit's own unit.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
        Probabilities above 0.
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray, float64, shape (networks,)
        In nats; NaN for a network that has diverged.
    """
    _check(outputs, labels)
    own = outputs[np.arange(len(labels)), labels].astype(np.float64)
    return reduce(np.add, -np.log(own)) / len(labels)


def confusion(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Count the patterns by digit shown (rows) and digit answered (columns).

    Returns
    -------
    ndarray of int, shape (10, 10, networks)
        The sum over rows and columns is n, less the patterns for which an output of the network is
        NaN, which have no answer; errors stand off the diagonal.
    """
    _check(outputs, labels)
    table = np.zeros((CLASSES, CLASSES, outputs.shape[2]), dtype=np.int64)
    pattern, network = np.nonzero(~np.isnan(outputs).any(axis=1))
    np.add.at(table, (labels[pattern], answers(outputs)[pattern, network], network), 1)
    return table


def committee(*of_banks: np.ndarray) -> np.ndarray:
    """Let all networks answer as one: the mean of their outputs, itself a bank of one network.

    Float64, added network after network, so that a pattern's committee does not depend on the
    patterns beside it. A network whose outputs for it are no numbers has no voice.

    Parameters
    ----------
    *of_banks : ndarray, shape (n, 10, networks)

    Returns
    -------
    ndarray, float64, shape (n, 10, 1)
        NaN for a pattern for which no network has a voice.
    """
    voices = Voices()
    for outputs in of_banks:
        voices.add(outputs)
    return voices.mean()


class Voices:
    """A committee whose networks are heard bank after bank: see `committee`."""

    def __init__(self) -> None:
        self._sum: np.ndarray | float = -0.0  # adds nothing, whatever the sign
        self._count: np.ndarray | float = 0.0

    def add(self, outputs: np.ndarray) -> None:
        """Hear a bank: its outputs, shape (n, 10, networks)."""
        for network in np.moveaxis(outputs, 2, 0):
            sound = np.isfinite(network).all(axis=1, keepdims=True)
            self._sum = self._sum + np.where(sound, network.astype(np.float64), 0.0)
            self._count = self._count + sound

    def mean(self) -> np.ndarray:
        """Return what all say: float64, shape (n, 10, 1)."""
        voices = np.where(self._count, self._count, np.nan)
        return (self._sum / voices)[:, :, None]


def median_network(counts: np.ndarray) -> int:
    """Give the index of the network with the median count of errors.

    The lower median where there are two; networks of equal count rank in the order of seeds.

    Parameters
    ----------
    counts : ndarray of int, shape (networks,)
        Errors on the test set, see `errors`.
    """
    return int(np.argsort(counts, kind="stable")[(len(counts) - 1) // 2])


# --- summaries ------------------------------------------------------------------------------


def spread(values: Sequence[float] | np.ndarray) -> dict[str, Any]:
    """Give median, min, max and each of one value a network, as plain Python values.

    The median of an even number of networks is the mean of the middle two. NaN and infinity, which
    JSON does not know, become None; one such network makes median, min and max None too.
    """
    each = np.asarray(values, dtype=np.float64)
    return {
        "median": _plain(np.median(each)),
        "min": _plain(each.min()),
        "max": _plain(each.max()),
        "each": [_plain(value) for value in each],
    }


def summarize(outputs: np.ndarray, labels: np.ndarray, low: float = -1.0) -> dict[str, Any]:
    """Give one set's part of a run's summary: patterns, error_percent and mse.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)
    low : float
        The target of the units of other digits, see `targets`.

    Returns
    -------
    dict
        {"patterns": n, "error_percent": spread, "mse": spread}, see `spread`.
    """
    return {
        "patterns": len(labels),
        "error_percent": spread(error_percent(outputs, labels)),
        "mse": spread(mean_squared_error(outputs, labels, low)),
    }


def _plain(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _check(outputs: np.ndarray, labels: np.ndarray) -> None:
    if outputs.ndim != 3 or outputs.shape[1] != CLASSES or 0 in outputs.shape:
        raise ValueError(
            f"outputs must have the shape (patterns, 10, networks), not {outputs.shape}"
        )
    if labels.shape != outputs.shape[:1]:
        raise ValueError(
            f"labels must have the shape ({len(outputs)},), one for each pattern of outputs, "
            f"not {labels.shape}"
        )
    if labels.dtype.kind not in "ui" or labels.min() < 0 or labels.max() >= CLASSES:
        raise ValueError("labels must be whole numbers from 0 to 9")
