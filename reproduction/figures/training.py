"""The chapter on training: errors pass by pass, recipes side by side, seed by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reproduction.figures.dots import bins_for, interval_bar
from reproduction.figures.marks import (
    Label,
    band,
    label_ends,
    legend,
    line_sign,
    log_percent,
    row_axes,
    whole_ticks,
)
from reproduction.figures.sheet import (
    INK,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    Sheet,
    columns,
    fitting,
    styled,
    text_width,
)
from reproduction.figures.words import (
    in_percent,
    percent,
    said_of_band,
    said_of_median,
    short_percent,
    signed,
)
from reproduction.learning.sets import TRAIN, tried_on
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies.comparison import mean_interval
from reproduction.studies.record import BY_HAND

# --- errors by pass -------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """The errors on a set of digits by pass, and what was published of them.

    Attributes
    ----------
    name : str
    percent : ndarray, shape (passes, networks)
    colour : str
    published : float, optional
        In percent.
    """

    name: str
    percent: np.ndarray
    colour: str
    published: float | None = None


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
    networks = len(np.unique(history["network"]))
    diverged = len(np.unique(history["network"][np.isnan(history["mse"])]))
    said = said_of_band(networks)
    if diverged:
        said = said.replace(";", f", {diverged} diverged;", 1)
    left = PUBLISHED["LENET1"]["error_percent_after_rejection"]
    rejected = rejected_of(network, tried)
    lines = [Label(left.value, f"paper: {left} after rejecting {rejected}", QUIET)]
    title, stages = "How the errors fall, pass by pass", _stages(history)
    return by_pass(series, title, said, "paper", stages, lines)


def rejected_of(network: str, tried: str) -> Fact:
    """Return what was published as rejected for 1 % error, by thresholds or else by difference."""
    facts = PUBLISHED[network]
    by_thresholds = facts.get(f"{tried}.rejected.thresholds")
    return by_thresholds or facts[f"{tried}.rejected.difference"]


@dataclass(frozen=True)
class Stage:
    """A stage as the history tells it: its name, its first and last pass."""

    name: str
    first: int
    last: int


@styled
def by_pass(
    series: Sequence[Series],
    title: str,
    said: str,
    whose: str,
    stages: Sequence[Stage],
    lines: Sequence[Label] = (),
) -> Figure:
    """Draw errors by pass, the published ones as lines, and the stages if there are several.

    Parameters
    ----------
    series : sequence of Series
    title, said : str
    whose : str
        What the published error rates are called.
    stages : sequence of Stage
    lines : sequence of Label
        Published error rates of another kind.
    """
    labels = [*_labels(series, whose), *lines]
    passes = np.arange(stages[0].first, stages[-1].last + 1)
    left, right = fitting((0.75, 2.1), (0.62, 0.15))
    names = _stage_names(stages, fitting(6.1, 2.98), fitting(4.15, 2.98))
    strip = 0.2 * (max(name.row for name in names) + 1) if names else 0.1
    key = fitting(0.0, 0.2 * len(labels) + 0.1)
    page = Sheet(fitting(3.55, 2.9) + strip + key, title, said)
    axes = page.axes(left, right, bottom=0.5 + key, top=strip)
    axes.set(xlim=(passes[0] - 0.5, passes[-1] + 0.5), xlabel="pass")
    axes.set_xticks(_pass_ticks(int(passes[0]), int(passes[-1])))
    _draw_stages(axes, stages, names)
    for number, each in enumerate(series):
        aside = 0.06 * number - 0.03 if len(each.percent) == 1 else 0.0
        if each.percent.size:
            band(axes, passes[: len(each.percent)] + aside, each.percent, each.colour)
        if each.published is not None:
            axes.axhline(each.published, color=each.colour, **_DASHED)
    for label in lines:
        axes.axhline(label.at, color=label.colour, **_DOTTED)
    values = [each.percent.ravel() for each in series]
    log_percent(axes.yaxis, np.concatenate([*values, [label.at for label in labels]]))
    axes.set_ylabel("error, % of digits")
    if fitting(True, False):
        label_ends(axes, labels)
    else:
        _key_below(page, labels, page.height - key)
    page.figure.set_label(_by_pass_in_words(series, whose))
    return page.figure


_DASHED: dict[str, Any] = {"linewidth": 1, "linestyle": (0, (4, 3))}
_DOTTED: dict[str, Any] = {"linewidth": 1, "linestyle": (0, (1, 2))}


def _labels(series: Sequence[Series], whose: str) -> list[Label]:
    """Give the labels of all series and of what was published of them."""
    labels = []
    for each in series:
        if each.percent.size:
            median = float(np.median(each.percent[-1]))
            labels.append(Label(median, f"{each.name} {in_percent(median)}", each.colour, True))
        if each.published is not None:
            words = f"{whose}: {each.name} {short_percent(each.published)}"
            labels.append(Label(each.published, words, each.colour))
    return labels


def _key_below(page: Sheet, labels: Sequence[Label], top: float) -> None:
    """Name the lines of a narrow page below its axes, the highest first."""
    axes = page.whole()
    for number, label in enumerate(sorted(labels, key=lambda label: -label.at)):
        look = {} if label.strong else _DOTTED if label.colour == QUIET else _DASHED
        sign = line_sign(label.colour, **look)
        legend(axes, page.margin, top + 0.1 + 0.2 * number, 4, [(sign, label.text)])


def _pass_ticks(first: int, last: int) -> list[int]:
    """Choose round passes, about seven, and the first where it does not crowd them."""
    steps = (round_ * 10**power for power in range(9) for round_ in (1, 2, 5))
    step = next(step for step in steps if last - first <= 7 * step)
    ticks = list(range(-(-first // step) * step, last + 1, step))
    return ticks if first in ticks or ticks[0] - first < step / 2 else [first, *ticks]


def _by_pass_in_words(series: Sequence[Series], whose: str) -> str:
    sentences = []
    for each in series:
        said = []
        if each.percent.size:
            medians = [
                f"{in_percent(float(np.median(each.percent[number - 1])))} after pass {number}"
                for number in (1, len(each.percent))
            ]
            said.append(" and ".join(dict.fromkeys(medians)))
        if each.published is not None:
            said.append(f"the {whose} states {short_percent(each.published)}")
        sentences.append(f"{each.name} error: {'; '.join(said)}.")
    networks = series[0].percent.shape[1]
    return f"Error by pass, {said_of_median(networks)}. {' '.join(sentences)}"


# --- stages ---------------------------------------------------------------------------------


def _stages(history: np.ndarray) -> list[Stage]:
    passes, where = np.unique(history["pass"], return_index=True)
    by_number = zip(passes.tolist(), history["stage"][where].tolist(), strict=True)
    stages = []
    for name, group in groupby(by_number, key=lambda line: line[1]):
        numbers = [number for number, _ in group]
        stages.append(Stage(name, numbers[0], numbers[-1]))
    return stages


@dataclass(frozen=True)
class _StageName:
    """A stage's name as it stands above the axes, and its row there, from 0."""

    text: str
    row: int


def _stage_names(stages: Sequence[Stage], room: float, width: float) -> list[_StageName]:
    """Place the names of several stages in rows above the axes.

    A name begins where its stage does, is cut off where the page ends, and stands above all later
    names that begin below it. `room` is the width from the axes' left side to the page's right,
    `width` that of the axes, both in inches.
    """
    if len(stages) < 2:
        return []
    a_pass = width / (stages[-1].last - stages[0].first + 1)
    names: list[_StageName] = []  # from this stage to the last
    starts = [(stage.first - stages[0].first) * a_pass for stage in stages]
    for number in reversed(range(len(stages))):
        text = _cut_off(stages[number].name, room - starts[number])
        end = starts[number] + text_width(text) + 0.14
        below = zip(starts[number + 1 :], names, strict=True)
        row = max((name.row + 1 for start, name in below if start < end), default=0)
        names.insert(0, _StageName(text, row))
    return names


def _cut_off(text: str, room: float) -> str:
    """Shorten a text until it is no wider than `room` inches."""
    shorter = text
    while text_width(shorter) > room and len(shorter) > 1:
        text = text[:-1]
        shorter = f"{text}…"
    return shorter


def _draw_stages(axes: Axes, stages: Sequence[Stage], names: Sequence[_StageName]) -> None:
    """Shade every other stage, and name all of them above the axes."""
    height = axes.get_window_extent().height * 72 / axes.figure.dpi  # points
    place = axes.get_xaxis_transform()
    for number, (stage, name) in enumerate(zip(stages, names, strict=False)):
        start = stage.first - 0.5
        if number % 2 == 0:
            axes.axvspan(start, stage.last + 0.5, color=SHADE, alpha=0.6, linewidth=0)
        top = 1 + (14.4 * name.row + 12) / height
        axes.vlines(start, 0, top, color=QUIET, linewidth=0.7, transform=place, clip_on=False)
        look: dict[str, Any] = {"xycoords": place, "textcoords": "offset points", "size": SMALL}
        at = (3, 14.4 * name.row + 3.5)
        axes.annotate(name.text, (start, 1), xytext=at, annotation_clip=False, **look)


# --- recipes side by side -------------------------------------------------------------------


@styled
def error_curves(histories: Mapping[str, np.ndarray], beside: str) -> Figure:
    """Draw the error by pass of several recipes, a panel each, all on the same axes.

    Parameters
    ----------
    histories : mapping of str to ndarray of HISTORY
        By the recipe's name. Their training error and that on handwritten test digits are drawn.
    beside : str
        The recipe whose medians stand in all other panels too, as thin lines.
    """
    places = columns(2, 1, 0.3)
    panel, gap = fitting((1.62, 0.62), (1.3, 0.55))
    rows = -(-len(histories) // len(places))
    networks = len(np.unique(histories[beside]["network"]))
    page = Sheet(
        0.65 + rows * panel + (rows - 1) * gap + 0.5,
        "Does another recipe end lower?",
        f"Errors in %, median of {networks} networks with the middle half and the range, by pass",
    )
    percents = {
        name: [percent(history, part) for part in (TRAIN, BY_HAND)]
        for name, history in histories.items()
    }
    every = np.concatenate([each.ravel() for both in percents.values() for each in both])
    for number, (name, history) in enumerate(histories.items()):
        row, column = divmod(number, len(places))
        left, width = places[column]
        axes = page.panel(left + 0.3, 0.65 + row * (panel + gap), width - 0.3, panel)
        for each in percents[beside] if name != beside else ():
            medians = np.median(each, axis=1)
            axes.plot(1 + np.arange(len(each)), medians, "-", color=INK, lw=0.7)
        for each, colour in zip(percents[name], (TRAIN_COLOUR, TEST_COLOUR), strict=True):
            band(axes, 1 + np.arange(len(each)), each, colour)
        log_percent(axes.yaxis, every, 1.2)
        axes.set_ylim(None, 3 * axes.get_ylim()[1])
        _dress_recipe(axes, name, history)
        if number >= len(histories) - len(places):
            axes.set_xlabel("pass")
    signs = [
        (line_sign(TEST_COLOUR), "handwritten test digits"),
        (line_sign(TRAIN_COLOUR), "training digits"),
        (line_sign(INK, linewidth=0.7), f"both, as in “{beside}”"),
    ]
    legend(page.whole(), page.margin, 0.08, fitting(6.4, 3.5), signs)
    ends = [
        f"{name} {in_percent(float(np.median(test[-1])))} "
        f"(training {in_percent(float(np.median(train[-1])))})"
        for name, (train, test) in percents.items()
    ]
    page.figure.set_label(
        "Error by pass, a panel for each recipe. Median error on handwritten test digits at the "
        f"end: {'; '.join(ends)}."
    )
    return page.figure


def _dress_recipe(axes: Axes, name: str, history: np.ndarray) -> None:
    """Give a panel its title, its passes and its stages."""
    stages = _stages(history)
    axes.set_xlim(0.5, stages[-1].last + 0.5)
    axes.set_xticks([1, *range(5, stages[-1].last + 1, 5)])
    axes.grid(axis="y", zorder=0)
    axes.set_title(name, loc="left", size=12, pad=5)
    for number, stage in enumerate(stages if len(stages) > 1 else ()):
        if number % 2 == 0:
            ends = stage.first - 0.5, stage.last + 0.5
            axes.axvspan(*ends, color=SHADE, alpha=0.6, linewidth=0, zorder=0)
        look: dict[str, Any] = {"va": "top", "size": SMALL, "linespacing": 0.95}
        words = stage.name.replace(" ", "\n", 1)
        axes.text(stage.first - 0.3, 0.985, words, transform=axes.get_xaxis_transform(), **look)


# --- pairs ----------------------------------------------------------------------------------


@styled
def paired(differences: Mapping[str, np.ndarray], than: str) -> Figure:
    """Draw how many errors fewer each network makes by other recipes: dots, mean and interval.

    Parameters
    ----------
    differences : mapping of str to ndarray of int, shape (networks,)
        By recipe: errors of the recipe `than` minus those of this one, from the same initial
        weights.
    than : str
        The recipe that all are compared with.
    """
    tall = fitting(0.95, 1.25)
    page = Sheet(
        tall * len(differences) + 0.85,
        "The same first weights, another recipe",
        f"A dot: one network’s errors saved over “{than}”; below the dots the mean and its 95 % "
        "interval, full if it excludes 0",
    )
    names = [[name] for name in differences]
    axes = row_axes(page, names, left=1.15, band=tall, top=0.15)
    every = np.concatenate(list(differences.values()))
    reach = float(np.abs(every).max()) + 1.5
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    inch = 1 / tall
    room = (fitting(5.5, 3.3), 0.62)
    bins = bins_for(list(differences.values()), (-reach, reach), room, 0.0, 1.0)
    said = []
    for row, (name, each) in enumerate(differences.items()):
        places, below = bins.places(each)
        heights = row + inch * (0.12 - (below + 0.5) * bins.pitch)
        size = 72 * bins.pitch * 0.86
        axes.plot(places, heights, "o", color=TEST_COLOUR, markersize=size, mew=0, clip_on=False)
        found = mean_interval(each)
        interval_bar(axes, found.mean, found.low, found.high, row + inch * 0.24, INK)
        words = f"{signed(found.low)} to {signed(found.high)}"
        said.append(f"{name} {signed(found.mean)} ({words})")
    whole_ticks(axes.xaxis)
    words = fitting("   errors on handwritten test digits   ", "   errors   ")
    axes.set_xlabel(f"← more{words}fewer →")
    page.figure.set_label(
        f"Errors fewer than by the recipe {than}, network by network from the same initial "
        f"weights; means with 95 % intervals: {'; '.join(said)}."
    )
    return page.figure
