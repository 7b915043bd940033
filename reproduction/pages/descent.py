"""Steps against a gradient: how much of the fall that they promise comes true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reproduction.pages.shown import Html, table
from reproduction.pages.words import number


@dataclass(frozen=True, eq=False)
class Descent:
    """What single steps of several rates do to an energy.

    Attributes
    ----------
    rates : ndarray, float64, shape (n,)
    before : float
        The energy where all steps begin.
    predicted : ndarray, float64, shape (n,)
        How far each should fall by the gradient alone: rate times its square.
    after : ndarray, float64, shape (n,)
        The energy after each step.
    """

    rates: np.ndarray
    before: float
    predicted: np.ndarray
    after: np.ndarray

    @property
    def real(self) -> np.ndarray:
        """How far the energy falls; negative where it rises."""
        return self.before - self.after

    @property
    def share(self) -> np.ndarray:
        """How much of the fall predicted is real."""
        return self.real / self.predicted

    def table(self, label: str) -> Html:
        """Return a table of the steps, a row a rate."""
        columns = self.rates, self.predicted, self.real, self.share
        rows = [
            (rate, *(number(each, 4) for each in found))
            for rate, *found in zip(*columns, strict=True)
        ]
        return table(("rate", "predicted", "real", "real / predicted"), rows, label)


def descent(
    energy: Callable[[np.ndarray], float],
    w: np.ndarray,
    gradient: np.ndarray,
    rates: Sequence[float],
) -> Descent:
    """Step from weights against the gradient, at several rates, each by itself.

    Parameters
    ----------
    energy : callable
        Gives the energy of weights.
    w, gradient : ndarray, shape (p,)
    rates : sequence of float
    """
    after = np.array([energy(w - rate * gradient) for rate in rates])
    fall = np.array(rates) * (gradient @ gradient)
    return Descent(np.array(rates), float(energy(w)), fall, after)
