"""Numbers and names as they stand in a sentence.

A chapter's prose is typed; only its numbers are computed, by these functions, within the role
``{eval}`` of the text: ``{eval}`percent(rate)` of the digits``. Each returns `Words`, which a page
shows as they are: a real minus sign, and spaces that keep a number and its unit on one line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reproduction.studies.comparison import Interval

SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Words(str):
    """A text that a page shows without quotation marks."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def number(value: float, decimals: int | None = None, signed: bool = False) -> Words:
    """Return a number: "98 442", "0.0153", "−3.1", "+2".

    Parameters
    ----------
    value : float
    decimals : int, optional
        How many decimals; by default as many as the number needs, at most six digits in all.
    signed : bool
        Whether a plus sign stands before a positive number.

    Returns
    -------
    Words
        "–" for what is no number.
    """
    if not math.isfinite(value):
        return Words("–")
    if decimals is None and float(value).is_integer():
        decimals = 0
    sign = "+" if signed else ""
    form = f"{sign}z,.{decimals}f" if decimals is not None else f"{sign}z.6g"  # z: no minus zero
    text = f"{value:{form}}"
    whole, point, fraction = text.partition(".")
    if len(whole.lstrip("+-")) < len("10,000"):  # four digits stay together
        whole = whole.replace(",", "")
    return Words((whole.replace(",", SPACE) + point + fraction).replace("-", MINUS))


def percent(value: float, decimals: int = 2, signed: bool = False) -> Words:
    """Return a percentage: "3.53 %"."""
    return Words(f"{number(value, decimals, signed)}{SPACE}%")


def count(value: int, what: str = "", many: str = "") -> Words:
    """Return a count in words up to ten, and what is counted: "seven faces", "92 errors".

    Parameters
    ----------
    value : int
    what : str
        What one is called.
    many : str
        What several are called, if not by an s more.
    """
    said = SMALL[value] if 0 <= value < len(SMALL) else number(value)
    called = what if value == 1 else many or f"{what}s"
    return Words(f"{said} {called}" if what else said)


def median(values: Any, decimals: int | None = None, unit: str = "") -> Words:
    """Return the median over networks: "3.53 %"."""
    middle = _middle_and_range(values)[0]
    return Words(f"{number(middle, decimals)}{_unit(unit)}")


def span(values: Any, decimals: int | None = None, unit: str = "") -> Words:
    """Return the range over networks: "3.32 to 3.92 %"."""
    _, low, high = _middle_and_range(values)
    return Words(f"{number(low, decimals)} to {number(high, decimals)}{_unit(unit)}")


def spread(values: Any, decimals: int | None = None, unit: str = "") -> Words:
    """Return median and range over networks: "3.53 % (3.32 to 3.92 %)".

    Parameters
    ----------
    values : array_like or mapping
        A value a network, or a measure of a run's summary with "median", "min" and "max".
    decimals : int, optional
        As for `number`.
    unit : str
        As "%".
    """
    return Words(f"{median(values, decimals, unit)} ({span(values, decimals, unit)})")


def interval(found: Interval, decimals: int = 1, unit: str = "", signed: bool = True) -> Words:
    """Return a mean and its interval: "−3.1 (−5.7 to −0.4)"."""
    mean, low, high = (
        number(each, decimals, signed) for each in (found.mean, found.low, found.high)
    )
    return Words(
        f"{mean}{_unit(unit)} ({low} to {high}{_unit(unit)})".replace(" to ", f" to{SPACE}")
    )


def names(of: Sequence[object], quoted: bool = False) -> Words:
    """Return names in a row: "H1, H2 and H3", perhaps each in quotation marks."""
    each = [f"“{name}”" if quoted else str(name) for name in of]
    return Words(" and ".join([", ".join(each[:-1]), each[-1]] if each[1:] else each))


def _middle_and_range(values: Any) -> tuple[float, float, float]:
    if isinstance(values, Mapping):
        if values["median"] is None:
            return (math.nan,) * 3
        return values["median"], values["min"], values["max"]
    array = np.asarray(values, float)
    return float(np.median(array)), float(array.min()), float(array.max())


def _unit(unit: str) -> str:
    return f"{SPACE}{unit}" if unit else ""
