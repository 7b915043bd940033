"""The chapter on what was learnt since: a ladder of steps, each with its networks and committee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures import marks
from reproduction.figures.colours import INK, QUIET, SHADE, TEST_COLOUR
from reproduction.figures.dots import diamond, dot_rows
from reproduction.figures.sheet import SMALL, Sheet, fitting, styled
from reproduction.paper import Fact
from reproduction.studies.comparison import Interval
from reproduction.words import in_percent, median_of, said_of_dots, with_interval

HEADROOM = 0.5
"""Inches above the first rung, for what others have reached."""


@dataclass(frozen=True, eq=False)
class Rung:
    """A step of the ladder.

    Attributes
    ----------
    name : str
    error : ndarray, shape (networks,)
        In percent of the test digits.
    committee : Interval
        The error of the networks together, and what is left open by so many digits, in percent.
    gain : Interval, optional
        How much more error than on the rung before, in points; None on the first.
    """

    name: str
    error: np.ndarray
    committee: Interval
    gain: Interval | None = None

    @property
    def said(self) -> str:
        """The rung in words."""
        step = f", {with_interval(self.gain, 2)} to the step before" if self.gain else ""
        low, high = in_percent(self.error.min()), in_percent(self.error.max())
        together = in_percent(self.committee.mean)
        return f"{self.name}: {median_of(self.error)}, {low} to {high}{step}; together {together}"


@styled
def ladder(
    rungs: Sequence[Rung], others: Mapping[str, Fact], around: Interval, title: str
) -> Figure:
    """Draw the networks of every step, and their committee, beside what others have reached.

    Parameters
    ----------
    rungs : sequence of Rung
    others : mapping of str to Fact
        Error rates on the same digits, by who or what reached them.
    around : Interval
        What is left open by so many digits around the lowest of these: a band.
    title : str
    """
    band = fitting(0.5, 0.68)
    page = Sheet(
        HEADROOM + band * len(rungs) + 0.75,
        title,
        f"Test digits misread, %; {said_of_dots(len(rungs[0].error))}, tick: median; with each "
        "step what it changes, in points, and the 95\N{NO-BREAK SPACE}% interval",
    )
    names = [[each.name, with_interval(each.gain, 2) if each.gain else ""] for each in rungs]
    axes = marks.row_axes(page, names, left=2.5, band=band, top=HEADROOM)
    ends = [(each.committee.low, each.committee.high) for each in rungs]
    shown = np.ravel(ends).tolist()
    dot_rows(axes, [each.error for each in rungs], shown, 6)
    axes.axvspan(around.low, around.high, color=SHADE, alpha=0.5, linewidth=0, zorder=0)
    for number, (who, fact) in enumerate(sorted(others.items(), key=lambda each: each[1].value)):
        below = np.arange(len(rungs))  # on a narrow page the names stand between the rows
        place, above = np.full(len(rungs), fact.value), below - fitting(0.5, 0.3)
        axes.vlines(place, above, below + fitting(0.5, 0.3), color=QUIET, linewidth=0.9)
        _name(axes, fact.value, f"{who} {fact}", to_the_left=number == 0, up=0.13 + 0.2 * number)
    for number, each in enumerate(rungs):
        at = number + fitting(0.32, 0.25)
        axes.plot((each.committee.low, each.committee.high), (at, at), color=INK, linewidth=1)
        diamond(axes, each.committee.mean, at)
    signs = [(marks.dot_sign(TEST_COLOUR, alpha=0.4, markersize=5.5, mew=0), "a network")]
    signs.append((marks.dot_sign(INK, "D", markersize=7), "sixteen as a committee"))
    signs.append((marks.line_sign(INK, linewidth=1), "what 2007 digits leave open"))
    marks.legend(page, page.margin, page.height - fitting(0.2, 0.34), *signs)
    beside = ", ".join(f"{who} {fact}" for who, fact in others.items())
    said = ". ".join(each.said for each in rungs)
    return page.described(f"{title}. Medians and ranges. {said}. Others: {beside}.")


def _name(axes: Axes, at: float, words: str, to_the_left: bool, up: float) -> None:
    """Write above the first rung who it is that a line stands for."""
    aside, side = (-4, "right") if to_the_left else (4, "left")
    axes.annotate(
        words,
        (at, 1),
        (aside, 72 * up - 5),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        ha=side,
        size=SMALL,
        color=QUIET,
    )
