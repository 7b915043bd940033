"""What pictures of a study's arms share: names, figures of networks and published ones, marks.

It draws single marks alone: the diamond that stands for what was published, and the ticks of a
logarithmic axis of error rates. The figures are in `hundred` and `studies`. A network that diverged
is left out of medians and dots, and counted.
"""

from __future__ import annotations

import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reproduction.figures.sheet import INK, PAPER_COLOUR
from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from reproduction.studies.comparison import BY_HAND, Record

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


# ---- Words ------------------------------------------------------------------------------------

WORDS = {
    "train.error_percent": "train error, %",
    "train.errors": "train errors",
    "train.mse": "train MSE",
    "test.error_percent": "test error, %",
    "test.mse": "test MSE",
    "test.rejected.thresholds": "rejected for 1 % error, %",
    "test_handwritten.error_percent": "test error, %",
    "test_handwritten.errors": "test errors",
    "test_handwritten.mse": "test MSE",
    "test_handwritten.rejected.thresholds": "handwritten rejected, %",
    "test_handwritten.rejected.difference": "rejected for 1 % error, %",
}
"""What published figures are called, above their panels and in the tables of the book."""


def lettered(arm: str) -> str:
    """Return an arm's name as it is drawn: with letters for mu and eta."""
    return re.sub(r"\beta\b", "η", re.sub(r"\bmu\b", "μ", arm))


def short_percent(value: float) -> str:
    """Write a percentage with two decimals at most."""
    return f"{round(value, 2):g} %"


def said_of_dots(networks: int) -> str:
    """Say what a dot is, for a subtitle."""
    return f"a dot is one of {networks} networks" if networks > 1 else "the dot is the only network"


def said_of_diverged(lost: np.ndarray) -> str:
    """Say how many networks diverged.

    Parameters
    ----------
    lost : ndarray of bool, shape (networks,)
        As `comparison.diverged` tells.

    Returns
    -------
    str
        Empty if none did.
    """
    count = int(lost.sum())
    if count == len(lost):
        return f"all {count} diverged" if count > 1 else "it diverged"
    return f"{count} of {len(lost)} diverged" if count else ""


# ---- Out of a record --------------------------------------------------------------------------


def sound_values(record: Record, arm: str, figure: str) -> np.ndarray:
    """Return a figure of the networks that have not diverged, in the order of the seeds.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str
    figure : str
        As for `comparison.values`.
    """
    return comparison.values(record, arm, figure)[~comparison.diverged(record, arm)]


def patterns_of(record: Record, arm: str, part: str) -> int:
    """Return how many digits a set of an arm has."""
    bank = next(bank for bank in record["banks"] if bank["arm"] == arm)
    return int(bank["sets"][part]["patterns"])


def published_percents(record: Record, arm: str) -> dict[str, float]:
    """Return the published error rates that stand beside an arm's, in percent.

    Parameters
    ----------
    record : mapping
        A study's record.
    arm : str

    Returns
    -------
    dict of str to float
        By the set: "train", "test_handwritten". Of a published count, its share of the digits.
    """
    facts = comparison.published(record, arm)
    found = {}
    for figure, fact in facts.items():
        part, _, key = figure.partition(".")
        if key == "error_percent":
            found[part] = fact.value
        elif key == "errors":
            found[part] = 100 * fact.value / patterns_of(record, arm, part)
    if facts is comparison.COMPARED["LENET1"]:
        found[BY_HAND] = PUBLISHED["LENET1"]["test_handwritten.error_percent"].value
    return found


# ---- On axes ----------------------------------------------------------------------------------


def draw_diamond(axes: Axes, x: float, y: float) -> None:
    """Draw the mark of what was published."""
    axes.plot(
        x, y, "D", color=INK, markersize=7.5, markeredgecolor=PAPER_COLOUR, clip_on=False, zorder=5
    )


def limits_around(values: np.ndarray, margin: float = 0.06) -> tuple[float, float]:
    """Return the limits of an axis that has some room on both sides of what it shows.

    Parameters
    ----------
    values : ndarray
        At least one.
    margin : float
        The room on a side, as a share of the values' span.
    """
    low, high = float(values.min()), float(values.max())
    aside = margin * (high - low) or 0.05 * abs(high) or 0.5
    return low - aside, high + aside


def tick_percents(axis: Axis, low: float, high: float) -> None:
    """Put ticks at round percentages on a logarithmic axis, between its limits."""
    axis.set_major_locator(FixedLocator([tick for tick in _TICKS if low <= tick <= high]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(NullLocator())
