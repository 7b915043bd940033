"""What the networks of a run see in image files: picture, image of 16 x 16, outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.colours import TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.marks import frame, ink_map, output_bars, write
from reproduction.figures.sheet import SMALL, Place, Sheet, square, styled

ROW = 1.35  # inches
SIDE = 1.05  # of the two images
LONGEST = 200  # pixels of a picture's longer side


@dataclass(frozen=True, eq=False)
class Seen:
    """A digit in a file, and what the networks made of it.

    Attributes
    ----------
    levels : ndarray, shape (rows, columns)
        Gray levels of the whole picture, from 0 (black) to 1 (white).
    box : tuple of int
        Top, bottom, left and right of the digit.
    image : ndarray, shape (16, 16)
    outputs : ndarray, shape (10,)
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
        bars = Place(left, top + 0.3, sheet.width - sheet.margin - left, SIDE - 0.1)
        output_bars(axes, digit.outputs, bars, TRAIN_COLOUR if digit.accepted else TEST_COLOUR)
        for number, output in enumerate(digit.outputs):
            x = left + (number + 0.5) * bars.width / 10
            write(axes, x, top + 0.2, f"{output:.2f}", size=SMALL - 2)
    said = (f"{digit.name} is read as follows: {digit.verdict}" for digit in digits)
    return sheet.described("; ".join(said))


def _picture(axes: Axes, digit: Seen, x: float, y: float) -> None:
    """Draw a picture into a square, and a line around the digit."""
    longer = max(digit.levels.shape)
    step, inch = -(-longer // LONGEST), SIDE / longer
    height, width = (side * inch for side in digit.levels.shape)
    place = Place(x + (SIDE - width) / 2, y + (SIDE - height) / 2, width, height)
    ink_map(axes, 1 - 2 * digit.levels[::step, ::step], place)
    frame(axes, place)
    top, bottom, left, right = (side * inch for side in digit.box)
    around = Place(place.x + left, place.y + top, right - left, bottom - top)
    frame(axes, around, TEST_COLOUR, 1.0)
