"""From the ink on a page to its digits: what belongs together, what is a dot, a rule or a desk.

Parts are connected pixels of ink. A rule across is taken off first, for it ties parts together; a
desk or a shadow that comes in from the border is dropped. What overlaps from left to right, such as
a five and its bar, is one digit; a small part by itself is a dot. What is left stands side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike

import numpy as np
from scipy import ndimage

from data_prep.errors import InputError
from data_prep.image_files import Picture, read_picture
from data_prep.ink import SPECK, solid
from data_prep.photograph import NOTHING, TINY, UNEVEN, Sheet, sheet_of
from data_prep.rules import without_rules

TOUCHING = np.ones((3, 3), dtype=bool)  # by a side or a corner
CORE = 0.4  # of the strongest ink: above, it is ink and not a pale line or a shade
PALE = 0.3  # of the strongest of all that stands out, a desk too: below, it is left out
SMALLEST = 14  # pixels of the longer side of a digit in a photograph
FEWEST = 6  # in a clean scan: of smaller ones, more than 2 % are misread and accepted
PATCH = 0.27  # radius of the largest disc inside, of the longer side: strokes have less
SHARP = 0.6  # of its strongest, that ink changes by at its edge over the radius of that disc
GLARE = 0.4  # of the digit's ink: what is lighter than paper is less
ONE_SIDED = 0.25  # of what lies around a digit: as dark as the digit itself
WIDE = 1.6  # width over height of two digits that touch
DOT = 0.3  # of the tallest digit's height: smaller parts by themselves are dots
SAME = 0.3  # of the narrower part's width: more overlap makes one digit of two parts
GROUND = 0.25  # of a side of the picture, that a desk takes and a digit does not
FULL = 0.8  # of a side: no digit takes so much, however closely it is cropped
EDGED = 0.9  # of each side of its box: a sheet takes so much, and no digit that is half as wide
FRAME = 50  # of the longer side, one part: what reaches no further in lies along the border
AT_BORDER = "that reaches its border, such as a desk or a shadow"
MOST = 16  # digits that are told apart


@dataclass(frozen=True)
class Part:
    """Bounds of a part in pixels, from the first to beyond the last, and its amount of ink."""

    labels: tuple[int, ...]  # of the connected pixels that make it
    top: int
    bottom: int
    left: int
    right: int
    amount: float

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    def with_part(self, other: Part) -> Part:
        """Both as one."""
        return Part(
            self.labels + other.labels,
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
            self.amount + other.amount,
        )


@dataclass(frozen=True, eq=False)
class Found:
    """A digit that an image shows.

    Attributes
    ----------
    ink : ndarray, float64
        0 on the paper, 1 at its strongest.
    box : tuple of int
        Its top, bottom, left and right in the picture's pixels.
    """

    ink: np.ndarray
    box: tuple[int, int, int, int]


def digits_in(path: str | PathLike[str], several: bool = False) -> tuple[Picture, list[Found]]:
    """Read an image file, and tell its digits apart.

    Parameters
    ----------
    path : str or path-like
    several : bool
        Whether there may be more than one.

    Returns
    -------
    picture : Picture
    digits : list of Found
        From left to right.

    Raises
    ------
    InputError
        As `image_files.read_picture` and `digits_of`; or when there are several and may not be.
    """
    picture = read_picture(path)
    try:
        digits = digits_of(picture)
    except InputError as problem:
        where = ""
        if picture.pages > 1:
            where = f": the first of its {picture.pages} pages or frames, which alone is read,"
        raise InputError(f"{path}{where} {problem}") from None
    if len(digits) > 1 and not several:
        raise InputError(
            f"{path} shows {len(digits)} digits; crop it to one, or read them with --several"
        )
    return picture, digits


def digits_of(picture: Picture) -> list[Found]:
    """Tell the digits of a picture apart, from left to right.

    Raises
    ------
    InputError
        When there is nothing but paper, what is there cannot be told apart, or is no digit.
    """
    sheet = sheet_of(picture)
    ink = sheet.ink if sheet.is_clean else _inked(sheet)
    labels, found = _parts(ink, solid(ink) if sheet.is_clean else ink > CORE)
    digits = _digits(found)
    if len(digits) > MOST:
        raise InputError(f"shows {len(digits)} separate marks; crop it to the digit")
    alone = [_alone(ink, labels, digit, sheet) for digit in digits]
    if not sheet.is_clean and sheet.beyond() > GLARE * sum(
        sheet.amount_in(each.box) for each in alone
    ):
        raise InputError(UNEVEN)
    return alone


def _inked(sheet: Sheet) -> np.ndarray:
    """Ink of a photograph, its grain smoothed, 1 at its strongest and 0 where it is noise."""
    ink = ndimage.gaussian_filter(sheet.ink, 0.7)
    is_ink = ink > sheet.noise
    if not is_ink.any():
        raise InputError(NOTHING)
    is_ink &= ink > PALE * np.quantile(ink[is_ink], 0.9)
    labels, _ = ndimage.label(is_ink, TOUCHING)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    if sizes.max() < SMALLEST:
        raise InputError(NOTHING)
    large = sizes >= SMALLEST
    ink = np.where(large[labels], ink, 0.0)
    labels = _without_ground(_without_frame(labels * large[labels]))
    ink = np.where(labels > 0, ink, 0.0)
    return np.clip(ink / np.quantile(ink[ink > 0], 0.9), 0.0, 1.0)


def _without_frame(labels: np.ndarray) -> np.ndarray:
    """Drop what lies along the border alone, such as the last of the squares on paper."""
    reach = max(3, max(labels.shape) // FRAME)
    inside = labels[reach:-reach, reach:-reach]
    reaches_in = np.bincount(inside.ravel(), minlength=labels.max() + 1) > 0
    kept = np.where(reaches_in[labels], labels, 0)
    if not kept.any():
        raise InputError(NOTHING)
    return kept


def _without_ground(labels: np.ndarray) -> np.ndarray:
    """Drop what comes in from the border: a desk, a finger, a shadow; refuse it all round."""
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    shares = np.array([np.bincount(side, minlength=labels.max() + 1) / len(side) for side in sides])
    if ((shares > 0).all(axis=0) & ((shares > 0.5).sum(axis=0) >= 2))[1:].any():
        raise InputError(f"shows something {AT_BORDER} all round; crop it to the paper")
    is_ground = shares.max(axis=0) >= GROUND
    is_ground[0] = False
    kept = np.where(is_ground[labels], 0, labels)
    if kept.any() or not is_ground.any():
        return kept
    if shares.max(axis=0)[is_ground].max() > FULL:
        raise InputError(f"shows no digit apart from something {AT_BORDER}; crop it to the digit")
    return labels


def _parts(ink: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, list[Part]]:
    """Label the parts of a page without its rules, and give all but specks."""
    written = without_rules(mask)
    labels, count = ndimage.label(written, TOUCHING)
    if not count:
        raise InputError("shows nothing but rules" if mask.any() else NOTHING)
    amounts = ndimage.sum_labels(ink, labels, np.arange(1, count + 1))
    boxes = ndimage.find_objects(labels)
    least = SPECK * amounts.max()
    found = [
        Part((number,), rows.start, rows.stop, columns.start, columns.stop, float(amount))
        for number, ((rows, columns), amount) in enumerate(zip(boxes, amounts, strict=True), 1)
        if amount >= least
    ]
    return labels, found


def _digits(parts: list[Part]) -> list[Part]:
    """Put parts together to digits, drop dots, and order them from left to right."""
    tallest = max(parts, key=lambda part: max(part.height, part.width))
    size = max(tallest.height, tallest.width)
    groups: list[Part] = []
    for part in sorted(parts, key=lambda part: -part.amount):
        home = next((group for group in groups if _belongs(part, group, size)), None)
        if home is not None:
            groups[groups.index(home)] = home.with_part(part)
        elif not groups or max(part.height, part.width) >= DOT * size:
            groups.append(part)
    groups.sort(key=lambda group: group.left)
    return groups


def _belongs(part: Part, group: Part, size: int) -> bool:
    """Tell whether a part is of the same digit: above or below, or the bar of a five."""
    overlap = min(part.right, group.right) - max(part.left, group.left)
    gap_down = max(part.top, group.top) - min(part.bottom, group.bottom)
    if overlap >= SAME * min(part.width, group.width):
        return gap_down <= 0.25 * size
    is_bar = part.width >= 1.5 * part.height and part.bottom < (group.top + group.bottom) / 2
    return is_bar and -overlap <= 0.12 * size and gap_down <= 0.1 * size


def _alone(ink: np.ndarray, labels: np.ndarray, digit: Part, sheet: Sheet) -> Found:
    """Take a digit's ink alone, with the paler pixels around it; or say why it is no digit."""
    longer = max(digit.height, digit.width)
    mine = np.isin(labels, digit.labels)
    room = max(3, longer // 4)
    if longer < (FEWEST if sheet.is_clean else SMALLEST):
        raise InputError(
            f"shows a digit of {longer} pixels only; crop it to the digit, or go nearer"
        )
    if _is_sheet(mine[digit.top : digit.bottom, digit.left : digit.right]):
        raise InputError("shows a sheet that lies on something else; crop it to the paper")
    if sheet.is_clean:  # as it always was, to the bit
        room = max(ink.shape)
    elif digit.top == digit.left == 0 and (digit.bottom, digit.right) == ink.shape:
        raise InputError("shows ink that reaches its border all round; leave some paper around")
    rows = slice(max(0, digit.top - room), digit.bottom + room)
    columns = slice(max(0, digit.left - room), digit.right + room)
    ink, mine = ink[rows, columns], mine[rows, columns]
    radius = ndimage.distance_transform_edt(np.pad(mine, 1)).max()
    if longer > TINY and radius > PATCH * longer:
        raise InputError("shows a patch, not the strokes of a digit; crop it to the digit")
    if longer > TINY and digit.width > WIDE * digit.height:
        raise InputError("shows something as wide as two digits that touch; leave room between")
    around = ndimage.binary_dilation(mine, TOUCHING, iterations=1 if sheet.is_clean else 2)
    own = np.where(around, ink, 0.0)
    own /= own.max()
    if not sheet.is_clean and _sharpness(own) * radius < SHARP:
        raise InputError("shows a shade with soft edges, not ink; give a photograph in even light")
    if not sheet.is_clean and _darkness(sheet.levels[rows, columns], mine, radius) > ONE_SIDED:
        raise InputError(UNEVEN)
    return Found(own, (digit.top, digit.bottom, digit.left, digit.right))


def _is_sheet(mask: np.ndarray) -> bool:
    """Tell a sheet from a digit, by its straight edges on all sides."""
    band = max(1, max(mask.shape) // 50)
    sides = (mask[:band], mask[-band:], mask[:, :band].T, mask[:, -band:].T)
    is_edged = min(side.any(axis=0).mean() for side in sides) > EDGED
    return bool(is_edged and 2 * min(mask.shape) >= max(mask.shape))


def _sharpness(ink: np.ndarray) -> float:
    """Change of ink by pixel, at the softest fifth of its edge."""
    solid = ink > 0.5
    edge = solid ^ ndimage.binary_erosion(solid)
    return float(np.quantile(np.hypot(*np.gradient(ink))[edge], 0.2))


def _darkness(levels: np.ndarray, mine: np.ndarray, radius: float) -> float:
    """Share of what lies around a digit that is as dark as the digit beside it.

    Around ink there is paper on every side; along the edge of a shadow, on one.
    """
    away = ndimage.distance_transform_edt(~mine)
    around = (away > 0.5 * radius + 2) & (away <= radius + 5)
    if not around.any():
        return 0.0
    spread = radius + 3
    share = ndimage.gaussian_filter(mine.astype(float), spread)
    beside = ndimage.gaussian_filter(np.where(mine, levels, 0.0), spread) / np.maximum(share, 1e-9)
    step = (levels - beside)[around]
    return float((step < 0.4 * np.quantile(step, 0.8)).mean())
