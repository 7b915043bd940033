"""The chapter on the digits: contact sheets, misread digits, what measuring shows, faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data_prep import normalize, printed, resampled
from data_prep.digits import Digits
from reproduction.figures.marks import (
    Badge,
    Place,
    digit_grid,
    frame,
    grid_height,
    ink_map,
    plain_ticks,
    square,
)
from reproduction.figures.sheet import (
    HALVES,
    QUIET,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    Sheet,
    fitting,
    styled,
)

HANDWRITTEN_COLOUR, PRINTED_COLOUR = HALVES
SIDE = normalize.SIDE


# --- digits in rows -------------------------------------------------------------------------


@styled
def contact_sheet(digits: Digits, title: str) -> Figure:
    """Draw a row of digits for each class, taken evenly from the whole set.

    Parameters
    ----------
    digits : Digits
    title : str
    """
    columns, gap = fitting((22, 4), (12, 3))
    cell = SIDE + gap
    mosaic = np.full((10 * cell - gap, columns * cell - gap), -1.0)
    for digit in range(10):
        of_class = np.flatnonzero(digits.labels == digit)
        evenly = np.linspace(0, len(of_class) - 1, columns).round().astype(int)
        for column, image in enumerate(digits.images[of_class[evenly]]):
            top, left = digit * cell, column * cell
            mosaic[top : top + SIDE, left : left + SIDE] = image
    width = fitting(6.4, 3.51)
    height = width * len(mosaic) / mosaic.shape[1]
    page = Sheet(height + 0.3, title, f"{columns} of each class, evenly from the first to the last")
    ink_map(page.whole(), mosaic, Place(page.margin, 0, width, height))
    page.figure.set_label(
        f"{title}: a row of each class, from 0 to 9, taken evenly from all of them."
    )
    return page.figure


@styled
def grid(
    images: np.ndarray,
    below: Sequence[str],
    title: str,
    said: str,
    badges: Sequence[Badge | None] = (),
) -> Figure:
    """Draw digits, with a text below each and perhaps a badge below that.

    Parameters
    ----------
    images : ndarray, shape (n, 16, 16)
    below : sequence of str
    title, said : str
    badges : sequence of (str, float), optional
        Short texts, and how strong their grounds are, from 0 to 1.
    """
    page = Sheet(grid_height(len(images), badges) + 0.05, title, said)
    digit_grid(page, images, below, badges)
    beside = [f" ({badge[0]})" if badge else "" for badge in badges] or [""] * len(below)
    texts = [text + more for text, more in zip(below, beside, strict=True)]
    page.figure.set_label(f"{title}. {said}{': ' if texts else ''}{', '.join(texts)}.")
    return page.figure


def misread(digits: Digits, answers: np.ndarray, title: str, said: str) -> Figure:
    """Draw digits, each with its class, the commonest wrong answer and how many networks err.

    That number is left out where it is the same for all of them.

    Parameters
    ----------
    digits : Digits
        In the order in which they shall stand.
    answers : ndarray of int, shape (n, networks)
        -1 for no answer, which is drawn as a question mark.
    title, said : str
    """
    wrong = answers != digits.labels[:, np.newaxis]
    erring = wrong.sum(axis=1)
    below = [
        f"{label} → {_commonest(each[of])}"
        for label, each, of in zip(digits.labels, answers, wrong, strict=True)
    ]
    badges: list[Badge] = []
    if len(np.unique(erring)) > 1:
        badges = [(str(number), number / answers.shape[1]) for number in erring.tolist()]
    return grid(digits.images, below, title, said, badges)


def _commonest(answers: np.ndarray) -> str:
    """Give the commonest of some answers, of several the least."""
    if not len(answers):
        return "–"
    values, counts = np.unique(answers, return_counts=True)
    common = int(values[counts.argmax()])
    return "?" if common < 0 else str(common)


@styled
def faces(found: printed.Printed) -> Figure:
    """Draw the digits of every face once, with its name; the faces of the test in a colour.

    Parameters
    ----------
    found : Printed
        The printed digits, which say what faces there are and which are tested on.
    """
    names = [face.name.removeprefix("TeX Gyre ") for face in found.faces]
    tested = np.unique(found.test_faces).tolist()
    of_a_column = -(-len(names) // fitting(2, 1))
    row, pixel, gap = 0.28, 0.01, 2
    page = Sheet(
        of_a_column * row + 0.1,
        f"{len(names)} faces, once through the scanner",
        "Bold and coloured: faces of the test digits, which no network learns from",
    )
    axes = page.whole()
    images = printed.specimen(found.deslanted).images.reshape(len(names), 10, SIDE, SIDE)
    for number, name in enumerate(names):
        right, down = divmod(number, of_a_column)
        left, top = page.margin + right * 3.3, down * row
        marked: dict[str, Any] = {}
        if number in tested:
            marked = {"color": TEST_COLOUR, "weight": "bold"}
        axes.text(left, top + 8 * pixel, name, va="center_baseline", size=SMALL, **marked)
        spaced = np.pad(images[number], ((0, 0), (0, 0), (0, gap)), constant_values=-1)
        line = np.hstack(list(spaced))  # a line is one image
        ink_map(axes, line, Place(left + 1.3, top, pixel * line.shape[1], pixel * SIDE))
    page.figure.set_label(
        f"The digits 0 to 9 in {len(names)} printed faces: {', '.join(names)}. "
        f"Faces of the test digits: {', '.join(names[number] for number in tested)}."
    )
    return page.figure


# --- measurements ---------------------------------------------------------------------------


def _two_panels(title: str, said: str, tall: float = 2.2) -> tuple[Figure, Axes, Axes]:
    """Make a page with two panels, side by side or one below the other."""
    across = fitting((2.5, 2.45), (2.95, 2.95))
    second = fitting((4.25, 0.0), (0.65, tall + 0.7))
    page = Sheet(second[1] + tall + 0.75, title, said)
    first = page.panel(fitting(0.75, 0.65), 0.15, across[0], tall)
    return page.figure, first, page.panel(second[0], second[1] + 0.15, across[1], tall)


@styled
def measured(
    slants: np.ndarray, slants_before: np.ndarray, heights: np.ndarray, widths: np.ndarray
) -> Figure:
    """Draw how the digits slant, and how large the boxes of their ink are.

    Parameters
    ----------
    slants : ndarray
        Of the handwritten digits.
    slants_before : ndarray
        Of digits that were not deslanted, for contrast: the printed ones.
    heights, widths : ndarray of int
        Of the boxes of the handwritten digits, in pixels.
    """
    figure, left, right = _two_panels(
        "Upright, and as tall as the image", "How the handwritten digits slant, and their boxes"
    )
    _draw_slants(left, slants, slants_before)
    _draw_boxes(right, heights, widths)
    upright, tall = 100 * np.mean(np.abs(slants) < 0.01), 100 * np.mean(heights == SIDE)
    figure.set_label(
        f"First, slants: {upright:.2f} % of the handwritten digits have one below 0.01, while "
        f"those of printed digits that were not deslanted reach from {slants_before.min():.2f} to "
        f"{slants_before.max():.2f}. Then, widths of the ink's box from {widths.min()} to "
        f"{widths.max()}, all but a few even; its height is {SIDE} in {tall:.1f} %."
    )
    return figure


def _draw_slants(axes: Axes, slants: np.ndarray, before: np.ndarray) -> None:
    bins = np.arange(-0.51, 0.52, 0.02)
    for values, colour, text, place in (
        (before, PRINTED_COLOUR, "printed,\nnot deslanted", 0.03),
        (slants, HANDWRITTEN_COLOUR, "handwritten,\nas released", 0.58),
    ):
        share = 100 * np.histogram(values, bins)[0] / len(values)
        axes.stairs(share, bins, color=colour, fill=True, alpha=0.55, baseline=0.005)
        axes.text(place, 1.0, text, transform=axes.transAxes, color=colour, va="top")
    axes.set_yscale("log")
    axes.set(ylim=(0.005, 400), xlim=(-0.5, 0.5), ylabel="% of digits")
    axes.set_xlabel("slant, columns a row")
    plain_ticks(axes.yaxis, [0.01, 0.1, 1, 10, 100])


def _draw_boxes(axes: Axes, heights: np.ndarray, widths: np.ndarray) -> None:
    everywhere = np.arange(SIDE + 1)
    below = np.zeros(SIDE + 1)
    for tall, colour, text, height in (
        (True, HANDWRITTEN_COLOUR, f"height {SIDE}", 0.95),
        (False, TRAIN_COLOUR, f"less than {SIDE} high", 0.86),
    ):
        chosen = widths[(heights == SIDE) == tall]
        share = 100 * np.bincount(chosen, minlength=SIDE + 1) / len(widths)
        axes.bar(everywhere, share, bottom=below, width=0.8, color=colour, alpha=0.75)
        axes.text(0.04, height, text, transform=axes.transAxes, color=colour)
        below += share
    axes.set(xlim=(0.5, SIDE + 0.7), xlabel="width of the ink's box, pixels", ylabel="% of digits")
    axes.set_xticks(range(2, SIDE + 1, 2))


@styled
def compared(handwritten: Digits, found: Digits) -> Figure:
    """Draw stroke widths and gray levels of handwritten and printed digits.

    Parameters
    ----------
    handwritten, found : Digits
        The handwritten and the printed ones.
    """
    both = (
        (handwritten, HANDWRITTEN_COLOUR, "handwritten", 0.95),
        (found, PRINTED_COLOUR, "printed", 0.86),
    )
    widths = [printed.stroke_widths(digits) for digits, *_ in both]
    grays = [printed.gray_histogram(digits) for digits, *_ in both]
    figure, strokes, levels = _two_panels("Strokes alike, and grays alike", "Training digits")
    bins = np.arange(0.8, 5.01, 0.15)
    edges = np.linspace(-1, 1, len(grays[0]) + 1)
    for (digits, colour, name, height), width, gray in zip(both, widths, grays, strict=True):
        share = 100 * np.histogram(width, bins)[0] / len(digits)
        strokes.stairs(share, bins, color=colour, linewidth=1.8, baseline=None)
        levels.stairs(gray, edges, color=colour, linewidth=1.8, baseline=None)
        for axes in (strokes, levels):
            axes.text(0.97, height, name, transform=axes.transAxes, color=colour, ha="right")
    strokes.set(xlabel="mean width of the strokes, pixels", ylabel="% of digits", xlim=(0.8, 4.6))
    levels.set_yscale("log")
    plain_ticks(levels.yaxis, [2, 5, 10, 20, 50])
    levels.set(xlabel="gray level, from paper to ink", ylabel="% of pixels", xlim=(-1, 1))
    levels.set_ylim(1.5, 100)
    said = " and ".join(
        f"{np.median(width):.2f} in the {name} ones"
        for width, (_, _, name, _) in zip(widths, both, strict=True)
    )
    off = np.abs(grays[0] - grays[1]).max()
    figure.set_label(
        f"Stroke widths, median {said}; shares of ten gray levels within {off:.1f} points."
    )
    return figure


# --- how images are made --------------------------------------------------------------------


@styled
def restored(image: np.ndarray, smoothed: np.ndarray) -> Figure:
    """Draw a digit, its smoothed copy, that copy sharpened again, and what rounding takes away.

    Parameters
    ----------
    image : ndarray, shape (16, 16)
    smoothed : ndarray, shape (16, 16)
        The same, smoothed, with the errors of its storage.
    """
    sharp = resampled.sharpen(smoothed[np.newaxis].astype(np.float64))[0]
    rest = sharp - np.rint(1000 * sharp) / 1000
    most = float(np.abs(rest).max())
    rows = fitting(1, 2)
    page = Sheet(
        1.75 * rows + 2.4,
        "Smoothed, and turned back",
        f"Before rounding to thousandths no pixel is off by more than {most:.7f}",
    )
    axes = page.whole()
    row = int(np.abs(np.diff(image, axis=1)).sum(axis=1).argmax())
    for number, (each, name, scale) in enumerate(
        (
            (image, "the digit", 1.0),
            (smoothed, "smoothed", 1.0),
            (sharp, "sharpened", 1.0),
            (rest, "what rounding takes", most or 1.0),
        )
    ):
        down, across = divmod(number, 4 // rows)
        place = square(page.margin + across * 1.667, 0.25 + 1.75 * down, 1.4)
        axes.text(place.x, place.y - 0.08, name, va="baseline")
        ink_map(axes, each, place, scale)
        frame(axes, place)
        if number < 3:
            pixel = place.height / SIDE
            frame(axes, Place(place.x, place.y + row * pixel, 1.4, pixel), PRINTED_COLOUR, 1.0)
    levels = page.axes(fitting(0.75, 0.65), fitting(1.5, 0.95), top=1.75 * rows + 0.2)
    columns = np.arange(SIDE)
    levels.stairs(image[row], np.arange(SIDE + 1) - 0.5, color=QUIET, baseline=None)
    levels.plot(columns, smoothed[row], color=PRINTED_COLOUR)
    levels.plot(columns, sharp[row], "o", color=HANDWRITTEN_COLOUR, markersize=4.5)
    levels.set(xlabel=f"column of row {row}", ylabel="gray level", ylim=(-1.15, 1.15))
    levels.set_xticks(range(0, SIDE, 5))
    plain_ticks(levels.yaxis, [-1, 0, 1])
    for height, text, colour in (
        (0.9, "the digit", QUIET),
        (0.72, "smoothed", PRINTED_COLOUR),
        (0.54, "sharpened", HANDWRITTEN_COLOUR),
    ):
        levels.text(1.03, height, text, transform=levels.transAxes, color=colour, va="center")
    page.figure.set_label(
        "A digit of 16 by 16 pixels, blurred by the filter, and sharp again by its inverse; "
        f"the sharpened levels are those of the digit within {most:.7f}. Below, row {row} of each."
    )
    return page.figure


def slant_undone(ink: np.ndarray) -> float:
    """Return the slant that `data_prep.normalize.deslanted` undoes, in columns a row."""
    slant = 0.0
    for _ in range(normalize.STEPS):
        rest = normalize.slant_of(normalize.area_average(ink, slant))
        if abs(rest) < normalize.STRAIGHT:
            break
        slant += rest
    return slant


@styled
def normalized(scan: np.ndarray) -> Figure:
    """Draw the way of one scan to 16 x 16: its squares upright, and leaning as the digit does.

    Parameters
    ----------
    scan : ndarray, shape (rows, columns)
    """
    ink = normalize.without_specks(normalize.ink_of(scan))
    slant = slant_undone(ink)
    (rows, columns), gap = scan.shape, 0.25
    ways = [(lean, _corners(ink, lean)) for lean in (0.0, slant)]
    side = max(float(np.ptp(ways[0][1][:, 0])), float(np.ptp(ways[1][1][:, 1])))
    spans = [float(np.ptp(corners[:, 0])) for _, corners in ways]
    room = columns + fitting(sum(spans) + 2 * side, max(spans) + side)
    pixel = fitting((6.4 - 4 * gap) / room, (3.5 - 2 * gap) / room)
    height = rows * pixel + 0.45
    page = Sheet(
        height * fitting(1, 2),
        f"From {rows} × {columns} to {SIDE} × {SIDE} pixels",
        "The ink is averaged over squares: upright ones, and ones that lean as the digit does",
    )
    axes = page.whole()
    place = Place(page.margin, 0, columns * pixel, rows * pixel)
    ink_map(axes, _shown(normalize.ink_of(scan)), place)
    frame(axes, place)
    texts = [(place.x, place.height, "scan")]
    start = page.margin + columns * pixel + gap
    for number, (lean, corners) in enumerate(ways):
        left, top = start + number * fitting(spans[0] + side, 0.0) * pixel, 0.0
        left, top = left + number * fitting(2 * gap, 0.0), number * fitting(0.0, height)
        whole = Place(left - pixel * float(corners[:, 0].min()), top, columns * pixel, rows * pixel)
        ink_map(axes, _shown(ink), whole)
        _draw_squares(axes, ink, lean, whole, pixel)
        own = float(np.ptp(corners[:, 1 if number else 0])) * pixel
        right = left + spans[number] * pixel + gap
        made = square(right, top + pixel * float(corners[:, 1].min()), own)
        ink_map(axes, normalize.gray_range(normalize.area_average(ink, lean)), made)
        frame(axes, made)
        rest = _slant_left(ink, lean)
        bottom = top + rows * pixel
        texts.append((left, bottom, f"leaning by {lean:.2f}" if number else "upright"))
        texts.append((right, bottom, f"slant {rest if abs(rest) >= 0.005 else 0:.2f}"))
    for left, bottom, text in texts:
        text = text.replace("-", "−")
        axes.text(left, bottom + 0.2, text, va="baseline", size=SMALL, color=QUIET)
    page.figure.set_label(
        f"A scan of {rows} by {columns} pixels; under {SIDE} by {SIDE} upright squares it becomes "
        f"an image of slant {_slant_left(ink, 0.0):.2f}, under squares that lean by {slant:.2f} "
        f"columns a row one of slant {abs(_slant_left(ink, slant)):.2f}."
    )
    return page.figure


def _corners(ink: np.ndarray, slant: float) -> np.ndarray:
    """Return x and y of the four corners of the squares, in pixels of the scan."""
    across, down = squares_of(ink, slant)
    return np.array([(x + slant * (y - 0.5), y) for y in down[[0, -1]] for x in across[[0, -1]]])


def _shown(ink: np.ndarray) -> np.ndarray:
    """Return ink, 0 to 1, as gray levels from -1 to 1."""
    return 2.0 * ink - 1.0


def _slant_left(ink: np.ndarray, slant: float) -> float:
    return normalize.slant_of(normalize.area_average(ink, slant))


def _draw_squares(axes: Axes, ink: np.ndarray, slant: float, place: Place, pixel: float) -> None:
    """Draw the 16 x 16 squares over which ink is averaged; row y is read slant y further right."""
    across, down = squares_of(ink, slant)
    ends = np.array([down[0], down[-1]])
    upward = [(left + slant * (ends - 0.5), ends) for left in across]
    level = [(across[[0, -1]] + slant * (y - 0.5), np.array([y, y])) for y in down]
    for x, y in upward + level:
        line = place.x + pixel * x, place.y + pixel * y
        axes.plot(*line, color=PRINTED_COLOUR, linewidth=0.4)


def squares_of(ink: np.ndarray, slant: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of the squares, 17 across and 17 down, in pixels of the scan."""
    top, bottom, left, right = normalize.box_of(ink, slant)
    steps = max(bottom - top, right - left) / SIDE * (np.arange(SIDE + 1) - SIDE / 2)
    return (left + right) / 2 + steps, (top + bottom) / 2 + steps
