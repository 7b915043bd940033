"""What the networks of a run see in image files: picture, image of 16 x 16, outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.colours import QUIET, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.marks import box, frame, ink_map, write
from reproduction.figures.sheet import SMALL, Place, Sheet, square, styled

ROW = 1.35  # inches
SIDE = 1.05  # of the two images
LONGEST = 200  # pixels of a picture's longer side


@dataclass(frozen=True, eq=False)
class Seen:
    """A digit in a file, and what the networks made of it.

    Attributes
    ----------
    name, verdict : str
    levels : ndarray, shape (rows, columns)
        Gray levels of the whole picture, from 0 (black) to 1 (white).
    box : tuple of int
        Top, bottom, left and right of the digit.
    image : ndarray, shape (16, 16)
    outputs : ndarray, shape (10,)
    accepted : bool
    """

    name: str
    verdict: str
    levels: np.ndarray
    box: tuple[int, int, int, int]
    image: np.ndarray
    outputs: np.ndarray
    accepted: bool


@styled
def preview(digits: Sequence[Seen]) -> Figure:
    """Draw for each digit its picture, what the networks see of it, and their mean outputs."""
    sheet = Sheet(ROW * len(digits), "What the networks see", "picture, 16 x 16, mean outputs")
    axes = sheet.whole()
    for number, digit in enumerate(digits):
        top = ROW * number
        axes.text(sheet.margin, top + 0.08, f"{digit.name}: {digit.verdict}", size=SMALL)
        _picture(axes, digit, sheet.margin, top + 0.15)
        place = square(sheet.margin + SIDE + 0.2, top + 0.15, SIDE)
        ink_map(axes, digit.image, place)
        frame(axes, place)
        left = place.x + SIDE + 0.3
        _outputs(axes, digit, Place(left, top + 0.15, sheet.width - sheet.margin - left, SIDE))
    sheet.figure.set_label(
        "; ".join(f"{digit.name} is read as follows: {digit.verdict}" for digit in digits)
    )
    return sheet.figure


def _picture(axes: Axes, digit: Seen, x: float, y: float) -> None:
    """Draw a picture into a square, and a line around the digit."""
    step = -(-max(digit.levels.shape) // LONGEST)
    height, width = digit.levels.shape
    inch = SIDE / max(height, width)
    place = Place(
        x + (SIDE - width * inch) / 2, y + (SIDE - height * inch) / 2, width * inch, height * inch
    )
    ink_map(axes, 1 - 2 * digit.levels[::step, ::step], place)
    frame(axes, place)
    top, bottom, left, right = (side * inch for side in digit.box)
    where = (place.x + left, place.y + top)
    frame(axes, Place(*where, right - left, bottom - top), TEST_COLOUR, 1.0)


def _outputs(axes: Axes, digit: Seen, place: Place) -> None:
    """Draw ten outputs as bars from -1, the targets of the digits that it is not."""
    step, most = place.width / 10, 2.4
    base = place.y + place.height - 0.16
    inch = (place.height - 0.32) / most
    answer = int(np.argmax(digit.outputs))
    for number, output in enumerate(digit.outputs):
        x = place.x + step * number
        height = inch * float(np.clip(output + 1, 0, most))
        colour = QUIET
        if number == answer:
            colour = TRAIN_COLOUR if digit.accepted else TEST_COLOUR
        bar = Place(x + 0.1 * step, base - height, 0.8 * step, height)
        box(axes, bar, facecolor=colour, edgecolor="none")
        write(axes, x + step / 2, base + 0.1, str(number), size=SMALL)
        write(axes, x + step / 2, base - height - 0.08, f"{output:.2f}", size=SMALL - 2)
    axes.plot([place.x, place.x + place.width], [base, base], color=QUIET, linewidth=0.6)
