"""What the networks of a run see in image files: picture, image of 16 x 16, outputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.colours import TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.marks import EDGE, frame, ink_map, output_bars, write
from reproduction.figures.sheet import SMALL, Place, Sheet, square, styled
from reproduction.runs.reader import ReadDigit

ROW = 1.35  # inches
SIDE = 1.05  # of the two images
LONGEST = 200  # pixels of a picture's longer side


@styled
def preview(read: Sequence[tuple[str, ReadDigit]]) -> Figure:
    """Draw for each digit, with its file's name, its picture, what is seen, and mean outputs."""
    sheet = Sheet(ROW * len(read), "What the networks see", "picture, 16 x 16, mean outputs")
    axes = sheet.whole()
    for number, (name, digit) in enumerate(read):
        top = ROW * number
        axes.text(sheet.margin, top + 0.08, f"{name}: {digit.verdict}", size=SMALL)
        _picture(axes, digit, sheet.margin, top + 0.15)
        place = square(sheet.margin + SIDE + 0.2, top + 0.15, SIDE)
        ink_map(axes, digit.image, place, edge=EDGE)
        left = place.x + SIDE + 0.3
        bars = Place(left, top + 0.3, sheet.width - sheet.margin - left, SIDE - 0.1)
        output_bars(axes, digit.outputs, bars, TRAIN_COLOUR if digit.accepted else TEST_COLOUR)
        for number, output in enumerate(digit.outputs):
            x = left + (number + 0.5) * bars.width / 10
            write(axes, x, top + 0.2, f"{output:.2f}", size=SMALL - 2)
    said = (f"{name} is read as follows: {digit.verdict}" for name, digit in read)
    return sheet.described("; ".join(said))


def _picture(axes: Axes, digit: ReadDigit, x: float, y: float) -> None:
    """Draw a picture into a square, and a line around the digit."""
    levels = np.clip(digit.picture.levels / digit.picture.white, 0, 1)
    longer = max(levels.shape)
    step, inch = -(-longer // LONGEST), SIDE / longer
    height, width = (side * inch for side in levels.shape)
    place = Place(x + (SIDE - width) / 2, y + (SIDE - height) / 2, width, height)
    ink_map(axes, 1 - 2 * levels[::step, ::step], place, edge=EDGE)
    top, bottom, left, right = (side * inch for side in digit.box)
    around = Place(place.x + left, place.y + top, right - left, bottom - top)
    frame(axes, around, TEST_COLOUR, 1.0)
