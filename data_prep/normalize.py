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

The first two are in `data_prep.ink`. Every step takes one scan or many of one size, of shape (rows,
columns) or (n, rows, columns). Each comes to the same bits alone, beside others and on every
machine: there are only + - * / in a fixed order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.errors import InputError
from data_prep.ink import SIDE, beside_pixels, ends_of, ink_of, solid, without_specks

STRAIGHT = 1e-4  # a slant below this is none: it moves no row by a thousandth of a pixel
STEPS = 30  # shears at most; one to five are usual
AT_ONCE = 256  # scans brought to their images together: more do not fit a processor's cache

Box = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # top, bottom, left, right


def normalize(scan: np.ndarray, deslant: bool, least: float = 0.0) -> np.ndarray:
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
    least : float
        Pixels of the scan that 16 pixels of the image stand for at least: ink whose longer side is
        shorter does not fill the image. 0, as for the released digits, lets all ink fill it.

    Returns
    -------
    ndarray, float32, shape (16, 16)
        Gray levels from -1 (paper) to 1 (the strongest ink).

    Raises
    ------
    InputError
        The scan is not a grid of finite real numbers, or shows nothing but paper.
    """
    return image_of(without_specks(ink_of(scan)), deslant, least)


def normalize_all(scans: np.ndarray, deslant: bool, least: float = 0.0) -> np.ndarray:
    """Bring scans of one size to 16 x 16, to the bits that `normalize` brings each to.

    Parameters
    ----------
    scans : ndarray, shape (n, rows, columns)
    deslant, least
        As for `normalize`.

    Returns
    -------
    ndarray, float32, shape (n, 16, 16)

    Raises
    ------
    InputError
        As `normalize`, with the number of the scan, counted from 0.
    """
    images = np.empty((len(scans), SIDE, SIDE), np.float32)
    for first in range(0, len(scans), AT_ONCE):
        some = scans[first : first + AT_ONCE]
        try:
            ink = without_specks(ink_of(some, axes=3))
        except InputError:
            for number, scan in enumerate(some, first):
                _refuse(scan, number)
            raise
        images[first : first + AT_ONCE] = image_of(ink, deslant, least)
    return images


def _refuse(scan: np.ndarray, number: int) -> None:
    """Say which scan it is, and what is wrong with it, if something is."""
    try:
        without_specks(ink_of(scan))
    except InputError as problem:
        raise InputError(f"scan {number} of all: {problem}") from None


def image_of(ink: np.ndarray, deslant: bool = True, least: float = 0.0) -> np.ndarray:
    """Bring the ink of one digit, 0 on the paper, to 16 x 16: float32, -1 (paper) to 1 (ink)."""
    return gray_range(deslanted(ink, least) if deslant else area_average(ink, least=least))


def thousandths(images: np.ndarray) -> np.ndarray:
    """Return gray levels as whole thousandths, int16, as the released files have them."""
    return np.rint(images.astype(np.float64) * 1000.0).astype(np.int16)


def slant_of(image: np.ndarray) -> np.ndarray:
    """Slant by moments of the ink about its centroid: mu11 / mu02.

    mu11 = sum ink (x - x0) (y - y0) and mu02 = sum ink (y - y0)^2: the columns that the ink
    moves to the right on its way one row down. 0 where all ink is in one row.

    Returns
    -------
    float64, one an image
    """
    image = np.ascontiguousarray(image)  # the order of sums is that in memory
    rows, columns = image.sum(axis=-1), image.sum(axis=-2)
    y, x = _about_mean(rows), _about_mean(columns)
    mu02 = (rows * y * y).sum(axis=-1)
    mu11 = ((y[..., np.newaxis] * image).sum(axis=-2) * x).sum(axis=-1)
    return np.divide(mu11, mu02, out=np.zeros_like(mu02), where=mu02 > 0)[()]


def _about_mean(amounts: np.ndarray) -> np.ndarray:
    """Return the places 0, 1, ... less their mean, weighted by the amounts there."""
    places = np.arange(amounts.shape[-1])
    mean = (amounts * places).sum(axis=-1) / amounts.sum(axis=-1)
    return places - mean[..., np.newaxis]


def deslanted(ink: np.ndarray, least: float = 0.0) -> np.ndarray:
    """Shear the ink until its 16 x 16 image has no slant: slant <- slant + slant_of(image).

    The first shear undoes nearly all; the later ones what averaging changes. A digit ends below
    1e-4; bare sticks, some pixels wide, may keep a slant of a few hundredths. Undoing a slant above
    1, far from any digit, can tear thin strokes.

    Returns
    -------
    ndarray, float64, shape (..., 16, 16)
        Mean ink, as by `area_average`.
    """
    return _upright(ink, least)[1]


def undone_slant(ink: np.ndarray) -> np.ndarray:
    """Return the slant that `deslanted` undoes, in columns a row: float64, one a scan."""
    return _upright(ink)[0]


def _upright(ink: np.ndarray, least: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the slant of each scan that is undone, and the image without it."""
    left = _Scans.of(ink.reshape(-1, *ink.shape[-2:]))
    slants, images = np.zeros(len(left.running)), np.empty((len(left.running), SIDE, SIDE))
    number = np.arange(len(slants))  # of the scans that are left
    for step in range(STEPS):
        images[number] = left.average(slants[number], least)
        rest = slant_of(images[number])
        is_slanted = np.abs(rest) >= STRAIGHT
        if step == STEPS - 1 or not is_slanted.any():
            break
        number, left = number[is_slanted], left.some(is_slanted)
        slants[number] += rest[is_slanted]
    several = ink.shape[:-2]
    return slants.reshape(several)[()], images.reshape(*several, SIDE, SIDE)


def box_of(ink: np.ndarray, slant: np.ndarray | float = 0.0) -> Box:
    """Bounds of the solid ink once row y has moved left by slant y.

    Returns
    -------
    top, bottom, left, right : float64, one a scan
        In pixels of the scan; pixel (y, x) reaches from y to y + 1 and from x to x + 1.
    """
    return _Scans.of(ink).box(np.asarray(slant))


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
    return slant_of((1.0 + images.astype(np.float64)) / 2.0)


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
    return np.array(box_of(1.0 + images)).astype(np.int64)


def area_average(
    ink: np.ndarray, slant: np.ndarray | float = 0.0, least: float = 0.0
) -> np.ndarray:
    """Mean ink over each of 16 x 16 equal squares, the ink's box centred in them.

    The squares' side is a sixteenth of the longer side of the box, so one scale serves both
    directions; sum(image) = sum(ink in the box) (16 / longer side)^2. To undo a slant, row y is
    read slant y further right: no pixel is spread over its neighbours first. A box that is smaller
    than `least` pixels is averaged as one of that side.

    Returns
    -------
    ndarray, float64, shape (..., 16, 16)
    """
    return _Scans.of(ink).average(np.asarray(slant), least)


@dataclass(frozen=True)
class _Scans:
    """What boxes and averages are made of, whatever the slant.

    Attributes
    ----------
    first, beyond : ndarray, float64, shape (..., rows)
        The first solid column of each row and the one beyond the last; infinite where none is.
    running : ndarray, float64, shape (..., rows, columns + 2)
        The running sum of each row.
    """

    first: np.ndarray
    beyond: np.ndarray
    running: np.ndarray

    @classmethod
    def of(cls, ink: np.ndarray) -> _Scans:
        inked = solid(ink)
        ends = zip(ends_of(inked), (np.inf, -np.inf), strict=True)
        first, beyond = (np.where(inked.any(axis=-1), end, none) for end, none in ends)
        return cls(first, beyond, running_sums(ink))

    def some(self, which: np.ndarray) -> _Scans:
        return _Scans(self.first[which], self.beyond[which], self.running[which])

    def leaning(self, slant: np.ndarray) -> np.ndarray:
        """How far each row moves to the left, (..., rows)."""
        return slant[..., np.newaxis] * np.arange(self.first.shape[-1])

    def box(self, slant: np.ndarray) -> Box:
        leaning = self.leaning(slant)
        left = (self.first - leaning).min(axis=-1)
        right = (self.beyond - leaning).max(axis=-1)
        top, bottom = ends_of(np.isfinite(self.first))
        return top.astype(np.float64), bottom.astype(np.float64), left, right

    def average(self, slant: np.ndarray, least: float) -> np.ndarray:
        """As `area_average`."""
        top, bottom, left, right = self.box(slant)
        square = np.maximum(np.maximum(bottom - top, right - left), least) / SIDE
        across, down = strips(left, right, square), strips(top, bottom, square)
        places = across[..., np.newaxis, :] + self.leaning(slant)[..., np.newaxis]
        columns = amounts(self.running, places).swapaxes(-1, -2)
        within = amounts(running_sums(columns), down[..., np.newaxis, :]).swapaxes(-1, -2)
        return np.ascontiguousarray(within) / beside_pixels(square * square)


def squares_of(ink: np.ndarray, slant: np.ndarray | float) -> np.ndarray:
    """Return the corners of the 16 x 16 squares over which the ink of one scan is averaged.

    Returns
    -------
    ndarray, float64, shape (2, 17, 17)
        x and y in pixels of the scan; row y is read slant y further right.
    """
    top, bottom, left, right = box_of(ink, slant)
    steps = max(bottom - top, right - left) / SIDE * (np.arange(SIDE + 1) - SIDE / 2)
    x, y = np.meshgrid((left + right) / 2 + steps, (top + bottom) / 2 + steps)
    return np.stack([x + slant * (y - 0.5), y])


def strips(low: np.ndarray, high: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Bounds, 17 of them, of 16 strips about the middle of low and high, cut off at both."""
    low, high, width = (each[..., np.newaxis] for each in (low, high, width))
    bounds = (low + high) / 2 + width * (np.arange(SIDE + 1) - SIDE / 2)
    return np.clip(bounds, low, high)


def running_sums(lines: np.ndarray) -> np.ndarray:
    """Return what lies before each pixel of lines, before the end, and once more the whole."""
    sums = np.zeros((*lines.shape[:-1], lines.shape[-1] + 2))
    np.cumsum(lines, axis=-1, out=sums[..., 1:-1])
    sums[..., -1] = sums[..., -2]
    return sums


def amounts(running: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Amount in each strip of lines of pixels: differences of running sums, made linear."""
    lines, length = running.shape[:-1], running.shape[-1]
    places = np.clip(bounds, 0.0, length - 2)
    pixel = places.astype(np.intp)
    start = pixel + length * np.arange(running.size // length).reshape(*lines, 1)
    before, after = running.take(start), running.take(start + 1)
    return np.diff((after - before) * (places - pixel) + before, axis=-1)


def gray_range(image: np.ndarray) -> np.ndarray:
    """Gray levels from ink: 2 ink / max(ink) - 1, so paper is -1 and the strongest ink 1.

    Returns
    -------
    ndarray, float32, same shape
    """
    strongest = image.max(axis=(-2, -1), keepdims=True)
    return (2 * image / strongest - 1).astype(np.float32)
