"""The chapter on open questions: arms against the first, all questions at once, eta and mu."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reproduction.figures import colours, marks
from reproduction.figures.colours import HALVES, INK, PAPER, QUIET, SHADE, TEST_COLOUR, TRAIN_COLOUR
from reproduction.figures.dots import interval_bar
from reproduction.figures.sheet import SMALL, Place, Sheet, fitting, styled
from reproduction.learning import recipes
from reproduction.studies import Arm, comparison, study_of
from reproduction.studies.comparison import Interval
from reproduction.studies.measured import Standing, fits_of, standings
from reproduction.studies.questions import MUS, RATIOS, cell
from reproduction.studies.record import Record
from reproduction.words import in_percent, lettered, said_of_diverged, signed, with_interval

FITS_COLOUR, UNFIT_COLOUR = HALVES

_FAR = 6.0
"""An arm that is so many times as far from 0 as the one before it is off the axis."""


def _colour(fits: Sequence[bool]) -> str:
    return QUIET if not fits else FITS_COLOUR if all(fits) else UNFIT_COLOUR


def _said(each: Standing) -> str:
    """Return where an arm stands in words."""
    words = [] if each.median is None else [f"median {each.median:g}"]
    words += [with_interval(each.apart)] if each.apart else []
    words += [said_of_diverged(each.lost)] if each.lost.any() else []
    if each.fits:
        unfit = f"{each.fits.count(False)} of {len(each.fits)} published numbers do not fit"
        words.append("every published number fits" if all(each.fits) else unfit)
    return f"{each.arm}: {', '.join(words)}"


def _far(apart: Interval) -> float:
    """Return how far from 0 an interval goes."""
    return max(abs(apart.low), abs(apart.high))


def _reach(found: Iterable[Interval]) -> float:
    """Choose how far the axis goes: to the last arm that is not much farther than the others."""
    known = sorted(_far(apart) for apart in found if _far(apart)) or [1.0]
    chosen = known[0]
    for reach in known:
        if reach > _FAR * max(chosen, 2.0):
            break
        chosen = reach
    return 1.12 * chosen


def _dress(axes: Axes, reach: float) -> None:
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    marks.whole_ticks(axes.xaxis, 7)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(value, 0)))
    axes.set_xlabel(fitting("← fewer  handwritten test errors  more →", "← fewer  errors  more →"))


def _arrow(axes: Axes, y: float, reach: float, mean: float, colour: str, size: float) -> None:
    """Draw an arrow to what lies off the axis."""
    mark = ">" if mean > 0 else "<"
    axes.plot(np.sign(mean) * reach, y, mark, color=colour, markersize=size, clip_on=False)


@styled
def differences(record: Record, title: str) -> Figure:
    """Draw how many errors more each arm makes than the first, and whether it fits the paper.

    The mean of the differences on handwritten test digits, seed by seed, with its 95 % interval.
    Pairs of which a network diverged are left out, and the diverged are counted.
    """
    found, networks = standings(record), len(record["seeds"])
    first, names = found[0].arm, []
    for each in found:
        median = "" if each.median is None else f": {each.median:g}"
        names.append([lettered(each.arm) + median, said_of_diverged(each.lost)])
    band = marks.row_band()
    page = Sheet(
        band * len(found) + 0.3 + fitting(0.85, 0.95),
        title,
        f"Errors more or fewer than “{lettered(first)}”, mean over {networks} pairs of networks "
        "from the same seeds with its 95\N{NO-BREAK SPACE}% interval; after each name its median"
        if networks > 1
        else "One network an arm, which is no sample; after each name its errors",
    )
    beside = any(each.fits for each in found)
    right = fitting(1.15, 0.75) if beside else page.margin
    axes = marks.row_axes(page, names, left=2.95, right=right, top=0.3)
    reach = _reach(each.apart for each in found if each.apart)
    _dress(axes, reach)
    whole, side = page.whole(), page.width - page.margin
    if beside:
        marks.note(whole, side, 0.18, "published numbers that fit", ha="right")
    for number, each in enumerate(found):
        axes.axhline(number, color=SHADE, linewidth=0.9, zorder=0)
        if number == 0:
            axes.plot(0, number, "o", color=QUIET, markersize=7)
        else:
            _draw_row(axes, each.apart, number, reach)
        y = 0.3 + band * (number + fitting(0.5, 0.7))
        words = f"{each.fits.count(True)} of {len(each.fits)}" if each.fits else "–" * beside
        marks.note(whole, side, y, words, ha="right", color=_colour(each.fits))
    look: dict[str, Any] = {"markeredgecolor": TEST_COLOUR, "mew": 1.6, "markersize": 7}
    signs = [(marks.dot_sign(TEST_COLOUR, **look), "interval without 0")]
    signs.append((marks.dot_sign(PAPER, **look), "with 0"))
    marks.legend(page, page.margin, page.height - fitting(0.2, 0.15), *signs)
    return page.described(
        f"Errors on handwritten test digits more than by “{first}”, mean of {networks} pairs with "
        f"95 % interval. {'; '.join(map(_said, found))}."
    )


def _draw_row(axes: Axes, apart: Interval | None, y: int, reach: float) -> None:
    """Draw an arm's mean and interval; one that is off the axis as an arrow with its numbers."""
    ground = {"facecolor": PAPER, "linewidth": 0, "pad": 2}
    if apart is None:
        marks.write(axes, 0, y, "no pair to compare", color=QUIET, bbox=ground)
    elif _far(apart) > reach:
        _arrow(axes, y, reach, apart.mean, TEST_COLOUR, 8)
        x, side = 0.93 * np.sign(apart.mean) * reach, "right" if apart.mean > 0 else "left"
        marks.write(axes, x, y, with_interval(apart, 0), ha=side, color=TEST_COLOUR, bbox=ground)
    else:
        interval_bar(axes, apart, y)


@styled
def overview(records: Mapping[str, Record], title: str) -> Figure:
    """Draw the arms of many studies, each against its study's first, on one scale of errors.

    A point is an arm: the mean difference of errors on handwritten test digits, seed by seed, with
    its 95 % interval. Its colour tells whether all published numbers fit the arm. What lies off the
    scale is an arrow. The records are named by their questions, in few words.
    """
    found = {
        question: [(each, each.apart) for each in standings(record) if each.apart]
        for question, record in records.items()
    }
    reach = _reach(apart for arms in found.values() for _, apart in arms)
    tall = [0.115 * len(arms) + fitting(0.22, 0.4) for arms in found.values()]
    page = Sheet(
        sum(tall) + fitting(0.9, 1.05),
        title,
        "Errors more or fewer than by the recipe as it stands: means over the same seeds with "
        "95\N{NO-BREAK SPACE}% intervals, a bar for each way it may have been",
    )
    start = fitting(2.6, page.margin)
    axes = page.panel(start, 0.05, page.width - start - fitting(0.4, 0.25), sum(tall))
    axes.set_ylim(sum(tall), 0)
    marks.without_heights(axes)
    _dress(axes, reach)
    top, said = 0.0, []
    for (question, arms), height in zip(found.items(), tall, strict=True):
        axes.axhline(top, color=SHADE, linewidth=0.9, zorder=0)
        y = 0.05 + top + fitting(height / 2, 0.14)
        marks.write(page.whole(), page.margin, y, question, ha="left")
        y = top + fitting(0.17, 0.35)
        for each, apart in arms:
            colour = _colour(each.fits)
            if abs(apart.mean) > reach:
                _arrow(axes, y, reach, apart.mean, colour, 5)
            else:
                ends = np.clip((apart.low, apart.high), -reach, reach)
                axes.plot(ends, (y, y), color=colour, linewidth=1.6)
                axes.plot(apart.mean, y, "o", color=colour, markersize=4.5, markeredgewidth=0)
            y += 0.115
        top += height
        told = "; ".join(_said(each) for each, _ in arms)
        said.append(f"{question}: {told or 'nothing to compare'}")
    signs = [(marks.dot_sign(FITS_COLOUR, markersize=5), "all published numbers fit")]
    signs.append((marks.dot_sign(UNFIT_COLOUR, markersize=5), "some do not"))
    marks.legend(page, page.margin, page.height - 0.15, *signs)
    return page.described(f"{title}. Against the first arm of each: {'. '.join(said)}.")


@styled
def eta_and_mu(record: Record) -> Figure:
    """Draw where mu and eta lead: the median training error, who diverged, what fits the paper.

    The record is that of the study "eta-and-mu", or of some of its arms; medians are those of the
    networks that did not diverge.
    """
    arms = {arm.name: arm for arm in study_of(record).arms}
    networks = len(record["seeds"])
    width, height, left, top = fitting((1.17, 0.58, 0.85, 0.62), (0.615, 0.58, 0.52, 0.62))
    title = "Small η learns little, large η diverges"
    about = f"Median training error in % of those of {networks} that learned; stronger: more"
    page = Sheet(top + height * len(MUS) + fitting(0.6, 0.8), title, about)
    medians, said = comparison.medians(record, "train.error_percent").values(), []
    whole, limits = page.whole(), (min(medians, default=1.0), max(medians, default=1.0))
    words, middle = "η/μ, the rate of a weight without curvature", left + width * len(RATIOS) / 2
    marks.write(whole, middle, top - 0.42, words, color=QUIET, va="baseline")
    marks.write(whole, left - 0.2, top - 0.13, "μ", color=QUIET, ha="right", va="baseline")
    for row, mu in enumerate(MUS):
        marks.write(whole, left - 0.1, top + height * (row + 0.5), f"{mu:g}", ha="right", size=11.5)
        for column, ratio in enumerate(RATIOS):
            place = Place(left + column * width, top + row * height, width, height)
            if row == 0:
                marks.write(whole, place.middle, top - 0.13, f"{ratio:g}", va="baseline", size=11.5)
            if arm := arms.get(cell(mu, ratio)):
                told = _draw_cell(whole, place, record, arm, limits)
                said.append(f"mu {mu:g}, eta/mu {ratio:g}: {told}")
    signs = (
        (lambda axes, x, y: marks.frame(axes, _small(x, y), INK, 2.4), "all published numbers fit"),
        (lambda axes, x, y: _hatch(axes, _small(x, y), QUIET), "so many networks diverged"),
        (marks.dot_sign(INK, "*", markersize=8, markeredgewidth=0), "the recipe"),
    )
    marks.legend(page, page.margin, top + height * len(MUS) + 0.25, *signs)
    return page.described(
        f"Median training error of {networks} networks by mu and eta/mu, diverged ones left out. "
        f"{'; '.join(said)}."
    )


def _small(x: float, y: float) -> Place:
    return Place(x - 0.14, y - 0.09, 0.28, 0.18)


def _hatch(axes: Axes, place: Place, colour: str, **look: Any) -> None:
    marks.frame(axes, place, colour, 0, hatch="/////", **look)


def _shade(error: float, low: float, high: float) -> str:
    """Return an error's colour: pale the least, dark the most, on a logarithmic scale."""
    scale = np.log((low, max(high, 1.01 * low)))
    share = float(np.interp(np.log(max(error, low)), scale, (0.0, 1.0)))
    if share < 0.5:
        return colours.mixed(PAPER, TRAIN_COLOUR, 0.14 + 1.72 * share)
    return colours.mixed(TRAIN_COLOUR, INK, 0.8 * (share - 0.5))


def _draw_cell(
    whole: Axes, place: Place, record: Record, arm: Arm, limits: tuple[float, float]
) -> str:
    """Draw a cell, hatched where networks diverged, framed if it fits; return it in words."""
    learned = comparison.sound(record, arm.name, "train.error_percent")
    lost, fits = comparison.diverged(record, arm.name), fits_of(record, arm.name)
    fill, lines, told = colours.mixed(PAPER, SHADE, 0.5), [], []
    if len(learned):
        median = float(np.median(learned))
        fill = _shade(median, *limits)
        lines.append((f"{median:.2f}", fitting(12.0, 11.0)))
        told.append(in_percent(median))
    ink = colours.legible_on(fill)
    marks.box(whole, place.inside(0.02), facecolor=fill)
    if lost.any():
        _hatch(whole, place.inside(0.02), ink, alpha=0.4)
        marks.box(whole, place.inside(0.07), facecolor=fill)
        said = said_of_diverged(lost)
        lines.append((fitting(said, f"{lost.sum()} of {len(lost)}"), SMALL))
        told.append(said)
    x, y = place.centre
    for number, (words, size) in enumerate(lines):
        aside = 0.1 * (2 * number - len(lines) + 1)
        marks.write(whole, x, y + aside, words, size=size, color=ink)
    if fits and all(fits):
        marks.frame(whole, place.inside(0.035), INK, 2.4)
        told.append("all published numbers fit")
    stage = arm.recipe.stages[-1]
    if (stage.eta, stage.rule) == (recipes.ETA, recipes.RULE):
        star = place.x + 0.13, place.y + 0.13
        whole.plot(*star, "*", color=ink, markersize=7, markeredgewidth=0)
    return ", ".join(told)
