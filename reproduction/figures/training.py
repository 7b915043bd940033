"""The chapter on training: errors pass by pass, recipes side by side, seed by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures import marks
from reproduction.figures.colours import INK, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.dots import bins_for, interval_bar
from reproduction.figures.sheet import SMALL, Sheet, end_of, fitting, styled, tiles
from reproduction.learning.history import percent, stages_of
from reproduction.learning.sets import TRAIN, tried_on
from reproduction.paper import PUBLISHED
from reproduction.studies.comparison import mean_interval, rejected_of
from reproduction.studies.record import BY_HAND
from reproduction.words import (
    median_of,
    said_of_band,
    said_of_line,
    short_percent,
    with_interval,
)


@dataclass(frozen=True)
class Series:
    """Percent of errors on a set of digits, (passes, networks), and the published percentage."""

    name: str
    percent: np.ndarray
    colour: str
    published: float | None = None

    def labels(self, whose: str) -> list[marks.Label]:
        """Return what stands at the end of its line, and of the published one."""
        found = []
        if self.percent.size:
            last = self.percent[-1]
            words = f"{self.name} {median_of(last)}"
            found.append(marks.Label(float(np.median(last)), words, self.colour))
        if self.published is not None:
            words = f"{whose}: {self.name} {short_percent(self.published)}"
            found.append(marks.Label(self.published, words, self.colour, marks.DASHED))
        return found

    def said(self, whose: str) -> str:
        """Return the series in words."""
        told = []
        if self.percent.size:
            ends = dict.fromkeys((1, len(self.percent)))
            medians = [f"{median_of(self.percent[end - 1])} after pass {end}" for end in ends]
            told.append(" and ".join(medians))
        if self.published is not None:
            told.append(f"the {whose} states {short_percent(self.published)}")
        return f"{self.name} error: {'; '.join(told)}."


def error_rates(history: np.ndarray, network: str = "LENET1") -> Figure:
    """Draw how the errors on training and test digits fall, pass by pass, beside those published.

    The axis of errors is logarithmic: the first passes and the last ones both show, and equal
    distances are equal shares of the errors. An error rate of 0 leaves it at the bottom.

    Parameters
    ----------
    history : ndarray of HISTORY
        Errors in training and on all test digits are drawn; stages are named if there are several.
    network : str
        Whose published error rates are drawn as lines; see `reproduction.paper.PUBLISHED`.
    """
    tried, facts = tried_on(history["part"]), PUBLISHED[network]
    series = [
        Series(name, percent(history, part), colour, facts[f"{part}.error_percent"].value)
        for name, part, colour in (("train", TRAIN, TRAIN_COLOUR), ("test", tried, TEST_COLOUR))
        if part in history["part"]
    ]
    said = said_of_band(len(np.unique(history["network"])))
    diverged = len(np.unique(history["network"][np.isnan(history["mse"])]))
    if diverged:
        said = said.replace(";", f", {diverged} diverged;", 1)
    left = PUBLISHED["LENET1"]["error_percent_after_rejection"]
    rejected = rejected_of(network, tried)
    words = f"paper: {left} after rejecting {rejected}"
    line = marks.Label(left.value, words, QUIET, marks.DOTTED)
    title = "How the errors fall, pass by pass"
    return by_pass(series, title, said, "paper", stages_of(history), [line])


@styled
def by_pass(
    series: Sequence[Series],
    title: str,
    said: str,
    whose: str,
    stages: Sequence[tuple[int, str]] = (),
    lines: Sequence[marks.Label] = (),
) -> Figure:
    """Draw errors by pass, the stages as `stages_of` gives them, and published errors as lines.

    `whose` the published errors of the series are is said; `lines` are published ones of another
    kind.
    """
    labels = [label for each in series for label in each.labels(whose)] + list(lines)
    last = max(len(each.percent) for each in series)
    key, strip = fitting(0.0, 0.2 * len(labels) + 0.1), 0.25 if stages else 0.1
    names = ", ".join(f"{number} {name}" for number, (_, name) in enumerate(stages, 1))
    staged = f"Stages: {names}" if stages else ""
    page = Sheet(fitting(3.55, 2.9) + strip + key, title, said, staged)
    axes = page.axes(*fitting((0.75, 2.1), (0.62, 0.15)), bottom=0.5 + key, top=strip)
    axes.set(xlim=(0.5, last + 0.5), xlabel="pass", ylabel="error, % of digits")
    round_passes = MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]).tick_values(1, last)
    axes.set_xticks([1, *(each for each in round_passes if 1 < each <= last)])
    for number, middle in enumerate(_shade(axes, stages, last), 1):
        place = axes.get_xaxis_transform()
        axes.text(middle, 1.02, str(number), transform=place, ha="center", size=SMALL)
    for number, each in enumerate(series):
        aside = 0.06 * number - 0.03 if len(each.percent) == 1 else 0.0
        if each.percent.size:
            passes = np.arange(len(each.percent)) + 1 + aside
            marks.band(axes, passes, each.percent, each.colour)
    for label in labels:
        if label.look:
            axes.axhline(label.at, color=label.colour, **label.look)
    values = [each.percent.ravel() for each in series]
    marks.log_percent(axes.yaxis, np.concatenate([*values, [label.at for label in labels]]))
    marks.label_lines(page, axes, labels, page.height - key + 0.1)
    told = " ".join(each.said(whose) for each in series)
    networks = said_of_line(series[0].percent.shape[1])
    return page.described(f"Error by pass, {networks}. {told}")


def _shade(axes: Axes, stages: Sequence[tuple[int, str]], last: int) -> list[float]:
    """Shade every other stage; return the middles of all."""
    starts = [first - 0.5 for first, _ in stages] + [last + 0.5]
    for start, end in list(pairwise(starts))[::2]:
        axes.axvspan(start, end, color=SHADE, alpha=0.6, linewidth=0, zorder=0)
    return [(start + end) / 2 for start, end in pairwise(starts)]


@styled
def error_curves(histories: Mapping[str, np.ndarray], beside: str) -> Figure:
    """Draw the error by pass of several recipes, a panel each, all on the same axes.

    Of the histories (of dtype HISTORY), by the recipe's name, the errors on training and on
    handwritten test digits are drawn. The medians of `beside` stand in all other panels too.
    """
    panel, gap = fitting((1.62, 0.62), (1.3, 0.55))
    places = tiles(len(histories), (2, 1), 0.3, panel + gap)
    percents = {
        name: [percent(history, part) for part in (TRAIN, BY_HAND)]
        for name, history in histories.items()
    }
    every = np.concatenate([each.ravel() for both in percents.values() for each in both])
    networks = percents[beside][0].shape[1]
    title = "Does another recipe end lower?"
    about = f"Errors in %, median of {networks} networks with middle half and range, by pass"
    page = Sheet(0.6 + end_of(places), title, about)
    look: dict[str, Any] = {"va": "top", "size": SMALL, "linespacing": 0.95}
    for (name, both), place in zip(percents.items(), places, strict=True):
        axes = page.panel(place.x + 0.3, 0.65 + place.y, place.width - 0.3, panel)
        for each in percents[beside] if name != beside else ():
            axes.plot(1 + np.arange(len(each)), np.median(each, axis=1), "-", color=INK, lw=0.7)
        for each, colour in zip(both, (TRAIN_COLOUR, TEST_COLOUR), strict=True):
            marks.band(axes, 1 + np.arange(len(each)), each, colour)
        marks.log_percent(axes.yaxis, every, 1.2)
        last = len(both[0])
        axes.set(xlim=(0.5, last + 0.5), ylim=(None, 3 * axes.get_ylim()[1]))
        axes.set_xticks([1, *range(5, last + 1, 5)])
        axes.grid(axis="y", zorder=0)
        axes.set_title(name, loc="left", size=12, pad=5)
        stages = stages_of(histories[name])
        _shade(axes, stages, last)
        for first, words in stages:
            place_of = axes.get_xaxis_transform()
            axes.text(first - 0.3, 0.985, words.replace(" ", "\n", 1), transform=place_of, **look)
        if place in places[-fitting(2, 1) :]:
            axes.set_xlabel("pass")
    signs = (
        (marks.line_sign(TEST_COLOUR), "handwritten test digits"),
        (marks.line_sign(TRAIN_COLOUR), "training digits"),
        (marks.line_sign(INK, linewidth=0.7), f"both, as in “{beside}”"),
    )
    marks.legend(page, page.margin, 0.08, *signs)
    ends = [
        f"{name} {median_of(test[-1])} (training {median_of(train[-1])})"
        for name, (train, test) in percents.items()
    ]
    return page.described(
        "Error by pass, a panel for each recipe. Median error on handwritten test digits at the "
        f"end: {'; '.join(ends)}."
    )


@styled
def paired(differences: Mapping[str, np.ndarray], than: str) -> Figure:
    """Draw how many errors fewer each network makes by other recipes: dots, mean and interval.

    The differences, (networks,), by recipe, are errors of the recipe `than` minus those of this
    one, from the same initial weights.
    """
    tall = fitting(0.95, 1.25)
    page = Sheet(
        tall * len(differences) + 0.85,
        "The same first weights, another recipe",
        f"A dot: one network’s errors saved over “{than}”; below the dots the mean and its "
        "95\N{NO-BREAK SPACE}% interval, full if it excludes 0",
    )
    axes = marks.row_axes(page, [[name] for name in differences], left=1.15, band=tall, top=0.15)
    samples = list(differences.values())
    reach = float(np.abs(np.concatenate(samples)).max()) + 1.5
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    bins = bins_for(samples, (-reach, reach), (fitting(5.5, 3.3), 0.62), 0.0, 1.0)
    said = []
    for row, (name, each) in enumerate(differences.items()):
        bins.draw(axes, each, TEST_COLOUR, row + 0.12 / tall, -1 / tall)
        found = mean_interval(each)
        interval_bar(axes, found, row + 0.24 / tall, INK)
        said.append(f"{name} {with_interval(found)}")
    marks.whole_ticks(axes.xaxis)
    words = fitting("   errors on handwritten test digits   ", "   errors   ")
    axes.set_xlabel(f"← more{words}fewer →")
    return page.described(
        f"Errors fewer than by the recipe {than}, network by network from the same initial "
        f"weights; means with 95 % intervals: {'; '.join(said)}."
    )
