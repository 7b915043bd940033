"""The marks that several figures share: images of numbers, dots of networks, lines by pass, labels.

Each function draws on axes, or gives what stands in words beside its marks. Axes over a whole page
(`Sheet.whole`) are in inches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import Colormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from reproduction.figures.sheet import (
    BODY,
    GRAYS,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    Sheet,
    columns,
    fitting,
    legible_on,
    mixed,
    text_width,
    wrapped,
)
from reproduction.figures.words import signed

CENTRED: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
"""How a text stands in the middle of its place."""


# --- numbers as images ----------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where something is drawn: its left upper corner and its sides, in inches."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle, from left to right."""
        return self.x + self.width / 2

    def unit(self, row: float, column: float, side: float) -> tuple[float, float]:
        """Return the corner of a unit of a map drawn here; a unit's side is in inches."""
        return self.x + column * side, self.y + row * side


def square(x: float, y: float, side: float) -> Place:
    """Return a square place."""
    return Place(x, y, side, side)


def ink_map(
    axes: Axes, values: np.ndarray, place: Place, most: float = 1.0, colours: Colormap = GRAYS
) -> None:
    """Draw numbers from -most to most as colours, a pixel each; paper and ink by default."""
    limits = axes.get_xlim(), axes.get_ylim()
    extent = (place.x, place.x + place.width, place.y + place.height, place.y)
    axes.imshow(values, cmap=colours, vmin=-most, vmax=most, extent=extent, aspect="auto")
    axes.set(xlim=limits[0], ylim=limits[1])


def frame(axes: Axes, place: Place, colour: str = QUIET, linewidth: float = 0.6) -> None:
    """Draw a line around a place."""
    look: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": linewidth}
    axes.add_patch(Rectangle((place.x, place.y), place.width, place.height, **look))


def colour_scale(axes: Axes, x: float, y: float, colours: Colormap, most: float, what: str) -> None:
    """Draw which colour is which number; `y` is the middle of its name."""
    place = Place(x, y + 0.1, fitting(1.3, 1.0), 0.11)
    ink_map(axes, np.linspace(-most, most, 101)[np.newaxis], place, most, colours)
    frame(axes, place, QUIET, 0.5)
    look: dict[str, Any] = {"size": SMALL, "color": QUIET} | CENTRED
    for share in (-1, 0, 1):
        axes.text(x + place.width * (1 + share) / 2, y + 0.33, signed(share * most, 2), **look)
    axes.text(place.middle, y, what, **look)


Badge = tuple[str, float]
"""A short text, and how strong its ground is, from 0 to 1."""


COLUMNS = (10, 6)
"""Of digits, on a wide page and on a narrow one."""


def digit_grid(
    page: Sheet,
    images: np.ndarray,
    below: Sequence[str],
    badges: Sequence[Badge | None] = (),
    top: float = 0.0,
) -> None:
    """Draw digits in rows, with a text below each and perhaps a badge below that.

    Parameters
    ----------
    page : Sheet
        Whose drawing has `grid_height` for it.
    images : ndarray, shape (n, 16, 16)
        From -1, paper, to 1, ink.
    below : sequence of str
    badges : sequence, optional
    top : float
        Inches below the heading.
    """
    axes = page.whole()
    places = columns(*COLUMNS, gap=0.0)
    (left, width), row_height = places[0], grid_height(1, badges)
    for start in range(0, len(images), len(places)):  # a row is one image
        in_row = images[start : start + len(places)]
        between = np.pad(in_row, ((0, 0), (0, 0), (2, 2)), constant_values=-1)
        y = top + start // len(places) * row_height
        place = Place(left, y, width * len(in_row), 0.8 * width)
        ink_map(axes, np.hstack(list(between)), place)
    for number, text in enumerate(below):
        row, column = divmod(number, len(places))
        middle, y = left + (column + 0.5) * width, top + row * row_height + 0.8 * width
        axes.text(middle, y + 0.14, text, **CENTRED)
        if badges and (badge := badges[number]):
            fill = mixed(SHADE, TEST_COLOUR, badge[1])
            box = {"boxstyle": "round,pad=0.18", "facecolor": fill, "linewidth": 0}
            look: dict[str, Any] = {"size": SMALL, "color": legible_on(fill), "bbox": box}
            axes.text(middle, y + 0.33, badge[0], **look, **CENTRED)


def grid_height(count: int, badges: Sequence[Badge | None] = ()) -> float:
    """Return the height of so many digits in rows, in inches."""
    places = columns(*COLUMNS, gap=0.0)
    return -(-count // len(places)) * (0.8 * places[0][1] + (0.55 if badges else 0.34))


# --- axes -----------------------------------------------------------------------------------

_TICKS = [each * 10.0**power for power in range(-3, 3) for each in (1, 2, 5)]


def log_percent(axis: Axis, values: np.ndarray, margin: float = 1.15) -> None:
    """Give an axis a logarithmic scale of percent that holds all values but 0."""
    known = values[values > 0] if (values > 0).any() else np.ones(1)
    low, high = float(known.min()) / margin, float(known.max()) * margin
    axes = axis.axes
    if axis is axes.xaxis:
        axes.set(xscale="log", xlim=(low, high))
    else:
        axes.set_yscale("log", nonpositive="clip")
        axes.set_ylim(low, high)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    box = axes.get_window_extent()
    room = (box.width if axis is axes.xaxis else box.height) / axes.figure.dpi
    if 0.2 * len(ticks) > room:
        ticks = [tick for tick in ticks if f"{tick:e}".startswith("1")] or ticks[:1]
    plain_ticks(axis, ticks)


def plain_ticks(axis: Axis, ticks: Sequence[float] | None = None) -> None:
    """Write an axis' numbers as they are, at given places, without marks between."""
    if ticks is not None:
        axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))


def powers(axis: Axis, most: int = 8) -> None:
    """Put ticks at powers of ten on a logarithmic axis, so many at most on a wide page."""
    axis.set_major_locator(LogLocator(numticks=fitting(most, most - 2)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))


def _power(value: float) -> str:
    power = round(np.log10(value))
    return f"{10.0**power:g}" if -3 < power < 4 else f"1e{power}".replace("-", "−")


def whole_ticks(axis: Axis, most: int = 9) -> None:
    """Put ticks at whole numbers, so many at most."""
    axis.set_major_locator(
        MaxNLocator(fitting(most, most // 2 + 1), integer=True, steps=[1, 2, 5, 10])
    )
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))


def without_heights(axes: Axes) -> None:
    """Take the vertical axis away."""
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def limits_around(values: np.ndarray, margin: float = 0.06) -> tuple[float, float]:
    """Return an axis' limits with some room, a share of the values' span, on both sides of them."""
    low, high = float(values.min()), float(values.max())
    aside = margin * (high - low) or 0.05 * abs(high) or 0.5
    return low - aside, high + aside


def row_axes(
    page: Sheet,
    names: Sequence[Sequence[str]],
    left: float,
    right: float = 0.3,
    band: float | None = None,
    top: float = 0.0,
) -> Axes:
    """Add axes with a row for each name, the first at 0 and on top.

    The names stand to the left, or on a narrow page above their rows.

    Parameters
    ----------
    page : Sheet
    names : sequence of sequences of str
        The lines of each; those after the first are quiet.
    left, right, top : float
        Margins in inches, the left one of a wide page.
    band : float
        The height of a row, by default `row_band`.
    """
    band, lower = band or row_band(), fitting(0.5, 0.3)
    start = fitting(left, page.margin)
    axes = page.panel(start, top, page.width - start - right, band * len(names))
    axes.set_ylim(len(names) - 1 + lower, lower - 1)
    without_heights(axes)
    whole = page.whole()
    for number, (name, *notes) in enumerate(names):
        y = top + fitting(band * (number + 0.5), band * number + 0.13)
        if fitting(False, True):
            whole.text(page.margin, y, name, va="center_baseline")
            at = page.margin + text_width(name, BODY) + 0.1
            quiet: dict[str, Any] = {"color": QUIET, "size": SMALL, "va": "center_baseline"}
            whole.text(at, y, ", ".join(notes), **quiet)
            continue
        lines = [(line, False) for line in wrapped(name, BODY, left - page.margin - 0.1)]
        lines += [(note, True) for note in notes if note]
        for place, (line, is_note) in enumerate(lines):
            look: dict[str, Any] = {"color": QUIET, "size": SMALL} if is_note else {}
            shift = 0.17 * (place - (len(lines) - 1) / 2)
            whole.text(page.margin, y + shift, line, va="center_baseline", **look)
    return axes


def row_band(wide: float = 0.46) -> float:
    """Return the height of a row: on a narrow page the name stands in it, too."""
    return fitting(wide, 0.52)


# --- lines by pass --------------------------------------------------------------------------


def band(axes: Axes, x: np.ndarray, values: np.ndarray, colour: str, steps: bool = False) -> None:
    """Draw the median over networks as a line, and around it the middle half and the range.

    A single point becomes a dot with bars. NaN is left out.

    Parameters
    ----------
    axes : Axes
    x : ndarray, shape (points,)
    values : ndarray, shape (points, networks)
    colour : str
    steps : bool
        Whether values hold from a point to the next.
    """
    known = ~np.isnan(values).all(axis=1)
    levels = np.full((5, len(values)), np.nan)
    if known.any():
        levels[:, known] = np.nanquantile(values[known], (0, 0.25, 0.5, 0.75, 1), axis=1)
    lowest, lower, median, upper, highest = levels
    if len(x) == 1:
        axes.vlines(x, lowest, highest, color=colour, alpha=0.3, linewidth=5)
        axes.vlines(x, lower, upper, color=colour, alpha=0.5, linewidth=5)
        axes.plot(x, median, "o", color=colour)
        return
    if values.shape[1] > 1:
        look: dict[str, Any] = {"color": colour, "linewidth": 0, "step": "post" if steps else None}
        axes.fill_between(x, lowest, highest, alpha=0.16, **look)
        axes.fill_between(x, lower, upper, alpha=0.28, **look)
    axes.plot(x, median, color=colour, drawstyle="steps-post" if steps else "default")


# --- labels ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """A text that stands beside the end of a line."""

    at: float
    text: str
    colour: str
    strong: bool = False


def label_ends(axes: Axes, labels: Sequence[Label]) -> None:
    """Set labels to the right of axes, each at its height or as near as others leave room."""
    if not labels:
        return
    labels = sorted(labels, key=lambda label: label.at)
    low, high = axes.get_ylim()
    points = 72 / axes.figure.dpi
    bottom, top = axes.transData.transform([(0, low), (0, high)])[:, 1] * points
    heights = np.clip([label.at for label in labels], low, high)
    wanted = axes.transData.transform([(0, height) for height in heights])[:, 1] * points - bottom
    for label, start, end in zip(labels, wanted, apart(wanted, 13.5, top - bottom), strict=True):
        line = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.7, "relpos": (0, 0.5)}
        axes.annotate(
            label.text,
            (1, start / (top - bottom)),
            xycoords="axes fraction",
            xytext=(16, end - start),
            textcoords="offset points",
            va="center",
            color=label.colour,
            size=11.5 if label.strong else SMALL,
            arrowprops=line | {"shrinkA": 2, "shrinkB": 2},
        )


def apart(wanted: np.ndarray, gap: float, room: float) -> np.ndarray:
    """Move rising heights as little as need be to lie `gap` apart within `room`.

    Heights that are too close share their displacement: neighbours are pooled until their means
    rise (least squares).
    """
    steps = gap * np.arange(len(wanted))
    pools: list[list[float]] = []
    for value in wanted - steps:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) >= np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    means = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    return np.clip(means, 0, max(0.0, room - steps[-1])) + steps


Sign = Callable[[Axes, float, float], object]
"""Draws a mark of a legend on axes in inches, its middle at a place."""


def legend(axes: Axes, x: float, y: float, room: float, items: Sequence[tuple[Sign, str]]) -> None:
    """Say in a row, or in several where the page is narrow, what marks are.

    Parameters
    ----------
    axes : Axes
        In inches.
    x, y : float
        Where the first begins.
    room : float
        How wide a row may be.
    items : sequence of (function, str)
        What draws each mark, 0.3 inches wide at most, and its words.
    """
    left = x
    for sign, words in items:
        width = 0.34 + text_width(words)
        if left > x and left + width > x + room:
            left, y = x, y + 0.2
        sign(axes, left + 0.15, y)
        axes.text(left + 0.34, y, words, va="center_baseline", size=SMALL)
        left += width + 0.16


def line_sign(colour: str, **look: Any) -> Sign:
    """Return the sign of a line, for a legend."""
    return lambda axes, x, y: axes.plot((x - 0.13, x + 0.13), (y, y), color=colour, **look)


def dot_sign(colour: str, marker: str = "o", **look: Any) -> Sign:
    """Return the sign of a marker, for a legend."""
    return lambda axes, x, y: axes.plot(x, y, marker, color=colour, **look)
