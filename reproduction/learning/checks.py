"""What numbers in a recipe may be."""

from __future__ import annotations

from math import inf

from data_prep.errors import InputError


def require_between(name: str, value: float, low: float, high: float = inf) -> None:
    """Raise InputError unless low <= value <= high (and a number)."""
    if not (low <= value <= high and value < inf):
        endless = isinstance(value, int) and abs(value) > 1e300  # no float has its digits
        shown = "beyond all bounds" if endless else f"{value:g}"
        span = f"at least {low:g}" if high == inf else f"from {low:g} to {high:g}"
        raise InputError(f"{name} is {shown}; give a number {span}.")
