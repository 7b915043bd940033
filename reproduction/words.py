"""How figures and the terminal write numbers and names, and what they say of networks.

A network that diverged is left out of medians and dots, and counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from reproduction.studies.comparison import Interval


def in_percent(value: float) -> str:
    """Write a percentage with two decimals."""
    return f"{value:.2f} %"


def median_of(values: np.ndarray) -> str:
    """Write the median of percentages with two decimals."""
    return in_percent(float(np.median(values)))


def written(value: float, unit: str) -> str:
    """Write a measure of ours beside a published number in a unit, with a digit more than that."""
    return in_percent(value) if unit == "%" else f"{value:.4f}"


def short_percent(value: float) -> str:
    """Write a percentage with two decimals at most."""
    return f"{round(value, 2):g} %"


def signed(value: float, decimals: int = 1) -> str:
    """Write a number with its sign, a real minus; 0 has none."""
    return f"{value:+.{decimals}f}".replace("-", "−") if value else "0"


def with_interval(found: Interval, decimals: int = 1) -> str:
    """Write a mean of differences with its interval."""
    mean, low, high = (signed(each, decimals) for each in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def whose(network: str) -> str:
    """Say which paper has published a network."""
    return "paper" if network == "LENET1" else "sister paper"


def lettered(arm: str) -> str:
    """Return an arm's name as it is drawn: with letters for mu and eta."""
    return re.sub(r"\beta\b", "η", re.sub(r"\bmu\b", "μ", arm))


def said_of_line(networks: int) -> str:
    """Say of how many networks a line is the median."""
    return "one network" if networks == 1 else f"median of {networks} networks"


def said_of_band(networks: int, lost: int = 0) -> str:
    """Say what a band of networks shows, for a subtitle, and how many others diverged."""
    bands = "; inner band: the middle half, outer band: all of them" if networks > 1 else ""
    line = said_of_line(networks)
    return (f"{lost} diverged, not shown; {line}" if lost else line.capitalize()) + bands


def said_of_dots(networks: int) -> str:
    """Say what a dot is, for a subtitle."""
    return f"a dot is one of {networks} networks" if networks > 1 else "the dot is the only network"


def said_of_diverged(lost: np.ndarray) -> str:
    """Say how many networks diverged (bool, (networks,)); nothing if none did."""
    count = int(lost.sum())
    if count == len(lost):
        return f"all {count} diverged" if count > 1 else "it diverged"
    return f"{count} of {len(lost)} diverged" if count else ""
