"""Ink from a scan: what differs from the paper, without specks.

The first steps of `normalize`, for one scan or many of one size.
"""

from __future__ import annotations

import numpy as np

from data_prep.errors import InputError

SIDE = 16  # of the image that the networks read
PAPER = 0.2  # share of the border that paper takes at least; ink may touch the rest
NOISE = 8  # ink differs from paper by more than this many spreads of the paper (about 4 sigma)
CONTRAST = 2 * NOISE  # the strongest ink differs by more than this many (about 8 sigma)
SPECK = 0.04  # share of the ink below which a separate part is a speck


def ink_of(scan: np.ndarray, axes: int = 2) -> np.ndarray:
    """Ink is what differs from paper: d = level - paper, the border says what paper is.

    Ink lies on the side with the larger third moment, sign(sum d^3), so that a few odd pixels
    on the other side do not matter; inverting the scan turns every d and leaves the ink alone.
    What differs no more than paper itself does is paper.

    Parameters
    ----------
    scan : ndarray
        Gray levels.
    axes : int
        2 for one scan, 3 for many of one size.

    Returns
    -------
    ndarray, float64, same shape
        0 on the paper, 1 at the strongest ink.

    Raises
    ------
    InputError
        The scan is not a grid of finite real numbers, or shows nothing but paper.
    """
    levels = checked(scan, axes)
    paper, spread = map(beside_pixels, paper_of(levels))
    ink = levels - paper
    is_lighter = (ink * ink * ink).sum(axis=-1).sum(axis=-1) < 0
    ink = np.where(beside_pixels(is_lighter), -ink, ink)
    strongest = ink.max(axis=(-2, -1), keepdims=True)
    if (strongest <= CONTRAST * spread).any():
        raise InputError(
            "the scan is blank: nothing on it stands out from the paper; "
            "give a scan with one digit, more contrast and an even light"
        )
    return np.where(ink > NOISE * spread, ink / strongest, 0.0)


def beside_pixels(one_a_scan: np.ndarray) -> np.ndarray:
    """Return numbers, one a scan, in a shape to be calculated with beside (..., rows, columns)."""
    return one_a_scan[..., np.newaxis, np.newaxis]


def checked(scan: np.ndarray, axes: int = 2) -> np.ndarray:
    """Gray levels as float64 with the largest at 1 in size, or an InputError that says why not."""
    levels = np.asarray(scan)
    if levels.dtype.kind not in "buif":
        raise InputError(f"the scan holds {levels.dtype}; give gray levels as real numbers")
    if levels.ndim != axes or levels.size == 0:
        raise InputError(
            f"the scan has shape {levels.shape}; give one gray image (rows, columns) with pixels"
        )
    levels = levels.astype(np.float64)
    if not np.isfinite(levels).all():
        raise InputError("the scan holds values that are not finite; give finite gray levels")
    largest = np.abs(levels).max(axis=(-2, -1), keepdims=True)
    return levels / np.where(largest > 0, largest, 1.0)


def paper_of(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level and spread of the paper: the narrowest band of gray that holds a fifth of the border.

    Unlike the median, it finds paper where gray ink takes more than half of the border, as in some
    of the released digits. Of several narrowest bands those at the commonest level count.

    Returns
    -------
    paper : float64, one a scan
        The middle level of the band.
    spread : float64, one a scan
        The width of the band: 0 on clean scans, about .5 sigma under normal noise.
    """
    sides = levels[..., 0, :], levels[..., -1, :], levels[..., 1:-1, 0], levels[..., 1:-1, -1]
    border = np.sort(np.concatenate(sides, axis=-1), axis=-1)
    reach = int(PAPER * (border.shape[-1] - 1) / 2)
    bands = border.shape[-1] - 2 * reach
    widths = border[..., 2 * reach :] - border[..., :bands]
    middles = border[..., reach : reach + bands]
    spread = widths.min(axis=-1)
    is_narrowest = widths == spread[..., np.newaxis]
    paper = np.asarray(np.where(is_narrowest, middles, np.inf).min(axis=-1))
    highest = np.where(is_narrowest, middles, -np.inf).max(axis=-1)
    for scan in map(tuple, np.argwhere(paper < highest)):
        found, times = np.unique(middles[scan][is_narrowest[scan]], return_counts=True)
        paper[scan] = np.median(found[times == times.max()])
    return paper[()], spread


def solid(ink: np.ndarray) -> np.ndarray:
    """Where ink counts for edges and parts: ink / max(ink) > 1/2 (1 - 16 / side), or > 0.

    A blurred edge is true at half its height. An image of side 16 has been averaged already: its
    faint pixels are edges too. `side` is the longer side of all ink.

    Returns
    -------
    ndarray, bool, same shape
    """
    ends = [ends_of(np.asarray(ink.any(axis=axis))) for axis in (-1, -2)]
    side = np.maximum(*(beyond - first for first, beyond in ends))
    share = np.maximum(0.0, (1 - SIDE / side) / 2)
    return ink > beside_pixels(ink.max(axis=(-2, -1)) * share)


def ends_of(there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first true place of the last axis, and the one beyond the last."""
    return there.argmax(axis=-1), there.shape[-1] - there[..., ::-1].argmax(axis=-1)


def without_specks(ink: np.ndarray) -> np.ndarray:
    """Drop every separate part that has under 4 % of the solid ink.

    Parts are solid pixels that touch by a side or a corner, kept with the paler pixels around.

    Returns
    -------
    ndarray, float64, same shape

    Raises
    ------
    InputError
        No part is large enough.
    """
    from scipy import ndimage  # takes longer to import than most commands

    scans = ink.reshape(-1, *ink.shape[-2:])
    touching = np.zeros((3, 3, 3))
    touching[1] = 1  # within a scan
    part, parts = ndimage.label(solid(scans), touching)
    scan_of = np.zeros(parts + 1, np.intp)
    scan_of[part] = beside_pixels(np.arange(len(scans)))
    amount = np.bincount(part.ravel(), scans.ravel(), parts + 1)
    amount[0] = 0  # what is not solid
    amounts_of_scans = np.bincount(scan_of, amount, len(scans))
    kept = (amount >= SPECK * amounts_of_scans[scan_of])[part] & (part > 0)
    if not kept.any(axis=(-2, -1)).all():
        raise InputError(
            f"the scan is blank but for {parts} specks; give a scan with one digit, less noise"
        )
    return np.where(ndimage.binary_dilation(kept, touching), scans, 0.0).reshape(ink.shape)
