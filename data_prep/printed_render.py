"""Rendering the printed digits: outlines through a model of a scanner, to 16 x 16.

Run as ``python -m data_prep.printed_render``, it writes printed.npz anew and prints its hashes.

The scanner of 1989 is unknown but for its binary images of about 40 x 60 pixels (NIPS 1989,
p. 398). The paper thanks H. Baird for its printed digits (p. 403), and his model of the defects of
printing and scanning (Baird 1992) has names for what is done here to the ideal outline of a digit.
The values were guessed once and not tuned:

    size, resolution     height of 56 pixels, sd 5, within 42 and 70
    x-scale              width against height, within 2 %
    skew                 rotation, sd 1.5 degrees
    x- and y-offset      anywhere within a pixel
    blur                 Gaussian, sd .5 to 1 pixel
    sensitivity          noise of a pixel's reading, sd .07 of the range from paper to ink
    threshold            .35 to .62 of that range

Of Baird's parameters, jitter (sensors off their grid), kerning and baseline (the place among the
letters of a line) are left out. The shear, sd .02, is ours: what is left of the slant of a page
that went through a scanner askew.

Every digit has a seed of its own, so digits can be rendered one by one. Only raw bits of PCG-64
and + - * / and square roots are used, so the same outlines give the same scans on every machine.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from data_prep import files, printed
from data_prep.normalize import normalize, thousandths
from data_prep.printed_faces import FACES
from data_prep.printed_outlines import Outline, outlines

FINE = 8  # samples a pixel in each direction: figures are drawn about 450 samples high
MARGIN = 4  # pixels of paper around the digit, which the blur can reach
PASSES = 4  # of the blur
SENSITIVITY = 0.07
DEGREE = 0.017453292519943295


# ---- Chance -----------------------------------------------------------------------------------


def uniform(raw: np.ndarray) -> np.ndarray:
    """Numbers uniform in [0, 1) from raw numbers of 64 bits: their upper 53, over 2^53."""
    return (raw >> np.uint64(11)) * 2.0**-53


def normal(raw: np.ndarray) -> np.ndarray:
    """Nearly normal numbers, mean 0 and sd 1: the sum of a raw number's four 16-bit quarters.

    Each quarter is uniform with variance (2^32 - 1) / 12. No number is beyond 3.47, so that noise
    alone never makes ink of paper.
    """
    quarters = np.stack([(raw >> np.uint64(16 * k)) & np.uint64(0xFFFF) for k in range(4)])
    total = quarters.sum(axis=0).astype(np.float64)
    return (total - 2 * 65535.0) / np.sqrt((65536.0**2 - 1) / 3)


@dataclass(frozen=True)
class Setting:
    """How a digit lies on the scanner, and how that sees it; see the module.

    Attributes
    ----------
    size : float
        Height of the digit, in pixels: what type size and resolution make together.
    x_scale : float
        Width over height, against the face's.
    skew : float
        Rotation in radians: twice the tangent of half the angle.
    shear : float
        Pixels to the right for a pixel down.
    x_offset, y_offset : float
        Place on the grid, in pixels.
    blur : float
        Standard deviation, in pixels.
    threshold : float
        Of 0 (paper) to 1 (ink).
    """

    size: float
    x_scale: float
    skew: float
    shear: float
    x_offset: float
    y_offset: float
    blur: float
    threshold: float


def drawn(bits: np.random.PCG64) -> Setting:
    """Draw a setting: the first eleven raw numbers of a digit."""
    raw = bits.random_raw(11)
    size, skew, shear = normal(raw[:3]).tolist()
    x_scale, x_offset, y_offset, blur, threshold = uniform(raw[3:8]).tolist()
    return Setting(
        size=min(max(56.0 + 5.0 * size, 42.0), 70.0),
        x_scale=0.98 + 0.04 * x_scale,
        skew=1.5 * DEGREE * skew,
        shear=0.02 * shear,
        x_offset=x_offset,
        y_offset=y_offset,
        blur=0.5 + 0.5 * blur,
        threshold=0.35 + 0.27 * threshold,
    )


def drawn_for_pool() -> dict[str, np.ndarray]:
    """Return what was drawn for every digit of the pool, by parameter: float64, shape (3500,)."""
    numbers = range(printed.SEED * 10_000, printed.SEED * 10_000 + printed.ROUND * printed.COPIES)
    settings = [drawn(np.random.PCG64(number)) for number in numbers]
    named = (
        ("size, pixels", "size", 1.0),
        ("x-scale", "x_scale", 1.0),
        ("skew, degrees", "skew", 1 / DEGREE),
        ("shear (ours)", "shear", 1.0),
        ("x-offset, pixels", "x_offset", 1.0),
        ("y-offset, pixels", "y_offset", 1.0),
        ("blur, pixels", "blur", 1.0),
        ("threshold", "threshold", 1.0),
    )
    return {
        name: scale * np.array([getattr(setting, field) for setting in settings])
        for name, field, scale in named
    }


# ---- The scanner ------------------------------------------------------------------------------


def scan(outline: Outline, number: int) -> np.ndarray:
    """Scan the outline of a digit.

    Parameters
    ----------
    outline : Outline
    number : int
        Where it stands in the pool: its chance has the seed 1989 * 10000 + number.

    Returns
    -------
    ndarray, bool, shape (rows, columns)
        True where there is ink.
    """
    bits = np.random.PCG64(printed.SEED * 10_000 + number)
    setting = drawn(bits)
    gray = blurred(coverage(placed(outline, setting)), setting.blur)
    noise = normal(bits.random_raw(gray.size)).reshape(gray.shape)
    return gray + SENSITIVITY * noise > setting.threshold


def placed(outline: Outline, setting: Setting) -> Outline:
    """Bring an outline to pixels of the scan: size, shear, skew, offset.

    x' = x + shear y; then the rotation by fractions, with t the tangent of half the angle:
    cos = (1 - t^2) / (1 + t^2), sin = 2 t / (1 + t^2).
    """
    low, high = bounds(outline)
    scale = setting.size / (high - low)[1]
    t = setting.skew / 2
    cos, sin = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    turned = []
    for polygon in outline:
        x, y = polygon[:, 0] * (scale * setting.x_scale), polygon[:, 1] * scale
        x = x + setting.shear * y
        turned.append(np.stack([cos * x - sin * y, sin * x + cos * y], axis=1))
    corner = np.array([MARGIN + setting.x_offset, MARGIN + setting.y_offset])
    return [polygon - bounds(turned)[0] + corner for polygon in turned]


def bounds(outline: Outline) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest x and y."""
    points = np.concatenate(outline)
    return points.min(axis=0), points.max(axis=0)


def coverage(outline: Outline) -> np.ndarray:
    """Return how much of each pixel is inked: of 8 x 8 samples, those that the outline winds round.

    Each edge turns the winding number of the samples to its right, by +1 on its way down and by -1
    on its way up, in the rows of samples whose middle it crosses.

    Returns
    -------
    ndarray, float64, shape (rows, columns)
        0 to 1, with a margin of paper.
    """
    columns, rows = (np.ceil(bounds(outline)[1]).astype(int) + MARGIN).tolist()
    turns = np.zeros((rows * FINE, columns * FINE), dtype=np.int16)
    for polygon in outline:
        x0, y0 = polygon.T * FINE
        x1, y1 = np.roll(polygon, -1, axis=0).T * FINE
        first, beyond = (
            np.ceil(y - 0.5).astype(int) for y in (np.minimum(y0, y1), np.maximum(y0, y1))
        )
        crossed = beyond - first
        edge = np.repeat(np.arange(len(polygon)), crossed)
        row = np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed, crossed) + first[edge]
        part = (row + 0.5 - y0[edge]) / (y1 - y0)[edge]
        column = np.ceil(x0[edge] + part * (x1 - x0)[edge] - 0.5).astype(int)
        np.add.at(turns, (row, column), np.where(y1 > y0, 1, -1)[edge])
    inked = np.cumsum(turns, axis=1) != 0
    return inked.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3))


def blurred(gray: np.ndarray, blur: float) -> np.ndarray:
    """Blur by four passes of the weights a, 1 - 2 a, a, each way, a = blur^2 / 8.

    A pass has variance 2 a, so the four have that of a Gaussian of this standard deviation. Paper
    lies beyond the border.
    """
    a = blur * blur / (2 * PASSES)
    for _ in range(PASSES):
        for _ in range(2):  # down, then across, by turning over
            beside = np.pad(gray, ((1, 1), (0, 0)))
            gray = ((1 - 2 * a) * gray + a * (beside[:-2] + beside[2:])).T
    return gray


# ---- All of them ------------------------------------------------------------------------------


def render(
    glyphs: list[list[Outline]],
    numbers: Iterable[int],
    each: Callable[[int], None] = lambda number: None,
) -> printed.Arrays:
    """Scan digits and bring them to 16 x 16, deslanted and plain.

    Parameters
    ----------
    glyphs : list of list of Outline
        By face and class.
    numbers : iterable of int
        Where they stand in the pool.
    each : callable
        Is told the number of a digit when it is done.

    Returns
    -------
    dict
        As `printed.Arrays`, for these digits; scans only of the first round.
    """
    numbers = list(numbers)
    images: dict[str, list[np.ndarray]] = {"deslanted": [], "plain": []}
    scans = []
    for number in numbers:
        face, label = divmod(number % printed.ROUND, 10)
        scanned = scan(glyphs[face][label], number)
        images["deslanted"].append(thousandths(normalize(scanned, deslant=True)))
        images["plain"].append(thousandths(normalize(scanned, deslant=False)))
        if number < printed.ROUND:
            scans.append(scanned)
        each(number)
    bits = np.concatenate([np.zeros(0, bool), *(scanned.ravel() for scanned in scans)])
    return {
        **{variant: np.stack(of) for variant, of in images.items()},
        "scans": np.packbits(bits),
        "scan_shapes": np.array([scanned.shape for scanned in scans], np.uint8).reshape(-1, 2),
    }


def render_all(each: Callable[[int], None] = lambda number: None) -> printed.Arrays:
    """Fetch the faces and render the whole pool.

    Raises
    ------
    InputError
        If the faces cannot be had.
    """
    return render(outlines(), range(printed.ROUND * printed.COPIES), each)


def main() -> None:
    """Write printed.npz beside this module, with seed, faces and licences; print the hashes."""
    arrays = render_all()
    contents = io.BytesIO()
    np.savez_compressed(
        contents,
        allow_pickle=False,
        **arrays,
        seed=np.array(printed.SEED),
        face_names=np.array([face.name for face in FACES]),
        face_licences=np.array([face.licence for face in FACES]),
    )
    files.write(printed.FILE, contents.getvalue())
    for name, value in printed.hashes(arrays).items():
        print(f'    "{name}": "{value}",')


if __name__ == "__main__":
    main()
