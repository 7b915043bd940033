"""Figures of the paper, shown again with these networks: figure 3 and figure 5."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data_prep.digits import Digits
from reproduction.figures.marks import CENTRED, COLUMNS, Place, frame, ink_map, square
from reproduction.figures.sheet import (
    PAPER_COLOUR,
    QUIET,
    SMALL,
    TEST_COLOUR,
    Sheet,
    columns,
    fitting,
    ramp,
    styled,
)

PALE = ramp(PAPER_COLOUR, QUIET)

# --- figure 3 -------------------------------------------------------------------------------


@styled
def figure_3(image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray) -> Figure:
    """Draw what a unit reads, its weights, and the map of all units with these weights.

    As figure 3 of the paper (p. 399): white is -1, black +1, and all pixels have one size. The
    field of the map's largest unit is marked.

    Parameters
    ----------
    image : ndarray, shape (height, width)
        The input plane.
    kernel : ndarray, shape (side, side)
    feature_map : ndarray, shape (height - side + 1, width - side + 1)

    Raises
    ------
    ValueError
        If the map is not as large as the kernel leaves it.
    """
    side, (rows, across) = len(kernel), image.shape
    if feature_map.shape != (rows - side + 1, across - side + 1):
        raise ValueError(f"A kernel of {side} x {side} makes another map of {rows} x {across}.")
    ((left, room),) = columns(1, 1, gap=0.0)
    gap, above = fitting(0.4, 0.24), 0.25
    pixel = (room - 2 * gap) / (across + side + feature_map.shape[1])
    title = "A digit, a kernel and its feature map"
    sheet = Sheet(above + rows * pixel + 0.2, title, "Paper is −1, ink +1, as in the paper")
    axes, places = sheet.whole(), []
    for name, part in (("input", image), ("kernel", kernel), ("feature map", feature_map)):
        height, width = pixel * part.shape[0], pixel * part.shape[1]
        place = Place(left, above + (rows * pixel - height) / 2, width, height)
        ink_map(axes, part, place)
        frame(axes, place)
        axes.text(place.middle, place.y - 0.1, name, ha="center", va="baseline")
        places.append(place)
        left += width + gap
    row, column = (int(at) for at in np.unravel_index(feature_map.argmax(), feature_map.shape))
    _mark_field(axes, places, (row, column), pixel)
    sheet.figure.set_label(
        f"Left, an input plane of {rows} by {across} units; in the middle, a kernel of {side} by "
        f"{side} weights from {kernel.min():.2f} to {kernel.max():.2f}; right, its feature map, "
        f"units from {feature_map.min():.2f} to {feature_map.max():.2f}. Marked are the largest "
        f"unit, in row {row + 1} and column {column + 1} of the map, and the field that it reads."
    )
    return sheet.figure


def _mark_field(axes: Axes, places: Sequence[Place], unit: tuple[int, int], pixel: float) -> None:
    """Frame a unit of the map and its field in the input, with lines by way of the kernel."""
    plane, kernel, feature_map = places
    field = square(*plane.unit(*unit, pixel), kernel.width)
    there = square(*feature_map.unit(*unit, pixel), pixel)
    for place in (field, kernel, there):
        frame(axes, place, TEST_COLOUR, 1.4)
    for start, end in ((field, kernel), (kernel, there)):
        for corner in (0, 1):  # upper and lower
            heights = start.y + corner * start.height, end.y + corner * end.height
            axes.plot((start.x + start.width, end.x), heights, color=TEST_COLOUR, linewidth=0.8)


# --- figure 5 -------------------------------------------------------------------------------


@styled
def figure_5(digits: Digits, nearest: Digits, distances: np.ndarray, who: str) -> Figure:
    """Draw digits that are read although they are far from all that was learned.

    As figure 5 of the paper (p. 403), and below each digit what that does not show: the nearest
    training digit, smaller and paler.

    Parameters
    ----------
    digits, nearest : Digits
    distances : ndarray, shape (n,)
        Between each and its nearest.
    who : str
        Who reads them: "all sixteen networks".
    """
    places = columns(*COLUMNS, gap=0.12)
    side = places[0][1]
    small, row_height = 0.6 * side, 1.6 * side + 0.47
    sheet = Sheet(
        -(-len(digits) // len(places)) * row_height,
        f"Atypical digits that {who} read",
        "Below each: the nearest training digit, with its class if it is another, and how far",
    )
    axes, said = sheet.whole(), []
    for number, (label, other) in enumerate(zip(digits.labels, nearest.labels, strict=True)):
        row, column = divmod(number, len(places))
        place = square(places[column][0], row * row_height, side)
        ink_map(axes, digits.images[number], place)
        below = square(place.middle - small / 2, place.y + side + 0.08, small)
        ink_map(axes, nearest.images[number], below, colours=PALE)
        text = f"{distances[number]:.1f}" if other == label else f"{other}, {distances[number]:.1f}"
        look = CENTRED | {"size": SMALL, "color": QUIET}
        axes.text(place.middle, below.y + small + 0.1, text, **look)
        said.append(f"{label} ({distances[number]:.1f} from a {other})")
    sheet.figure.set_label(
        f"Handwritten test digits that {who} read, each with its distance from the nearest "
        f"training digit: {', '.join(said)}."
    )
    return sheet.figure
