"""Networks as dots: in stacks, in rows on a bar; means with intervals, and what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from reproduction.figures.sheet import INK, PAPER_COLOUR, SHADE, TEST_COLOUR

_LARGEST = 0.115
"""Inches from one dot to the next, at most."""


@dataclass(frozen=True)
class Bins:
    """Where dots stand on each other: bins of equal width, one edge of them at a given place.

    `pitch` is how far dots on each other are apart, in inches.
    """

    width: float
    edge: float
    pitch: float

    def places(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where each value's dot stands, and how many dots stand below it."""
        numbers = np.floor((values - self.edge) / self.width + 1e-9)
        below = np.zeros(len(values), int)
        for number in np.unique(numbers):
            here = numbers == number
            below[here] = np.arange(here.sum())
        return self.edge + (numbers + 0.5) * self.width, below

    def draw(self, axes: Axes, values: np.ndarray, colour: str, base: float = 0.0) -> None:
        """Draw a dot for each value upward from a base, on axes whose heights are inches."""
        places, below = self.places(values)
        size = 72 * self.pitch * 0.86
        look: dict[str, Any] = {"markersize": size, "markeredgewidth": 0, "clip_on": False}
        axes.plot(places, base + (below + 0.5) * self.pitch, "o", color=colour, **look)


def bins_for(
    samples: Sequence[np.ndarray],
    limits: tuple[float, float],
    room: tuple[float, float],
    at: float,
    step: float = 0.0,
) -> Bins:
    """Choose the narrowest bins by which dots are large, or nearly as large as they can be.

    Parameters
    ----------
    samples : sequence of ndarray
    limits : (float, float)
        Of the axis.
    room : (float, float)
        Inches across and upward.
    at : float
        No bin reaches from below here to above.
    step : float
        In which values come, as shares of a number of patterns do: whole steps fall to a bin. 0
        if they are continuous.
    """
    inches = room[0] / (limits[1] - limits[0])
    edge = (floor(at / step + 1e-9) + 0.5) * step if step else at
    if step:
        widths = [step * times for times in range(ceil(_LARGEST / (step * inches)), 0, -1)]
    else:
        widths = [_LARGEST * share / inches for share in np.linspace(1, 0.3, 15)]
    found = []
    for width in widths:
        bins = Bins(width, edge, 0.0)
        highest = max(int(bins.places(each)[1].max(initial=0)) + 1 for each in samples)
        found.append(replace(bins, pitch=min(_LARGEST, width * inches, room[1] / highest)))
    largest = max(bins.pitch for bins in found)
    return min((b for b in found if b.pitch >= 0.8 * largest), key=lambda bins: bins.width)


def dot_row(axes: Axes, values: np.ndarray, y: float, reach: float = 0.24) -> None:
    """Draw networks as dots on a bar at a height, with a tick at their median."""
    axes.plot((values.min(), values.max()), (y, y), color=SHADE, linewidth=6, zorder=1)
    look: dict[str, Any] = {"alpha": 0.4, "markersize": 5.5, "mew": 0}
    axes.plot(values, np.full(len(values), y), "o", color=TEST_COLOUR, **look)
    median = float(np.median(values))
    axes.plot((median, median), (y - reach, y + reach), color=TEST_COLOUR, linewidth=2.2)


def interval_bar(
    axes: Axes, mean: float, low: float, high: float, y: float, colour: str = TEST_COLOUR
) -> None:
    """Draw a mean with its interval at a height: the dot is full if the interval excludes 0."""
    axes.plot((low, high), (y, y), color=colour, linewidth=2.2)
    fill = colour if low > 0 or high < 0 else PAPER_COLOUR
    look: dict[str, Any] = {"markeredgecolor": colour, "markeredgewidth": 1.6, "markersize": 7}
    axes.plot(mean, y, "o", color=fill, **look)


def diamond(axes: Axes, x: float, y: float) -> None:
    """Draw the mark of what was published."""
    look: dict[str, Any] = {"markersize": 7.5, "markeredgecolor": PAPER_COLOUR, "zorder": 5}
    axes.plot(x, y, "D", color=INK, clip_on=False, **look)
