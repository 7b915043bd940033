"""The chapter on the network: its layers, Table 1, the input plane, what the units hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures import colours, marks
from reproduction.figures.colours import HALVES, INK, PAPER, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.sheet import BODY, SMALL, Place, Sheet, fitting, square, styled, wrapped
from reproduction.network import LENET1, TABLE_1
from reproduction.network.fields import seen_by_h1
from reproduction.words import signed

FULL = 1.7159
"""The greatest value of a unit."""

SOURCES = 1 + max(max(reads) for reads in TABLE_1)
"""How many maps of H2 there are, the rows of Table 1."""

TABLE_STEP = 0.435, 0.245
"""Inches from a mark of Table 1 to the next, on a wide page and on a narrow one."""


def half_colour(number: int, maps: int) -> str:
    """Return the colour of the half that a map belongs to; a single map belongs to both."""
    return INK if maps == 1 else HALVES[number >= maps // 2]


class _Stack:
    """Layers of (maps, side) one below the other, the maps of each side by side, two halves apart.

    The last is the output. Layers are named at the left, on a narrow page above.
    """

    def __init__(self, sizes: Mapping[str, tuple[int, int]], gap: float) -> None:
        self.sizes = sizes
        self.scale = fitting(0.0475, 0.0305)  # inches a unit
        self.left, self.right = fitting((1.42, 6.72), (0.12, 3.63))
        self.middle = (self.left + self.right) / 2
        self.places: dict[str, list[Place]] = {}
        y = 0.12
        for name, (maps, side) in sizes.items():
            if side > 1:
                y += fitting(0.0, 0.2)
                tall = side * self.scale
                middles = self._middles(maps)
                self.places[name] = [square(x - tall / 2, y, tall) for x in middles]
                y += tall + fitting(gap, gap - 0.07)
        self.bottom = y + fitting(0.16, 0.42)

    def _middles(self, maps: int) -> list[float]:
        """Give the middles of maps: one in the middle, or two halves of an equal width."""
        if maps == 1:
            return [self.middle]
        half = (self.right - self.left - fitting(0.2, 0.14)) / 2
        starts, step = (self.left, self.right - half), half / (maps // 2)
        return [start + (n + 0.5) * step for start in starts for n in range(maps // 2)]

    def outputs(self, side: float) -> list[Place]:
        """Return the places of the ten output units, of a side in inches."""
        xs = [self.middle + (n - 4.5) * fitting(0.36, 0.345) for n in range(10)]
        return [square(x - side / 2, self.bottom, side) for x in xs]

    def said(self, layer: str) -> str:
        """Return a layer's size in words."""
        maps, side = self.sizes[layer]
        return f"{maps} units" if side == 1 else f"{maps} map{'s' * (maps > 1)}, {side} × {side}"

    def name(self, axes: Axes, layer: str, y: float) -> None:
        """Write a layer's name and its size, beside or above its maps, which begin at y."""
        if fitting(False, True):
            ground: dict[str, Any] = {"facecolor": PAPER, "linewidth": 0, "pad": 1}
            look = {"zorder": 5, "bbox": ground}
            marks.name(axes, self.left, y - 0.11, layer, self.said(layer), 12, **look)
            return
        marks.write(axes, 0.3, y + 0.12, layer, ha="left", size=12.5)
        marks.note(axes, 0.3, y + 0.31, self.said(layer), ha="left")


@styled
def layers() -> Figure:
    """Draw the layers of the network of 1989 to scale, with a field in each and where it leads."""
    shapes = zip(LENET1.layers, LENET1.shapes, strict=True)
    sizes = {"input": (1, LENET1.plane.height)}
    sizes |= {layer.name: (shape.maps, shape.height) for layer, shape in shapes}
    stack = _Stack(sizes, 0.36)
    side = stack.scale
    title = "From 784 units to ten"
    about = "All units of every map, to scale; squares: what a unit of the next layer reads"
    page = Sheet(stack.bottom + 0.5, title, about)
    axes = page.whole()
    for name, maps in stack.places.items():
        stack.name(axes, name, maps[0].y)
        for number, place in enumerate(maps):
            _draw_units(axes, place, side, half_colour(number, len(maps)))
    outputs = stack.outputs(side)
    stack.name(axes, "output", stack.bottom - fitting(0.14, 0.06))
    for digit, place in enumerate(outputs):
        marks.box(axes, place, facecolor=INK)
        marks.write(axes, place.middle, place.y + 0.2, str(digit))
    plane = stack.places["input"][0]
    _dot_image(axes, plane, side, INK)
    words = fitting("dotted: the 16 × 16 image", "dotted: the\nimage")
    marks.note(axes, plane.x + plane.width + 0.12, plane.y + 0.62, words, ha="left", va="baseline")
    _draw_leads(axes, stack.places, outputs[3], side)
    return page.described(
        "Six layers one below the other, drawn to one scale: "
        + "; ".join(f"{name}: {stack.said(name)}" for name in sizes)
        + ". A field of 5 by 5 units leads from the input to a unit of H1, and two of them, at one "
        "place in H2 maps 1 and 2, to a unit of H3; fields of 2 by 2 lead from H1 to H2 and from "
        "H3 to H4; all of H4 leads to each output unit. The left two maps of H1 and H2 go with the "
        "left six of H3 and H4, the right ones with the right."
    )


def _draw_units(axes: Axes, place: Place, side: float, colour: str, strength: float = 0.12) -> None:
    """Draw a map as a sheet of squared paper."""
    marks.box(axes, place, facecolor=colours.mixed(PAPER, colour, strength))
    inner, width = np.arange(1, round(place.width / side)) * side, fitting(0.5, 0.35)
    x, y = place.x, place.y
    axes.vlines(x + inner, y, y + place.height, color=PAPER, linewidth=width)
    axes.hlines(y + inner, x, x + place.width, color=PAPER, linewidth=width)
    marks.frame(axes, place, colour, 0.9, zorder=2.5)


def _dot_image(axes: Axes, plane: Place, side: float, colour: str) -> None:
    """Draw where the image lies in the input plane."""
    image = plane.unit(LENET1.plane.top, LENET1.plane.left, side, 16)
    marks.frame(axes, image, colour, 1.2, ls=":", zorder=3)


def _draw_leads(axes: Axes, maps: Mapping[str, list[Place]], output: Place, side: float) -> None:
    """Draw a field in each layer, and lines from it to the unit that reads it."""
    for source, number, corner, size, to, reader, unit in (
        ("input", 0, (6, 7), 5, "H1", 1, (6, 7)),
        ("H1", 1, (16, 20), 2, "H2", 1, (8, 10)),
        ("H2", 0, (1, 4), 5, "H3", 2, (1, 4)),
        ("H2", 1, (1, 4), 5, "H3", 2, (1, 4)),
        ("H3", 2, (4, 2), 2, "H4", 2, (2, 1)),
    ):
        field = maps[source][number].unit(*corner, side, size)
        there = maps[to][reader].unit(*unit, side)
        fill = colours.mixed(SHADE, INK, 0.25)
        marks.box(axes, field, facecolor=fill, edgecolor=INK, linewidth=1.0, zorder=4)
        marks.box(axes, there, facecolor=INK, zorder=4)
        for aside in (0, 1):
            x = field.x + aside * field.width, there.x + aside * side
            y = field.y + field.height, there.y
            axes.plot(x, y, color=INK, linewidth=0.8, zorder=3)
    for number, place in enumerate(maps["H4"]):
        for start in (place.x, place.x + place.width):
            ends = (start, output.middle), (place.y + place.height, output.y)
            axes.plot(*ends, color=half_colour(number, 12), linewidth=0.45, alpha=0.7)


@styled
def followed(values: Mapping[str, np.ndarray], who: str) -> Figure:
    """Draw the units of all layers for one pattern, the maps to scale.

    The values are mapped from "input" and every layer to units, (maps, height, width), as
    `plain.units` gives them.
    """
    stack = _Stack({name: maps.shape[:2] for name, maps in values.items()}, 0.17)
    page = Sheet(stack.bottom + 0.67, "One digit on its way through the network", who)
    axes = page.whole()
    for name, places in stack.places.items():
        stack.name(axes, name, places[0].y)
        for number, place in enumerate(places):
            edge = half_colour(number, len(places)), 0.8
            marks.ink_map(axes, values[name][number], place, FULL, edge=edge)
    outputs = values["output"].ravel()
    stack.name(axes, "output", stack.bottom - fitting(0.06, 0.0))
    for digit, place in enumerate(stack.outputs(0.24)):
        marks.ink_map(axes, outputs[digit : digit + 1, np.newaxis], place, FULL, edge=(INK, 0.8))
        marks.write(axes, place.middle, place.y + 0.36, str(digit))
        value = signed(round(float(outputs[digit]), 1))
        marks.note(axes, place.middle, place.y + 0.54, value, size=8.5)
    marks.colour_scale(axes, *fitting((5.0, 0.3), (2.53, 0.24)), FULL, "value of a unit")
    each = ", ".join(f"{digit}: {y:+.1f}".replace("-", "−") for digit, y in enumerate(outputs))
    return page.described(
        f"{who}. The input plane, 4 maps of H1 and of H2, 12 maps of H3 and of H4 as gray levels, "
        f"coarser from layer to layer, and the ten output units: {each}."
    )


@styled
def figure_3(image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray) -> Figure:
    """Draw what a unit reads, its weights, and the map of all units with these weights.

    As figure 3 of the paper (p. 399): the input plane, (height, width), the kernel, (side, side),
    and the map; white is -1, black +1, and all pixels have one size. The field of the map's largest
    unit is marked.

    Raises
    ------
    ValueError
        If the map is not as large as the kernel leaves it.
    """
    side, (rows, across) = len(kernel), image.shape
    if feature_map.shape != (rows - side + 1, across - side + 1):
        raise ValueError(f"A kernel of {side} x {side} makes another map of {rows} x {across}.")
    gap, above, room = fitting(0.4, 0.24), 0.25, fitting(6.4, 3.51)
    pixel = (room - 2 * gap) / (across + side + feature_map.shape[1])
    title = "A digit, a kernel and its feature map"
    page = Sheet(above + rows * pixel + 0.2, title, "Paper is −1, ink +1, as in the paper")
    axes, places, left = page.whole(), [], page.margin
    for name, part in (("input", image), ("kernel", kernel), ("feature map", feature_map)):
        height, width = pixel * part.shape[0], pixel * part.shape[1]
        place = Place(left, above + (rows * pixel - height) / 2, width, height)
        marks.ink_map(axes, part, place, edge=marks.EDGE)
        marks.write(axes, place.middle, place.y - 0.1, name, va="baseline")
        places.append(place)
        left += width + gap
    row, column = (int(at) for at in np.unravel_index(feature_map.argmax(), feature_map.shape))
    field, unit = places[0].unit(row, column, pixel, side), places[2].unit(row, column, pixel)
    for place in (field, places[1], unit):
        marks.frame(axes, place, TEST_COLOUR, 1.4)
    for start, end in ((field, places[1]), (places[1], unit)):
        for corner in (0, 1):  # upper and lower
            heights = start.y + corner * start.height, end.y + corner * end.height
            axes.plot((start.x + start.width, end.x), heights, color=TEST_COLOUR, linewidth=0.8)
    return page.described(
        f"Left, an input plane of {rows} by {across} units; in the middle, a kernel of {side} by "
        f"{side} weights from {kernel.min():.2f} to {kernel.max():.2f}; right, its feature map, "
        f"units from {feature_map.min():.2f} to {feature_map.max():.2f}. Marked are the largest "
        f"unit, in row {row + 1} and column {column + 1} of the map, and the field that it reads."
    )


@styled
def input_plane(image: np.ndarray) -> Figure:
    """Draw a digit, (16, 16), in the input plane, and an H1 map with the fields of two corners."""
    plane, shape = LENET1.plane, LENET1.shapes[0]
    kernel = LENET1.parameters["H1.weights"][1][-1]
    side, top = fitting((0.118, 0.3), (0.0625, 0.68))
    title = "The image in the middle of the plane"
    about = f"Every {kernel} × {kernel} field lies within the plane; the corners of H1 read its own"
    page = Sheet(top + plane.height * side + 0.2, title, about)
    axes = page.whole()
    left = square(page.margin, top, plane.width * side)
    across = page.width - page.margin - shape.width * side
    right = square(across, top + (plane.height - shape.height) / 2 * side, shape.width * side)
    marks.ink_map(axes, LENET1.planes(image[np.newaxis])[0], left, edge=(INK, 1.0))
    _draw_units(axes, right, side, QUIET)
    seen = seen_by_h1()
    first, begin = (int(seen.any(axis=axis).argmax()) for axis in (1, 0))
    rows, columns = (int(seen.any(axis=axis).sum()) for axis in (1, 0))
    _draw_units(axes, right.unit(first, begin, side, columns), side, QUIET, 0.35)
    _dot_image(axes, left, side, QUIET)
    last = shape.height - 1
    for unit, colour in (((0, 0), HALVES[0]), ((last, last), HALVES[1])):
        field, there = left.unit(*unit, side, kernel), right.unit(*unit, side)
        fill = colours.mixed(PAPER, colour, 0.35)
        marks.box(axes, field, facecolor=fill, edgecolor=colour, linewidth=1.0, zorder=3)
        marks.box(axes, there, facecolor=colour, zorder=3)
        ends = (field.x + field.width, there.x), (field.centre[1], there.centre[1])
        axes.plot(*ends, color=colour, linewidth=1, zorder=4)
    for place, words in (
        (left, f"input plane, {plane.height} × {plane.width}; dotted: the 16 × 16 image"),
        (right, f"a map of H1, {shape.height} × {shape.width}; filled: sees the image"),
    ):
        for number, line in enumerate(reversed(wrapped(words, SMALL, place.width))):
            y = place.y - 0.1 - 0.17 * number
            marks.note(axes, place.x, y, line, ha="left", va="baseline")
    return page.described(
        f"A handwritten digit, 16 by 16, in the middle of a plane of {plane.height} by "
        f"{plane.width} units, and a map of H1 of {shape.height} by {shape.width}. The fields of "
        "the map's first and last unit fill the plane's first and last corner; the units of the "
        f"map's middle, {rows} by {columns}, see part of the image."
    )


def draw_table(page: Sheet, top: float, draw: Callable[[Axes, Place, int], None]) -> None:
    """Draw Table 1 from a height on: by `draw` its marks, from a place and a row, dots elsewhere.

    Marks are drawn column by column.
    """
    axes, half = page.whole(), len(TABLE_1) // 2
    step, left = fitting(*TABLE_STEP), fitting(1.35, 0.55)
    for column, reads in enumerate(TABLE_1):
        x = left + (column + 0.35 * (column >= half)) * step
        marks.write(axes, x + step / 2, top - 0.2, str(column + 1), size=fitting(12, BODY))
        for row in range(SOURCES):
            place = square(x, top + row * step, step)
            if row in reads:
                draw(axes, place, row)
            else:
                axes.plot(*place.centre, "o", color=QUIET, markersize=2.2)
    for row in range(SOURCES):
        marks.write(axes, left - 0.2, top + (row + 0.5) * step, str(row + 1), size=12)
    beside = {"ha": "left", "size": BODY}
    marks.note(axes, page.margin, top - fitting(0.2, 0.42), "H3 map", **beside)
    beside |= {"va": "center", "rotation": fitting(0.0, 90.0)}
    marks.note(axes, page.margin, top + SOURCES / 2 * step, "H2 map", **beside)
    bottom = top + SOURCES * step
    for number, words in enumerate(("first half", "second half")):
        begin, width = left + number * (half + 0.35) * step, half * step
        axes.hlines(bottom + 0.12, begin + 0.06, begin + width - 0.06, color=HALVES[number])
        marks.write(axes, begin + width / 2, bottom + 0.32, words, color=HALVES[number])


def _draw_cross(axes: Axes, place: Place, row: int) -> None:
    size, edge = fitting((11, 2.6), (8, 2.0))
    colour = half_colour(row, SOURCES)
    axes.plot(*place.centre, "x", color=colour, markersize=size, markeredgewidth=edge)


@styled
def table_1() -> Figure:
    """Draw Table 1: which H2 maps each H3 map reads."""
    count = sum(len(row) for row in TABLE_1)
    said = f"The H2 maps that each H3 map reads: {count} of {SOURCES * len(TABLE_1)} pairs"
    top = fitting(0.45, 0.6)
    page = Sheet(top + SOURCES * fitting(*TABLE_STEP) + 0.55, "Table 1", said)
    draw_table(page, top, _draw_cross)
    rows = [" and ".join(str(source + 1) for source in row) for row in TABLE_1]
    told = "; ".join(f"{number}: {row}" for number, row in enumerate(rows, 1))
    return page.described(f"Table 1. H3 map: the H2 maps that it reads. {told}.")


@styled
def squashing(a: np.ndarray, computed: np.ndarray) -> Figure:
    """Draw f(a) = 1.7159 tanh(2a/3) with its slope, and below it the engine's error.

    Both are float32, (n,): arguments in rising order, and f of them as the engine computes it.
    """
    exact = FULL * np.tanh(2 / 3 * a.astype(float))
    slope = 2 / 3 * (FULL - exact**2 / FULL)
    error = (computed - exact) * 1e6
    title = "f(1) is 1, computed to about a millionth"
    about = "f(a) = 1.7159 tanh(2a/3) and its slope; below: what the engine computes, minus f(a)"
    page = Sheet(4.5, title, about)
    right = fitting(0.95, 0.75)
    upper = page.axes(0.8, right, bottom=2.2, top=0.05)
    lower = page.axes(0.8, right, bottom=0.6, top=2.8)
    shown = np.abs(a) <= 6
    upper.plot(a[shown], exact[shown], color=TEST_COLOUR)
    upper.plot(a[shown], slope[shown], color=TRAIN_COLOUR, linewidth=1.2, linestyle="--")
    upper.plot([-1, 1], [-1, 1], "o", color=TEST_COLOUR, markersize=7)
    upper.text(6.1, exact[shown][-1], "f(a)", color=TEST_COLOUR, va="center", size=12)
    upper.text(6.1, 0.05, fitting("slope f′(a)", "slope\nf′(a)"), color=TRAIN_COLOUR, va="center")
    upper.annotate("f(1) = 1", (1, 1), (1.45, 0.72), color=TEST_COLOUR)
    upper.annotate("f(−1) = −1", (-1, -1), (-0.6, -1.35), color=TEST_COLOUR)
    upper.set_ylim(-1.95, 1.95)
    marks.plain_ticks(upper.yaxis, [-FULL, -1, 0, 1, FULL])
    spans = np.array_split(np.flatnonzero(shown), min(300, shown.sum()))
    low, high = np.transpose([(error[span].min(), error[span].max()) for span in spans])
    middle = [a[span].mean() for span in spans]
    lower.fill_between(middle, low, high, color=HALVES[0], linewidth=0.5)
    lower.set(ylim=(-1.1, 1.1), xlabel="a, the weighted sum")
    marks.plain_ticks(lower.yaxis, [-1, 0, 1])
    lower.text(6.1, 0, "error,\nmillionths", color=HALVES[0], va="center", linespacing=1.1)
    for axes in (upper, lower):
        axes.set_xlim(-6, 6)
        axes.grid(axis="y")
        marks.plain_ticks(axes.xaxis, range(-6, 7, 2))
    return page.described(
        "Upper panel: f rises from -1.7159 to 1.7159, through -1 at a = -1 and 1 at a = 1; its "
        f"slope is {slope.max():.3f} at 0 and falls to 0 on both sides. Lower panel: the engine's "
        f"error lies between {error.min():.2f} and {error.max():.2f} millionths."
    )
