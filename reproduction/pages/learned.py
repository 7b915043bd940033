"""What the chapter on what was learned measures: kernels, maps that say little, halves alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from reproduction import evaluation
from reproduction.network import Bank, plain, symmetry


@dataclass(frozen=True, eq=False)
class Kernels:
    """The H1 kernels of some networks.

    Attributes
    ----------
    weights : ndarray, float64, shape (networks, 4, 5, 5)
    """

    weights: np.ndarray

    @classmethod
    def of(cls, bank: Bank) -> Kernels:
        """Return those of a bank of LENET1."""
        return cls(np.moveaxis(bank.weights("H1").astype(np.float64), -1, 0))

    @property
    def length(self) -> np.ndarray:
        """The root of each kernel's square sum: (networks, 4)."""
        return np.linalg.norm(self.weights, axis=(2, 3))

    @property
    def evenness(self) -> np.ndarray:
        """What each kernel's mean accounts for of its square sum, in percent: (networks, 4).

        100 for an even blot, which measures blackness alone; 0 for weights that add up to zero.
        """
        of_mean = self.weights.mean(axis=(2, 3)) ** 2
        return 100 * of_mean / (self.weights**2).mean(axis=(2, 3))

    @property
    def by_even_field(self) -> np.ndarray:
        """How far ink alone moves each kernel, over the most that a field can: (networks, 4)."""
        return np.abs(self.weights.sum(axis=(2, 3))) / np.abs(self.weights).sum(axis=(2, 3))

    def cosines(self, others: Kernels) -> np.ndarray:
        """Return each kernel's cosine with that in its place among others, sign aside."""
        along = (self.weights * others.weights).sum(axis=(2, 3))
        return np.abs(along) / (self.length * others.length)

    def arranged(self) -> tuple[np.ndarray, np.ndarray]:
        """Arrange and turn each network's kernels to be as much like the first's as they can be.

        Returns
        -------
        ndarray, float64, shape (networks, 4, 5, 5)
            The kernels so.
        ndarray, float64, shape (networks,)
            The mean of the four cosines with the first's.
        """
        found = [symmetry.most_alike(each, self.weights[0]) for each in self.weights]
        return np.array([kernels for kernels, _ in found]), np.array([like for _, like in found])

    def likeness(self) -> np.ndarray:
        """Return the mean cosine of the kernels of two networks, so arranged, for every pair."""
        pairs = combinations(self.weights, 2)
        return np.array([symmetry.most_alike(one, other)[1] for one, other in pairs])


def variation(bank: Bank, images: np.ndarray, layer: str) -> np.ndarray:
    """Return by how much the units of each map vary from digit to digit.

    Parameters
    ----------
    bank : Bank
    images : ndarray, shape (n, 16, 16)
    layer : str
        Whose maps, by name.

    Returns
    -------
    ndarray, float64, shape (networks, maps)
        The standard deviation of a unit, a mean over the map.
    """
    planes = bank.architecture.planes(images)
    each = (plain.units(bank.architecture, w, planes)[layer] for w in bank.parameters.T)
    return np.array([units.std(axis=0).mean(axis=(1, 2)) for units in each])


@dataclass(frozen=True, eq=False)
class Halves:
    """What networks misread with both halves, and with either alone, in percent.

    Attributes
    ----------
    whole : ndarray, float64, shape (networks, 10)
        Of the digits of each class.
    alone : ndarray, float64, shape (2, networks, 10)
        The same, by the first half and by the second.
    each : ndarray, float64, shape (2, networks)
        Of all digits.
    """

    whole: np.ndarray
    alone: np.ndarray
    each: np.ndarray

    @classmethod
    def of(cls, outputs: np.ndarray, alone: np.ndarray, labels: np.ndarray) -> Halves:
        """Return what comes of outputs, (n, 10, networks), and of those of `halves.alone`."""
        by_class, overall = evaluation.error_percent_by_class, evaluation.error_percent
        return cls(
            by_class(outputs, labels),
            np.array([by_class(half, labels) for half in alone]),
            np.array([overall(half, labels) for half in alone]),
        )

    @property
    def better(self) -> np.ndarray:
        """What the half that reads better alone misreads of all digits: (networks,)."""
        return self.each.min(axis=0)

    @property
    def other(self) -> np.ndarray:
        """What the other half does."""
        return self.each.max(axis=0)

    @property
    def first_is_better(self) -> np.ndarray:
        """In which networks the better half is the first (bool)."""
        return self.each[0] < self.each[1]

    @cached_property
    def by_class(self) -> Mapping[str, np.ndarray]:
        """The "whole", the "better half" and the "other half", on the digits of each class."""
        first = self.first_is_better[:, np.newaxis]
        return {
            "whole": self.whole,
            "better half": np.where(first, *self.alone),
            "other half": np.where(first, *self.alone[::-1]),
        }
