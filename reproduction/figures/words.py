"""How figures write numbers and names, what they say of networks, and what they read from records.

A network that diverged is left out of medians and dots, and counted.
"""

from __future__ import annotations

import re

import numpy as np

from reproduction.paper import PUBLISHED
from reproduction.studies import comparison
from reproduction.studies.record import BY_HAND, Record

# --- words ----------------------------------------------------------------------------------

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
"""What published measures are called, above their panels and in the tables of the book."""


def in_percent(value: float) -> str:
    """Write a percentage with two decimals."""
    return f"{value:.2f} %"


def short_percent(value: float) -> str:
    """Write a percentage with two decimals at most."""
    return f"{round(value, 2):g} %"


def signed(value: float, decimals: int = 1) -> str:
    """Write a number with its sign, a real minus; 0 has none."""
    return f"{value:+.{decimals}f}".replace("-", "−") if value else "0"


def lettered(arm: str) -> str:
    """Return an arm's name as it is drawn: with letters for mu and eta."""
    return re.sub(r"\beta\b", "η", re.sub(r"\bmu\b", "μ", arm))


def said_of_median(networks: int) -> str:
    """Say of how many networks a median is."""
    return "one network" if networks == 1 else f"median of {networks} networks"


def said_of_band(networks: int) -> str:
    """Say what a band of networks shows, for a subtitle."""
    bands = "; inner band: the middle half, outer band: all of them"
    return said_of_median(networks).capitalize() + (bands if networks > 1 else "")


def said_of_dots(networks: int) -> str:
    """Say what a dot is, for a subtitle."""
    return f"a dot is one of {networks} networks" if networks > 1 else "the dot is the only network"


def said_of_diverged(lost: np.ndarray) -> str:
    """Say how many networks diverged (bool, (networks,)); nothing if none did."""
    count = int(lost.sum())
    if count == len(lost):
        return f"all {count} diverged" if count > 1 else "it diverged"
    return f"{count} of {len(lost)} diverged" if count else ""


# --- histories ------------------------------------------------------------------------------


def errors(history: np.ndarray, part: str) -> np.ndarray:
    """Return the errors on a set of digits by pass and network: int, (passes, networks).

    Parameters
    ----------
    history : ndarray of HISTORY
    part : str
        The set, as "train".
    """
    lines = history[history["part"] == part]
    return np.asarray(lines["errors"].reshape(len(np.unique(lines["pass"])), -1))


def percent(history: np.ndarray, part: str) -> np.ndarray:
    """Return the errors on a set in percent of its digits: float, (passes, networks)."""
    patterns = history["patterns"][history["part"] == part]
    return 100 * errors(history, part) / (patterns[0] if len(patterns) else 1)


# --- records --------------------------------------------------------------------------------


def sound(record: Record, arm: str, measure: str) -> np.ndarray:
    """Return a measure of the networks that have not diverged, in the order of the seeds."""
    return comparison.values(record, arm, measure)[~comparison.diverged(record, arm)]


def patterns_of(record: Record, arm: str, part: str) -> int:
    """Return how many digits a set of an arm has."""
    bank = next(bank for bank in record["banks"] if bank["arm"] == arm)
    return int(bank["sets"][part]["patterns"])


def whose(record: Record, arm: str) -> str:
    """Say whose published measures stand beside an arm's."""
    of_whole = comparison.COMPARED["LENET1"]
    return "paper" if comparison.published(record, arm) == of_whole else "sister paper"


def published_percents(record: Record, arm: str) -> dict[str, float]:
    """Return the published error rates that stand beside an arm's, in percent.

    Returns
    -------
    dict of str to float
        By the set: "train", "test_handwritten". Of a published count, its share of the digits.
    """
    facts = comparison.published(record, arm)
    found = {}
    for measure, fact in facts.items():
        part, _, key = measure.partition(".")
        if key == "error_percent":
            found[part] = fact.value
        elif key == "errors":
            found[part] = 100 * fact.value / patterns_of(record, arm, part)
    if "test.error_percent" in facts:  # every error is on a handwritten digit
        found[BY_HAND] = PUBLISHED["LENET1"][f"{BY_HAND}.error_percent"].value
    return found
