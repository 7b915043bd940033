"""The chapter on the network: its layers, Table 1, the input plane, what the units hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from reproduction.figures.marks import (
    CENTRED,
    Place,
    colour_scale,
    frame,
    ink_map,
    plain_ticks,
    square,
)
from reproduction.figures.sheet import (
    BODY,
    GRAYS,
    HALVES,
    INK,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    Sheet,
    fitting,
    mixed,
    styled,
    text_width,
    wrapped,
)
from reproduction.figures.words import signed
from reproduction.network import LENET1, TABLE_1
from reproduction.network.fields import seen_by_h1

FULL = 1.7159
"""The greatest value of a unit."""


# --- the layers to scale --------------------------------------------------------------------


class _Stack:
    """The layers one below the other, the maps of each side by side, two halves apart.

    Layers are named at the left, on a narrow page above.
    """

    def __init__(self, sizes: Mapping[str, tuple[int, int]], gap: float) -> None:
        """Place layers of (maps, side), from the input on; the last is the output."""
        self.sizes = sizes
        self.scale = fitting(0.0475, 0.0305)  # inches a unit
        self.left, self.right = fitting((1.42, 6.72), (0.12, 3.63))
        self.above = fitting(0.0, 0.2)
        self.middle = (self.left + self.right) / 2
        self.places: dict[str, list[Place]] = {}
        y = 0.12
        for name, (maps, side) in sizes.items():
            if side > 1:
                y += self.above
                tall = side * self.scale
                middles = self._middles(maps)
                self.places[name] = [square(x - tall / 2, y, tall) for x in middles]
                y += tall + fitting(gap, gap - 0.07)
        self.bottom = y + fitting(0.16, 0.42)

    def _middles(self, maps: int) -> list[float]:
        """Give the middles of maps: one in the middle, or two halves of an equal width."""
        if maps == 1:
            return [self.middle]
        between = fitting(0.2, 0.14)
        half = (self.right - self.left - between) / 2
        starts = (self.left, self.left + half + between)
        step = half / (maps // 2)
        return [start + (n + 0.5) * step for start in starts for n in range(maps // 2)]

    def outputs(self, side: float) -> list[Place]:
        """Return the places of the ten output units, of a side in inches."""
        xs = [self.middle + (n - 4.5) * fitting(0.36, 0.345) for n in range(10)]
        return [square(x - side / 2, self.bottom, side) for x in xs]

    def name(self, axes: Axes, layer: str, y: float) -> None:
        """Write a layer's name and its size, beside or above its maps, which begin at y."""
        what = _said(*self.sizes[layer])
        quiet: dict[str, Any] = {"color": QUIET, "size": SMALL, "va": "center_baseline"}
        if self.above:
            quiet |= {"zorder": 5, "bbox": {"facecolor": PAPER_COLOUR, "linewidth": 0, "pad": 1}}
            axes.text(self.left, y - 0.11, layer, size=12, va="center_baseline")
            axes.text(self.left + text_width(layer, 12) + 0.08, y - 0.11, what, **quiet)
        else:
            axes.text(0.3, y + 0.12, layer, size=12.5, va="center_baseline")
            axes.text(0.3, y + 0.31, what, **quiet)


def _said(maps: int, side: int) -> str:
    return f"{maps} units" if side == 1 else f"{maps} map{'s' * (maps > 1)}, {side} × {side}"


def half_colour(number: int, maps: int) -> str:
    """Return the colour of the half that a map belongs to; a single map belongs to both."""
    return INK if maps == 1 else HALVES[number >= maps // 2]


@styled
def layers() -> Figure:
    """Draw the layers of the network of 1989 to scale, with a field in each and where it leads."""
    shapes = zip(LENET1.layers, LENET1.shapes, strict=True)
    sizes = {"input": (1, LENET1.plane.height)}
    sizes |= {layer.name: (shape.maps, shape.height) for layer, shape in shapes}
    stack = _Stack(sizes, 0.36)
    side = stack.scale
    page = Sheet(
        stack.bottom + 0.5,
        "From 784 units to ten",
        "All units of every map, to scale; squares: the field that a unit of the next layer reads",
    )
    axes = page.whole()
    for name, maps in stack.places.items():
        stack.name(axes, name, maps[0].y)
        for number, place in enumerate(maps):
            _draw_units(axes, place, side, half_colour(number, len(maps)))
    outputs = stack.outputs(side)
    stack.name(axes, "output", stack.bottom - fitting(0.14, 0.06))
    for digit, place in enumerate(outputs):
        axes.add_patch(Rectangle((place.x, place.y), side, side, facecolor=INK, linewidth=0))
        axes.text(place.middle, place.y + 0.2, str(digit), **CENTRED)
    plane = stack.places["input"][0]
    image = plane.unit(LENET1.plane.top, LENET1.plane.left, side)
    look: dict[str, Any] = {"fill": False, "edgecolor": INK, "ls": ":", "zorder": 3}
    axes.add_patch(Rectangle(image, 16 * side, 16 * side, **look))
    beside = "dotted: the 16 × 16 image" if not stack.above else "dotted: the\nimage"
    quiet: dict[str, Any] = {"color": QUIET, "size": SMALL}
    axes.text(plane.x + plane.width + 0.12, plane.y + 0.62, beside, **quiet)
    _draw_leads(axes, stack, outputs)
    page.figure.set_label(
        "Six layers one below the other, drawn to one scale: "
        + "; ".join(f"{name}: {_said(*size)}" for name, size in sizes.items())
        + ". A field of 5 by 5 units leads from the input to a unit of H1, and two of them, at one "
        "place in H2 maps 1 and 2, to a unit of H3; fields of 2 by 2 lead from H1 to H2 and from "
        "H3 to H4; all of H4 leads to each output unit. The left two maps of H1 and H2 go with the "
        "left six of H3 and H4, the right ones with the right."
    )
    return page.figure


def _draw_leads(axes: Axes, stack: _Stack, outputs: list[Place]) -> None:
    """Draw a field in each layer, and lines from it to the unit that reads it."""
    side, maps = stack.scale, stack.places
    _lead(axes, side, maps["input"][0], (6, 7), 5, maps["H1"][1], (6, 7))
    _lead(axes, side, maps["H1"][1], (16, 20), 2, maps["H2"][1], (8, 10))
    for number in (0, 1):
        _lead(axes, side, maps["H2"][number], (1, 4), 5, maps["H3"][2], (1, 4))
    _lead(axes, side, maps["H3"][2], (4, 2), 2, maps["H4"][2], (2, 1))
    for number, place in enumerate(maps["H4"]):
        for x in (place.x, place.x + place.width):
            ends = [x, outputs[3].middle], [place.y + place.height, outputs[3].y]
            colour = half_colour(number, 12)
            axes.add_line(Line2D(*ends, color=colour, linewidth=0.45, alpha=0.7))


def _draw_units(axes: Axes, place: Place, side: float, colour: str, strength: float = 0.12) -> None:
    """Draw a map as a sheet of squared paper."""
    count = round(place.width / side)
    fill = mixed(PAPER_COLOUR, colour, strength)
    corner = place.x, place.y
    axes.add_patch(Rectangle(corner, place.width, place.height, facecolor=fill, linewidth=0))
    marks = np.arange(1, count) * side
    lines: dict[str, Any] = {"color": PAPER_COLOUR, "linewidth": fitting(0.5, 0.35)}
    axes.vlines(place.x + marks, place.y, place.y + place.height, **lines)
    axes.hlines(place.y + marks, place.x, place.x + place.width, **lines)
    edge: dict[str, Any] = {"zorder": 2.5, "fill": False, "edgecolor": colour, "linewidth": 0.9}
    axes.add_patch(Rectangle(corner, place.width, place.height, **edge))


def _lead(
    axes: Axes,
    side: float,
    source: Place,
    at: tuple[int, int],
    window: int,
    to: Place,
    unit: tuple[int, int],
) -> None:
    """Draw a field of window x window units, the unit that reads it, and lines between."""
    x, y = source.unit(*at, side)
    width = window * side
    u, v = to.unit(*unit, side)
    look: dict[str, Any] = {"edgecolor": INK, "linewidth": 1.0, "zorder": 4}
    axes.add_patch(Rectangle((x, y), width, width, facecolor=mixed(SHADE, INK, 0.25), **look))
    axes.add_patch(Rectangle((u, v), side, side, facecolor=INK, linewidth=0, zorder=4))
    for begin, end in ((x, u), (x + width, u + side)):
        line = Line2D([begin, end], [y + width, v], color=INK, linewidth=0.8, zorder=3)
        axes.add_line(line)


# --- what the units hold --------------------------------------------------------------------


@styled
def followed(values: Mapping[str, np.ndarray], who: str) -> Figure:
    """Draw the units of all layers for one pattern, the maps to scale.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (maps, height, width)
        "input" and every layer -> its units, as `plain.units` gives them, of one pattern.
    who : str
        Which digit and which network, for the subtitle.
    """
    sizes = {name: (len(maps), maps.shape[1]) for name, maps in values.items()}
    stack = _Stack(sizes, 0.17)
    page = Sheet(stack.bottom + 0.67, "One digit on its way through the network", who)
    axes = page.whole()
    for name, places in stack.places.items():
        stack.name(axes, name, places[0].y)
        for number, place in enumerate(places):
            ink_map(axes, values[name][number], place, FULL)
            frame(axes, place, half_colour(number, len(places)), 0.8)
    outputs = values["output"].ravel()
    stack.name(axes, "output", stack.bottom - fitting(0.06, 0.0))
    for digit, place in enumerate(stack.outputs(0.24)):
        ink_map(axes, outputs[digit : digit + 1, np.newaxis], place, FULL)
        frame(axes, place, INK, 0.8)
        axes.text(place.middle, place.y + 0.36, str(digit), **CENTRED)
        value = signed(round(float(outputs[digit]), 1))
        axes.text(place.middle, place.y + 0.54, value, color=QUIET, size=8.5, **CENTRED)
    colour_scale(axes, fitting(5.0, 2.53), fitting(0.3, 0.24), GRAYS, FULL, "value of a unit")
    page.figure.set_label(
        f"{who}. The input plane, 4 maps of H1 and of H2, 12 maps of H3 and of H4 as gray levels, "
        "coarser from layer to layer, and the ten output units: "
        + ", ".join(f"{digit}: {y:+.1f}".replace("-", "−") for digit, y in enumerate(outputs))
        + "."
    )
    return page.figure


# --- the input plane ------------------------------------------------------------------------


@styled
def input_plane(image: np.ndarray) -> Figure:
    """Draw a digit in the input plane and the H1 map above it, with the fields of two corners.

    Parameters
    ----------
    image : ndarray, shape (16, 16)
    """
    plane, shape = LENET1.plane, LENET1.shapes[0]
    kernel = LENET1.parameters["H1.weights"][1][-1]
    side, top = fitting((0.118, 0.3), (0.0625, 0.68))
    page = Sheet(
        top + plane.height * side + 0.2,
        "The image in the middle of the plane",
        f"Every {kernel} × {kernel} field lies within the plane; the corners of H1 read the four "
        "corners of it",
    )
    axes = page.whole()
    left = square(page.margin, top, plane.width * side)
    across = page.width - page.margin - shape.width * side
    right = square(across, top + (plane.height - shape.height) / 2 * side, shape.width * side)
    ink_map(axes, LENET1.planes(image[np.newaxis])[0], left)
    frame(axes, left, INK, 1.0)
    _draw_units(axes, right, side, QUIET)
    seen = seen_by_h1()
    first, begin = (int(seen.any(axis=axis).argmax()) for axis in (1, 0))
    across = int(seen.any(axis=0).sum()) * side
    _draw_units(axes, square(*right.unit(first, begin, side), across), side, QUIET, 0.35)
    corner = left.unit(plane.top, plane.left, side)
    look: dict[str, Any] = {"fill": False, "edgecolor": QUIET, "ls": ":", "linewidth": 1.2}
    axes.add_patch(Rectangle(corner, 16 * side, 16 * side, **look))
    last = shape.height - 1
    for unit, colour in (((0, 0), HALVES[0]), ((last, last), HALVES[1])):
        _draw_corner(axes, left.unit(*unit, side), right.unit(*unit, side), side, kernel, colour)
    for place, words in (
        (left, f"input plane, {plane.height} × {plane.width}; dotted: the 16 × 16 image"),
        (right, f"a map of H1, {shape.height} × {shape.width}; filled: sees the image"),
    ):
        lines = wrapped(words, SMALL, place.width)
        for number, line in enumerate(reversed(lines)):
            axes.text(place.x, place.y - 0.1 - 0.17 * number, line, color=QUIET, size=SMALL)
    page.figure.set_label(
        f"A handwritten digit, 16 by 16, in the middle of a plane of {plane.height} by "
        f"{plane.width} units, and a map of H1 of {shape.height} by {shape.width}. The fields of "
        "the map's first and last unit fill the plane's first and last corner; the units of the "
        f"map's middle, {int(seen.any(axis=1).sum())} by {int(seen.any(axis=0).sum())}, see part "
        "of the image."
    )
    return page.figure


def _draw_corner(
    axes: Axes,
    field: tuple[float, float],
    unit: tuple[float, float],
    side: float,
    kernel: int,
    colour: str,
) -> None:
    """Draw a field of the plane, the unit that reads it, and a line between."""
    size = kernel * side
    look: dict[str, Any] = {"edgecolor": colour, "zorder": 3}
    axes.add_patch(
        Rectangle(field, size, size, facecolor=mixed(PAPER_COLOUR, colour, 0.35), **look)
    )
    axes.add_patch(Rectangle(unit, side, side, facecolor=colour, zorder=3))
    ends = [field[0] + size, unit[0]], [field[1] + size / 2, unit[1] + side / 2]
    axes.add_line(Line2D(*ends, color=colour, linewidth=1, zorder=4))


# --- Table 1 --------------------------------------------------------------------------------


@styled
def table_1() -> Figure:
    """Draw Table 1: which H2 maps each H3 map reads."""
    sources = 1 + max(max(row) for row in TABLE_1)
    count = sum(len(row) for row in TABLE_1)
    step, left = fitting((0.44, 1.35), (0.245, 0.55))
    top = fitting(0.45, 0.6)
    page = Sheet(
        top + sources * step + 0.55,
        "Table 1",
        f"The H2 maps that each H3 map reads: {count} of {sources * len(TABLE_1)} pairs",
    )
    axes = page.whole()
    half_way = len(TABLE_1) // 2
    for column, reads in enumerate(TABLE_1):
        x = left + (column + 0.5 + 0.35 * (column >= half_way)) * step
        axes.text(x, top - 0.2, str(column + 1), size=fitting(12, BODY), **CENTRED)
        for row in range(sources):
            y = top + (row + 0.5) * step
            if row in reads:
                size, edge = fitting((11, 2.6), (8, 2.0))
                colour = HALVES[row >= sources // 2]
                axes.plot([x], [y], "x", color=colour, markersize=size, markeredgewidth=edge)
            else:
                axes.plot([x], [y], "o", color=QUIET, markersize=2.2)
    for row in range(sources):
        axes.text(left - 0.2, top + (row + 0.5) * step, str(row + 1), size=12, **CENTRED)
    quiet: dict[str, Any] = {"color": QUIET, "va": "center_baseline"}
    axes.text(page.margin, top - fitting(0.2, 0.42), "H3 map", **quiet)
    turned = fitting(0.0, 90.0)
    axes.text(
        page.margin, top + sources / 2 * step, "H2 map", rotation=turned, va="center", color=QUIET
    )
    for half, name in enumerate(("first half", "second half")):
        begin = left + half * (half_way + 0.35) * step
        width, y = half_way * step, top + sources * step + 0.12
        axes.hlines(y, begin + 0.06, begin + width - 0.06, color=HALVES[half])
        axes.text(begin + width / 2, y + 0.2, name, color=HALVES[half], **CENTRED)
    said = "; ".join(
        f"{number}: {' and '.join(str(source + 1) for source in row)}"
        for number, row in enumerate(TABLE_1, 1)
    )
    page.figure.set_label(f"Table 1. H3 map: the H2 maps that it reads. {said}.")
    return page.figure


# --- the squashing function -----------------------------------------------------------------


@styled
def squashing(a: np.ndarray, computed: np.ndarray) -> Figure:
    """Draw f(a) = 1.7159 tanh(2a/3) with its slope, and below it the engine's error.

    Parameters
    ----------
    a, computed : ndarray, float32, shape (n,)
        Arguments in rising order, and f of them as the engine computes it.
    """
    exact = FULL * np.tanh(2 / 3 * a.astype(float))
    slope = 2 / 3 * (FULL - exact**2 / FULL)
    error = (computed - exact) * 1e6
    page = Sheet(
        4.5,
        "f(1) is 1, computed to about a millionth",
        "f(a) = 1.7159 tanh(2a/3) and its slope; below: what the engine computes, minus f(a)",
    )
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
    upper.set(xlim=(-6, 6), ylim=(-1.95, 1.95))
    plain_ticks(upper.yaxis, [-FULL, -1, 0, 1, FULL])
    upper.grid(axis="y")
    lower.plot(a[shown], error[shown], color=HALVES[0], linewidth=0.5)
    lower.set(xlim=(-6, 6), ylim=(-1.1, 1.1), xlabel="a, the weighted sum")
    plain_ticks(lower.yaxis, [-1, 0, 1])
    lower.grid(axis="y")
    lower.text(6.1, 0, "error,\nmillionths", color=HALVES[0], va="center", linespacing=1.1)
    for axes in (upper, lower):
        plain_ticks(axes.xaxis, range(-6, 7, 2))
    page.figure.set_label(
        "Upper panel: f rises from -1.7159 to 1.7159, through -1 at a = -1 and 1 at a = 1; its "
        f"slope is {slope.max():.3f} at 0 and falls to 0 on both sides. Lower panel: the engine's "
        f"error lies between {error.min():.2f} and {error.max():.2f} millionths."
    )
    return page.figure
