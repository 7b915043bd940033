"""Pictures of the digits: contact sheets, what measuring them shows, how they are made."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter

from data_prep import normalize, printed, resampled
from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.figures.sheet import (
    HEADING,
    INK,
    LOOK,
    MARGIN,
    PAPER_COLOUR,
    QUIET,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    WIDTH,
    axes_in,
    sheet,
    styled,
    whole_axes,
)

HANDWRITTEN_COLOUR, PRINTED_COLOUR = (
    to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"][2:4]
)
TOP = 0.85  # inches, where the drawing under a heading begins
SIDE = normalize.SIDE
INK_ON_PAPER = LinearSegmentedColormap.from_list("ink", [PAPER_COLOUR, INK])


def _put(
    axes: Axes,
    image: np.ndarray,
    place: tuple[float, float],
    size: float,
    low: float = -1,
    high: float = 1,
) -> None:
    """Put an image's top left corner at a place, its pixels being `size` inches wide and high."""
    (x, y), (rows, columns) = place, image.shape
    limits = axes.get_xlim(), axes.get_ylim()
    extent = (x, x + columns * size, y + rows * size, y)
    axes.imshow(image, cmap=INK_ON_PAPER, vmin=low, vmax=high, extent=extent, aspect="auto")
    axes.set(xlim=limits[0], ylim=limits[1])


def _frame(axes: Axes, place: tuple[float, float], width: float, height: float) -> None:
    """Draw a thin line around a picture."""
    axes.add_patch(Rectangle(place, width, height, fill=False, edgecolor=QUIET, linewidth=0.6))


# --- contact sheets -------------------------------------------------------------------------


@styled
def contact_sheet(digits: Digits, title: str, columns: int = 22) -> Figure:
    """Draw a row of digits for each class, taken evenly from the whole set.

    Parameters
    ----------
    digits : Digits
    title : str
    columns : int
        How many of each class.
    """
    pixel = (WIDTH - 2 * MARGIN) / (columns * (SIDE + 4) - 4)
    cell = (SIDE + 4) * pixel
    said = f"{columns} of each class, evenly from the first to the last"
    figure = sheet(TOP + 10 * cell + MARGIN - 4 * pixel, title, said)
    mosaic = np.full((10 * (SIDE + 4) - 4, columns * (SIDE + 4) - 4), -1.0)
    for digit in range(10):
        of_class = np.flatnonzero(digits.labels == digit)
        evenly = np.linspace(0, len(of_class) - 1, columns).round().astype(int)
        for column, image in enumerate(digits.images[of_class[evenly]]):
            top, left = digit * (SIDE + 4), column * (SIDE + 4)
            mosaic[top : top + SIDE, left : left + SIDE] = image
    _put(whole_axes(figure), mosaic, (MARGIN, TOP), pixel)
    figure.set_label(f"{title}: ten rows of {columns}, from 0 to 9.")
    return figure


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
    half = -(-len(names) // 2)
    row, step, pixel = 0.28, 0.18, 0.01
    title = f"{len(names)} faces, once through the scanner"
    said = "Bold and coloured: faces of the test digits, which no network learns from"
    figure = sheet(TOP + half * row + 0.15, title, said)
    axes = whole_axes(figure)
    images = printed.specimen(found.deslanted).images.reshape(len(names), 10, SIDE, SIDE)
    for number, name in enumerate(names):
        right, down = divmod(number, half)
        left, top = MARGIN + right * 3.3, TOP + down * row
        text = axes.text(left, top + 8 * pixel, name, va="center_baseline", size=SMALL)
        if number in tested:
            text.set(color=TEST_COLOUR, weight="bold")
        for digit, image in enumerate(images[number]):
            _put(axes, image, (left + 1.3 + step * digit, top), pixel)
    figure.set_label(
        f"The digits 0 to 9 in {len(names)} printed faces: {', '.join(names)}. "
        f"Faces of the test digits: {', '.join(names[number] for number in tested)}."
    )
    return figure


@styled
def most_misread(digits: Digits, outputs: np.ndarray, most: int = 36) -> Figure:
    """Draw the digits that most networks misread, with the class and the commonest wrong answer.

    Parameters
    ----------
    digits : Digits
    outputs : ndarray, shape (n, 10, networks)
    most : int
        How many to draw; of those that as many networks misread, the first in the file.
    """
    networks = outputs.shape[2]
    misread = evaluation.wrong(outputs, digits.labels).sum(axis=1)
    order = np.argsort(-misread, kind="stable")[:most]
    answers = commonest_wrong_answer(outputs, digits.labels)
    columns, width, height, pixel = 9, 0.72, 1.0, 0.033
    rows = -(-len(order) // columns)
    title = f"The {len(order)} test digits that most networks misread"
    said = f"Label → commonest wrong answer; below, how many of {networks} networks are wrong"
    figure = sheet(TOP + rows * height, title, said)
    axes = whole_axes(figure)
    for number, which in enumerate(order):
        row, column = divmod(number, columns)
        x, y = MARGIN + column * width, TOP + row * height
        _put(axes, digits.images[which], (x, y), pixel)
        middle = x + SIDE * pixel / 2
        text = f"{digits.labels[which]} → {answers[which]}"
        axes.text(middle, y + 0.68, text, ha="center", va="baseline", size=SMALL + 1)
        axes.text(
            middle,
            y + 0.83,
            f"{misread[which]}",
            ha="center",
            va="baseline",
            size=SMALL,
            color=QUIET,
        )
    shown = [f"{digits.labels[which]} as {answers[which]}" for which in order]
    figure.set_label(f"{title}: {', '.join(shown)}.")
    return figure


def commonest_wrong_answer(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the wrong answer that most networks give to each digit, -1 where none is wrong.

    Parameters
    ----------
    outputs : ndarray, shape (n, 10, networks)
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)
    """
    answers = evaluation.answers(outputs)
    votes = np.stack([(answers == digit).sum(axis=1) for digit in range(10)], axis=1)
    votes[np.arange(len(labels)), labels] = 0
    return np.where(votes.any(axis=1), votes.argmax(axis=1), -1)


# --- measurements ---------------------------------------------------------------------------


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
    figure = sheet(
        3.5, "What measuring the handwritten digits shows", "How they slant, and how large they are"
    )
    _draw_slants(axes_in(figure, 0.75, 0.55, 3.75, HEADING + 0.2), slants, slants_before)
    _draw_boxes(axes_in(figure, 4.25, 0.55, MARGIN, HEADING + 0.2), heights, widths)
    upright, tall = 100 * np.mean(np.abs(slants) < 0.01), 100 * np.mean(heights == SIDE)
    figure.set_label(
        f"Left, slants: {upright:.2f} % of the handwritten digits have one below 0.01, while those "
        f"of printed digits that were not deslanted reach from {slants_before.min():.2f} to "
        f"{slants_before.max():.2f}. Right, widths of the ink's box from {widths.min()} to "
        f"{widths.max()}, all but a few even; its height is {SIDE} in {tall:.1f} %."
    )
    return figure


def _draw_slants(axes: Axes, slants: np.ndarray, before: np.ndarray) -> None:
    bins = np.arange(-0.51, 0.52, 0.02)
    for values, colour, text, place in (
        (before, PRINTED_COLOUR, "printed,\nnot deslanted", 0.03),
        (slants, HANDWRITTEN_COLOUR, "handwritten,\nas released", 0.56),
    ):
        share = 100 * np.histogram(values, bins)[0] / len(values)
        axes.stairs(share, bins, color=colour, fill=True, alpha=0.55, baseline=0.005)
        axes.text(place, 0.99, text, transform=axes.transAxes, color=colour, va="top")
    axes.set_yscale("log")
    axes.set(ylim=(0.005, 150), xlim=(-0.5, 0.5))
    axes.set(ylabel="% of digits", xlabel="slant, columns a row")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


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
    figure = sheet(3.5, "Handwritten and printed digits", "Training digits")
    strokes = axes_in(figure, 0.75, 0.55, 3.75, HEADING + 0.1)
    levels = axes_in(figure, 4.25, 0.55, MARGIN, HEADING + 0.1)
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
    levels.yaxis.set_major_locator(_at(2, 5, 10, 20, 50))
    levels.yaxis.set_minor_locator(_at())
    levels.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    levels.set(xlabel="gray level, from paper to ink", ylabel="% of pixels", xlim=(-1, 1))
    levels.set_ylim(1.5, 100)
    said = " and ".join(
        f"{np.median(width):.2f} in the {name} ones"
        for width, (_, _, name, _) in zip(widths, both, strict=True)
    )
    apart = np.abs(grays[0] - grays[1]).max()
    figure.set_label(
        f"Stroke widths, median {said}; shares of ten gray levels within {apart:.1f} points."
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
    said = f"Before rounding to thousandths no pixel is off by more than {most:.7f}"
    figure = sheet(5.0, "Smoothed, and turned back", said)
    axes = whole_axes(figure)
    pixel, step = 1.4 / SIDE, 1.667
    for number, (picture, name, scale) in enumerate(
        (
            (image, "the digit", 1.0),
            (smoothed, "smoothed", 1.0),
            (sharp, "sharpened", 1.0),
            (rest, "what rounding takes", most or 1.0),
        )
    ):
        place = MARGIN + number * step, TOP + 0.2
        axes.text(place[0], TOP + 0.1, name, va="baseline")
        _put(axes, picture, place, pixel, -scale, scale)
        _frame(axes, place, 1.4, 1.4)
    row = int(np.abs(np.diff(image, axis=1)).sum(axis=1).argmax())
    for number in range(3):
        y = TOP + 0.2 + row * pixel
        axes.add_patch(
            Rectangle(
                (MARGIN + number * step, y),
                1.4,
                pixel,
                fill=False,
                edgecolor=PRINTED_COLOUR,
                linewidth=1,
            )
        )
    levels = axes_in(figure, 0.75, 0.55, 1.5, TOP + 1.95)
    columns = np.arange(SIDE)
    levels.stairs(image[row], np.arange(SIDE + 1) - 0.5, color=QUIET, baseline=None)
    levels.plot(columns, smoothed[row], color=PRINTED_COLOUR)
    levels.plot(columns, sharp[row], "o", color=HANDWRITTEN_COLOUR, markersize=4.5)
    levels.set(xlabel=f"column of row {row}", ylabel="gray level", ylim=(-1.15, 1.15))
    levels.set_xticks(range(0, SIDE, 5))
    for height, text, colour in (
        (0.9, "the digit", QUIET),
        (0.72, "smoothed", PRINTED_COLOUR),
        (0.54, "sharpened", HANDWRITTEN_COLOUR),
    ):
        levels.text(1.03, height, text, transform=levels.transAxes, color=colour, va="center")
    figure.set_label(
        "A digit of 16 by 16 pixels, blurred by the filter, and sharp again by its inverse; "
        f"the sharpened levels are those of the digit within {most:.7f}. Below, row {row} of each."
    )
    return figure


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
    rows, columns = scan.shape
    ways = [(lean, _corners(ink, lean)) for lean in (0.0, slant)]
    side = float(np.ptp(ways[0][1][:, 0])), float(np.ptp(ways[1][1][:, 1]))
    spans = [columns]
    for number, (_, corners) in enumerate(ways):
        spans += [float(np.ptp(corners[:, 0])), side[number]]
    gap = 0.22
    pixel = (WIDTH - 2 * MARGIN - gap * (len(spans) - 1)) / sum(spans)
    lefts = MARGIN + np.concatenate([[0], np.cumsum(pixel * np.array(spans[:-1]) + gap)])
    top, bottom = TOP, TOP + rows * pixel
    said = "The ink is averaged over squares: upright ones, and ones that lean as the digit does"
    figure = sheet(bottom + 0.5, f"From {rows} × {columns} to {SIDE} × {SIDE} pixels", said)
    axes = whole_axes(figure)
    texts = ["scan"]
    _put(axes, ink_shown(normalize.ink_of(scan)), (lefts[0], top), pixel)
    _frame(axes, (lefts[0], top), columns * pixel, rows * pixel)
    for number, (lean, corners) in enumerate(ways):
        origin = lefts[1 + 2 * number] - pixel * float(corners[:, 0].min()), top
        _put(axes, ink_shown(ink), origin, pixel)
        _draw_squares(axes, ink, lean, origin, pixel)
        image = normalize.gray_range(normalize.area_average(ink, lean))
        place = lefts[2 + 2 * number], top + pixel * float(corners[:, 1].min())
        _put(axes, image, place, side[number] * pixel / SIDE)
        _frame(axes, place, side[number] * pixel, side[number] * pixel)
        left = _slant_left(ink, lean)
        texts += [
            f"leaning by {lean:.2f}" if number else "upright",
            f"slant {left if abs(left) >= 0.005 else 0:.2f}",
        ]
    for left, text in zip(lefts, texts, strict=True):
        text = text.replace("-", "\N{MINUS SIGN}")
        axes.text(left, bottom + 0.2, text, va="baseline", size=SMALL, color=QUIET)
    figure.set_label(
        f"A scan of {rows} by {columns} pixels; under {SIDE} by {SIDE} upright squares it becomes "
        f"an image of slant {_slant_left(ink, 0.0):.2f}, under squares that lean by {slant:.2f} "
        f"columns a row one of slant {abs(_slant_left(ink, slant)):.2f}."
    )
    return figure


def _corners(ink: np.ndarray, slant: float) -> np.ndarray:
    """Return x and y of the four corners of the squares, in pixels of the scan."""
    across, down = squares_of(ink, slant)
    return np.array([(x + slant * (y - 0.5), y) for y in down[[0, -1]] for x in across[[0, -1]]])


def ink_shown(ink: np.ndarray) -> np.ndarray:
    """Return ink, 0 to 1, as gray levels from -1 to 1."""
    return 2.0 * ink - 1.0


def _slant_left(ink: np.ndarray, slant: float) -> float:
    return normalize.slant_of(normalize.area_average(ink, slant))


def _draw_squares(
    axes: Axes, ink: np.ndarray, slant: float, place: tuple[float, float], pixel: float
) -> None:
    """Draw the 16 x 16 squares over which ink is averaged; row y is read slant y further right."""
    across, down = squares_of(ink, slant)
    ends = np.array([down[0], down[-1]])
    for left in across:
        x = left + slant * (ends - 0.5)
        axes.plot(
            place[0] + pixel * x, place[1] + pixel * ends, color=PRINTED_COLOUR, linewidth=0.4
        )
    for y in down:
        x = across[[0, -1]] + slant * (y - 0.5)
        line = place[1] + pixel * np.array([y, y])
        axes.plot(place[0] + pixel * x, line, color=PRINTED_COLOUR, linewidth=0.4)


def squares_of(ink: np.ndarray, slant: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds of the squares, 17 across and 17 down, in pixels of the scan."""
    top, bottom, left, right = normalize.box_of(ink, slant)
    steps = max(bottom - top, right - left) / SIDE * (np.arange(SIDE + 1) - SIDE / 2)
    return (left + right) / 2 + steps, (top + bottom) / 2 + steps


def _at(*ticks: float) -> FixedLocator:
    return FixedLocator(ticks)
