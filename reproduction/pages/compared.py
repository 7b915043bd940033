"""Runs beside one another, network by network from the same first weights, and stopped in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reproduction.pages import material
from reproduction.studies.comparison import Interval, mean_interval
from reproduction.studies.record import BY_HAND


@dataclass(frozen=True, eq=False)
class Saved:
    """Errors that networks save by a recipe.

    Attributes
    ----------
    pairs : ndarray of int, shape (networks,)
        How many errors fewer each network makes than its counterpart.
    """

    pairs: np.ndarray

    @property
    def mean(self) -> Interval:
        """Their mean, with its 95 % interval."""
        return mean_interval(self.pairs)


def errors_saved(recipe: str, over: str = "paper", after: int | None = None) -> Saved:
    """Compare a recipe with another, network by network from the same first weights.

    On handwritten test digits, at the end of the recipe.

    Parameters
    ----------
    recipe, over : str
        The recipe, and the one that it saves errors over: runs of the book, of equal seeds.
    after : int, optional
        The pass after which the other one is taken, from 1; by default its last.
    """
    ours, others = (material.run(name).errors(BY_HAND) for name in (recipe, over))
    return Saved(others[-1 if after is None else after - 1] - ours[-1])


def above(recipe: str, other: str, part: str) -> list[Interval]:
    """Return by how much more networks err by one recipe than by another, after every pass.

    Parameters
    ----------
    recipe, other : str
        Runs of the book, of equal seeds and passes.
    part : str
        The set of digits, as "test".

    Returns
    -------
    list of Interval
        The mean of the pairs, in percentage points.
    """
    apart = material.run(recipe).percent(part) - material.run(other).percent(part)
    return [mean_interval(pairs) for pairs in apart]


@dataclass(frozen=True, eq=False)
class Stopped:
    """What networks seem to save when errors choose the pass at which each of them stops.

    Attributes
    ----------
    by_own : float
        Errors saved over the last pass, a mean: each network stops at its own best pass.
    by_others : float
        The same, if each stops at the pass that is best for the mean of all others.
    pass_of_others : ndarray of int, shape (networks,)
        That pass, counted from 1.
    """

    by_own: float
    by_others: float
    pass_of_others: np.ndarray


def stopped(errors: np.ndarray) -> Stopped:
    """Stop networks at passes that their errors choose, the first of equal ones.

    Parameters
    ----------
    errors : ndarray, shape (passes, networks)
        After every pass; of two networks at least.
    """
    networks = np.arange(errors.shape[1])
    of_others = errors.sum(axis=1, keepdims=True) - errors
    best = of_others.argmin(axis=0)
    return Stopped(
        by_own=float(np.mean(errors[-1] - errors.min(axis=0))),
        by_others=float(np.mean(errors[-1] - errors[best, networks])),
        pass_of_others=best + 1,
    )
