"""Pictures of the network itself: its layers, its connections, its weights, what its units hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from reproduction.figures.sheet import (
    HEADING,
    INK,
    LOOK,
    MARGIN,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    WIDTH,
    axes_in,
    mixed,
    sheet,
    styled,
    whole_axes,
)
from reproduction.network import LENET1, TABLE_1, Architecture
from reproduction.network.fields import seen_by_h1

HALVES = tuple(to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"][2:4])
"""The colours of the two halves of the network."""

FULL = 1.7159
"""The greatest value of a unit."""

GRAYS = LinearSegmentedColormap.from_list("ink", [PAPER_COLOUR, INK])
SIGNS = LinearSegmentedColormap.from_list("signs", [TRAIN_COLOUR, "#ffffff", TEST_COLOUR])


# --- the layers to scale --------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where a map is drawn: its left upper corner and its sides, in inches."""

    x: float
    y: float
    width: float
    height: float

    def unit(self, row: float, column: float, side: float) -> tuple[float, float]:
        """Return the corner of a unit; a unit's side is in inches."""
        return self.x + column * side, self.y + row * side


class _Stack:
    """The layers one below the other, the maps of each side by side, two halves apart."""

    scale = 0.0475  # inches a unit
    left = 1.42
    right = 6.72
    gap = 0.065
    between_halves = 0.2

    def __init__(self, sizes: Mapping[str, tuple[int, int]], gap_below: float) -> None:
        """Place layers of (maps, side), from the input on; the last is the output."""
        self.sizes = sizes
        self.middle = (self.left + self.right) / 2
        self.places: dict[str, list[_Place]] = {}
        y = HEADING + 0.12
        for name, (maps, side) in sizes.items():
            height = side * self.scale
            if side > 1:
                self.places[name] = [
                    _Place(x - height / 2, y, height, height) for x in self.centres(maps)
                ]
                y += height + gap_below
        self.bottom = y + 0.16

    def centres(self, maps: int) -> list[float]:
        """Return the middles of maps: one in the middle, or two halves of an equal width."""
        if maps == 1:
            return [self.middle]
        half = (self.right - self.left - self.between_halves) / 2
        step = half / (maps // 2)
        starts = (self.left, self.left + half + self.between_halves)
        return [start + (n + 0.5) * step for start in starts for n in range(maps // 2)]

    def outputs(self, side: float) -> list[_Place]:
        """Return the places of the ten output units, of a side in inches."""
        step = 0.36
        xs = [self.middle + (n - 4.5) * step for n in range(10)]
        return [_Place(x - side / 2, self.bottom, side, side) for x in xs]

    def name(self, axes: Axes, layer: str, what: str, y: float) -> None:
        """Write a layer's name and its size at the left."""
        axes.text(MARGIN, y, layer, size=12.5, va="center_baseline")
        axes.text(MARGIN, y + 0.19, what, color=QUIET, size=SMALL, va="center_baseline")


def _sizes(architecture: Architecture) -> dict[str, tuple[int, int]]:
    sizes = {"input": (1, architecture.plane.height)}
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        sizes[layer.name] = shape.maps, shape.height
    return sizes


def _said(maps: int, side: int) -> str:
    return f"{maps} units" if side == 1 else f"{maps} map{'s' * (maps > 1)}, {side} × {side}"


def _colour_of(number: int, maps: int) -> str:
    if maps == 1:
        return INK
    return HALVES[number >= maps // 2]


@styled
def layers() -> Figure:
    """Draw the layers of the network of 1989 to scale, with a field in each and where it leads."""
    sizes = _sizes(LENET1)
    stack = _Stack(sizes, 0.36)
    side = stack.scale
    figure = sheet(
        stack.bottom + 0.55,
        "The layers, to scale",
        "All units of every map; squares: the field that one unit of the next layer reads",
    )
    axes = whole_axes(figure)
    for name, maps in stack.places.items():
        stack.name(axes, name, _said(*sizes[name]), maps[0].y + 0.12)
        for number, place in enumerate(maps):
            colour = _colour_of(number, len(maps))
            _draw_units(axes, place, side, colour)
    outputs = stack.outputs(side)
    stack.name(axes, "output", _said(*sizes["output"]), stack.bottom - 0.02)
    for digit, place in enumerate(outputs):
        axes.add_patch(Rectangle((place.x, place.y), side, side, facecolor=INK, linewidth=0))
        middle = place.x + side / 2
        axes.text(middle, place.y + 0.2, str(digit), ha="center", va="center_baseline")
    plane = stack.places["input"][0]
    image = plane.unit(LENET1.plane.top, LENET1.plane.left, side)
    axes.add_patch(
        Rectangle(image, 16 * side, 16 * side, fill=False, edgecolor=INK, ls=":", zorder=3)
    )
    axes.text(
        plane.x + plane.width + 0.12,
        plane.y + 0.62,
        "dotted: the 16 × 16 image",
        color=QUIET,
        size=SMALL,
    )
    places = stack.places
    _lead(axes, side, places["input"][0], (6, 7), 5, places["H1"][1], (6, 7))
    _lead(axes, side, places["H1"][1], (16, 20), 2, places["H2"][1], (8, 10))
    for number in (0, 1):
        _lead(axes, side, places["H2"][number], (1, 4), 5, places["H3"][2], (1, 4))
    _lead(axes, side, places["H3"][2], (4, 2), 2, places["H4"][2], (2, 1))
    for number, place in enumerate(places["H4"]):
        for x in (place.x, place.x + place.width):
            colour = _colour_of(number, 12)
            ends = [x, outputs[3].x + side / 2], [place.y + place.height, outputs[3].y]
            axes.add_line(Line2D(*ends, color=colour, linewidth=0.45, alpha=0.7))
    figure.set_label(
        "Six layers one below the other, drawn to one scale: "
        + "; ".join(f"{name}: {_said(*size)}" for name, size in sizes.items())
        + ". A field of 5 by 5 units leads from the input to a unit of H1, and two of them, at one "
        "place in H2 maps 1 and 2, to a unit of H3; fields of 2 by 2 lead from H1 to H2 and from "
        "H3 to H4; all of H4 leads to each output unit. The left two maps of H1 and H2 go with the "
        "left six of H3 and H4, the right ones with the right."
    )
    return figure


def _draw_units(axes: Axes, place: _Place, side: float, colour: str) -> None:
    """Draw a map as a sheet of squared paper."""
    count = round(place.width / side)
    fill = mixed(PAPER_COLOUR, colour, 0.12)
    corner = place.x, place.y
    axes.add_patch(Rectangle(corner, place.width, place.height, facecolor=fill, linewidth=0))
    marks = np.arange(1, count) * side
    lines: dict[str, Any] = {"color": PAPER_COLOUR, "linewidth": 0.5}
    axes.vlines(place.x + marks, place.y, place.y + place.height, **lines)
    axes.hlines(place.y + marks, place.x, place.x + place.width, **lines)
    edge: dict[str, Any] = {"zorder": 2.5, "fill": False, "edgecolor": colour, "linewidth": 0.9}
    axes.add_patch(Rectangle(corner, place.width, place.height, **edge))


def _lead(
    axes: Axes,
    side: float,
    source: _Place,
    at: tuple[int, int],
    window: int,
    to: _Place,
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
    figure = sheet(stack.bottom + 0.72, "One digit, all units", who)
    axes = whole_axes(figure)
    for name, places in stack.places.items():
        stack.name(axes, name, _said(*sizes[name]), places[0].y + 0.12)
        for number, place in enumerate(places):
            _show(axes, values[name][number], place, GRAYS, FULL)
            _frame(axes, place, _colour_of(number, len(places)), 0.8)
    outputs = values["output"].ravel()
    stack.name(axes, "output", _said(*sizes["output"]), stack.bottom + 0.06)
    for digit, place in enumerate(stack.outputs(0.24)):
        _show(axes, outputs[digit : digit + 1, np.newaxis], place, GRAYS, FULL)
        _frame(axes, place, INK, 0.8)
        write: dict[str, Any] = {"ha": "center", "va": "center_baseline", "x": place.x + 0.12}
        axes.text(y=place.y + 0.36, s=str(digit), **write)
        axes.text(y=place.y + 0.54, s=_signed(outputs[digit]), color=QUIET, size=8.5, **write)
    _draw_scale(axes, 5.0, 1.1, GRAYS, FULL, "value of a unit")
    figure.set_label(
        f"{who}. The input plane, 4 maps of H1 and of H2, 12 maps of H3 and of H4 as gray levels, "
        "coarser from layer to layer, and the ten output units: "
        + ", ".join(f"{digit}: {_signed(y)}" for digit, y in enumerate(outputs))
        + "."
    )
    return figure


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _show(axes: Axes, image: np.ndarray, place: _Place, colours: Colormap, most: float) -> None:
    """Draw numbers from -most to most as colours."""
    limits = axes.get_xlim(), axes.get_ylim()
    extent = (place.x, place.x + place.width, place.y + place.height, place.y)
    axes.imshow(image, cmap=colours, vmin=-most, vmax=most, extent=extent, aspect="auto")
    axes.set(xlim=limits[0], ylim=limits[1])


def _frame(axes: Axes, place: _Place, colour: str, linewidth: float) -> None:
    look: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": linewidth}
    axes.add_patch(Rectangle((place.x, place.y), place.width, place.height, **look))


def _draw_scale(
    axes: Axes, x: float, y: float, colours: Colormap, most: float, what: str, digits: int = 2
) -> None:
    """Draw which colour is which number."""
    place = _Place(x, y, 1.3, 0.11)
    _show(axes, np.linspace(-most, most, 101)[np.newaxis], place, colours, most)
    _frame(axes, place, QUIET, 0.5)
    write: dict[str, Any] = {"ha": "center", "size": SMALL, "color": QUIET}
    for share in (-1, 0, 1):
        said = f"{share * most:+.{digits}f}".replace("-", "−") if share else "0"
        axes.text(x + 0.65 * (1 + share), y + 0.27, said, **write)
    axes.text(x + 0.65, y - 0.07, what, **write)


@styled
def feature_maps(values: Sequence[Mapping[str, np.ndarray]], who: str) -> Figure:
    """Draw the units of all layers for several patterns, one a column.

    Parameters
    ----------
    values : sequence of mappings of str to ndarray, shape (maps, height, width)
        For each pattern, as `plain.units` gives them.
    who : str
        Which network, for the subtitle.
    """
    left, right, gap = 0.95, WIDTH - MARGIN, 0.22
    width = (right - left - gap * (len(values) - 1)) / len(values)
    side, inner = width / 56.0, 1.4  # inches a unit, units between maps
    tall = (28 + 2 * 24 + 2 * 12 + 2 * 8 + 2 * 4 + 4 * inner) * side
    figure = sheet(HEADING + 0.1 + tall + 5 * 0.14 + 0.9, "Feature maps", who)
    axes = whole_axes(figure)
    for column, each in enumerate(values):
        x, y = left + column * (width + gap), HEADING + 0.1
        for name, maps in each.items():
            if name == "output":
                _draw_outputs(axes, maps.ravel(), x, y, width)
            else:
                rows = 1 if len(maps) == 1 else 2
                for row, half in enumerate(np.array_split(maps, rows)):
                    size = maps.shape[1] * side
                    free = width - len(half) * size - (len(half) - 1) * inner * side
                    for number, image in enumerate(half):
                        at = x + free / 2 + number * (size + inner * side)
                        place = _Place(at, y + row * (size + inner * side), size, size)
                        _show(axes, image, place, GRAYS, FULL)
                        _frame(axes, place, _colour_of(row, rows), 0.6)
                tall = rows * maps.shape[1] * side + (rows - 1) * inner * side
                if column == 0:
                    axes.text(MARGIN, y + tall / 2, name, va="center_baseline", size=12)
                y += tall + 0.14
    axes.text(MARGIN, y + 0.3, "output", va="center_baseline", size=12)
    said = [f"outputs highest for {int(each['output'].ravel().argmax())}" for each in values]
    figure.set_label(
        f"{who}. The input plane, the maps of H1, H2, H3 and H4, and the output units, for "
        f"{len(values)} digits, from left to right: {', '.join(said)}."
    )
    return figure


def _draw_outputs(axes: Axes, outputs: np.ndarray, x: float, y: float, width: float) -> None:
    """Draw ten outputs as bars from -1, the digits below; the highest is coloured."""
    step, zero, tall = width / 10, y + 0.5, 0.22
    for digit, value in enumerate(outputs):
        top = digit == outputs.argmax()
        size = (max(value, -FULL) + 1) * tall
        corner = x + (digit + 0.15) * step, zero - max(size, 0)
        colour = TEST_COLOUR if top else QUIET
        axes.add_patch(Rectangle(corner, 0.7 * step, abs(size), facecolor=colour, linewidth=0))
        write: dict[str, Any] = {"ha": "center", "va": "center_baseline", "size": 8.5}
        axes.text(x + (digit + 0.5) * step, zero + 0.2, str(digit), color=colour, **write)
    axes.hlines(zero, x, x + width, color=QUIET, linewidth=0.6)


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
    side, top = 0.118, HEADING + 0.42
    figure = sheet(
        top + plane.height * side + 0.3,
        "The image in the middle of the plane",
        f"Every {kernel} × {kernel} field lies within the plane; the corners of H1 read the four "
        "corners of it",
    )
    axes = whole_axes(figure)
    left = _Place(MARGIN, top, plane.width * side, plane.height * side)
    aside = (plane.height - shape.height) / 2 * side
    across = WIDTH - MARGIN - shape.width * side
    right = _Place(across, top + aside, shape.width * side, shape.height * side)
    _show(axes, LENET1.planes(image[np.newaxis])[0], left, GRAYS, 1.0)
    _frame(axes, left, INK, 1.0)
    _draw_units(axes, right, side, QUIET)
    seen = seen_by_h1()
    for row, column in zip(*np.nonzero(seen), strict=True):
        corner = right.unit(row, column, side)
        axes.add_patch(
            Rectangle(
                corner,
                side,
                side,
                facecolor=mixed(SHADE, QUIET, 0.3),
                lw=0.3,
                edgecolor=PAPER_COLOUR,
            )
        )
    corner = left.unit(plane.top, plane.left, side)
    look: dict[str, Any] = {"fill": False, "edgecolor": QUIET, "linestyle": ":", "linewidth": 1.2}
    axes.add_patch(Rectangle(corner, 16 * side, 16 * side, **look))
    last = shape.height - 1
    for unit, colour in (((0, 0), HALVES[0]), ((last, last), HALVES[1])):
        x, y = left.unit(*unit, side)
        size = kernel * side
        fill: dict[str, Any] = {"facecolor": mixed(PAPER_COLOUR, colour, 0.35), "edgecolor": colour}
        axes.add_patch(Rectangle((x, y), size, size, **fill, zorder=3))
        u, v = right.unit(*unit, side)
        axes.add_patch(Rectangle((u, v), side, side, facecolor=colour, zorder=3))
        axes.add_line(
            Line2D([x + size, u], [y + size / 2, v + side / 2], color=colour, linewidth=1, zorder=4)
        )
    above: dict[str, Any] = {"color": QUIET, "size": SMALL}
    axes.text(
        left.x,
        top - 0.12,
        f"input plane, {plane.height} × {plane.width}; dotted: the 16 × 16 image",
        **above,
    )
    axes.text(
        right.x,
        right.y - 0.12,
        f"a map of H1, {shape.height} × {shape.width}; darker: sees the image",
        **above,
    )
    figure.set_label(
        f"A handwritten digit, 16 by 16, in the middle of a plane of {plane.height} by "
        f"{plane.width} units, and a map of H1 of {shape.height} by {shape.width}. The fields of "
        "the map's first and last unit fill the plane's first and last corner; the units of the "
        f"map's middle, {int(seen.any(axis=1).sum())} by {int(seen.any(axis=0).sum())}, see part "
        "of the image."
    )
    return figure


# --- Table 1 --------------------------------------------------------------------------------


@styled
def table_1() -> Figure:
    """Draw Table 1: which H2 maps each H3 map reads."""
    sources = 1 + max(max(row) for row in TABLE_1)
    count = sum(len(row) for row in TABLE_1)
    step, left, top = 0.44, 1.35, HEADING + 0.55
    figure = sheet(
        top + sources * step + 0.62,
        "Table 1",
        f"The H2 maps that each H3 map reads: {count} of {sources * len(TABLE_1)} pairs",
    )
    axes = whole_axes(figure)
    write: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
    for column, reads in enumerate(TABLE_1):
        x = left + (column + 0.5 + 0.35 * (column >= len(TABLE_1) // 2)) * step
        axes.text(x, top - 0.2, str(column + 1), size=12, **write)
        for row in range(sources):
            y = top + (row + 0.5) * step
            if row in reads:
                colour = HALVES[row >= sources // 2]
                axes.plot([x], [y], "x", color=colour, markersize=11, markeredgewidth=2.6)
            else:
                axes.plot([x], [y], "o", color=QUIET, markersize=2.2)
    for row in range(sources):
        axes.text(left - 0.2, top + (row + 0.5) * step, str(row + 1), size=12, **write)
    axes.text(MARGIN, top - 0.2, "H3 map", color=QUIET, va="center_baseline")
    axes.text(MARGIN, top + sources / 2 * step, "H2 map", color=QUIET, va="center_baseline")
    for half, colour in enumerate(HALVES):
        begin = left + half * (len(TABLE_1) / 2 + 0.35) * step
        width = len(TABLE_1) / 2 * step
        y = top + sources * step + 0.14
        axes.hlines(y, begin + 0.06, begin + width - 0.06, color=colour)
        name = ("first half", "second half")[half]
        axes.text(begin + width / 2, y + 0.2, name, color=colour, **write)
    said = "; ".join(
        f"{number}: {' and '.join(str(source + 1) for source in row)}"
        for number, row in enumerate(TABLE_1, 1)
    )
    figure.set_label(f"Table 1. H3 map: the H2 maps that it reads. {said}.")
    return figure


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
    figure = sheet(
        5.3,
        "The squashing function",
        "f(a) = 1.7159 tanh(2a/3) and its slope; below: what the engine computes, less f(a)",
    )
    upper = axes_in(figure, 0.8, 2.2, 0.95, HEADING + 0.1)
    lower = axes_in(figure, 0.8, 0.6, 0.95, 3.6)
    shown = np.abs(a) <= 6
    upper.plot(a[shown], exact[shown], color=TEST_COLOUR)
    upper.plot(a[shown], slope[shown], color=TRAIN_COLOUR, linewidth=1.2, linestyle="--")
    upper.plot([-1, 1], [-1, 1], "o", color=TEST_COLOUR, markersize=7)
    upper.text(6.1, exact[shown][-1], "f(a)", color=TEST_COLOUR, va="center", size=12)
    upper.text(6.1, 0.05, "slope f′(a)", color=TRAIN_COLOUR, va="center")
    upper.annotate("f(1) = 1", (1, 1), (1.35, 0.72), color=TEST_COLOUR)
    upper.annotate("f(−1) = −1", (-1, -1), (-0.8, -1.3), color=TEST_COLOUR)
    upper.set(xlim=(-6, 6), ylim=(-1.95, 1.95), yticks=[-FULL, -1, 0, 1, FULL])
    upper.set_yticklabels(["−1.7159", "−1", "0", "1", "1.7159"])
    upper.grid(axis="y")
    lower.plot(a[shown], error[shown], color=HALVES[0], linewidth=0.5)
    lower.set(xlim=(-6, 6), ylim=(-1.1, 1.1), yticks=[-1, 0, 1], xlabel="a, the weighted sum")
    lower.set_yticklabels(["−1", "0", "1"])
    lower.grid(axis="y")
    lower.text(6.1, 0, "error,\nmillionths", color=HALVES[0], va="center", linespacing=1.1)
    figure.set_label(
        "Upper panel: f rises from -1.7159 to 1.7159, through -1 at a = -1 and 1 at a = 1; its "
        f"slope is {slope.max():.3f} at 0 and falls to 0 on both sides. Lower panel: the engine's "
        f"error lies between {error.min():.2f} and {error.max():.2f} millionths."
    )
    return figure


# --- weights --------------------------------------------------------------------------------


@styled
def kernels(h1: np.ndarray, h3: np.ndarray, who: str) -> Figure:
    """Draw the kernels of H1 and, in the layout of Table 1, those of H3.

    Parameters
    ----------
    h1 : ndarray, shape (4, 5, 5)
    h3 : ndarray, shape (20, 5, 5)
        In the order of Table 1's pairs.
    who : str
        Which network, for the subtitle.
    """
    left, step, size, first = 0.95, 0.464, 0.405, 0.8
    top, extra = HEADING + 0.35, 0.18
    figure = sheet(top + first + 0.75 + 4 * step + 0.25, "The kernels of H1 and of H3", who)
    axes = whole_axes(figure)
    write: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
    most = np.abs(h1).max()
    axes.text(MARGIN, top + first / 2, "H1", size=12.5, va="center_baseline")
    for number, kernel in enumerate(h1):
        x = left + number * (first + 0.12) + extra * (number > 1)
        place = _Place(x, top, first, first)
        _show(axes, kernel, place, SIGNS, most)
        _frame(axes, place, HALVES[number > 1], 1.2)
        axes.text(x + first / 2, top - 0.13, str(number + 1), **write)
    _draw_scale(axes, 5.2, top + 0.12, SIGNS, most, "weights of H1")
    most_h3 = np.abs(h3).max()
    _draw_scale(axes, 5.2, top + 0.66, SIGNS, most_h3, "weights of H3")
    top += first + 0.72
    axes.text(MARGIN, top - 0.14, "H3 map", size=11, va="center_baseline")
    for row in range(4):
        axes.text(
            MARGIN,
            top + row * step + size / 2,
            f"H2 map {row + 1}",
            size=SMALL,
            color=QUIET,
            va="center_baseline",
        )
    pairs = iter(h3)
    for column, reads in enumerate(TABLE_1):
        x = left + column * step + extra * (column > 5)
        axes.text(x + size / 2, top - 0.14, str(column + 1), **write)
        for row in range(4):
            place = _Place(x, top + row * step, size, size)
            if row in reads:
                _show(axes, next(pairs), place, SIGNS, most_h3)
                _frame(axes, place, HALVES[row > 1], 0.9)
            else:
                middle = place.x + size / 2, place.y + size / 2
                axes.plot(*middle, "o", color=QUIET, markersize=1.8)
    figure.set_label(
        f"{who}. The four kernels of H1, 5 by 5 weights each, and the 20 of H3 where Table 1 has "
        "its marks; weights below 0 brown, above 0 violet, on a scale for each layer. The largest "
        f"weight of H1 is {most:.2f}, of H3 {most_h3:.2f}."
    )
    return figure


@styled
def output_weights(weights: np.ndarray, who: str) -> Figure:
    """Draw the weights of the output units, as 4 x 4 places for each H4 map and digit.

    Parameters
    ----------
    weights : ndarray, shape (10, 192)
        Of the output units.
    who : str
        Which network, for the subtitle.
    """
    blocks = weights.reshape(10, 12, 4, 4)
    left, step, size, extra = 0.95, 0.464, 0.405, 0.18
    top = HEADING + 0.72
    figure = sheet(top + 10 * step + 0.75, "The weights of the output units", who)
    axes = whole_axes(figure)
    write: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
    most = np.abs(blocks).max()
    axes.text(MARGIN, top - 0.14, "H4 map", va="center_baseline", size=11)
    for column in range(12):
        x = left + column * step + extra * (column > 5)
        axes.text(x + size / 2, top - 0.14, str(column + 1), **write)
        for digit in range(10):
            place = _Place(x, top + digit * step, size, size)
            _show(axes, blocks[digit, column], place, SIGNS, most)
            _frame(axes, place, HALVES[column > 5], 0.6)
    for digit in range(10):
        y = top + digit * step + size / 2
        axes.text(left - 0.25, y, str(digit), size=12, **write)
    axes.text(MARGIN, top + 5 * step, "digit", color=QUIET, va="center_baseline")
    for half in (0, 1):
        x = left + half * (6 * step + extra)
        name = ("first half", "second half")[half]
        axes.text(x + 3 * step, top - 0.4, name, color=HALVES[half], **write)
    _draw_scale(axes, 5.2, top + 10 * step + 0.2, SIGNS, most, "weight")
    figure.set_label(
        f"{who}. For each of the ten output units and each of the 12 H4 maps 4 by 4 weights, six "
        f"maps in each half; weights of both signs everywhere, up to {most:.2f} in size."
    )
    return figure


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
    figure = sheet(4.4, "Errors of whole networks and of halves, digit by digit", who)
    axes = axes_in(figure, 0.75, 0.6, 1.35, HEADING + 0.1)
    colours = dict(zip(errors, (INK, TRAIN_COLOUR, TEST_COLOUR), strict=True))
    said = []
    ends = {}
    for number, (name, percent) in enumerate(errors.items()):
        aside = (number - 1) * 0.24
        x = np.arange(10) + aside
        colour = colours[name]
        axes.vlines(x, percent.min(axis=0), percent.max(axis=0), color=colour, alpha=0.3, lw=4)
        median = np.median(percent, axis=0)
        axes.plot(x, median, "o", color=colour, markersize=5.5)
        ends[name] = float(median[-1])
        said.append(f"{name}: " + ", ".join(f"{d}: {m:.1f}" for d, m in enumerate(median)))
    axes.set(xlim=(-0.6, 9.6), ylim=(0, None), xticks=range(10), xlabel="digit", ylabel="% wrong")
    axes.set_xticklabels([str(digit) for digit in range(10)])
    axes.grid(axis="y")
    places = _apart(list(ends.values()), 0.07 * axes.get_ylim()[1])
    for name, y in zip(ends, places, strict=True):
        axes.text(9.75, y, name, color=colours[name], va="center")
    figure.set_label(f"{who}. Medians in percent: {'; '.join(said)}.")
    return figure


def _apart(values: list[float], least: float) -> list[float]:
    """Move numbers upwards until they are at least so far apart."""
    order = np.argsort(values)
    places = np.array(values, float)
    for lower, upper in pairwise(order):
        places[upper] = max(places[upper], places[lower] + least)
    return places.tolist()


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
    left, top = 0.95, HEADING + 0.4
    step = (WIDTH - MARGIN - left) / count
    size = step - 0.05
    figure = sheet(
        top + 4 * step + 0.6,
        f"The H1 kernels of {count} networks",
        "A column a network, arranged and turned to be most like the first; each kernel at the "
        "same length",
    )
    axes = whole_axes(figure)
    write: dict[str, Any] = {"ha": "center", "va": "center_baseline", "size": SMALL}
    scaled = kernels / np.linalg.norm(kernels, axis=(2, 3), keepdims=True)
    axes.text(MARGIN, top - 0.15, "seed", color=QUIET, size=SMALL, va="center_baseline")
    axes.text(
        MARGIN, top + 4 * step + 0.16, "cosine", color=QUIET, size=SMALL, va="center_baseline"
    )
    for column in range(count):
        x = left + column * step
        axes.text(x + size / 2, top - 0.15, str(seeds[column]), **write)
        for row in range(4):
            place = _Place(x, top + row * step, size, size)
            _show(axes, scaled[column, row], place, SIGNS, 0.5)
            _frame(axes, place, HALVES[row > 1], 0.6)
        said = f"{cosines[column]:.2f}".lstrip("0")
        axes.text(x + size / 2, top + 4 * step + 0.16, said, color=QUIET, **write)
    figure.set_label(
        f"Four H1 kernels of each of {count} networks. Mean cosine with the kernels of seed "
        f"{seeds[0]}: "
        + ", ".join(f"seed {s}: {c:.2f}" for s, c in zip(seeds[1:], cosines[1:], strict=True))
        + "."
    )
    return figure
