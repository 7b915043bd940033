"""From a scan of any size to the 16 x 16 image that the networks read.

The paper (NIPS 1989, p. 398) maps a binary image of about 40 x 60 pixels linearly to 16 x 16, keeps
its aspect ratio, and scales the gray levels that come out to [-1, 1]. The released digits show
two things more: they have no slant, and the longer side of their ink is exactly 16. So the
steps come in this order:

    ink_of         gray levels            -> ink: 0 on the paper, 1 at its strongest
    without_specks ink                    -> ink without small separate parts
    deslanted      ink                    -> 16 x 16 mean ink without slant
    area_average   ink                    -> 16 x 16 mean ink, cropped and centred
    gray_range     mean ink               -> [-1, 1]

`normalize` is the whole way, by `deslanted` or by `area_average` alone, for a clean scan of one
digit; `parts` brings photographs to ink first. Nothing is made binary: a threshold only finds where
ink ends and which parts are specks.
"""

from __future__ import annotations

import numpy as np

from data_prep.errors import InputError

SIDE = 16  # of the image that the networks read
PAPER = 0.2  # share of the border that paper takes at least; ink may touch the rest
NOISE = 8  # ink differs from paper by more than this many spreads of the paper (about 4 sigma)
CONTRAST = 2 * NOISE  # the strongest ink differs by more than this many (about 8 sigma)
SPECK = 0.04  # share of the ink below which a separate part is a speck
STRAIGHT = 1e-4  # a slant below this is none: it moves no row by a thousandth of a pixel
STEPS = 30  # shears at most; one to five are usual

Box = tuple[float, float, float, float]  # top, bottom, left, right


def normalize(scan: np.ndarray, deslant: bool) -> np.ndarray:
    """Bring a scan of one digit to the 16 x 16 image that the networks read.

    The order follows from the released digits, which have both no slant and a longer side of
    exactly 16. Its own output stays as it is, up to rounding.

    Parameters
    ----------
    scan : ndarray, bool, integer or real, shape (rows, columns)
        Gray levels on any scale, dark on light or light on dark, lit evenly; the border shows
        paper on at least a fifth of its pixels.
    deslant : bool
        Whether to shear the ink until the image has no slant, as the released digits were.

    Returns
    -------
    ndarray, float32, shape (16, 16)
        Gray levels from -1 (paper) to 1 (the strongest ink).

    Raises
    ------
    InputError
        The scan is not a grid of finite real numbers, or shows nothing but paper.
    """
    return image_of(without_specks(ink_of(scan)), deslant)


def image_of(ink: np.ndarray, deslant: bool = True) -> np.ndarray:
    """Bring the ink of one digit, 0 on the paper, to 16 x 16: float32, -1 (paper) to 1 (ink)."""
    return gray_range(deslanted(ink) if deslant else area_average(ink))


def ink_of(scan: np.ndarray) -> np.ndarray:
    """Ink is what differs from paper: d = level - paper, the border says what paper is.

    Ink lies on the side with the larger third moment, sign(sum d^3), so that a few odd pixels
    on the other side do not matter; inverting the scan turns every d and leaves the ink alone.
    What differs no more than paper itself does is paper.

    Returns
    -------
    ndarray, float64, shape (rows, columns)
        0 on the paper, 1 at the strongest ink.

    Raises
    ------
    InputError
        The scan is not a grid of finite real numbers, or shows nothing but paper.
    """
    levels = checked(scan)
    paper, spread = paper_of(levels)
    ink = levels - paper
    if (ink**3).sum() < 0:
        ink = -ink
    strongest = ink.max()
    if strongest <= CONTRAST * spread:
        raise InputError(
            "the scan is blank: nothing on it stands out from the paper; "
            "give a scan with one digit, more contrast and an even light"
        )
    return np.where(ink > NOISE * spread, ink / strongest, 0.0)


def checked(scan: np.ndarray) -> np.ndarray:
    """Gray levels as float64 with the largest at 1 in size, or an InputError that says why not."""
    levels = np.asarray(scan)
    if levels.dtype.kind not in "buif":
        raise InputError(f"the scan holds {levels.dtype}; give gray levels as real numbers")
    if levels.ndim != 2 or levels.size == 0:
        raise InputError(
            f"the scan has shape {levels.shape}; give one gray image (rows, columns) with pixels"
        )
    levels = levels.astype(np.float64)
    if not np.isfinite(levels).all():
        raise InputError("the scan holds values that are not finite; give finite gray levels")
    return levels / (np.abs(levels).max() or 1.0)


def paper_of(levels: np.ndarray) -> tuple[float, float]:
    """Level and spread of the paper: the narrowest band of gray that holds a fifth of the border.

    Unlike the median, it finds paper where gray ink takes more than half of the border, as in some
    of the released digits. Of several narrowest bands those at the commonest level count.

    Returns
    -------
    paper : float
        The middle level of the band.
    spread : float
        The width of the band: 0 on clean scans, about .5 sigma under normal noise.
    """
    border = np.sort(
        np.concatenate([levels[0], levels[-1], levels[1:-1, 0], levels[1:-1, -1]]), axis=None
    )
    reach = int(PAPER * (len(border) - 1) / 2)
    widths = border[2 * reach :] - border[: len(border) - 2 * reach]
    narrowest = np.flatnonzero(widths == widths.min())
    middles, bands = np.unique(border[narrowest + reach], return_counts=True)
    return float(np.median(middles[bands == bands.max()])), float(widths.min())


def solid(ink: np.ndarray) -> np.ndarray:
    """Where ink counts for edges and parts: ink / max(ink) > 1/2 (1 - 16 / side), or > 0.

    A blurred edge is true at half its height. An image of side 16 has been averaged already: its
    faint pixels are edges too. `side` is the longer side of all ink.

    Returns
    -------
    ndarray, bool, shape (rows, columns)
    """
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    side = 1 + max(np.ptp(rows), np.ptp(columns))
    return ink > ink.max() * max(0.0, (1 - SIDE / side) / 2)


def without_specks(ink: np.ndarray) -> np.ndarray:
    """Drop every separate part that has under 4 % of the solid ink.

    Parts are solid pixels that touch by a side or a corner, kept with the paler pixels around.

    Returns
    -------
    ndarray, float64, shape (rows, columns)

    Raises
    ------
    InputError
        No part is large enough.
    """
    from scipy import ndimage  # takes longer to import than most commands

    touching = np.ones((3, 3))
    part, parts = ndimage.label(solid(ink), touching)
    amount = ndimage.sum_labels(ink, part, np.arange(parts + 1))
    amount[0] = 0  # what is not solid
    kept = (amount >= SPECK * amount.sum())[part] & (part > 0)
    if not kept.any():
        raise InputError(
            f"the scan is blank but for {parts} specks; give a scan with one digit, less noise"
        )
    return np.where(ndimage.binary_dilation(kept, touching), ink, 0.0)


def slant_of(image: np.ndarray) -> float:
    """Slant by moments of the ink about its centroid: mu11 / mu02.

    mu11 = sum ink (x - x0) (y - y0) and mu02 = sum ink (y - y0)^2: the columns that the ink
    moves to the right on its way one row down. 0 where all ink is in one row.
    """
    rows, columns = image.sum(axis=1), image.sum(axis=0)
    y = np.arange(len(rows)) - rows @ np.arange(len(rows)) / rows.sum()
    x = np.arange(len(columns)) - columns @ np.arange(len(columns)) / columns.sum()
    mu02 = rows @ y**2
    return float(y @ image @ x / mu02) if mu02 > 0 else 0.0


def deslanted(ink: np.ndarray) -> np.ndarray:
    """Shear the ink until its 16 x 16 image has no slant: slant <- slant + slant_of(image).

    The first shear undoes nearly all; the later ones what averaging changes. A digit ends below
    1e-4; bare sticks, some pixels wide, may keep a slant of a few hundredths. Undoing a slant above
    1, far from any digit, can tear thin strokes.

    Returns
    -------
    ndarray, float64, shape (16, 16)
        Mean ink, as by `area_average`.
    """
    return area_average(ink, undone_slant(ink))


def undone_slant(ink: np.ndarray) -> float:
    """Return the slant that `deslanted` undoes, in columns a row."""
    slant = 0.0
    for _ in range(STEPS - 1):  # the first image is upright
        rest = slant_of(area_average(ink, slant))
        if abs(rest) < STRAIGHT:
            break
        slant += rest
    return slant


def box_of(ink: np.ndarray, slant: float = 0.0) -> Box:
    """Bounds of the solid ink once row y has moved left by slant y.

    Returns
    -------
    top, bottom, left, right : float
        In pixels of the scan; pixel (y, x) reaches from y to y + 1 and from x to x + 1.
    """
    inked = solid(ink)
    rows = np.flatnonzero(inked.any(axis=1))
    first = inked[rows].argmax(axis=1)
    beyond = ink.shape[1] - inked[rows, ::-1].argmax(axis=1)
    left, right = (first - slant * rows).min(), (beyond - slant * rows).max()
    return float(rows[0]), float(rows[-1] + 1), float(left), float(right)


def slants(images: np.ndarray) -> np.ndarray:
    """Slant of each image that the networks read, by `slant_of`.

    Parameters
    ----------
    images : ndarray, shape (n, 16, 16)
        Gray levels from -1 (paper) to 1 (ink).

    Returns
    -------
    ndarray, float64, shape (n,)
        In columns a row.
    """
    return np.array([slant_of(ink) for ink in (1.0 + images.astype(np.float64)) / 2.0])


def boxes(images: np.ndarray) -> np.ndarray:
    """Bounds of all ink above -1 in each image that the networks read, by `box_of`.

    Parameters
    ----------
    images : ndarray, shape (n, 16, 16)
        Gray levels from -1 (paper) to 1 (ink).

    Returns
    -------
    ndarray, int64, shape (4, n)
        Top, bottom, left and right, in pixels.
    """
    return np.array([box_of(ink) for ink in 1.0 + images]).astype(np.int64).T


def area_average(ink: np.ndarray, slant: float = 0.0) -> np.ndarray:
    """Mean ink over each of 16 x 16 equal squares, the ink's box centred in them.

    The squares' side is a sixteenth of the longer side of the box, so one scale serves both
    directions; sum(image) = sum(ink in the box) (16 / longer side)^2. To undo a slant, row y is
    read slant y further right: no pixel is spread over its neighbours first.

    Returns
    -------
    ndarray, float64, shape (16, 16)
    """
    top, bottom, left, right = box_of(ink, slant)
    square = max(bottom - top, right - left) / SIDE
    across, down = strips(left, right, square), strips(top, bottom, square)
    within = np.stack([amounts(row, across + slant * y) for y, row in enumerate(ink)])
    return np.stack([amounts(column, down) for column in within.T], axis=1) / square**2


def squares_of(ink: np.ndarray, slant: float) -> np.ndarray:
    """Return the corners of the 16 x 16 squares over which ink is averaged.

    Returns
    -------
    ndarray, float64, shape (2, 17, 17)
        x and y in pixels of the scan; row y is read slant y further right.
    """
    top, bottom, left, right = box_of(ink, slant)
    steps = max(bottom - top, right - left) / SIDE * (np.arange(SIDE + 1) - SIDE / 2)
    x, y = np.meshgrid((left + right) / 2 + steps, (top + bottom) / 2 + steps)
    return np.stack([x + slant * (y - 0.5), y])


def strips(low: float, high: float, width: float) -> np.ndarray:
    """Bounds, 17 of them, of 16 strips about the middle of low and high, cut off at both."""
    bounds = (low + high) / 2 + width * (np.arange(SIDE + 1) - SIDE / 2)
    return np.clip(bounds, low, high)


def amounts(line: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Amount in each strip of a line of pixels: differences of its running sum, made linear."""
    running = np.concatenate([[0.0], np.cumsum(line)])
    return np.diff(np.interp(bounds, np.arange(len(running)), running))


def gray_range(image: np.ndarray) -> np.ndarray:
    """Gray levels from ink: 2 ink / max(ink) - 1, so paper is -1 and the strongest ink 1.

    Returns
    -------
    ndarray, float32, same shape
    """
    return (2 * image / image.max() - 1).astype(np.float32)
