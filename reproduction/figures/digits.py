"""The chapter on the digits: contact sheets, misread digits, what measuring shows, faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data_prep import normalize, printed, resampled
from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.figures import colours, marks
from reproduction.figures.colours import HALVES, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.sheet import SMALL, Place, Sheet, end_of, fitting, square, styled, tiles

HANDWRITTEN_COLOUR, PRINTED_COLOUR = HALVES
SIDE = normalize.SIDE
IN_ROW = (10, 6)
"""So many digits stand in a row of a wide page, and of a narrow one."""

Badge = tuple[str, float]
"""A short text, and how strong its ground is, from 0 to 1."""


@styled
def contact_sheet(digits: Digits, title: str) -> Figure:
    """Draw a row of digits for each class, taken evenly from the whole set."""
    columns, side = fitting(22, 12), tiles(1, (22, 12), 0.0)[0].width
    said = f"{columns} of each class, evenly from the first to the last"
    page = Sheet(10 * side + 0.3, title, said)
    for digit in range(10):
        of_class = np.flatnonzero(digits.labels == digit)
        evenly = np.linspace(0, len(of_class) - 1, columns).round().astype(int)
        images = digits.images[of_class[evenly]]
        marks.digit_row(page.whole(), images, page.margin, digit * side, side)
    return page.described(
        f"{title}: a row of each class, from 0 to 9, taken evenly from all of them."
    )


@styled
def grid(
    images: np.ndarray,
    below: Sequence[str],
    title: str,
    said: str,
    badges: Sequence[Badge | None] = (),
    under: np.ndarray | None = None,
) -> Figure:
    """Draw digits, shape (n, 16, 16), with a text below each and perhaps a badge below that.

    As many digits `under` them stand between a digit and its text, smaller and paler.
    """
    width = tiles(1, IN_ROW, 0.0)[0].width
    tall = SIDE * width / (SIDE + 2 * 2)
    down = tall + 0.06  # to the digits under them
    if under is not None:
        tall = down + SIDE * width / (SIDE + 2 * 8)
    places = tiles(len(images), IN_ROW, 0.0, tall + (0.55 if badges else 0.34))
    page = Sheet(end_of(places) + 0.05, title, said)
    axes, told = page.whole(), []
    for start, (x, y, *_) in list(enumerate(places))[:: fitting(*IN_ROW)]:
        of_row = slice(start, start + fitting(*IN_ROW))
        marks.digit_row(axes, images[of_row], x, y, width)
        if under is not None:
            marks.digit_row(axes, under[of_row], x, y + down, width, 8, colours.PALE)
    for place, text, badge in zip(places, below, badges or [None] * len(below), strict=True):
        marks.write(axes, place.middle, place.y + tall + 0.14, text)
        told.append(text if badge is None else f"{text} ({badge[0]})")
        if badge:
            fill = colours.mixed(SHADE, TEST_COLOUR, badge[1])
            ground = {"boxstyle": "round,pad=0.18", "facecolor": fill, "linewidth": 0}
            at = place.middle, place.y + tall + 0.33
            marks.write(
                axes, *at, badge[0], size=SMALL, color=colours.legible_on(fill), bbox=ground
            )
    return page.described(f"{title}. {said}{': ' if told else ''}{', '.join(told)}.")


def misread(digits: Digits, answers: np.ndarray, title: str, said: str) -> Figure:
    """Draw digits, each with its class, the commonest wrong answer and how many networks err.

    That number is left out where it is the same for all of them. The `answers` are integers of
    shape (n, networks); -1 is none, and drawn as a question mark.
    """
    wrong = answers != digits.labels[:, np.newaxis]
    erring = wrong.sum(axis=1)
    below = [
        f"{label} → {evaluation.commonest(each[of]) if of.any() else '–'}".replace("-1", "?")
        for label, each, of in zip(digits.labels, answers, wrong, strict=True)
    ]
    badges = [(str(number), number / answers.shape[1]) for number in erring.tolist()]
    return grid(digits.images, below, title, said, badges if len(set(badges)) > 1 else ())


@styled
def faces(found: printed.Printed) -> Figure:
    """Draw the digits of every printed face once, with its name; those of the test in a colour."""
    names = [face.name.removeprefix("TeX Gyre ") for face in found.faces]
    tested = np.unique(found.test_faces).tolist()
    of_a_column = -(-len(names) // fitting(2, 1))
    row, pixel = 0.28, 0.01
    title = f"{len(names)} faces, once through the scanner"
    about = "Bold and coloured: faces of the test digits, which no network learns from"
    page = Sheet(of_a_column * row + 0.1, title, about)
    axes = page.whole()
    images = printed.specimen(found.deslanted).images.reshape(len(names), 10, SIDE, SIDE)
    for number, name in enumerate(names):
        right, down = divmod(number, of_a_column)
        left, top = page.margin + right * 3.3, down * row
        marked = {"color": TEST_COLOUR, "weight": "bold"} if number in tested else {}
        marks.write(axes, left, top + 8 * pixel, name, ha="left", size=SMALL, **marked)
        marks.digit_row(axes, images[number], left + 1.3, top, 18 * pixel, 1)
    return page.described(
        f"The digits 0 to 9 in {len(names)} printed faces: {', '.join(names)}. "
        f"Faces of the test digits: {', '.join(names[number] for number in tested)}."
    )


def _two_panels(title: str, said: str) -> tuple[Sheet, Axes, Axes]:
    """Make a page with two panels, side by side or one below the other."""
    tall, across = 2.2, fitting((2.5, 2.45), (2.95, 2.95))
    left, down = fitting((4.25, 0.0), (0.65, tall + 0.7))
    page = Sheet(down + tall + 0.75, title, said)
    first = page.panel(fitting(0.75, 0.65), 0.15, across[0], tall)
    return page, first, page.panel(left, down + 0.15, across[1], tall)


@styled
def measured(
    slants: np.ndarray, slants_before: np.ndarray, heights: np.ndarray, widths: np.ndarray
) -> Figure:
    """Draw how the handwritten digits slant, and how large the boxes of their ink are, in pixels.

    `slants_before` are of digits that were not deslanted, for contrast: the printed ones.
    """
    page, left, right = _two_panels(
        "Upright, and as tall as the image", "How the handwritten digits slant, and their boxes"
    )
    bins = np.arange(-0.51, 0.52, 0.02)
    for values, colour, words, place in (
        (slants_before, PRINTED_COLOUR, "printed,\nnot deslanted", 0.03),
        (slants, HANDWRITTEN_COLOUR, "handwritten,\nas released", 0.58),
    ):
        share = 100 * np.histogram(values, bins)[0] / len(values)
        left.stairs(share, bins, color=colour, fill=True, alpha=0.55, baseline=0.005)
        marks.write_at(left, place, 1.0, words, colour, va="top")
    left.set(yscale="log", ylim=(0.005, 400), xlim=(-0.5, 0.5))
    left.set(xlabel="slant, columns a row", ylabel="% of digits")
    marks.plain_ticks(left.yaxis, [0.01, 0.1, 1, 10, 100])
    everywhere, below = np.arange(SIDE + 1), np.zeros(SIDE + 1)
    for tall, colour, words, place in (
        (True, HANDWRITTEN_COLOUR, f"height {SIDE}", 0.95),
        (False, TRAIN_COLOUR, f"less than {SIDE} high", 0.86),
    ):
        chosen = widths[(heights == SIDE) == tall]
        share = 100 * np.bincount(chosen, minlength=SIDE + 1) / len(widths)
        right.bar(everywhere, share, bottom=below, width=0.8, color=colour, alpha=0.75)
        marks.write_at(right, 0.04, place, words, colour)
        below += share
    right.set(xlim=(0.5, SIDE + 0.7), xlabel="width of the ink's box, pixels", ylabel="% of digits")
    right.set_xticks(range(2, SIDE + 1, 2))
    upright, tallest = 100 * np.mean(np.abs(slants) < 0.01), 100 * np.mean(heights == SIDE)
    return page.described(
        f"First, slants: {upright:.2f} % of the handwritten digits have one below 0.01, while "
        f"those of printed digits that were not deslanted reach from {slants_before.min():.2f} to "
        f"{slants_before.max():.2f}. Then, widths of the ink's box from {widths.min()} to "
        f"{widths.max()}, all but a few even; its height is {SIDE} in {tallest:.1f} %."
    )


@styled
def compared(handwritten: Digits, found: Digits) -> Figure:
    """Draw stroke widths and gray levels of handwritten and of printed digits."""
    page, strokes, levels = _two_panels("Strokes alike, and grays alike", "Training digits")
    bins = np.arange(0.8, 5.01, 0.15)
    medians, grays = [], []
    for digits, colour, name, height in (
        (handwritten, HANDWRITTEN_COLOUR, "handwritten", 0.95),
        (found, PRINTED_COLOUR, "printed", 0.86),
    ):
        widths, gray = printed.stroke_widths(digits), printed.gray_histogram(digits)
        share = 100 * np.histogram(widths, bins)[0] / len(digits)
        strokes.stairs(share, bins, color=colour, linewidth=1.8, baseline=None)
        edges = np.linspace(-1, 1, len(gray) + 1)
        levels.stairs(gray, edges, color=colour, linewidth=1.8, baseline=None)
        for axes in (strokes, levels):
            marks.write_at(axes, 0.97, height, name, colour, ha="right")
        medians.append(f"{np.median(widths):.2f} in the {name} ones")
        grays.append(gray)
    strokes.set(xlabel="mean width of the strokes, pixels", ylabel="% of digits", xlim=(0.8, 4.6))
    levels.set(yscale="log", ylim=(1.5, 100), xlim=(-1, 1))
    levels.set(xlabel="gray level, from paper to ink", ylabel="% of pixels")
    marks.plain_ticks(levels.yaxis, [2, 5, 10, 20, 50])
    off = np.abs(grays[0] - grays[1]).max()
    return page.described(
        f"Stroke widths, median {' and '.join(medians)}; shares of ten gray levels within "
        f"{off:.1f} points."
    )


@styled
def restored(image: np.ndarray, smoothed: np.ndarray) -> Figure:
    """Draw a digit, its smoothed copy, that copy sharpened again, and what rounding takes away.

    Both are of shape (16, 16), the smoothed one with the errors of its storage.
    """
    sharp = resampled.sharpen(smoothed[np.newaxis].astype(np.float64))[0]
    rest = sharp - np.rint(1000 * sharp) / 1000
    most = float(np.abs(rest).max())
    places = tiles(4, (4, 2), 0.267, 1.75)
    title = "Smoothed, and turned back"
    about = f"Before rounding to thousandths no pixel is off by more than {most:.7f}"
    page = Sheet(end_of(places) + 2.4, title, about)
    axes, size = page.whole(), 1.4
    row = int(np.abs(np.diff(image, axis=1)).sum(axis=1).argmax())
    pixel = size / SIDE
    names = "the digit", "smoothed", "sharpened", "what rounding takes"
    for at, name, each in zip(places, names, (image, smoothed, sharp, rest), strict=True):
        place = square(at.x, at.y + 0.25, size)
        axes.text(place.x, place.y - 0.08, name)
        marks.ink_map(axes, each, place, (most or 1.0) if each is rest else 1.0, edge=marks.EDGE)
        if each is not rest:
            line = Place(place.x, place.y + row * pixel, size, pixel)
            marks.frame(axes, line, PRINTED_COLOUR, 1.0)
    levels = page.axes(fitting(0.75, 0.65), fitting(1.5, 0.95), top=end_of(places) + 0.2)
    columns = np.arange(SIDE)
    levels.stairs(image[row], np.arange(SIDE + 1) - 0.5, color=QUIET, baseline=None)
    levels.plot(columns, smoothed[row], color=PRINTED_COLOUR)
    levels.plot(columns, sharp[row], "o", color=HANDWRITTEN_COLOUR, markersize=4.5)
    levels.set(xlabel=f"column of row {row}", ylabel="gray level", ylim=(-1.15, 1.15))
    levels.set_xticks(range(0, SIDE, 5))
    marks.plain_ticks(levels.yaxis, [-1, 0, 1])
    ours = QUIET, PRINTED_COLOUR, HANDWRITTEN_COLOUR
    for number, (name, colour) in enumerate(zip(names, ours, strict=False)):
        marks.write_at(levels, 1.03, 0.9 - 0.18 * number, name, colour, va="center")
    return page.described(
        "A digit of 16 by 16 pixels, blurred by the filter, and sharp again by its inverse; "
        f"the sharpened levels are those of the digit within {most:.7f}. Below, row {row} of each."
    )


@styled
def normalized(scan: np.ndarray) -> Figure:
    """Draw the way of one scan to 16 x 16: its squares upright, and leaning as the digit does."""
    ink = normalize.without_specks(normalize.ink_of(scan))
    (rows, columns), slant = scan.shape, normalize.undone_slant(ink)
    squares = {lean: normalize.squares_of(ink, lean) for lean in (0.0, slant)}
    ends = np.concatenate([x.ravel() for x, _ in squares.values()])
    left, right = min(0.0, ends.min()), max(columns, ends.max())
    pixel = tiles(1, (4, 2), 0.2)[0].width / (right - left)
    places = tiles(4, (4, 2), 0.2, rows * pixel + 0.4)
    title = f"From {rows} × {columns} to {SIDE} × {SIDE} pixels"
    about = "The ink is averaged over squares: upright ones, and ones that lean as the digit does"
    page = Sheet(end_of(places), title, about)
    axes, rests = page.whole(), []
    for number, (lean, (x, y)) in enumerate(squares.items()):
        before, after = places[2 * number : 2 * number + 2]
        start = before.x - pixel * left
        shown = Place(start, before.y, columns * pixel, rows * pixel)
        marks.ink_map(axes, 2.0 * ink - 1.0, shown)
        for lines in ((x, y), (x.T, y.T)):
            down, along = start + pixel * lines[0], before.y + pixel * lines[1]
            axes.plot(down, along, color=PRINTED_COLOUR, linewidth=0.4)
        average = normalize.area_average(ink, lean)
        made = square(after.x, after.y + pixel * y.min(), pixel * np.ptp(y))
        marks.ink_map(axes, normalize.gray_range(average), made, edge=marks.EDGE)
        rests.append(normalize.slant_of(average))
        said = f"leaning by {lean:.2f}" if number else "upright"
        rest = rests[-1] if abs(rests[-1]) >= 0.005 else 0
        for place, words in ((before, said), (after, f"slant {rest:.2f}")):
            bottom = place.y + rows * pixel + 0.2
            marks.note(axes, place.x, bottom, words.replace("-", "−"), ha="left", va="baseline")
    return page.described(
        f"A scan of {rows} by {columns} pixels; under {SIDE} by {SIDE} upright squares it becomes "
        f"an image of slant {rests[0]:.2f}, under squares that lean by {slant:.2f} "
        f"columns a row one of slant {abs(rests[1]):.2f}."
    )
