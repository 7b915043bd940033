"""The marks that several figures share: words, images of numbers, axes, lines by pass, legends.

Each function draws on axes. Axes over a whole page (`Sheet.whole`) are in inches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import Colormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from reproduction.figures.colours import GRAYS, INK, QUIET, legible_on
from reproduction.figures.sheet import BODY, SMALL, Place, Sheet, fitting, text_width, wrapped
from reproduction.words import signed

DASHED: dict[str, Any] = {"linewidth": 1, "linestyle": (0, (4, 3))}
DOTTED: dict[str, Any] = {"linewidth": 1, "linestyle": (0, (1, 2))}

# --- words, places, numbers as images -------------------------------------------------------


def write(axes: Axes, x: float, y: float, words: str, **look: Any) -> None:
    """Write words whose middle is at a place; with `ha`, whose left or right end is there."""
    axes.text(x, y, words, **{"ha": "center", "va": "center_baseline", **look})


def note(axes: Axes, x: float, y: float, words: str, **look: Any) -> None:
    """Write words that are quiet and small."""
    write(axes, x, y, words, **{"color": QUIET, "size": SMALL, **look})


def name(axes: Axes, x: float, y: float, words: str, notes: str, size: float, **look: Any) -> None:
    """Write a name from a place on, and beside it, quiet and small, what is noted of it."""
    write(axes, x, y, words, ha="left", size=size)
    note(axes, x + text_width(words, size) + 0.1, y, notes, ha="left", **look)


def write_at(axes: Axes, x: float, y: float, words: str, colour: str = INK, **look: Any) -> None:
    """Write words at a place in shares of the axes, from the left lower corner."""
    axes.text(x, y, words, transform=axes.transAxes, color=colour, **look)


def write_beside(
    axes: Axes, x: float, y: float, words: str, aside: tuple[float, float], **look: Any
) -> None:
    """Write words so many points to the right of a point of axes, and above it."""
    axes.annotate(words, (x, y), aside, textcoords="offset points", **look)


def box(axes: Axes, place: Place, **look: Any) -> None:
    """Fill a place."""
    x, y, width, height = place
    axes.add_patch(Rectangle((x, y), width, height, **{"linewidth": 0, **look}))


def cell(axes: Axes, place: Place, fill: str, words: str, **look: Any) -> None:
    """Fill a place with a colour, and write in its middle, in one that is legible on it."""
    box(axes, place, facecolor=fill)
    write(axes, *place.centre, words, **{"color": legible_on(fill), **look})


EDGE = QUIET, 0.6
"""The colour and the width of a line around images."""


def frame(axes: Axes, place: Place, colour: str, linewidth: float, **look: Any) -> None:
    """Draw a line around a place."""
    box(axes, place, fill=False, edgecolor=colour, linewidth=linewidth, **look)


def ink_map(
    axes: Axes,
    values: np.ndarray,
    place: Place,
    most: float = 1.0,
    colours: Colormap = GRAYS,
    edge: tuple[str, float] | None = None,
) -> None:
    """Draw numbers from -most to most as colours, a pixel each; paper and ink by default.

    The edge is the colour and the width of a line around them.
    """
    limits = axes.get_xlim(), axes.get_ylim()
    extent = (place.x, place.x + place.width, place.y + place.height, place.y)
    axes.imshow(values, cmap=colours, vmin=-most, vmax=most, extent=extent, aspect="auto")
    axes.set(xlim=limits[0], ylim=limits[1])
    if edge is not None:
        frame(axes, place, *edge)


def digit_row(
    axes: Axes,
    images: np.ndarray,
    x: float,
    y: float,
    width: float,
    aside: int = 2,
    colours: Colormap = GRAYS,
) -> None:
    """Draw digits, (n, rows, columns), side by side as one image from a left upper corner on.

    Each is so many inches wide with as many columns of paper on both sides as `aside` says.
    """
    spaced = np.pad(images, ((0, 0), (0, 0), (aside, aside)), constant_values=-1)
    height = width * images.shape[1] / spaced.shape[2]
    place = Place(x, y, width * len(images), height)
    ink_map(axes, np.hstack(list(spaced)), place, colours=colours)


def output_bars(axes: Axes, outputs: np.ndarray, place: Place, colour: str) -> None:
    """Draw outputs, (10,), as bars from -1, the digits below; the highest has a colour."""
    base, step = place.y + place.height - 0.2, place.width / len(outputs)
    inch = (place.height - 0.2) / 2.72
    for digit, value in enumerate(outputs):
        tall, look = inch * float(value + 1), colour if digit == outputs.argmax() else QUIET
        bar = Place(place.x + (digit + 0.15) * step, base - max(tall, 0), 0.7 * step, abs(tall))
        box(axes, bar, facecolor=look)
        write(axes, bar.middle, base + 0.2, str(digit), size=8.5, color=look)
    axes.hlines(base, place.x, place.x + place.width, color=QUIET, linewidth=0.6)


def colour_scale(
    axes: Axes, x: float, y: float, most: float, what: str, colours: Colormap = GRAYS
) -> None:
    """Draw which colour is which number; `y` is the middle of its name."""
    place = Place(x, y + 0.1, fitting(1.3, 1.0), 0.11)
    ink_map(axes, np.linspace(-most, most, 101)[np.newaxis], place, most, colours, (QUIET, 0.5))
    for share in (-1, 0, 1):
        note(axes, x + place.width * (1 + share) / 2, y + 0.33, signed(share * most, 2))
    note(axes, place.middle, y, what)


# --- axes -----------------------------------------------------------------------------------

_TICKS = [each * 10.0**power for power in range(-3, 3) for each in (1, 2, 5)]


def log_percent(axis: Axis, values: np.ndarray, margin: float = 1.15) -> None:
    """Give an axis a logarithmic scale of percent that holds all values but 0."""
    known = values[values > 0] if (values > 0).any() else np.ones(1)
    low, high = float(known.min()) / margin, float(known.max()) * margin
    axes = axis.axes
    along = "x" if axis is axes.xaxis else "y"
    axes.set(**{f"{along}scale": "log", f"{along}lim": (low, high)})
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    window = axes.get_window_extent()
    room = {"x": window.width, "y": window.height}[along] / axes.figure.dpi
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
    plain_ticks(axis)
    most = fitting(most, most // 2 + 1)
    axis.set_major_locator(MaxNLocator(most, integer=True, steps=[1, 2, 5, 10]))


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
    """Add axes with a row for each name, the first at 0 and on top, of a height `band`.

    The names stand to the left, or on a narrow page above their rows; of their lines, those after
    the first are quiet. The left margin is that of a wide page.
    """
    band, lower = band or row_band(), fitting(0.5, 0.3)
    start = fitting(left, page.margin)
    axes = page.panel(start, top, page.width - start - right, band * len(names))
    axes.set_ylim(len(names) - 1 + lower, lower - 1)
    without_heights(axes)
    whole = page.whole()
    for number, (words, *notes) in enumerate(names):
        y = top + fitting(band * (number + 0.5), band * number + 0.13)
        if fitting(False, True):
            name(whole, page.margin, y, words, ", ".join(notes), BODY)
            continue
        lines = [(line, write) for line in wrapped(words, BODY, left - page.margin - 0.1)]
        lines += [(line, note) for line in notes if line]
        for place, (line, write_line) in enumerate(lines):
            shift = 0.17 * (place - (len(lines) - 1) / 2)
            write_line(whole, page.margin, y + shift, line, ha="left")
    return axes


def row_band(wide: float = 0.46) -> float:
    """Return the height of a row: on a narrow page the name stands in it, too."""
    return fitting(wide, 0.52)


def band(axes: Axes, x: np.ndarray, values: np.ndarray, colour: str, steps: bool = False) -> None:
    """Draw the median over networks as a line, and around it the middle half and the range.

    `values` has the shape (points, networks), and holds from a point to the next if in steps. A
    single point becomes a dot with bars. NaN is left out.
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


# --- labels and legends ---------------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """A text that names a line, at its end; `look` is that of a line that is not drawn through."""

    at: float
    text: str
    colour: str
    look: Mapping[str, Any] = field(default_factory=dict)


def label_lines(page: Sheet, axes: Axes, labels: Sequence[Label], y: float) -> None:
    """Name lines at their ends, or on a narrow page in rows of 0.2 inches from a place on."""
    if fitting(True, False):
        label_ends(axes, labels)
        return
    for row, label in enumerate(sorted(labels, key=lambda label: -label.at)):
        sign = line_sign(label.colour, **label.look)
        legend(page, page.margin, y + 0.2 * row, (sign, label.text))


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
        look = {"color": label.colour, "size": SMALL if label.look else 11.5, "va": "center"}
        look |= {"xycoords": "axes fraction", "arrowprops": line | {"shrinkA": 2, "shrinkB": 2}}
        write_beside(axes, 1, start / (top - bottom), label.text, (16, end - start), **look)


def apart(wanted: np.ndarray, gap: float, room: float) -> np.ndarray:
    """Move rising heights as little as need be (least squares) to lie `gap` apart within `room`."""
    steps = gap * np.arange(len(wanted))
    moved = scipy.optimize.isotonic_regression(wanted - steps).x
    return np.clip(moved, 0, max(0.0, room - steps[-1])) + steps


Sign = Callable[[Axes, float, float], object]
"""Draws a mark of a legend on axes in inches, its middle at a place."""


def legend(page: Sheet, left: float, y: float, *items: tuple[Sign, str]) -> None:
    """Say in a row, or in several if the page ends, what marks are, 0.3 inches wide at most."""
    axes, x = page.whole(), left
    for sign, words in items:
        width = 0.34 + text_width(words)
        if x > left and x + width > page.width - page.margin:
            x, y = left, y + 0.2
        sign(axes, x + 0.15, y)
        write(axes, x + 0.34, y, words, ha="left", size=SMALL)
        x += width + 0.16


def line_sign(colour: str, **look: Any) -> Sign:
    """Return the sign of a line, for a legend."""
    return lambda axes, x, y: axes.plot((x - 0.13, x + 0.13), (y, y), color=colour, **look)


def dot_sign(colour: str, marker: str = "o", **look: Any) -> Sign:
    """Return the sign of a marker, for a legend."""
    return lambda axes, x, y: axes.plot(x, y, marker, color=colour, **look)
