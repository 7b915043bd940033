"""Networks as dots: in stacks, in rows on a bar; means with intervals, and what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reproduction.figures import marks
from reproduction.figures.colours import INK, PAPER, SHADE, TEST_COLOUR
from reproduction.figures.sheet import fitting
from reproduction.studies.comparison import Interval

_LARGEST = 0.115
"""Inches from one dot to the next, at most."""

_FAR = 4
"""A scale on which the highest value is so many times the lowest is logarithmic."""


@dataclass(frozen=True)
class Bins:
    """Where dots stand on each other: bins of equal width with an edge at a place.

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

    def draw(
        self, axes: Axes, values: np.ndarray, colour: str, base: float = 0.0, inch: float = 1.0
    ) -> None:
        """Draw a dot for each value upward from a base; `inch` is how much of the axis one is."""
        places, below = self.places(values)
        size = 72 * self.pitch * 0.86
        look: dict[str, Any] = {"markersize": size, "markeredgewidth": 0, "clip_on": False}
        axes.plot(places, base + inch * (below + 0.5) * self.pitch, "o", color=colour, **look)


def bins_for(
    samples: Sequence[np.ndarray],
    limits: tuple[float, float],
    room: tuple[float, float],
    at: float,
    step: float = 0.0,
) -> Bins:
    """Choose bins by which dots are as large as there is room for, in inches across and upward.

    The limits are those of the axis. No bin reaches from below `at` to above it; where values come
    in steps, whole ones fall to a bin.
    """
    inches = room[0] / (limits[1] - limits[0])
    edge = (floor(at / step + 1e-9) + 0.5) * step if step else at
    for largest in _LARGEST * np.linspace(1, 0.3, 15):
        width = largest / inches
        if step:
            width = step * ceil(0.8 * width / step)
        pitch = min(float(largest), width * inches)
        bins = Bins(width, edge, pitch)
        highest = max(int(bins.places(each)[1].max(initial=0)) + 1 for each in samples)
        if highest * pitch <= room[1]:
            break
    return replace(bins, pitch=min(pitch, room[1] / highest))


def dot_rows(
    axes: Axes,
    samples: Sequence[np.ndarray],
    published: Sequence[float],
    most: int = 5,
    margin: float = 1.12,
) -> None:
    """Draw networks as dots on a bar, a row a sample, with a tick at their median.

    The axis, of percent, also holds what was published, and has so many ticks at most. It is
    logarithmic, with that margin, if its highest value is many times the lowest.
    """
    shown = np.concatenate([*samples, published])
    shown = shown if len(shown) else np.array([0.0, 1.0])
    if shown.min() > 0 and shown.max() >= _FAR * shown.min():
        marks.log_percent(axes.xaxis, shown, margin)
    else:
        axes.set_xlim(marks.limits_around(shown))
        marks.plain_ticks(axes.xaxis)
        axes.xaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10]))
    axes.grid(axis="x")
    reach = fitting(0.24, 0.18)
    for y, values in enumerate(samples):
        if not len(values):
            continue
        axes.plot((values.min(), values.max()), (y, y), color=SHADE, linewidth=6, zorder=1)
        heights = np.full(len(values), y)
        axes.plot(values, heights, "o", color=TEST_COLOUR, alpha=0.4, markersize=5.5, mew=0)
        median = float(np.median(values))
        axes.plot((median, median), (y - reach, y + reach), color=TEST_COLOUR, linewidth=2.2)


def interval_bar(axes: Axes, found: Interval, y: float, colour: str = TEST_COLOUR) -> None:
    """Draw a mean with its interval at a height: the dot is full if the interval excludes 0."""
    axes.plot((found.low, found.high), (y, y), color=colour, linewidth=2.2)
    fill = colour if found.excludes_zero else PAPER
    axes.plot(found.mean, y, "o", color=fill, mec=colour, mew=1.6, markersize=7)


def diamond(axes: Axes, x: float, y: float) -> None:
    """Draw the mark of what was published."""
    axes.plot(x, y, "D", color=INK, markersize=7.5, mec=PAPER, zorder=5, clip_on=False)
