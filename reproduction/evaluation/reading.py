"""Digits, and what networks make of them: who misreads which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data_prep.digits import Digits
from reproduction.evaluation import measures


@dataclass(frozen=True, eq=False)
class Reading:
    """Digits, and what networks say to them.

    Attributes
    ----------
    digits : Digits
    outputs : ndarray, shape (n, 10, networks)
    """

    digits: Digits
    outputs: np.ndarray

    def __len__(self) -> int:
        return len(self.digits)

    @property
    def networks(self) -> int:
        """How many networks read them."""
        return int(self.outputs.shape[2])

    @cached_property
    def answers(self) -> np.ndarray:
        """The digits that they answer: int, shape (n, networks)."""
        return measures.answers(self.outputs)

    @cached_property
    def wrong(self) -> np.ndarray:
        """Which digits each network misreads: bool, shape (n, networks)."""
        return measures.wrong(self.outputs, self.digits.labels)

    @property
    def errors(self) -> np.ndarray:
        """How many digits each network misreads: int, shape (networks,)."""
        return np.asarray(self.wrong.sum(axis=0))

    @property
    def missed(self) -> np.ndarray:
        """How many networks misread each digit: int, shape (n,)."""
        return np.asarray(self.wrong.sum(axis=1))

    @property
    def by_any(self) -> np.ndarray:
        """Which digits at least one network misreads: bool, shape (n,)."""
        return self.missed > 0

    @property
    def by_most(self) -> np.ndarray:
        """Which digits more than half of the networks misread: bool, shape (n,)."""
        return 2 * self.missed > self.networks

    @property
    def by_all(self) -> np.ndarray:
        """Which digits all networks misread: bool, shape (n,)."""
        return self.missed == self.networks

    @property
    def deviation_by_draw(self) -> float:
        """By how many errors other digits of the same kind would shift a network's count.

        The standard deviation of a count that is drawn digit by digit (binomial), at the mean of
        the networks' error rates.
        """
        mean = self.errors.mean()
        return float(np.sqrt(mean * (1 - mean / len(self))))

    def select(self, which: np.ndarray) -> Reading:
        """Return the same of some of the digits; see `Digits.select`."""
        return Reading(self.digits.select(which), self.outputs[which])

    def by_class(self) -> Reading:
        """Return the same with the digits in the order of their classes."""
        return self.select(np.argsort(self.digits.labels, kind="stable"))

    def committee(self) -> Reading:
        """Return what the mean of the networks' outputs says, as of one network."""
        return Reading(self.digits, measures.committee(self.outputs))

    def commonest_error(self) -> tuple[int, int]:
        """Return which digit is most often taken for which, over all networks.

        Raises
        ------
        ValueError
            If no digit is taken for another.
        """
        counts = measures.confusion(self.outputs, self.digits.labels).sum(axis=2)
        np.fill_diagonal(counts, 0)
        if not counts.any():
            raise ValueError("no digit is taken for another")
        digit, answer = np.unravel_index(counts.argmax(), counts.shape)
        return int(digit), int(answer)
