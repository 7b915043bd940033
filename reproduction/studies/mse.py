"""What a published MSE is a mean of: four readings, and which of them an arm's networks fit."""

from __future__ import annotations

from dataclasses import replace

from reproduction.studies import comparison
from reproduction.studies.comparison import Fit
from reproduction.studies.record import Record

HALF_THE_MEAN = "half the mean over outputs and patterns"

READINGS = {
    HALF_THE_MEAN: 1.0,
    "the mean over outputs and patterns": 2.0,
    "half the sum over outputs, mean over patterns": 10.0,
    "the sum over outputs, mean over patterns": 20.0,
}
"""What "MSE" may mean, and how many times half the mean that is."""


def fits(record: Record, arm: str) -> dict[str, list[Fit]]:
    """Put the published MSEs beside an arm's, in every reading."""
    of_mse = [each for each in comparison.fits(record, arm) if each.measure.endswith("mse")]
    return {name: [_read(each, times) for each in of_mse] for name, times in READINGS.items()}


def _read(fit: Fit, times: float) -> Fit:
    """Return the same of so many times half the mean."""
    low, high, slack = times * fit.low, times * fit.high, comparison.rounding(fit.fact)
    inside = low - slack <= fit.fact.value <= high + slack
    return replace(fit, median=times * fit.median, low=low, high=high, fits=inside)


def fitting(record: Record, arm: str) -> list[str]:
    """Return the readings in which an arm's networks could have all published MSEs."""
    readings = fits(record, arm)
    return [name for name, found in readings.items() if all(each.fits for each in found)]
