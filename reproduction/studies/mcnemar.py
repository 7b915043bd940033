"""Two networks on the same digits, compared by McNemar's exact test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy

from reproduction.studies.comparison import CONFIDENCE, misread
from reproduction.studies.record import Record


@dataclass(frozen=True)
class Duel:
    """Two networks on the same digits.

    Attributes
    ----------
    first_only, second_only : int
        Digits that only the one, or only the other, misreads.
    p : float
        Probability of a difference at least as large between networks that are equally good, by
        McNemar's exact (binomial) test.
    """

    first_only: int
    second_only: int
    p: float

    @property
    def for_first(self) -> bool:
        """Whether the first misreads fewer."""
        return self.first_only < self.second_only


def duel_of(first_only: int, second_only: int) -> Duel:
    """Compare two networks by how many digits only the one, and only the other, misreads."""
    disagree = first_only + second_only
    p = float(scipy.stats.binomtest(first_only, disagree).pvalue) if disagree else 1.0
    return Duel(first_only, second_only, p)


def duel(first_misreads: np.ndarray, second_misreads: np.ndarray) -> Duel:
    """Compare two networks by the digits that each misreads (bool, (digits,))."""
    first = int(np.sum(first_misreads & ~second_misreads))
    second = int(np.sum(second_misreads & ~first_misreads))
    return duel_of(first, second)


def duels(record: Record, arm: str, other: str) -> list[Duel]:
    """Compare the networks of two arms by McNemar's test, seed by seed, in the record's order."""
    pairs = zip(misread(record, arm).T, misread(record, other).T, strict=True)
    return [duel(ours, theirs) for ours, theirs in pairs]


def told_apart(misreads: np.ndarray, level: float = 1 - CONFIDENCE) -> float:
    """Return the percentage of all pairs of networks that McNemar's test calls different.

    Parameters
    ----------
    misreads : ndarray of bool, shape (digits, networks)
        Of two networks at least.
    level : float
        Below it a p decides.
    """
    pairs = combinations(misreads.T, 2)
    return float(100 * np.mean([duel(one, other).p < level for one, other in pairs]))
