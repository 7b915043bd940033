"""The chapter on what was learned: kernels, feature maps, weights of the outputs, halves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures import marks
from reproduction.figures.colours import HALVES, INK, SIGNS, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.network import FULL, SOURCES, TABLE_STEP, draw_table, half_colour
from reproduction.figures.sheet import Place, Sheet, end_of, fitting, square, styled, tiles
from reproduction.words import signed

_BETWEEN = 1.4  # units between maps


@styled
def feature_maps(values: Sequence[Mapping[str, np.ndarray]], who: str) -> Figure:
    """Draw the units of all layers for several patterns, in columns.

    The values are mappings of a layer's name to its units, (maps, height, width), as `plain.units`
    gives them.
    """
    in_row, gap, left = (len(values), min(3, len(values))), 0.22, fitting(0.65, 0.56)
    width = tiles(1, in_row, gap, left=left)[0].width
    tall = (28 + 2 * (24 + 12 + 8 + 4) + 4 * _BETWEEN) * width / 56 + 5 * 0.14 + 0.95
    places = tiles(len(values), in_row, gap, tall, left)
    page = Sheet(end_of(places) + 0.1, "The same detectors on every digit", who)
    axes = page.whole()
    for each, place in zip(values, places, strict=True):
        y = place.y + 0.1
        for name, maps in each.items():
            height = 0.6
            if name == "output":
                bars = Place(place.x, y - 0.1, width, 0.8)
                marks.output_bars(axes, maps.ravel(), bars, TEST_COLOUR)
            else:
                height = _draw_maps(axes, maps, place.x, y, width)
            if place.x == places[0].x:
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
            marks.ink_map(axes, image, place, FULL, edge=(half_colour(row, rows), 0.6))
    return rows * size + (rows - 1) * between


@styled
def kernels(h1: np.ndarray, h3: np.ndarray, who: str) -> Figure:
    """Draw the kernels of H1 and, in the layout of Table 1, those of H3.

    Each kernel of H1, (4, 5, 5), has its own scale, its largest weight below it; those of H3,
    (20, 5, 5), in the order of Table 1's pairs, share one.
    """
    first, left, between = fitting((0.95, 0.95, 0.12), (0.68, 0.45, 0.1))
    top = first + fitting(1.05, 1.25)
    bottom = top + SOURCES * fitting(*TABLE_STEP) + 0.6
    page = Sheet(bottom + 0.5, "What H1 and H3 have come to look for", who)
    axes = page.whole()
    marks.write(axes, page.margin, 0.2 + first / 2, "H1", ha="left", size=12.5)
    largest = np.abs(h1).max(axis=(1, 2))
    for number, kernel in enumerate(h1):
        place = square(left + number * (first + between), 0.25, first)
        edge = HALVES[number > 1], 1.2
        marks.ink_map(axes, kernel, place, largest[number], SIGNS, edge)
        marks.write(axes, place.middle, 0.12, str(number + 1))
        marks.note(axes, place.middle, place.y + first + 0.12, f"up to {largest[number]:.2f}")
    most, pairs = float(np.abs(h3).max()), iter(h3)

    def draw(axes: Axes, place: Place, row: int) -> None:
        inside = place.inside(0.065 * place.width)
        marks.ink_map(axes, next(pairs), inside, most, SIGNS, (HALVES[row > 1], 0.9))

    draw_table(page, top, draw)
    marks.colour_scale(axes, fitting(5.2, 2.3), bottom, most, "weights of H3", SIGNS)
    each = ", ".join(f"{value:.2f}" for value in largest)
    return page.described(
        f"{who}. The four kernels of H1, 5 by 5 weights each, every one on its own scale, and the "
        "20 of H3 where Table 1 has its marks, on one scale; weights below 0 brown, above 0 "
        f"violet. The largest weights of H1's kernels are {each}; that of H3 is {most:.2f}."
    )


@styled
def halves_alone(errors: Mapping[str, np.ndarray], who: str) -> Figure:
    """Draw the error by digit of whole networks and of their halves.

    The errors, (networks, 10), are percent wrong of the digits of each class, of "whole" networks,
    of each one's "better half" and of its "other half".
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
    axes.grid(axis="y")
    marks.label_ends(axes, labels)
    return page.described(f"{who}. Medians in percent: {'; '.join(said)}.")


@styled
def kernels_by_seed(kernels: np.ndarray, seeds: Sequence[int], cosines: Sequence[float]) -> Figure:
    """Draw the H1 kernels, (networks, 4, 5, 5), each set arranged to be like the first.

    Each kernel is scaled to a length of 1; the cosines tell how alike each set and the first are.
    """
    count, left = len(kernels), fitting(0.65, 0.58)
    in_row = count, -(-count // 2)
    size = tiles(1, in_row, 0.05, left=left)[0].width
    places = tiles(count, in_row, 0.05, 4 * (size + 0.05) + 0.65, left)
    title = f"{count} networks, {count} sets of H1 kernels"
    about = "A column a network, arranged and turned to be like the first; kernels of one length"
    page = Sheet(end_of(places) - 0.05, title, about)
    axes = page.whole()
    scaled = kernels / np.linalg.norm(kernels, axis=(2, 3), keepdims=True)
    for number, place in enumerate(places):
        for row, kernel in enumerate(scaled[number]):
            at = square(place.x, place.y + 0.3 + row * (size + 0.05), size)
            marks.ink_map(axes, kernel, at, 0.5, SIGNS, (HALVES[row > 1], 0.6))
        above, below = place.y + 0.15, at.y + size + 0.21
        said = signed(cosines[number], 2).lstrip("+").replace("0.", ".")
        marks.note(axes, place.middle, above, str(seeds[number]), color=INK)
        marks.note(axes, place.middle, below, said)
        if place.x == places[0].x:
            marks.note(axes, page.margin, above, "seed", ha="left")
            marks.note(axes, page.margin, below, "cosine", ha="left")
    alike = zip(seeds[1:], cosines[1:], strict=True)
    return page.described(
        f"Four H1 kernels of each of {count} networks. Mean cosine with the kernels of seed "
        f"{seeds[0]}: {', '.join(f'seed {seed}: {cosine:.2f}' for seed, cosine in alike)}."
    )
