"""The chapter on open questions: arms against the first, all questions at once, eta and mu."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from reproduction.figures.dots import interval_bar
from reproduction.figures.marks import (
    CENTRED,
    Place,
    Sign,
    dot_sign,
    legend,
    row_axes,
    row_band,
    whole_ticks,
    without_heights,
)
from reproduction.figures.sheet import (
    HALVES,
    INK,
    PAPER_COLOUR,
    QUIET,
    SHADE,
    SMALL,
    TEST_COLOUR,
    TRAIN_COLOUR,
    Sheet,
    fitting,
    legible_on,
    mixed,
    styled,
)
from reproduction.figures.words import in_percent, lettered, said_of_diverged, signed, sound
from reproduction.learning import Stage, recipes
from reproduction.studies import Arm, comparison, study_of
from reproduction.studies.comparison import ERRORS, Fit, Interval
from reproduction.studies.questions import MUS, RATIOS, cell
from reproduction.studies.record import Record

FITS_COLOUR, UNFIT_COLOUR = HALVES

_ON_PAPER = {"facecolor": PAPER_COLOUR, "linewidth": 0, "pad": 2}


def _fits(record: Record, arm: str) -> tuple[Fit, ...]:
    """Put what was published beside an arm's networks; nothing beside a single network."""
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
    def unfit(self) -> int:
        """How many published numbers do not fit."""
        return sum(not fit.fits for fit in self.fits)

    @property
    def name(self) -> list[str]:
        """What stands beside the row."""
        words = lettered(self.arm)
        if self.median is not None:
            words += f": {self.median:g}"
        return [words, *([said_of_diverged(self.lost)] if self.lost.any() else [])]

    @property
    def said(self) -> str:
        """The row in words."""
        words = [] if self.median is None else [f"median {self.median:g}"]
        if self.apart:
            words.append(_said_of(self.apart, 1))
        if self.lost.any():
            words.append(said_of_diverged(self.lost))
        if self.fits:
            unfit = f"{self.unfit} of {len(self.fits)} published numbers do not fit"
            words.append(unfit if self.unfit else "every published number fits")
        return f"{self.arm}: {', '.join(words)}"


def _said_of(apart: Interval, decimals: int) -> str:
    mean, low, high = (signed(each, decimals) for each in (apart.mean, apart.low, apart.high))
    return f"{mean} ({low} to {high})"


def _row(record: Record, arm: str, first: str) -> _Row:
    lost = comparison.diverged(record, arm)
    counts = comparison.values(record, arm, ERRORS)
    pairs = ~(lost | comparison.diverged(record, first))
    apart = None
    if arm != first and pairs.sum() > 1:
        apart = comparison.difference(record, arm, first)
    median = float(np.median(counts[~lost])) if not lost.all() else None
    return _Row(arm, median, apart, lost, _fits(record, arm))


@styled
def differences(record: Record, title: str) -> Figure:
    """Draw how many errors more each arm makes than the first, and whether it fits the paper.

    The mean of the differences on handwritten test digits, seed by seed, with its 95 % interval.
    Pairs of which a network diverged are left out, and the diverged are counted.

    Parameters
    ----------
    record : mapping
        A study's record.
    title : str
        What to see, as the study's question or its answer.
    """
    first, *_ = names = list(record["arms"])
    rows = [_row(record, arm, first) for arm in names]
    networks = len(record["seeds"])
    judged = any(row.fits for row in rows)
    band = row_band()
    foot = fitting(0.85, 1.25 if judged else 0.95)
    page = Sheet(
        band * len(rows) + 0.3 + foot,
        title,
        f"Errors more or fewer than “{lettered(first)}”, mean over {networks} pairs of networks "
        "from the same seeds with its 95 % interval; after each name its median"
        if networks > 1
        else "One network an arm, which is no sample; after each name its errors",
    )
    axes = row_axes(page, [row.name for row in rows], left=2.95, right=fitting(1.15, 0.75), top=0.3)
    reach = _reach([row.reach for row in rows])
    _dress_differences(axes, reach)
    whole, side = page.whole(), page.width - page.margin
    if judged:
        whole.text(side, 0.18, "fits?", ha="right", color=QUIET, size=SMALL)
    for number, row in enumerate(rows):
        y = 0.3 + band * (number + fitting(0.5, 0.7))
        _draw_row(axes, row, number, reach, is_first=number == 0)
        _draw_fit(whole, row, (side - fitting(0.53, 0.42), y), side)
    legend(
        whole,
        page.margin,
        page.height - fitting(0.2, 0.5 if judged else 0.15),
        side,
        _signs(judged),
    )
    page.figure.set_label(
        f"Errors on handwritten test digits more than by “{first}”, mean of {networks} pairs with "
        f"95 % interval. {'; '.join(row.said for row in rows)}."
    )
    return page.figure


def _dress_differences(axes: Axes, reach: float) -> None:
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    whole_ticks(axes.xaxis, 7)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 0)))
    axes.set_xlabel(fitting("← fewer  handwritten test errors  more →", "← fewer  errors  more →"))


def _reach(reaches: Sequence[float]) -> float:
    """Choose how far the axis goes: to the last arm that is not much farther than the others."""
    known = sorted(reach for reach in reaches if reach) or [1.0]
    chosen = known[0]
    for reach in known:
        if reach > _FAR * max(chosen, 2.0):
            break
        chosen = reach
    return 1.12 * chosen


def _draw_row(axes: Axes, row: _Row, y: int, reach: float, is_first: bool) -> None:
    """Draw an arm's mean and interval; one that is off the axis as an arrow with its numbers."""
    axes.axhline(y, color=SHADE, linewidth=0.9, zorder=0)
    look: dict[str, Any] = {"va": "center_baseline", "bbox": _ON_PAPER}
    if is_first:
        axes.plot(0, y, "o", color=QUIET, markersize=7)
    elif row.apart is None:
        axes.text(0, y, "no pair to compare", ha="center", color=QUIET, **look)
    elif row.reach > reach:
        sign, mark, side = (1, ">", "right") if row.apart.mean > 0 else (-1, "<", "left")
        axes.plot(sign * reach, y, mark, color=TEST_COLOUR, markersize=8, clip_on=False)
        words = _said_of(row.apart, 0)
        axes.text(0.93 * sign * reach, y, words, ha=side, color=TEST_COLOUR, **look)
    else:
        interval_bar(axes, row.apart.mean, row.apart.low, row.apart.high, y)


def _draw_fit(whole: Axes, row: _Row, place: tuple[float, float], side: float) -> None:
    """Draw a tick where every published number fits, else a cross and how many do not."""
    if not row.fits:
        whole.text(*place, "–", color=QUIET, **CENTRED)
    elif not row.unfit:
        _tick(whole, *place)
    else:
        _cross(whole, *place)
        words = f"{row.unfit} of {len(row.fits)}"
        look: dict[str, Any] = {"va": "center_baseline", "size": SMALL, "color": UNFIT_COLOUR}
        whole.text(side, place[1], words, ha="right", **look)


def _tick(whole: Axes, x: float, y: float) -> None:
    marks = (x - 0.07, x - 0.02, x + 0.08), (y + 0.0, y + 0.06, y - 0.07)
    whole.plot(*marks, color=FITS_COLOUR, linewidth=2.2, solid_joinstyle="miter")


def _cross(whole: Axes, x: float, y: float) -> None:
    whole.plot(x, y, "x", color=UNFIT_COLOUR, markersize=8, markeredgewidth=2)


def _signs(judged: bool) -> list[tuple[Sign, str]]:
    """Say what a full dot is, and what ticks and crosses are if there are any."""
    look: dict[str, Any] = {"markeredgecolor": TEST_COLOUR, "mew": 1.6, "markersize": 7}
    full, hollow = dot_sign(TEST_COLOUR, **look), dot_sign(PAPER_COLOUR, **look)
    signs = [(full, "interval without 0"), (hollow, "with 0")]
    judgements = [(_tick, "all published numbers fit"), (_cross, "so many do not")]
    return [*signs, *(judgements if judged else [])]


# ---- All questions at once --------------------------------------------------------------------


@styled
def overview(records: Mapping[str, Record], title: str) -> Figure:
    """Draw the arms of many studies, each against its study's first, on one scale of errors.

    A point is an arm: the mean difference of errors on handwritten test digits, seed by seed, with
    its 95 % interval. Its colour tells whether all published numbers fit the arm. What lies off the
    scale is an arrow.

    Parameters
    ----------
    records : mapping of str to mapping
        By the question, in few words: the study's record.
    title : str
    """
    rows = {
        question: [_row(record, arm, next(iter(record["arms"]))) for arm in record["arms"]]
        for question, record in records.items()
    }
    reach = _reach([row.reach for each in rows.values() for row in each])
    shown = {name: [row for row in each if row.apart] for name, each in rows.items()}
    tall = [0.115 * len(each) + fitting(0.22, 0.4) for each in shown.values()]
    page = Sheet(
        sum(tall) + fitting(0.9, 1.05),
        title,
        "Errors more or fewer than by the recipe as it stands: means over the same seeds with 95 % "
        "intervals, a bar for each way it may have been",
    )
    start = fitting(2.6, page.margin)
    axes = page.panel(start, 0.05, page.width - start - fitting(0.4, 0.25), sum(tall))
    axes.set_ylim(sum(tall), 0)
    without_heights(axes)
    _dress_differences(axes, reach)
    whole, top, said = page.whole(), 0.0, []
    for (question, each), height in zip(shown.items(), tall, strict=True):
        axes.axhline(top, color=SHADE, linewidth=0.9, zorder=0)
        y = 0.05 + top + fitting(height / 2, 0.14)
        whole.text(page.margin, y, question, va="center_baseline")
        for place, row in enumerate(each):
            _draw_small(axes, row, top + fitting(0.17, 0.35) + 0.115 * place, reach)
        top += height
        said.append(f"{question}: {'; '.join(row.said for row in each) or 'nothing to compare'}")
    signs = [
        (dot_sign(FITS_COLOUR, markersize=5), "all published numbers fit"),
        (dot_sign(UNFIT_COLOUR, markersize=5), "some do not"),
    ]
    legend(page.whole(), page.margin, page.height - 0.15, page.width, signs)
    page.figure.set_label(f"{title}. Against the first arm of each: {'. '.join(said)}.")
    return page.figure


def _draw_small(axes: Axes, row: _Row, y: float, reach: float) -> None:
    """Draw an arm as a thin bar with a dot, or as an arrow if it is off the axis."""
    assert row.apart is not None
    colour = (UNFIT_COLOUR if row.unfit else FITS_COLOUR) if row.fits else QUIET
    if abs(row.apart.mean) > reach:
        sign, mark = (1, ">") if row.apart.mean > 0 else (-1, "<")
        axes.plot(sign * reach, y, mark, color=colour, markersize=5, clip_on=False)
        return
    ends = np.clip((row.apart.low, row.apart.high), -reach, reach)
    axes.plot(ends, (y, y), color=colour, linewidth=1.6)
    axes.plot(row.apart.mean, y, "o", color=colour, markersize=4.5, markeredgewidth=0)


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
    width, height, left = fitting((1.17, 0.58, 0.85), (0.615, 0.58, 0.52))
    top = 0.62
    page = Sheet(
        top + height * len(MUS) + fitting(0.6, 0.8),
        "Small η learns little, large η diverges",
        f"Median training error in % of the networks that learned, of {networks}; stronger: more",
    )
    whole = page.whole()
    shade = _shades(list(cells.values()))
    for (row, column), each in cells.items():
        place = Place(left + column * width, top + row * height, width, height)
        _draw_cell(whole, each, place, shade)
    words = "η/μ, the rate of a weight without curvature"
    whole.text(left + width * len(RATIOS) / 2, top - 0.42, words, ha="center", color=QUIET)
    for column, ratio in enumerate(RATIOS):
        whole.text(left + width * (column + 0.5), top - 0.13, f"{ratio:g}", ha="center", size=11.5)
    whole.text(left - 0.2, top - 0.13, "μ", color=QUIET, ha="right")
    for row, mu in enumerate(MUS):
        y = top + height * (row + 0.5)
        whole.text(left - 0.1, y, f"{mu:g}", ha="right", va="center_baseline", size=11.5)
    legend(whole, page.margin, top + height * len(MUS) + 0.25, page.width - 0.2, _map_signs())
    page.figure.set_label(_map_in_words(cells, networks))
    return page.figure


def _cell(record: Record, arm: Arm) -> _Cell:
    lost = comparison.diverged(record, arm.name)
    learned = sound(record, arm.name, "train.error_percent")
    median = float(np.median(learned)) if len(learned) else None
    stage: Stage = arm.recipe.stages[-1]
    is_recipe = (stage.eta, stage.rule) == (recipes.ETA, recipes.RULE)
    fits = _fits(record, arm.name)
    return _Cell(median, lost, bool(fits) and all(fit.fits for fit in fits), is_recipe)


def _shades(cells: Sequence[_Cell]) -> Callable[[float], str]:
    """Return the colour of an error: pale the least, dark the most, on a logarithmic scale.

    The most is that of a cell in which no network diverged; more than it is as dark.
    """
    known = [each.median for each in cells if each.median and not each.lost.any()] or [1.0]
    low, high = min(known), max(known)

    def shade(value: float) -> str:
        span = np.log(high / low)
        share = float(np.log(min(max(value, low), high) / low) / span) if span else 0.0
        if share < 0.5:
            return mixed(PAPER_COLOUR, TRAIN_COLOUR, 0.14 + 1.72 * share)
        return mixed(TRAIN_COLOUR, INK, 0.8 * (share - 0.5))

    return shade


def _draw_cell(whole: Axes, each: _Cell, place: Place, shade: Callable[[float], str]) -> None:
    """Draw a cell: its colour, its number, hatched where networks diverged, framed if it fits."""
    fill = mixed(PAPER_COLOUR, SHADE, 0.5) if each.median is None else shade(each.median)
    ink = legible_on(fill)
    _box(whole, place, 0.02, facecolor=fill, linewidth=0)
    if each.lost.any():
        hatched = {"hatch": "/////", "edgecolor": ink, "alpha": 0.4}
        _box(whole, place, 0.02, fill=False, linewidth=0, **hatched)
        _box(whole, place, 0.07, facecolor=fill, linewidth=0)
    if each.fits:
        _box(whole, place, 0.035, fill=False, edgecolor=INK, linewidth=2.4)
    look = CENTRED | {"color": ink}
    centre = place.y + place.height / 2
    both = each.median is not None and each.lost.any()
    if each.median is not None:
        words = f"{each.median:.2f}"
        whole.text(place.middle, centre - 0.09 * both, words, size=fitting(12, 11), **look)
    if each.lost.any():
        said = fitting(said_of_diverged(each.lost), f"{each.lost.sum()} of {len(each.lost)}")
        whole.text(place.middle, centre + 0.11 * both, said, size=SMALL, **look)
    if each.is_recipe:
        look = {"markersize": 7, "markeredgewidth": 0}
        whole.plot(place.x + 0.13, place.y + 0.13, "*", color=ink, **look)


def _box(whole: Axes, place: Place, inside: float, **look: Any) -> None:
    """Draw a rectangle so far inside of a place."""
    size = place.width - 2 * inside, place.height - 2 * inside
    whole.add_patch(Rectangle((place.x + inside, place.y + inside), *size, **look))


def _map_signs() -> list[tuple[Sign, str]]:
    """Say what frame, hatching and star are."""

    def box(**look: Any) -> Sign:
        return lambda axes, x, y: _box(
            axes, Place(x - 0.14, y - 0.09, 0.28, 0.18), 0.0, fill=False, **look
        )

    return [
        (box(edgecolor=INK, linewidth=2.4), "all published numbers fit"),
        (box(hatch="/////", edgecolor=QUIET, linewidth=0), "so many networks diverged"),
        (dot_sign(INK, "*", markersize=8, markeredgewidth=0), "the recipe"),
    ]


def _map_in_words(cells: Mapping[tuple[int, int], _Cell], networks: int) -> str:
    said = []
    for (row, column), each in cells.items():
        words = [] if each.median is None else [in_percent(each.median)]
        words += [said_of_diverged(each.lost)] if each.lost.any() else []
        words += ["all published numbers fit"] if each.fits else []
        said.append(f"mu {MUS[row]:g}, eta/mu {RATIOS[column]:g}: {', '.join(words)}")
    return (
        f"Median training error of {networks} networks by mu and eta/mu, diverged ones left out. "
        f"{'; '.join(said)}."
    )
