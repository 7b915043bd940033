"""From a photograph of a page to ink: paper is a smooth surface, ink what it loses light by.

A clean scan has one level of paper, to the bit, and goes the way of `ink.ink_of`. In a
photograph light falls off over the page, so paper is estimated as a surface: a quadratic that is
fitted so that ink counts for little, then a smooth field of what it leaves. Ink is the share of
the light that is missing, (paper - level) / paper, which does not depend on the light. It must
stand out from the noise, from the steps of the file, and from a least contrast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from data_prep.errors import InputError
from data_prep.image_files import Picture
from data_prep.ink import checked, ink_of, paper_of

LEAST = 20 / 255  # of white: the least contrast of ink
SHARE = 0.09  # of the paper's light: the least that ink takes away
FLAT = 0.2  # share of the pixels that have the very level of paper in a clean scan
BORDER = 0.8  # share of its border, unless it is tiny
TINY = 32  # pixels of the longer side
EDGE = 0.13  # of the longer side: as far as gray reaches from solid ink in a clean scan
GRID = 96  # cells on the longer side, on which paper is estimated
SMOOTH = 8.0  # cells: spread of the smooth field
SIGMAS = 5.0  # ink differs from paper by more than this many sigma of its noise
SURE = 8.0  # the strongest ink differs by more than this many
DARKEST = 0.7  # of the paper's lightest: below, shade and ink are easily taken for each other
UNEVEN = "is lit too unevenly to tell ink from shade, or lies on a dark desk; crop it to the paper"
NOTHING = "shows nothing but paper; give a photograph with one digit, and more contrast"


@dataclass(frozen=True, eq=False)
class Sheet:
    """The ink on a page.

    Attributes
    ----------
    ink : ndarray, float64, shape (rows, columns)
        In a clean scan 0 on the paper and 1 at the strongest. In a photograph the share of the
        paper's light that is missing, below 0 where there is more of it; with light ink on dark
        paper it is the other way round.
    noise : float
        Least ink that is no noise; 0 in a clean scan.
    is_clean : bool
        Whether paper has one level, to the bit.
    levels : ndarray, float64, shape (rows, columns)
        What was seen, with its sign changed where ink is lighter than paper.
    """

    ink: np.ndarray
    noise: float
    is_clean: bool
    levels: np.ndarray

    def beyond(self) -> float:
        """Amount of what differs from paper the other way than ink does, such as a glare."""
        smooth = ndimage.gaussian_filter(self.ink, 1.0)
        return float(-smooth[smooth < -self.noise].sum())

    def amount_in(self, box: tuple[int, int, int, int]) -> float:
        """Amount of ink between top, bottom, left and right."""
        inside = self.ink[box[0] : box[1], box[2] : box[3]]
        return float(inside[inside > self.noise].sum())


def sheet_of(picture: Picture) -> Sheet:
    """Tell ink from paper.

    Raises
    ------
    InputError
        When nothing stands out from the paper, or its light cannot be levelled.
    """
    levels = checked(picture.levels)
    white = picture.white / (float(np.abs(picture.levels).max(initial=0)) or 1.0)
    if np.ptp(levels) < LEAST * white:
        raise InputError(NOTHING)
    if is_clean(levels):
        return Sheet(ink_of(levels), 0.0, True, levels)
    return _levelled(levels / white)


def is_clean(levels: np.ndarray) -> bool:
    """Tell whether paper has one level, to the bit, and gray is found at the edges of ink alone.

    Ink may take most of the border of a small image, such as the released digits.
    """
    paper, spread = paper_of(levels)
    away = np.abs(levels - paper)
    border = np.concatenate([away[0], away[-1], away[1:-1, 0], away[1:-1, -1]])
    if spread > 0 or (away == 0).mean() < FLAT:
        return False
    if max(levels.shape) > TINY and (border == 0).mean() < BORDER:
        return False
    solid = away > away.max() / 2
    gray = (away > 0) & ~solid
    near = ndimage.distance_transform_edt(~solid) <= max(3, EDGE * max(levels.shape))
    return bool((gray & ~near).sum() <= 0.002 * levels.size)


def _levelled(levels: np.ndarray) -> Sheet:
    """Ink of a photograph whose levels are shares of white."""
    paper = paper_surface(levels)
    step = 1 / 255
    missing = paper - levels
    light = np.maximum(paper, 16 * step)
    least = max(SHARE, SIGMAS * max(spread_of(missing), step / 2) / float(np.median(light)))
    ink = missing / light
    dark, bright = (_amount_inside(sign * ink, least) for sign in (1, -1))
    if dark == bright:  # none: what there is comes in from the border
        dark, bright = float((ink**3).sum()), 0.0
    if dark < bright:
        ink, levels = -ink, -levels
    if not (ndimage.gaussian_filter(ink, 1.0) > least).any():
        raise InputError(UNEVEN if paper.min() < DARKEST * paper.max() else NOTHING)
    return Sheet(ink, least, False, levels)


def _amount_inside(ink: np.ndarray, least: float) -> float:
    """Amount of ink in the parts that do not touch the border."""
    smooth = ndimage.gaussian_filter(ink, 1.0)
    labels, count = ndimage.label(smooth > least)
    sums = ndimage.sum_labels(ink, labels, np.arange(count + 1))
    sums[0] = 0
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        sums[side] = 0
    return float(sums.sum())


def paper_surface(levels: np.ndarray) -> np.ndarray:
    """Level of the paper at every pixel: float64, shape (rows, columns)."""
    factor = max(1, -(-max(levels.shape) // GRID))
    cells = _means(levels, factor)
    surface = _quadratic(cells)
    for _ in range(4):
        left = cells - surface
        spread = spread_of(left)
        paper = np.abs(left) < max(4 * spread, 3 / 255)
        paper &= ~ndimage.binary_dilation(np.abs(left) > max(5 * spread, 6 / 255))
        weight = ndimage.gaussian_filter(paper.astype(float), SMOOTH)
        moved = ndimage.gaussian_filter(np.where(paper, left, 0.0), SMOOTH)
        surface = surface + moved / np.maximum(weight, 0.02)
    return _enlarged(surface, factor, levels.shape)


def _means(levels: np.ndarray, factor: int) -> np.ndarray:
    """Means over blocks of factor x factor pixels; the last of a row or column may be smaller."""
    rows, columns = (np.arange(0, side, factor) for side in levels.shape)
    total = np.add.reduceat(np.add.reduceat(levels, rows, axis=0), columns, axis=1)
    heights = np.diff(np.append(rows, levels.shape[0]))
    widths = np.diff(np.append(columns, levels.shape[1]))
    return total / np.outer(heights, widths)


def _enlarged(cells: np.ndarray, factor: int, shape: tuple[int, ...]) -> np.ndarray:
    """Values between the middles of cells, linear both ways."""
    for axis in (0, 1):
        middles = (np.arange(cells.shape[axis]) + 0.5) * factor - 0.5
        at = np.interp(np.arange(shape[axis]), middles, np.arange(len(middles)))
        low = np.minimum(at.astype(int), max(0, cells.shape[axis] - 2))
        high = np.minimum(low + 1, cells.shape[axis] - 1)
        part = np.expand_dims(at - low, 1 - axis)
        cells = cells.take(low, axis) * (1 - part) + cells.take(high, axis) * part
    return cells


def _quadratic(cells: np.ndarray) -> np.ndarray:
    """Fit a quadratic surface to the paper among cells.

    Of fits to all cells, and to all but a strip along one side or all round, where a desk may be,
    that counts which most cells are near; the nearer a cell, the more it then weighs (Tukey).
    """
    grid = np.meshgrid(*(np.linspace(-1, 1, n) for n in cells.shape), indexing="ij")
    y, x = (axis.ravel() for axis in grid)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    values = cells.ravel()
    near = max(3 * _grain(cells), 4 / 255)
    within = (x <= 2, x > -0.5, x < 0.5, y > -0.5, y < 0.5, np.maximum(abs(x), abs(y)) < 0.6)
    fits = []
    for some in within:
        left = np.full_like(values, 1.0)
        for _ in range(10):
            fitted = _fit(terms, values, some / np.maximum(left, 1 / 255))
            left = np.abs(values - fitted)
        fits.append((float((left < near).sum()), fitted))
    fitted = max(fits, key=lambda fit: fit[0])[1]
    for _ in range(10):
        left = np.abs(values - fitted)
        reach = 5 * max(1.4826 * float(np.median(left)), near / 3)
        fitted = _fit(terms, values, np.clip(1 - (left / reach) ** 2, 0, None) ** 2)
    return fitted.reshape(cells.shape)


def _fit(terms: np.ndarray, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Least squares with weights: the fitted values."""
    weighted = terms.T * weights
    normal = weighted @ terms + 1e-9 * np.eye(terms.shape[1])
    return terms @ np.linalg.solve(normal, weighted @ values)


def _grain(cells: np.ndarray) -> float:
    """Return the standard deviation of noise, by the differences of cells side by side."""
    steps = np.abs(np.diff(cells, axis=1)) if cells.shape[1] > 1 else np.zeros(1)
    return 1.4826 * float(np.median(steps)) / 2**0.5


def spread_of(values: np.ndarray) -> float:
    """Return the standard deviation of paper among values about 0, by the median of their size."""
    return 1.4826 * float(np.median(np.abs(values)))
