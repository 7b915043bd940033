"""The chapter on what was learned: kernels, feature maps, weights of the outputs, halves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures import marks
from reproduction.figures.colours import HALVES, INK, QUIET, SIGNS, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.network import FULL, half_colour
from reproduction.figures.sheet import (
    BODY,
    SMALL,
    Place,
    Sheet,
    fitting,
    square,
    styled,
)
from reproduction.figures.words import signed
from reproduction.network import TABLE_1

# --- feature maps ---------------------------------------------------------------------------

_BETWEEN = 1.4  # units between maps


@styled
def feature_maps(values: Sequence[Mapping[str, np.ndarray]], who: str) -> Figure:
    """Draw the units of all layers for several patterns, as `plain.units` gives them, in columns.

    Parameters
    ----------
    values : sequence of mappings of str to ndarray, shape (maps, height, width)
    who : str
        Which network, for the subtitle.
    """
    left, gap = fitting((0.95, 0.22), (0.68, 0.2))
    count = fitting(len(values), min(3, len(values)))
    width = (fitting(6.7, 3.63) - left - gap * (count - 1)) / count
    tall = (28 + 2 * (24 + 12 + 8 + 4) + 4 * _BETWEEN) * width / 56 + 5 * 0.14 + 0.95
    page = Sheet(tall * -(-len(values) // count) + 0.1, "The same detectors on every digit", who)
    axes = page.whole()
    for number, each in enumerate(values):
        row, column = divmod(number, count)
        x, y = left + column * (width + gap), 0.1 + row * tall
        for name, maps in each.items():
            draw = _draw_outputs if name == "output" else _draw_maps
            height = draw(axes, maps, x, y, width)
            if column == 0:
                marks.write(axes, page.margin, y + height / 2, name, ha="left", size=12)
            y += height + 0.14
    said = [f"outputs highest for {int(each['output'].ravel().argmax())}" for each in values]
    return page.described(
        f"{who}. The input plane, the maps of H1, H2, H3 and H4, and the output units, for "
        f"{len(values)} digits: {', '.join(said)}."
    )


def _draw_maps(axes: Axes, maps: np.ndarray, x: float, y: float, width: float) -> float:
    """Draw the maps of a layer, its halves below each other; return how high they are."""
    side = width / 56
    size, between = maps.shape[1] * side, _BETWEEN * side
    rows = 1 if len(maps) == 1 else 2
    for row, half in enumerate(np.array_split(maps, rows)):
        free = width - len(half) * size - (len(half) - 1) * between
        for number, image in enumerate(half):
            at = x + free / 2 + number * (size + between)
            place = square(at, y + row * (size + between), size)
            marks.ink_map(axes, image, place, FULL)
            marks.frame(axes, place, half_colour(row, rows))
    return rows * size + (rows - 1) * between


def _draw_outputs(axes: Axes, maps: np.ndarray, x: float, y: float, width: float) -> float:
    """Draw ten outputs as bars from -1, the digits below; the highest is coloured."""
    outputs, step, zero = maps.ravel(), width / 10, y + 0.5
    for digit, value in enumerate(outputs):
        size = 0.22 * (max(value, -FULL) + 1)
        colour = TEST_COLOUR if digit == outputs.argmax() else QUIET
        bar = Place(x + (digit + 0.15) * step, zero - max(size, 0), 0.7 * step, abs(size))
        marks.box(axes, bar, facecolor=colour)
        marks.write(axes, x + (digit + 0.5) * step, zero + 0.2, str(digit), size=8.5, color=colour)
    axes.hlines(zero, x, x + width, color=QUIET, linewidth=0.6)
    return 0.6


# --- weights --------------------------------------------------------------------------------


@styled
def kernels(h1: np.ndarray, h3: np.ndarray, who: str) -> Figure:
    """Draw the kernels of H1 and, in the layout of Table 1, those of H3.

    Each kernel of H1 has its own scale, its largest weight below it; those of H3 share one.

    Parameters
    ----------
    h1 : ndarray, shape (4, 5, 5)
    h3 : ndarray, shape (20, 5, 5)
        In the order of Table 1's pairs.
    who : str
        Which network, for the subtitle.
    """
    first, left, step, extra = fitting((0.95, 0.95, 0.464, 0.18), (0.68, 0.45, 0.258, 0.08))
    top, size = first + fitting(0.95, 1.1), 0.87 * step
    page = Sheet(top + 4 * step + 0.75, "What H1 and H3 have come to look for", who)
    axes = page.whole()
    marks.write(axes, page.margin, 0.2 + first / 2, "H1", ha="left", size=12.5)
    largest = np.abs(h1).max(axis=(1, 2))
    for number, kernel in enumerate(h1):
        place = square(left + number * (first + 0.12) + extra * (number > 1), 0.25, first)
        marks.ink_map(axes, kernel, place, largest[number], SIGNS)
        marks.frame(axes, place, HALVES[number > 1], 1.2)
        marks.write(axes, place.middle, 0.12, str(number + 1))
        marks.note(axes, place.middle, place.y + first + 0.12, f"up to {largest[number]:.2f}")
    marks.write(axes, page.margin, top - fitting(0.14, 0.36), "H3 map", ha="left")
    most = float(np.abs(h3).max())
    for row in range(4):
        words, y = fitting("H2 map ", "H2 ") + str(row + 1), top + row * step + size / 2
        marks.note(axes, page.margin, y, words, ha="left")
    pairs = iter(h3)
    for column, reads in enumerate(TABLE_1):
        x = left + column * step + extra * (column > 5)
        marks.write(axes, x + size / 2, top - 0.14, str(column + 1), size=fitting(BODY, SMALL))
        for row in range(4):
            place = square(x, top + row * step, size)
            if row in reads:
                marks.ink_map(axes, next(pairs), place, most, SIGNS)
                marks.frame(axes, place, HALVES[row > 1], 0.9)
            else:
                axes.plot(*place.centre, "o", color=QUIET, markersize=1.8)
    marks.colour_scale(axes, fitting(5.2, 2.4), top + 4 * step + 0.22, SIGNS, most, "weights of H3")
    each = ", ".join(f"{value:.2f}" for value in largest)
    return page.described(
        f"{who}. The four kernels of H1, 5 by 5 weights each, every one on its own scale, and the "
        "20 of H3 where Table 1 has its marks, on one scale; weights below 0 brown, above 0 "
        f"violet. The largest weights of H1's kernels are {each}; that of H3 is {most:.2f}."
    )


@styled
def halves_alone(errors: Mapping[str, np.ndarray], who: str) -> Figure:
    """Draw the error by digit of whole networks and of their halves.

    Parameters
    ----------
    errors : mapping of str to ndarray, shape (networks, 10)
        "whole", "better half" and "other half" -> percent wrong of the digits of each class.
    who : str
        What the networks are, for the subtitle.
    """
    page = Sheet(3.7, "What half a network still reads", who)
    axes = page.axes(fitting(0.75, 0.6), fitting(1.35, 1.05), top=0.1)
    said, labels = [], []
    for number, (name, percent) in enumerate(errors.items()):
        x = np.arange(10) + (number - 1) * 0.24
        colour = (INK, TRAIN_COLOUR, TEST_COLOUR)[number]
        low, high = percent.min(axis=0), percent.max(axis=0)
        axes.vlines(x, low, high, color=colour, alpha=0.3, lw=fitting(4, 2.5))
        median = np.median(percent, axis=0)
        axes.plot(x, median, "o", color=colour, markersize=fitting(5.5, 4))
        labels.append(marks.Label(float(median[-1]), name, colour))
        said.append(f"{name}: " + ", ".join(f"{d}: {m:.1f}" for d, m in enumerate(median)))
    axes.set(xlim=(-0.6, 9.6), ylim=(0, None), xticks=range(10), xlabel="digit", ylabel="% wrong")
    axes.set_xticklabels([str(digit) for digit in range(10)])
    axes.grid(axis="y")
    marks.label_ends(axes, labels)
    return page.described(f"{who}. Medians in percent: {'; '.join(said)}.")


@styled
def kernels_by_seed(kernels: np.ndarray, seeds: Sequence[int], cosines: Sequence[float]) -> Figure:
    """Draw the H1 kernels of several networks, each set arranged to be like the first.

    Parameters
    ----------
    kernels : ndarray, shape (networks, 4, 5, 5)
        Each scaled to a length of 1 for the picture.
    seeds : sequence of int
    cosines : sequence of float
        How alike each set and the first are.
    """
    count = len(kernels)
    in_row, left = fitting((count, 0.95), (-(-count // 2), 0.7))
    step = (fitting(6.7, 3.63) - left) / in_row
    size, tall = step - 0.05, 4 * step + 0.65
    page = Sheet(
        tall * -(-count // in_row) - 0.05,
        f"{count} networks, {count} sets of H1 kernels",
        "A column a network, arranged and turned to be most like the first; each kernel at the "
        "same length",
    )
    axes = page.whole()
    scaled = kernels / np.linalg.norm(kernels, axis=(2, 3), keepdims=True)
    for number in range(count):
        down, column = divmod(number, in_row)
        x, top = left + column * step, 0.3 + down * tall
        for row in range(4):
            place = square(x, top + row * step, size)
            marks.ink_map(axes, scaled[number, row], place, 0.5, SIGNS)
            marks.frame(axes, place, HALVES[row > 1])
        above, below = top - 0.15, top + 4 * step + 0.16
        said = signed(cosines[number], 2).lstrip("+").replace("0.", ".")
        marks.write(axes, x + size / 2, above, str(seeds[number]), size=SMALL)
        marks.note(axes, x + size / 2, below, said)
        if column == 0:
            marks.note(axes, page.margin, above, "seed", ha="left")
            marks.note(axes, page.margin, below, "cosine", ha="left")
    alike = zip(seeds[1:], cosines[1:], strict=True)
    return page.described(
        f"Four H1 kernels of each of {count} networks. Mean cosine with the kernels of seed "
        f"{seeds[0]}: {', '.join(f'seed {seed}: {cosine:.2f}' for seed, cosine in alike)}."
    )
