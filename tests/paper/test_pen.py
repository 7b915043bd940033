"""The pen that readers of the book draw with is as wide as the strokes that were learned from."""

import numpy as np
from scipy import ndimage

import data_prep
from reproduction.pages.drawings import PEN_RADIUS, SHEET_SIDE

FILLED = 0.75
"""The share of the sheet that a digit takes, drawn with care."""


def width_of(image: np.ndarray) -> float:
    """Return the mean width of a digit's strokes in pixels: twice that to the nearest paper.

    Measured along their middle, in an enlarged image.
    """
    ink = ndimage.zoom((1 + image.astype(float)) / 2, 6, order=1) > 0.5
    depth = ndimage.distance_transform_edt(ink)
    middle = (depth == ndimage.maximum_filter(depth, 3)) & (depth > 1)
    return 2 * depth[middle].mean() / 6 if middle.any() else np.nan


def test_the_pen_is_as_wide_as_the_median_stroke() -> None:
    images = data_prep.load().train.images[::40]
    median = np.nanmedian([width_of(image) for image in images])
    assert abs(2 * PEN_RADIUS / (FILLED * SHEET_SIDE) * 16 - median) < 0.15
