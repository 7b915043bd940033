"""Networks beside what was published: how many lie below it, how many above; where arms stand.

Networks that diverged are left out, and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reproduction.paper import PUBLISHED, Fact, Row
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record
from reproduction.words import written


@dataclass(frozen=True, eq=False)
class Measured:
    """A measure of networks, and what was published of it.

    Attributes
    ----------
    words : str
        What is measured, or of whom.
    values : ndarray, shape (networks,)
        Those of networks that did not diverge.
    fact : Fact, optional
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
    def is_count(self) -> bool:
        """Whether the values are counts."""
        return self.step == 1

    def written(self, value: float) -> str:
        """Write a value of the measure in the unit of the published one."""
        if self.is_count:
            return f"{value:g}"
        return written(value, self.fact.unit if self.fact else "")

    def band(self) -> tuple[float, float]:
        """Return the ends of what agrees with the published number; NaN if there is none."""
        if self.fact is None:
            return np.nan, np.nan
        counts = comparison.same_counts(self.fact) if self.is_count else [self.fact.value]
        slack = comparison.rounding(self.fact) or (0.5 if len(counts) > 1 else 0.0)
        return counts[0] - slack, counts[-1] + slack

    def sides(self) -> tuple[int, int, int]:
        """Return how many networks lie below the band, in it, and above it."""
        low, high = self.band()
        below = int((self.values < low - 1e-12).sum())
        above = int((self.values > high + 1e-12).sum())
        return below, len(self.values) - below - above, above


def of_summary(rows: Iterable[Row], summary: Mapping[str, Any]) -> list[Measured]:
    """Return what a run's summary.json has of each network beside published numbers."""
    each = [(row, np.array(row.measured(summary)["each"], float)) for row in rows]
    return [Measured(row.what, values, row.published) for row, values in each]


def by_measure(record: Record, arm: str) -> list[Measured]:
    """Return all that was published that an arm can be put beside, with its networks' values.

    Raises
    ------
    ValueError
        When there is nothing.
    """
    found = []
    for measure, fact in comparison.published(record, arm).items():
        part, _, key = measure.partition(".")
        shares = key == "error_percent" or key.startswith("rejected.")
        patterns = comparison.patterns_of(record, arm, part)
        step = 100 / patterns if shares else float(key == "errors")
        found.append(_measured(record, arm, measure, comparison.WORDS[measure], fact, step))
    if not found:
        raise ValueError(f"nothing is published that the arm {arm!r} could be put beside")
    return found


def errors_by_arm(record: Record, arms: Iterable[str]) -> list[Measured]:
    """Return the errors of arms on handwritten test digits, beside those published."""
    return [
        _measured(
            record,
            arm,
            comparison.ERRORS,
            f"“{arm}”",
            PUBLISHED.get(comparison.beside(record, arm), {}).get(comparison.ERRORS),
            1.0,
        )
        for arm in arms
    ]


def rates_published(network: str, patterns: int) -> dict[str, float]:
    """Return which shares of handwritten test digits, in percent, were published of a network.

    Returns
    -------
    dict of str to float
        "error_percent", and by "rejected.difference" what is rejected for 1 % error by whatever
        rule; empty if nothing was published.
    """
    error = comparison.published_percent(network, BY_HAND, patterns)
    if error is None:
        return {}
    rejected = comparison.rejected_of(network, BY_HAND)
    return {"error_percent": error, "rejected.difference": rejected.value}


@dataclass(frozen=True, eq=False)
class Standing:
    """Where an arm of a study stands: its errors on handwritten test digits, and what fits.

    Attributes
    ----------
    arm : str
    median : float, optional
        Of the errors of the networks that did not diverge; None if all did.
    lost : ndarray of bool, shape (networks,)
        Which networks diverged.
    fits : tuple of bool
        Which published numbers fit; empty if there are none, or a single network to put beside
        them.
    apart : Interval, optional
        How many errors more than by the first arm, seed by seed; None of the first arm itself, and
        where fewer than two pairs of networks are left.
    """

    arm: str
    median: float | None
    lost: np.ndarray
    fits: tuple[bool, ...]
    apart: comparison.Interval | None


def standings(record: Record) -> list[Standing]:
    """Return where each arm of a study stands."""
    apart = comparison.beside_first(record)
    found = []
    for arm in record["arms"]:
        errors = comparison.sound(record, arm, comparison.ERRORS)
        median = float(np.median(errors)) if len(errors) else None
        lost, fits = comparison.diverged(record, arm), fits_of(record, arm)
        found.append(Standing(arm, median, lost, fits, apart.get(arm)))
    return found


def fits_of(record: Record, arm: str) -> tuple[bool, ...]:
    """Tell which published numbers fit an arm; none are put beside a single network."""
    if len(record["seeds"]) == 1:
        return ()
    return tuple(each.fits for each in comparison.fits(record, arm))


def _measured(
    record: Record, arm: str, measure: str, words: str, fact: Fact | None, step: float
) -> Measured:
    lost = int(comparison.diverged(record, arm).sum())
    return Measured(words, comparison.sound(record, arm, measure), fact, step, lost)
