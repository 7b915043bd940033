"""Deleting parameters as a stage begins: Optimal Brain Damage, and what it is measured against.

A deleted parameter is set to 0 and stays there, its rate 0 (Le Cun, Denker & Solla, NIPS 1989,
p. 602). Which ones go is found for every network by itself: those whose saliency, by the diagonal
of the second derivatives, is least; the smallest; or any.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data_prep.errors import InputError
from reproduction.learning.checks import require_between
from reproduction.learning.rules import Sampled
from reproduction.network import Architecture, Connection, Convolution

if TYPE_CHECKING:
    from reproduction.network import Bank

SALIENCY, MAGNITUDE, RANDOM = "saliency", "magnitude", "random"
ORDERS = (SALIENCY, MAGNITUDE, RANDOM)
"""By what parameters are put in order; the first in it go first."""

PARAMETERS, KERNELS = "parameters", "kernels"


@dataclass(frozen=True)
class Prune:
    """What is deleted as a stage begins.

    Attributes
    ----------
    left : int
        How many are left; where no more are there, nothing is deleted.
    by : {"saliency", "magnitude", "random"}
        What goes first: what has the least saliency h u^2 / 2, the least u^2, or what a draw says.
    of : {"parameters", "kernels"}
        Single parameters, biases among them; or whole kernels of convolutions, each with the sum
        over its weights. Of the kernels of a map the last one stays.
    layers : tuple of str, optional
        Only what belongs to these layers is counted and deleted; None for all.
    patterns : int
        How many of the stage's part h is a mean over, evenly spread over its order.
    seed : int
        Of the draws: raw 64-bit draws of PCG-64 from it and the network's seed.
    """

    left: int
    by: str = SALIENCY
    of: str = PARAMETERS
    layers: tuple[str, ...] | None = None
    patterns: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        require_between("left", self.left, 0)
        require_between("patterns", self.patterns, 1)
        require_between("seed", self.seed, 0)
        for name, value, known in (("by", self.by, ORDERS), ("of", self.of, (PARAMETERS, KERNELS))):
            if value not in known:
                raise InputError(f'{name} is "{value}"; give one of {", ".join(known)}.')
        if self.layers == ():
            raise InputError("layers is empty; name those to delete from, or leave it out for all.")

    def check(self, architecture: Architecture) -> None:
        """Raise InputError if a network has nothing of what is to be deleted."""
        group_of, _ = self._groups(architecture)
        if (group_of < 0).all():
            where = ", ".join(self.layers or (architecture.name,))
            raise InputError(
                f"there are no kernels in {where}; name a convolution, or delete parameters."
            )

    def apply(self, bank: Bank, left: np.ndarray, planes: np.ndarray) -> np.ndarray:
        """Delete, and return what is left.

        Parameters
        ----------
        bank : Bank
            Its deleted parameters become 0.
        left : ndarray of bool, shape (p, networks)
            What was left before; it stays as it is.
        planes : ndarray, float32, shape (n, height, width)
            Training patterns of the stage, in their order.

        Returns
        -------
        ndarray of bool, shape (p, networks)
        """
        worth = self.worth(bank, planes)
        group_of, map_of = self._groups(bank.architecture)
        left = left.copy()
        for network in range(left.shape[1]):
            gone = self._gone(worth[:, network], left[:, network], group_of, map_of)
            left[np.isin(group_of, gone), network] = False
        bank.parameters[~left] = 0.0
        return left

    def worth(self, bank: Bank, planes: np.ndarray) -> np.ndarray:
        """Return what each parameter is kept for: the least goes first, of equal ones the first.

        Parameters
        ----------
        bank, planes
            As for `apply`; not changed.

        Returns
        -------
        ndarray, float64, shape (p, networks)
        """
        if self.by == SALIENCY:
            return saliencies(bank, planes[Sampled(self.patterns).pick(len(planes))])
        if self.by == MAGNITUDE:
            return bank.parameters.astype(np.float64) ** 2
        count = len(bank.parameters)
        draws = [np.random.PCG64([self.seed, seed]).random_raw(count) for seed in bank.seeds]
        return np.column_stack(draws).astype(np.float64)

    def _groups(self, architecture: Architecture) -> tuple[np.ndarray, np.ndarray]:
        """Return the group that each parameter goes with, and the map that each group feeds.

        int64 of shapes (p,) and (groups,); -1 for parameters that stay, and where groups are
        parameters, any of which may go.
        """
        group_of = np.full(architecture.counts().parameters, -1)
        map_of: list[int] = []
        for number, (layer, shape) in enumerate(
            zip(architecture.layers, architecture.shapes, strict=True)
        ):
            if self.layers is not None and layer.name not in self.layers:
                continue
            weights, biases = (
                architecture.parameters[f"{layer.name}.{what}"][0] for what in ("weights", "biases")
            )
            if self.of == PARAMETERS:
                group_of[weights.start : biases.stop] = np.arange(weights.start, biases.stop)
            elif isinstance(layer, Convolution):
                reads = [1000 * number + each for each, row in enumerate(shape.table) for _ in row]
                side = (weights.stop - weights.start) // len(reads)
                kernels = len(map_of) + np.arange(len(reads))
                group_of[weights] = np.repeat(kernels, side)
                map_of += reads
        return group_of, np.array(map_of or [-1] * len(group_of))

    def _gone(
        self, worth: np.ndarray, left: np.ndarray, group_of: np.ndarray, map_of: np.ndarray
    ) -> list[int]:
        """Return the groups that go from one network; `worth` and `left` have shape (p,)."""
        there = left & (group_of >= 0)
        of_groups = np.bincount(group_of[there], worth[there], len(map_of))
        kept = np.unique(group_of[there])
        feeding = Counter(map_of[kept].tolist())
        too_many = len(kept) - self.left
        gone: list[int] = []
        for group in kept[np.argsort(of_groups[kept], kind="stable")].tolist():
            if len(gone) >= too_many:
                break
            reader = int(map_of[group])
            if reader < 0 or feeding[reader] > 1:
                feeding[reader] -= 1
                gone.append(group)
        return gone


def saliencies(bank: Bank, planes: np.ndarray) -> np.ndarray:
    """Return h u^2 / 2 of every parameter u: what its deletion costs, to second order (p. 601).

    Parameters
    ----------
    bank : Bank
    planes : ndarray, float32, shape (n, height, width)
        The patterns that h is a mean over.

    Returns
    -------
    ndarray, float64, shape (p, networks)
    """
    return bank.curvature(planes).astype(np.float64) * bank.parameters.astype(np.float64) ** 2 / 2


def maps_without_input(architecture: Architecture, left: np.ndarray) -> list[list[str]]:
    """Name the maps and units of every network that have no weight left, and so are constant.

    Parameters
    ----------
    architecture : Architecture
    left : ndarray of bool, shape (p, networks)

    Returns
    -------
    list of list of str
        For each network, as "H3 map 4" and "output unit 1" (from 1).
    """
    idle: list[list[str]] = [[] for _ in range(left.shape[1])]
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        weights = left[architecture.parameters[f"{layer.name}.weights"][0]]
        if not len(weights):  # a plain average
            continue
        pairs = [len(row) if isinstance(layer, Convolution) else 1 for row in shape.table]
        ends = np.cumsum(pairs) * len(weights) // sum(pairs)
        what = "unit" if isinstance(layer, Connection) else "map"
        for number, each in enumerate(np.split(weights, ends[:-1])):
            for network in np.flatnonzero(~each.any(axis=0)):
                idle[network].append(f"{layer.name} {what} {number + 1}")
    return idle
