"""Networks as dots beside what was published: panels of measures, rows of counts of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reproduction.figures.dots import Bins, bins_for, diamond
from reproduction.figures.marks import (
    limits_around,
    plain_ticks,
    whole_ticks,
    without_heights,
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
)
from reproduction.figures.words import in_percent, lettered, said_of_diverged, said_of_dots
from reproduction.paper import PUBLISHED, Fact
from reproduction.studies.comparison import rounding

NONE_LOST = np.zeros(0, bool)


# --- panels ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """A measure of networks, and what was published of it.

    Attributes
    ----------
    words : str
        What is measured.
    values : ndarray, shape (networks,)
        Those of networks that did not diverge.
    fact : Fact
    step : float
        In which values come, as shares of a number of patterns do; 0 if they are continuous.
    """

    words: str
    values: np.ndarray
    fact: Fact
    step: float = 0.0


@styled
def panels(
    found: Sequence[Panel], title: str, said: str, whose: str, lost: np.ndarray = NONE_LOST
) -> Figure:
    """Draw how each published number lies among those of networks, a panel each.

    Parameters
    ----------
    found : sequence of Panel
    title, said : str
    whose : str
        Whose the published numbers are, as "paper".
    lost : ndarray of bool, shape (networks,)
        Which networks diverged, for they are counted; by default none.
    """
    many = max(len(each.values) for each in found) > 20
    above, high, below = 0.5, 1.2 if many else 0.62, 0.36
    band = above + high + below
    places = columns(2, 1, 0.45)
    page = Sheet(-(-len(found) // len(places)) * band, title, said)
    words = []
    for number, each in enumerate(found):
        row, column = divmod(number, len(places))
        left, width = places[column]
        axes = page.panel(left, row * band + above, width, high)
        axes.set_ylim(0, high)
        words.append(_draw_panel(axes, each, whose, lost, (width, high)))
    networks = max(len(lost), *(len(each.values) for each in found))
    diverged = f", {said_of_diverged(lost)}" if lost.any() else ""
    page.figure.set_label(f"{title}: {networks} networks{diverged}. {'; '.join(words)}.")
    return page.figure


def said_of_panels(networks: int, whose: str) -> str:
    """Say what dots, lines and bands are, for a subtitle."""
    dots = said_of_dots(networks).capitalize()
    return f"{dots}, their median at the right; line: the {whose}; band: its rounding"


def _draw_panel(
    axes: Axes, each: Panel, whose: str, lost: np.ndarray, room: tuple[float, float]
) -> str:
    """Draw a panel on axes whose heights are inches; return what it shows in words."""
    fact, values = each.fact, each.values
    write = _written(fact)
    colour = TRAIN_COLOUR if each.words.startswith("train") else TEST_COLOUR
    slack = rounding(fact)
    axes.set_xlim(limits_around(np.append(values, (fact.value - slack, fact.value + slack)), 0.05))
    without_heights(axes)
    plain_ticks(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.axvspan(fact.value - slack, fact.value + slack, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(fact.value, color=INK, linewidth=1.2, zorder=1)
    low, high = axes.get_xlim()
    right = fact.value - low > 0.5 * (high - low)
    published = f"{whose}: {_of_fact(fact)}"
    look: dict[str, Any] = {"ha": "right" if right else "left", "va": "top"}
    look |= {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
    axes.annotate(published, (fact.value, 1), (-4 if right else 4, 0), **look)
    on_top: dict[str, Any] = {"transform": axes.transAxes}
    axes.text(0, 1 + 0.31 / room[1], each.words, size=12, **on_top)
    sides, ours = f"all {len(lost)} networks diverged", ""
    if len(values):
        bins = bins_for([values], (low, high), (room[0], room[1] - 0.24), fact.value, each.step)
        bins.draw(axes, values, colour)
        sides, ours = _sides(values, fact, lost), write(float(np.median(values)))
        axes.text(1, 1 + 0.31 / room[1], ours, ha="right", color=colour, **on_top)
    axes.text(0, 1 + 0.12 / room[1], sides, color=QUIET, size=SMALL, **on_top)
    told = [f"{whose} {_of_fact(fact)}", *([f"our median {ours}"] if ours else []), sides]
    return f"{each.words.removesuffix(', %')}: {', '.join(told).replace(' · ', ', ')}"


def _of_fact(fact: Fact) -> str:
    """Write a published number; a count without its unit."""
    return f"{fact.value:g}" if fact.unit == "patterns" else str(fact)


def _sides(values: np.ndarray, fact: Fact, lost: np.ndarray) -> str:
    """Say how many networks lie on either side of what is published, and how many diverged."""
    slack = rounding(fact) + 1e-12
    below = int((values < fact.value - slack).sum())
    above = int((values > fact.value + slack).sum())
    same = len(values) - below - above
    where = "in the band" if rounding(fact) else "equal"
    said = [f"{below} of {len(lost) or len(values)} below", f"{same} {where}", f"{above} above"]
    if not same:
        del said[1]
    if lost.any():
        said.append(f"{int(lost.sum())} diverged")
    return " · ".join(said)


def _written(fact: Fact) -> Callable[[float], str]:
    """Return how values of a fact's unit are written."""
    if fact.unit == "%":
        return in_percent
    return (lambda value: f"{value:g}") if fact.unit == "patterns" else lambda value: f"{value:.4f}"


# --- rows of counts -------------------------------------------------------------------------


@styled
def error_counts(
    counts: Mapping[str, np.ndarray],
    patterns: int,
    published: Mapping[str, Fact],
    said: str,
    lost: Mapping[str, np.ndarray] | None = None,
) -> Figure:
    """Draw the errors of networks on handwritten test digits, a dot each, a row a name.

    Parameters
    ----------
    counts : mapping of str to ndarray of int, shape (networks,)
        By the row's name; those of networks that did not diverge.
    patterns : int
        How many handwritten test digits there are.
    published : mapping of str to Fact
        The count that a row can be put beside, by the row's name.
    said : str
        What a dot is.
    lost : mapping of str to ndarray of bool, optional
        Which networks diverged, by the row's name.
    """
    lost = lost or {name: np.zeros(len(each), bool) for name, each in counts.items()}
    shown = np.concatenate(
        [*counts.values(), np.array([fact.value for fact in published.values()])]
    )
    limits = limits_around(shown if len(shown) else np.array([0.0, 1.0]), 0.04)
    bins = bins_for(list(counts.values()), limits, (fitting(6.4, 3.5), 1.25), limits[0], 1.0)
    stacks = [bins.places(each)[1].max(initial=0) + 1 for each in counts.values()]
    head = fitting(0.54, 0.72)
    bands = [max(0.2, stack * bins.pitch) + head for stack in stacks]
    page = Sheet(
        sum(bands) + 0.65,
        "How many digits are misread",
        f"Errors on {patterns} handwritten test digits; {said}"
        + (f"; {bins.width:.0f} neighbouring counts share a stack" if bins.width > 1 else ""),
        _said_of_counts(list(published.values())),
    )
    axes = page.panel(page.margin, 0.05, page.width - 2 * page.margin, sum(bands))
    axes.set(xlim=limits, ylim=(0, sum(bands)), xlabel="errors on handwritten test digits")
    without_heights(axes)
    whole_ticks(axes.xaxis)
    told, base = [], sum(bands)
    for (name, values), band in zip(counts.items(), bands, strict=True):
        base -= band
        place = base + 0.04, band - 0.2
        told.append(_count_row(axes, name, values, lost[name], published.get(name), place, bins))
    page.figure.set_label(f"Errors on {patterns} handwritten test digits. {'; '.join(told)}.")
    return page.figure


def _count_row(
    axes: Axes,
    name: str,
    values: np.ndarray,
    lost: np.ndarray,
    fact: Fact | None,
    place: tuple[float, float],
    bins: Bins,
) -> str:
    """Draw a row of dots between a base and a height; return what it shows in words."""
    (base, height), (low, high) = place, axes.get_xlim()
    axes.plot((low, high), (base, base), color=SHADE, linewidth=0.9, zorder=0)
    axes.text(low, base + height - 0.05, lettered(name), size=12, va="center_baseline")
    told = [f"median {np.median(values):g}"] if len(values) else []
    told += [said_of_diverged(lost)] if lost.any() else []
    bins.draw(axes, values, TEST_COLOUR, base)
    at = base + height - fitting(0.05, 0.23)
    look: dict[str, Any] = {"va": "center_baseline", "color": TEST_COLOUR}
    x, side = fitting((high, "right"), (low, "left"))
    axes.text(x, at, ", ".join(told), ha=side, **look)
    if len(values):
        told.insert(1, f"{values.min():g} to {values.max():g}")
    if fact is not None:
        top, counts = base + height - fitting(0.26, 0.42), same_counts(fact)
        ends = counts[0] - 0.5, counts[-1] + 0.5
        axes.fill_between(ends, base, top, color=SHADE, linewidth=0, zorder=0)
        axes.plot((fact.value, fact.value), (base, top), color=INK, linewidth=1.2, zorder=1)
        diamond(axes, fact.value, top)
        fewer = int((values < fact.value).sum())
        told.append(f"{fewer} of {len(lost)} networks make fewer than the published {fact.value:g}")
    return f"{name}: {', '.join(told)}"


def _said_of_counts(facts: Sequence[Fact]) -> str:
    """Say what the diamonds are, and the bands below them."""
    said = []
    for fact in dict.fromkeys(facts):
        counts = same_counts(fact)
        whose = "paper" if len(counts) > 1 else "sister paper"
        words = f"the {whose}’s {fact.value:g}"
        if len(counts) > 1:
            words += f", with {counts[0]} to {counts[-1]} that round to its rate as well"
        said.append(words)
    return f"Diamond: {', and '.join(said)}" if said else ""


def same_counts(fact: Fact) -> list[float]:
    """Return all counts that agree with a published one: those that round to the paper's rate.

    The sister paper prints the count itself.
    """
    ours = PUBLISHED["LENET1"]
    if fact is not ours["test_handwritten.errors"]:
        return [fact.value]
    rate, patterns = ours["test.error_percent"], int(ours["test_patterns"].value)
    slack = rounding(rate) + 1e-12
    return [n for n in range(patterns) if abs(100 * n / patterns - rate.value) <= slack]
