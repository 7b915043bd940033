"""The arms of a study as pictures: side by side, the map of eta and mu, the relatives.

One function a figure, from a study's record as `reproduction.studies` writes it; an arm is a row or
a cell. What is computed comes from `reproduction.studies.comparison`, every published number from
`reproduction.paper`. What these figures share with those of an arm's networks is in `arms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reproduction.figures.arms import (
    draw_diamond,
    lettered,
    limits_around,
    published_percents,
    said_of_diverged,
    said_of_dots,
    short_percent,
    sound_values,
    tick_percents,
)
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
    in_percent,
    legible_on,
    mixed,
    sheet,
    styled,
    whole_axes,
)
from reproduction.learning import Stage, recipes
from reproduction.paper import PUBLISHED
from reproduction.studies import Arm, comparison, study_of
from reproduction.studies.comparison import BY_HAND, Fit, Interval, Record
from reproduction.studies.questions import MUS, RATIOS, cell

FITS_COLOUR, UNFIT_COLOUR = (
    to_hex(colour) for colour in LOOK["axes.prop_cycle"].by_key()["color"][2:4]
)

_RECIPE_STAGE = (recipes.ETA, recipes.RULE)


def _fits(record: Record, arm: str) -> tuple[Fit, ...]:
    """Put the published figures beside an arm's; none beside a single network."""
    return () if len(record["seeds"]) < 2 else tuple(comparison.fits(record, arm))


# ---- Arms against the first -------------------------------------------------------------------

_FAR = 6.0
"""An arm that is so many times as far from 0 as the one before it is off the axis."""


@dataclass(frozen=True)
class _Row:
    """An arm beside the first: its median of errors, the difference, who diverged, what fits."""

    arm: str
    median: float | None
    apart: Interval | None
    lost: np.ndarray
    fits: tuple[Fit, ...]

    @property
    def reach(self) -> float:
        """How far from 0 its interval goes."""
        return max(abs(self.apart.low), abs(self.apart.high)) if self.apart else 0.0

    @property
    def said(self) -> str:
        """The row in words."""
        words = [] if self.median is None else [f"median {self.median:g}"]
        if self.apart:
            words.append(_said_of_interval(self.apart))
        if self.lost.any():
            words.append(said_of_diverged(self.lost))
        if self.fits:
            unfit = sum(not fit.fits for fit in self.fits)
            fit = f"{unfit} of {len(self.fits)} published figures do not fit"
            words.append(fit if unfit else "every published figure fits")
        return f"{self.arm}: {', '.join(words)}"


def _said_of_interval(apart: Interval) -> str:
    return f"{apart.mean:+.1f} ({apart.low:+.1f} to {apart.high:+.1f})"


def _row(record: Record, arm: str, first: str) -> _Row:
    lost = comparison.diverged(record, arm)
    figure = f"{BY_HAND}.errors"
    counts = comparison.values(record, arm, figure)
    pairs = ~(lost | comparison.diverged(record, first))
    apart = None
    if arm != first and pairs.sum() > 1:
        other = comparison.values(record, first, figure)
        apart = comparison.mean_interval((counts - other)[pairs])
    median = float(np.median(counts[~lost])) if not lost.all() else None
    return _Row(arm, median, apart, lost, _fits(record, arm))


@styled
def differences(record: Record) -> Figure:
    """Draw how many errors more each arm makes than the first, and whether it fits the paper.

    The mean of the differences on handwritten test digits, seed by seed, with its 95 % interval.
    Pairs of which a network diverged are left out, and the diverged are counted.

    Parameters
    ----------
    record : mapping
        A study's record.
    """
    first, *_ = arms = list(record["arms"])
    rows = [_row(record, arm, first) for arm in arms]
    band, top = 0.46, HEADING + 0.45
    networks = len(record["seeds"])
    figure = sheet(
        top + band * len(rows) + 1.0,
        f"Errors more or fewer than “{lettered(first)}”",
        f"Mean over {networks} pairs of networks from the same seeds, with its 95 % interval"
        if networks > 1
        else "One network an arm, which is no sample",
    )
    left, right = 2.95, 1.15
    axes = axes_in(figure, left, figure.get_figheight() - top - band * len(rows), right, top)
    reach = _reach([row.reach for row in rows])
    axes.set(xlim=(-reach, reach), ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:+.0f}".replace("-", "−") if value else "0")
    )
    axes.set_xlabel("← fewer  handwritten test errors  more →")
    whole = whole_axes(figure)
    for x, text, side in (
        (left - 0.2, "median", "right"),
        (left + (WIDTH - left - right) / 2, lettered(first), "center"),
        (WIDTH - MARGIN, "fits?" if any(row.fits for row in rows) else "", "right"),
    ):
        whole.text(x, top - 0.12, text, ha=side, color=QUIET, size=SMALL)
    for number, row in enumerate(rows):
        y = top + band * (number + 0.5)
        _name_row(whole, row, y, left)
        _draw_row(axes, row, number, reach, is_first=number == 0)
        _draw_fit(whole, row, WIDTH - right + 0.32, y)
    _legend_of_differences(whole, figure.get_figheight() - 0.25, any(row.fits for row in rows))
    figure.set_label(
        f"Errors on handwritten test digits more than by “{first}”, mean of {networks} pairs with "
        f"95 % interval. {'; '.join(row.said for row in rows)}."
    )
    return figure


def _reach(reaches: Sequence[float]) -> float:
    """Choose how far the axis goes: to the last arm that is not much farther than the others."""
    known = sorted(reach for reach in reaches if reach) or [1.0]
    chosen = known[0]
    for reach in known:
        if reach > _FAR * max(chosen, 2.0):
            break
        chosen = reach
    return 1.12 * chosen


def _name_row(whole: Axes, row: _Row, y: float, left: float) -> None:
    """Write an arm's name, who diverged, and its median."""
    lines = wrap(lettered(row.arm), 32)
    lost = said_of_diverged(row.lost)
    extra = [lost] if lost else []
    for number, text in enumerate([*lines, *extra]):
        shift = 0.17 * (number - (len(lines) + len(extra) - 1) / 2)
        is_name = number < len(lines)
        whole.text(
            MARGIN,
            y + shift,
            text,
            va="center_baseline",
            color=INK if is_name else UNFIT_COLOUR,
            size=10.5 if is_name else SMALL,
        )
    if row.median is not None:
        whole.text(left - 0.2, y, f"{row.median:g}", ha="right", va="center_baseline")


def _draw_row(axes: Axes, row: _Row, y: int, reach: float, is_first: bool) -> None:
    """Draw an arm's mean and interval; one that is off the axis as an arrow with its numbers."""
    axes.axhline(y, color=SHADE, linewidth=0.9, zorder=0)
    if is_first:
        axes.plot(0, y, "o", color=QUIET, markersize=7)
        return
    if row.apart is None:
        axes.text(0, y, "no pair to compare", ha="center", va="center_baseline", color=QUIET)
        axes.texts[-1].set_bbox({"facecolor": PAPER_COLOUR, "linewidth": 0, "pad": 2})
        return
    apart = row.apart
    if row.reach > reach:
        sign = 1 if apart.mean > 0 else -1
        mark = ">" if sign > 0 else "<"
        axes.plot(sign * reach, y, mark, color=TEST_COLOUR, markersize=8, clip_on=False)
        axes.text(
            0.93 * sign * reach,
            y,
            f"{apart.mean:+.0f} ({apart.low:+.0f} to {apart.high:+.0f})".replace("-", "−"),
            ha="right" if sign > 0 else "left",
            va="center_baseline",
            color=TEST_COLOUR,
            bbox={"facecolor": PAPER_COLOUR, "linewidth": 0, "pad": 2},
        )
        return
    axes.plot((apart.low, apart.high), (y, y), color=TEST_COLOUR, linewidth=2.2)
    axes.plot(
        apart.mean,
        y,
        "o",
        color=TEST_COLOUR if apart.excludes_zero else PAPER_COLOUR,
        markeredgecolor=TEST_COLOUR,
        markeredgewidth=1.6,
        markersize=7,
    )


def _draw_fit(whole: Axes, row: _Row, x: float, y: float) -> None:
    """Draw a tick where every published figure fits, else a cross and how many do not."""
    unfit = sum(not fit.fits for fit in row.fits)
    if not row.fits:
        whole.text(x, y, "–", ha="center", va="center_baseline", color=QUIET)
    elif not unfit:
        _tick(whole, x, y)
    else:
        _cross(whole, x, y)
        whole.text(
            WIDTH - MARGIN,
            y,
            f"{unfit} of {len(row.fits)}",
            ha="right",
            va="center_baseline",
            size=SMALL,
            color=UNFIT_COLOUR,
        )


def _tick(whole: Axes, x: float, y: float) -> None:
    marks = (x - 0.07, x - 0.02, x + 0.08), (y + 0.0, y + 0.06, y - 0.07)
    whole.plot(*marks, color=FITS_COLOUR, linewidth=2.2, solid_joinstyle="miter")


def _cross(whole: Axes, x: float, y: float) -> None:
    whole.plot(x, y, "x", color=UNFIT_COLOUR, markersize=8, markeredgewidth=2)


def _legend_of_differences(whole: Axes, y: float, judged: bool) -> None:
    """Say what a full dot is, and what ticks and crosses are if there are any."""
    look: dict[str, Any] = {"va": "center_baseline", "size": SMALL}
    x = MARGIN + 0.08
    if judged:
        _tick(whole, x, y)
        whole.text(x + 0.18, y, "all published figures fit", **look)
        _cross(whole, x + 2.0, y)
        whole.text(x + 2.15, y, "so many do not", **look)
        x += 3.4
    for shift, fill, words in (
        (0, TEST_COLOUR, "interval without 0"),
        (1.6, PAPER_COLOUR, "with 0"),
    ):
        edge: dict[str, Any] = {"markeredgecolor": TEST_COLOUR, "markeredgewidth": 1.6}
        whole.plot(x + shift, y, "o", color=fill, markersize=7, **edge)
        whole.text(x + shift + 0.15, y, words, **look)


# ---- The map of eta and mu --------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    """A pair of mu and eta: the training error of the networks that learned, and who did not."""

    median: float | None
    lost: np.ndarray
    fits: bool
    is_recipe: bool


@styled
def eta_and_mu(record: Record) -> Figure:
    """Draw where mu and eta lead: the median training error, who diverged, what fits the paper.

    Medians are those of the networks that did not diverge.

    Parameters
    ----------
    record : mapping
        The record of the study "eta-and-mu", or of some of its arms.
    """
    arms = {arm.name: arm for arm in study_of(record).arms}
    cells = {
        (row, column): _cell(record, arms[cell(mu, ratio)])
        for row, mu in enumerate(MUS)
        for column, ratio in enumerate(RATIOS)
        if cell(mu, ratio) in arms
    }
    networks = len(record["seeds"])
    width, height, left, top = 1.17, 0.58, 0.85, HEADING + 0.62
    figure = sheet(
        top + height * len(MUS) + 0.8,
        "Where η and μ lead",
        f"Median training error in % of the networks that learned, of {networks}; darker: more",
    )
    whole = whole_axes(figure)
    shade = _shades(list(cells.values()))
    for (row, column), each in cells.items():
        corner = left + column * width, top + row * height
        _draw_cell(whole, each, corner, (width, height), shade)
    middle = left + width * len(RATIOS) / 2
    whole.text(
        middle, top - 0.42, "η/μ, the rate of a weight without curvature", ha="center", color=QUIET
    )
    for column, ratio in enumerate(RATIOS):
        whole.text(left + width * (column + 0.5), top - 0.13, f"{ratio:g}", ha="center", size=12)
    whole.text(MARGIN + 0.06, top - 0.13, "μ", color=QUIET, ha="center")
    for row, mu in enumerate(MUS):
        place = left - 0.12, top + height * (row + 0.5)
        whole.text(*place, f"{mu:g}", ha="right", va="center_baseline", size=12)
    _map_legend(whole, figure.get_figheight() - 0.4)
    figure.set_label(_map_in_words(cells, networks))
    return figure


def _cell(record: Record, arm: Arm) -> _Cell:
    lost = comparison.diverged(record, arm.name)
    sound = sound_values(record, arm.name, "train.error_percent")
    median = float(np.median(sound)) if len(sound) else None
    stage: Stage = arm.recipe.stages[-1]
    is_recipe = (stage.eta, stage.rule) == _RECIPE_STAGE
    fits = _fits(record, arm.name)
    return _Cell(median, lost, bool(fits) and all(fit.fits for fit in fits), is_recipe)


def _shades(cells: Sequence[_Cell]) -> Callable[[float], tuple[float, ...]]:
    """Return the colour of an error: pale the least, dark the most, on a logarithmic scale.

    The most is that of a cell in which no network diverged; more than it is as dark.
    """
    known = [each.median for each in cells if each.median and not each.lost.any()] or [1.0]
    low, high = min(known), max(known)

    def shade(value: float) -> tuple[float, ...]:
        span = np.log(high / low)
        share = float(np.log(min(max(value, low), high) / low) / span) if span else 0.0
        if share < 0.5:
            return mixed(PAPER_COLOUR, TRAIN_COLOUR, 0.14 + 1.72 * share)
        return mixed(TRAIN_COLOUR, INK, 0.8 * (share - 0.5))

    return shade


def _draw_cell(
    whole: Axes,
    each: _Cell,
    corner: tuple[float, float],
    size: tuple[float, float],
    shade: Callable[[float], tuple[float, ...]],
) -> None:
    """Draw a cell: its colour, its number, hatched where networks diverged, framed if it fits."""
    (x, y), (width, height) = corner, size
    fill = mixed(PAPER_COLOUR, SHADE, 0.5) if each.median is None else shade(each.median)
    ink = legible_on(fill)
    _box(whole, (x, y), size, 0.02, facecolor=fill, linewidth=0)
    if each.lost.any():
        hatched = {"hatch": "/////", "edgecolor": ink, "alpha": 0.4}
        _box(whole, (x, y), size, 0.02, fill=False, linewidth=0, **hatched)
        _box(whole, (x, y), size, 0.07, facecolor=fill, linewidth=0)
    if each.fits:
        _box(whole, (x, y), size, 0.035, fill=False, edgecolor=INK, linewidth=2.4)
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": ink}
    middle, centre = x + width / 2, y + height / 2
    both = each.median is not None and each.lost.any()
    if each.median is not None:
        whole.text(middle, centre - 0.09 * both, f"{each.median:.2f}", size=12, **look)
    if each.lost.any():
        said = said_of_diverged(each.lost)
        whole.text(middle, centre + 0.11 * both, said, size=SMALL, **look)
    if each.is_recipe:
        whole.plot(x + 0.14, y + 0.14, "*", color=ink, markersize=7, markeredgewidth=0)


def _box(
    whole: Axes,
    corner: tuple[float, float],
    size: tuple[float, float],
    inside: float,
    **look: Any,
) -> None:
    """Draw a rectangle so far inside of another; lengths in inches."""
    (x, y), (width, height) = corner, size
    place = (x + inside, y + inside), width - 2 * inside, height - 2 * inside
    whole.add_patch(Rectangle(*place, **look))


def _map_legend(whole: Axes, y: float) -> None:
    """Say what frame, hatching and star are."""
    x, size = 0.9, (0.3, 0.2)
    _box(whole, (x, y - 0.1), size, 0.0, fill=False, edgecolor=INK, linewidth=2.4)
    whole.text(x + 0.4, y, "all published figures fit", va="center_baseline", size=SMALL)
    x += 2.15
    _box(whole, (x, y - 0.1), size, 0.0, fill=False, hatch="/////", edgecolor=QUIET, linewidth=0)
    whole.text(x + 0.4, y, "networks diverged", va="center_baseline", size=SMALL)
    x += 1.85
    whole.plot(x + 0.1, y, "*", color=INK, markersize=8, markeredgewidth=0)
    whole.text(x + 0.25, y, "the recipe as it stands", va="center_baseline", size=SMALL)


def _map_in_words(cells: Mapping[tuple[int, int], _Cell], networks: int) -> str:
    said = []
    for row, mu in enumerate(MUS):
        of_row = []
        for column, ratio in enumerate(RATIOS):
            each = cells.get((row, column))
            if each is None:
                continue
            words = [] if each.median is None else [in_percent(each.median)]
            words += [said_of_diverged(each.lost)] if each.lost.any() else []
            words += ["all published figures fit"] if each.fits else []
            of_row.append(f"{ratio:g} {', '.join(words)}")
        if of_row:
            said.append(f"mu {mu:g}: {'; '.join(of_row)}")
    return (
        f"Median training error of {networks} networks by mu and eta/mu, diverged ones left out. "
        f"{'. '.join(said)}."
    )


# ---- The relatives ----------------------------------------------------------------------------


@styled
def relatives(record: Record) -> Figure:
    """Draw what every arm reaches, with its parameters: test error and what is rejected for 1 %.

    Networks that diverged are left out, and counted.

    Parameters
    ----------
    record : mapping
        The record of the study "relatives", or of others whose arms differ in architecture.
    """
    arms = study_of(record).arms
    panels = (
        ("error_percent", "test error, %"),
        ("rejected.difference", "rejected for 1 % error, %"),
    )
    band, top = 0.5, HEADING + 0.5
    networks = len(record["seeds"])
    figure = sheet(
        top + band * len(arms) + 0.4,
        "LeNet-1 and its relatives",
        f"Handwritten test digits; {said_of_dots(networks)}, tick: median, diamond: published",
    )
    if any(arm.architecture.name == "LENET1" for arm in arms):
        figure.text(
            MARGIN / WIDTH,
            1 - 0.75 / figure.get_figheight(),
            "Ours reject by difference; the paper by thresholds, after learning printed digits too",
            color=QUIET,
        )
    whole = whole_axes(figure)
    said = {arm.name: [_said_of_parameters(arm)] for arm in arms}
    left, between = 2.5, 0.35
    width = (WIDTH - MARGIN - left - between) / 2
    for number, arm in enumerate(arms):
        y = top + band * (number + 0.5)
        whole.text(MARGIN, y - 0.09, lettered(arm.name), va="center_baseline")
        words = _said_of_parameters(arm)
        lost = comparison.diverged(record, arm.name)
        if lost.any():
            words += f", {said_of_diverged(lost)}"
        whole.text(MARGIN, y + 0.1, words, va="center_baseline", color=QUIET, size=SMALL)
    for number, (key, words) in enumerate(panels):
        start = left + number * (width + between)
        bottom = figure.get_figheight() - top - band * len(arms)
        axes = axes_in(figure, start, bottom, WIDTH - start - width, top)
        whole.text(start, top - 0.1, words, size=12)
        for name, told in _relatives_panel(axes, record, arms, key).items():
            said[name].append(f"{words.removesuffix(', %')} {told}")
    rows = [f"{name}: {', '.join(each)}" for name, each in said.items()]
    words = f"Medians of {networks} networks on handwritten test digits"
    figure.set_label(f"{words}. {'; '.join(rows)}.")
    return figure


def _said_of_parameters(arm: Arm) -> str:
    return f"{arm.architecture.counts().parameters} parameters"


def _published_of_relative(record: Record, arm: Arm) -> dict[str, float]:
    """Give what is published of an arm's network, in percent, by the panel."""
    if arm.architecture.name == "LENET1":
        return {
            "error_percent": PUBLISHED["LENET1"]["test_handwritten.error_percent"].value,
            "rejected.difference": PUBLISHED["LENET1"][
                "test_handwritten.rejected.thresholds"
            ].value,
        }
    found = {}
    percents = published_percents(record, arm.name)
    if BY_HAND in percents:
        found["error_percent"] = percents[BY_HAND]
    rejected = comparison.published(record, arm.name).get(f"{BY_HAND}.rejected.difference")
    if rejected is not None:
        found["rejected.difference"] = rejected.value
    return found


def _relatives_panel(axes: Axes, record: Record, arms: Sequence[Arm], key: str) -> dict[str, str]:
    """Draw a panel of the relatives, a row an arm; return what it shows in words."""
    samples = {arm.name: sound_values(record, arm.name, f"{BY_HAND}.{key}") for arm in arms}
    published = {arm.name: _published_of_relative(record, arm).get(key) for arm in arms}
    marks = [value for value in published.values() if value is not None]
    shown = np.concatenate([*samples.values(), np.array(marks)])
    _scale_relatives(axes, shown if len(shown) else np.array([0.0, 1.0]))
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    said = {}
    for number, (name, values) in enumerate(samples.items()):
        told = []
        if len(values):
            ends = (float(values.min()), float(values.max()))
            axes.plot(ends, (number, number), color=SHADE, linewidth=6, zorder=1)
            heights = np.full(len(values), number)
            axes.plot(values, heights, "o", color=TEST_COLOUR, alpha=0.4, markersize=5.5, mew=0)
            median = float(np.median(values))
            tick = (number - 0.24, number + 0.24)
            axes.plot((median, median), tick, color=TEST_COLOUR, linewidth=2.2)
            told.append(in_percent(median))
        value = published[name]
        if value is not None:
            draw_diamond(axes, value, number)
            told.append(f"published {short_percent(value)}")
        said[name] = " and ".join(told) or "unknown"
    return said


def _scale_relatives(axes: Axes, values: np.ndarray) -> None:
    """Give an axis all values; on a logarithmic scale if some are many times as large as others."""
    low, high = float(values.min()), float(values.max())
    if low <= 0 or high < 4 * low:
        axes.set_xlim(limits_around(values))
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        return
    axes.set_xscale("log")
    axes.set_xlim(low / 1.12, high * 1.12)
    tick_percents(axes.xaxis, low, high)
