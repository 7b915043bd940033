"""Where published numbers stand among those of an arm's networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reproduction.studies import comparison
from reproduction.studies.record import Record


@dataclass(frozen=True, eq=False)
class Sides:
    """On which side of each published number an arm's networks lie.

    Attributes
    ----------
    of_each : dict of str to ndarray, int, shape (networks,)
        By measure: 0 where a network's number rounds to the printed one, -1 where it is lower, 1
        where it is higher or the network has none.
    """

    of_each: Mapping[str, np.ndarray]

    @property
    def lower(self) -> np.ndarray:
        """How many networks lie below each number: int, shape (numbers,)."""
        return self._on(-1)

    @property
    def equal(self) -> np.ndarray:
        """How many have each number as it is printed."""
        return self._on(0)

    @property
    def higher(self) -> np.ndarray:
        """How many lie above each, or have none."""
        return self._on(1)

    def _on(self, side: int) -> np.ndarray:
        return np.array([np.sum(each == side) for each in self.of_each.values()])

    @property
    def as_good(self) -> int:
        """How many networks lie above none of the numbers."""
        return int(np.all([each <= 0 for each in self.of_each.values()], axis=0).sum())

    @property
    def the_same(self) -> int:
        """How many have all numbers as they are printed."""
        return int(np.all([each == 0 for each in self.of_each.values()], axis=0).sum())


def sides(record: Record, arm: str) -> Sides:
    """Tell on which side of each published number an arm's networks lie."""
    found = {}
    for measure, fact in comparison.published(record, arm).items():
        above = comparison.values(record, arm, measure) - fact.value
        slack = comparison.rounding(fact) + 1e-12  # decimals are not exact in binary
        found[measure] = np.where(above < -slack, -1, np.where(above <= slack, 0, 1))
    return Sides(found)
