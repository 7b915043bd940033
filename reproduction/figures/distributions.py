"""Networks as dots beside what was published, a panel a measure or a panel an arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures.colours import INK, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.dots import bins_for
from reproduction.figures.marks import limits_around, plain_ticks, without_heights
from reproduction.figures.sheet import SMALL, Sheet, end_of, styled, tiles
from reproduction.figures.words import in_percent, lettered, said_of_dots
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies.comparison import rounding, same_counts

ABOVE, BELOW = 0.5, 0.36
"""Inches above a panel and below it."""


@dataclass(frozen=True)
class Panel:
    """A measure of networks, and what was published of it.

    Attributes
    ----------
    words : str
        What is measured, or of whom.
    values : ndarray, shape (networks,)
        Those of networks that did not diverge.
    step : float
        In which values come, as shares of a number of patterns do; 0 if they are continuous.
    lost : int
        How many networks diverged.
    """

    words: str
    values: np.ndarray
    fact: Fact | None = None
    step: float = 0.0
    lost: int = 0

    @property
    def networks(self) -> int:
        """How many networks there are, with those that diverged."""
        return len(self.values) + self.lost

    @property
    def published(self) -> str:
        """The published number, and whose it is; a count without its unit."""
        if self.fact is None:
            return ""
        whose = "paper" if self.fact in PUBLISHED["LENET1"].values() else "sister paper"
        return f"{whose}: {self.written(self.fact.value) if self.is_count else self.fact}"

    @property
    def is_count(self) -> bool:
        """Whether the values are counts."""
        return self.step == 1

    def written(self, value: float) -> str:
        """Write a value of the measure."""
        if self.is_count:
            return f"{value:g}"
        return in_percent(value) if self.fact and self.fact.unit == "%" else f"{value:.4f}"

    def band(self) -> tuple[float, float]:
        """Return the ends of what agrees with the published number."""
        if self.fact is None:
            return np.nan, np.nan
        counts = same_counts(self.fact) if self.is_count else [self.fact.value]
        slack = rounding(self.fact) or (0.5 if len(counts) > 1 else 0.0)
        return counts[0] - slack, counts[-1] + slack

    def sides(self) -> str:
        """Say how many networks lie on either side of what is published; how many diverged."""
        if not len(self.values):
            return f"all {self.lost} networks diverged"
        said = []
        if self.fact is not None:
            low, high = self.band()
            below = int((self.values < low - 1e-12).sum())
            above = int((self.values > high + 1e-12).sum())
            same = len(self.values) - below - above
            said = [f"{below} of {self.networks} below", f"{above} above"]
            if same:
                said.insert(1, f"{same} {'in the band' if high > low else 'equal'}")
        if self.lost:
            said.append(
                f"{self.lost} diverged" if said else f"{self.lost} of {self.networks} diverged"
            )
        return " · ".join(said)

    def said(self) -> str:
        """Return the panel in words."""
        told = [self.published.replace(":", "")] if self.fact else []
        if len(self.values):
            median, low, high = map(self.written, np.quantile(self.values, (0.5, 0, 1)))
            told.append(f"our median {median}, {low} to {high}")
        sides = self.sides().replace(" · ", ", ")
        return f"{self.words.removesuffix(', %')}: {', '.join([*told, sides] if sides else told)}"


def error_counts(found: Sequence[Panel], patterns: int, title: str) -> Figure:
    """Draw the errors of networks on so many handwritten test digits, panels on one scale."""
    said = f"Errors on {patterns} handwritten test digits"
    return panels(found, title, said, is_shared=True)


@styled
def panels(found: Sequence[Panel], title: str, said: str = "", is_shared: bool = False) -> Figure:
    """Draw how each published number lies among those of networks, a panel each.

    Where the scale is shared the panels stand below one another.
    """
    networks = max(each.networks for each in found)
    high = 1.2 if networks > 20 else 0.62
    places = tiles(len(found), (1, 1) if is_shared else (2, 1), 0.45, ABOVE + high + BELOW)
    dots = f"{said_of_dots(networks).capitalize()}, their median at the right"
    whose = dict.fromkeys(each.published.partition(":")[0] for each in found if each.fact)
    line = f"; line: the {' or the '.join(whose)}; band: its rounding" if whose else ""
    page = Sheet(end_of(places), title, said, dots + line)
    shared = np.concatenate([_shown(each) for each in found]) if is_shared else None
    for each, place in zip(found, places, strict=True):
        axes = page.panel(place.x, place.y + ABOVE, place.width, high)
        axes.set(xlim=limits_around(_shown(each) if shared is None else shared, 0.05))
        axes.set_ylim(0, high)
        _draw_panel(axes, each, (place.width, high))
    start = said or f"{title}: {networks} networks"
    return page.described(f"{start}. {'; '.join(each.said() for each in found)}.")


def _shown(each: Panel) -> np.ndarray:
    """Return what must have a place on the axis."""
    return np.concatenate([each.values, each.band() if each.fact else ()])


def _draw_panel(axes: Axes, each: Panel, room: tuple[float, float]) -> None:
    """Draw a panel on axes whose heights are inches."""
    without_heights(axes)
    plain_ticks(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=each.is_count))
    low, high = axes.get_xlim()
    if each.fact is not None:
        at = each.fact.value
        axes.axvspan(*each.band(), color=SHADE, linewidth=0, zorder=0)
        axes.axvline(at, color=INK, linewidth=1.2, zorder=1)
        aside, side = (-4, "right") if at - low > 0.5 * (high - low) else (4, "left")
        look: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "ha": side, "va": "top"}
        axes.annotate(each.published, (at, 1), (aside, 0), textcoords="offset points", **look)
    on_top: dict[str, Any] = {"transform": axes.transAxes}
    axes.text(0, 1 + 0.31 / room[1], lettered(each.words), size=12, **on_top)
    axes.text(0, 1 + 0.12 / room[1], each.sides(), color=QUIET, size=SMALL, **on_top)
    if len(each.values):
        colour = TRAIN_COLOUR if each.words.startswith("train") else TEST_COLOUR
        edge = each.fact.value if each.fact else low
        bins = bins_for([each.values], (low, high), (room[0], room[1] - 0.24), edge, each.step)
        bins.draw(axes, each.values, colour)
        median = each.written(float(np.median(each.values)))
        axes.text(1, 1 + 0.31 / room[1], median, ha="right", color=colour, **on_top)
