"""Rules and underlines: straight thin lines across a page, which are taken off what is written.

A line is looked for by its slope: for each of some, the ink along every line of that slope is
counted. It is a rule if it runs from border to border, or sticks out on both sides of what is left
once it is gone, or lies apart below. Where a stroke crosses it, the stroke stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SLOPES = np.linspace(-0.12, 0.12, 25)
STEEPEST = 0.2
FILLED = 0.8  # of its length: ink along a rule
SLIM = 6  # times as long as thick, at least
OUT = 0.6  # of the height of the rest: an underline sticks out so far on both sides, no foot of a 2
MOST_RULES = 24
MOST_PIXELS = 1_000_000


@dataclass(frozen=True)
class Rule:
    """A line y = start + slope x, with its thickness and its first and last column."""

    slope: float
    start: float
    thick: float
    left: int
    right: int


def without_rules(mask: np.ndarray) -> np.ndarray:
    """Take off rules that run across a page, or below a digit.

    Parameters
    ----------
    mask : ndarray, bool, shape (rows, columns)
        Where there is ink.

    Returns
    -------
    ndarray, bool, shape (rows, columns)
    """
    for across in (True, False):
        turned = mask if across else mask.T
        for _ in range(MOST_RULES):
            rule = longest_line(turned)
            if rule is None:
                break
            rest = _rest(turned, rule)
            if not _is_rule(rule, rest, turned.shape[1], across):
                break
            turned = rest
        mask = turned if across else turned.T
    return mask


def longest_line(mask: np.ndarray) -> Rule | None:
    """Find the line, nearly along the rows, that has most ink."""
    y, x = np.nonzero(mask)
    if not 0 < len(y) <= MOST_PIXELS:
        return None
    offset = int(STEEPEST * mask.shape[1]) + 2
    best: tuple[int, float, np.ndarray] | None = None
    for slope in SLOPES:
        counts = np.bincount(np.rint(y - slope * x).astype(int) + offset)
        if best is None or counts.max() > best[0]:
            best = int(counts.max()), float(slope), counts
    if best is None:
        return None
    slope, counts = best[1:]
    first, beyond = _band(counts)
    for _ in range(2):  # a thick line has its most ink along many slopes: fit it
        row = np.rint(y - slope * x).astype(int) + offset
        on_line = (row >= first) & (row < beyond)
        if np.ptp(x[on_line]) == 0:
            return None
        slope += float(np.polyfit(x[on_line], row[on_line], 1)[0])
        slope = min(max(slope, -STEEPEST), STEEPEST)
        first, beyond = _band(np.bincount(np.rint(y - slope * x).astype(int) + offset))
    row = np.rint(y - slope * x).astype(int) + offset
    columns = np.unique(x[(row >= first) & (row < beyond)])
    left, right = _run(columns)
    if counts.max() < FILLED * (right - left) or right - left < SLIM * (beyond - first):
        return None
    return Rule(slope, (first + beyond - 1) / 2 - offset, float(beyond - first), left, right)


def _band(counts: np.ndarray) -> tuple[int, int]:
    """First row, and the one beyond the last, of those around the fullest that are half as full."""
    middle, thin = int(counts.argmax()), counts < counts.max() / 2
    above, below = np.flatnonzero(thin[:middle]), np.flatnonzero(thin[middle:])
    first = int(above[-1]) + 1 if len(above) else 0
    return first, middle + int(below[0]) if len(below) else len(counts)


def _run(columns: np.ndarray) -> tuple[int, int]:
    """First and last column of the longest stretch without a gap of 6 % of all."""
    gap = max(3, 0.06 * (columns[-1] - columns[0] + 1))
    pieces = np.split(columns, np.flatnonzero(np.diff(columns) > gap) + 1)
    longest = max(pieces, key=lambda piece: piece[-1] - piece[0])
    return int(longest[0]), int(longest[-1]) + 1


def _rest(mask: np.ndarray, rule: Rule) -> np.ndarray:
    """Take a rule off: in each of its columns, ink that goes no further than the rule."""
    rest = mask.copy()
    room = rule.thick / 2 + 1.5
    for x in range(rule.left, rule.right):
        middle = rule.start + rule.slope * x
        low, high = int(np.floor(middle - room)), int(np.ceil(middle + room)) + 1
        low, high = max(0, low), min(mask.shape[0], high)
        if high <= low:
            continue
        above = low > 0 and mask[low - 1, x] and mask[low, x]
        below = high < mask.shape[0] and mask[high, x] and mask[high - 1, x]
        if not above and not below:
            rest[low:high, x] = False
        elif not above:  # a stroke comes from below: off with what is above the rule's middle
            rest[low : max(low, int(middle - rule.thick / 2)), x] = False
        elif not below:
            rest[min(high, int(middle + rule.thick / 2) + 1) : high, x] = False
    return rest


def _is_rule(rule: Rule, rest: np.ndarray, width: int, across: bool) -> bool:
    """Tell a rule from a stroke, by how far it goes beyond the rest."""
    if rule.left <= 0.02 * width + 1 and rule.right >= width - 1 - 0.02 * width:
        return across or bool(rest.any())
    if not across or not rest.any():
        return False
    rows, columns = np.flatnonzero(rest.any(1)), np.flatnonzero(rest.any(0))
    height = rows[-1] + 1 - rows[0]
    out = OUT * height
    sticks_out = rule.left < columns[0] - out and rule.right > columns[-1] + 1 + out
    middle = rule.start + rule.slope * (rule.left + rule.right) / 2
    apart = middle - rule.thick / 2 > rows[-1] + 1
    return bool(sticks_out or (apart and rule.right - rule.left > 0.5 * len(columns)))
