"""What deleting parameters costs before a network learns on, and what its derivatives foretell.

The objective function is E, half the squared errors of a pattern summed over the outputs and meant
over the patterns. Optimal Brain Damage (NIPS 1989, pp. 600-603) foretells its rise by the sum of
the saliencies of what is deleted: the quadratic term of a series, its diagonal alone, at a minimum.
Each of these three simplifications can be taken back here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np

from data_prep.digits import Digits
from reproduction.evaluation import mean_squared_error
from reproduction.learning.deletion import Prune, saliencies
from reproduction.network import Architecture, Bank


def objective(bank: Bank, digits: Digits) -> np.ndarray:
    """Return E of every network, a mean over some digits: float64, shape (networks,)."""
    architecture = bank.architecture
    outputs = bank.outputs(architecture.planes(digits.images))
    mse = mean_squared_error(outputs, digits.labels, architecture.low_target)
    return architecture.outputs * mse  # E is the sum over outputs, MSE half their mean


def decibels(energies: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Return E as 10 log10 of its ratio to that of the trained networks."""
    return 10 * np.log10(energies / trained)


@dataclass(frozen=True, eq=False)
class Curve:
    """A quantity of networks as parameters go: `curve[2000]` is that of each with 2000 left.

    Attributes
    ----------
    sizes : tuple of int
        How many parameters are left, one after the other.
    values : ndarray, shape (sizes, networks)
    """

    sizes: tuple[int, ...]
    values: np.ndarray

    def __getitem__(self, left: int) -> np.ndarray:
        if left not in self.sizes:
            raise KeyError(f"no value with {left} left; there is one with {self.sizes}")
        return np.asarray(self.values[self.sizes.index(left)])

    def __sub__(self, other: Curve) -> Curve:
        """Return the differences, network by network, at the sizes that both have."""
        both = tuple(left for left in self.sizes if left in other.sizes)
        return Curve(both, np.array([self[left] - other[left] for left in both]))

    def median(self, left: int) -> float:
        """Return the median of the networks with so many left."""
        return float(np.median(self[left]))


@dataclass(frozen=True)
class Deleted:
    """Networks that some of their parameters were taken from.

    Attributes
    ----------
    left : ndarray of bool, shape (p, networks)
        What is not deleted.
    bank : Bank
        The networks without the rest.
    """

    left: np.ndarray
    bank: Bank

    @property
    def size(self) -> int:
        """How many parameters each network has left."""
        return int(self.left[:, 0].sum())


def deleted(bank: Bank, digits: Digits, steps: Iterable[Prune]) -> Iterator[Deleted]:
    """Delete from trained networks as each of some steps says, each time from the whole.

    Parameters
    ----------
    bank : Bank
        Trained; not changed.
    digits : Digits
        Training digits, of which some serve for saliencies.
    steps : iterable of Prune
    """
    planes = bank.architecture.planes(digits.images)
    for step in steps:
        less = moved(bank, np.zeros_like(bank.parameters), 0.0)
        left = step.apply(less, np.ones(bank.parameters.shape, bool), planes)
        yield Deleted(left, less)


def costs(bank: Bank, digits: Digits, steps: Iterable[Prune], tried: Digits) -> Curve:
    """Return E without what each of some steps deletes, in dB above that of the whole.

    Parameters
    ----------
    bank, digits, steps
        As for `deleted`.
    tried : Digits
        What E is a mean over.
    """
    whole, found = objective(bank, tried), deleted(bank, digits, steps)
    rises = [(less.size, decibels(objective(less.bank, tried), whole)) for less in found]
    sizes, values = zip(*rises, strict=True)
    return Curve(sizes, np.array(values))


def moved(bank: Bank, direction: np.ndarray, way: float) -> Bank:
    """Return a copy of a bank, its parameters moved along a direction, float (p, networks)."""
    copy = Bank(bank.architecture, bank.seeds)
    copy.parameters[:] = bank.parameters + way * direction
    return copy


@dataclass(frozen=True)
class Foretold:
    """The rise of E by deletions, and what a series foretells of it.

    In dB above the whole networks' E.

    Attributes
    ----------
    measured : Curve
    saliencies : Curve
        By their sum: the diagonal of the quadratic term, from the h of the learning rule.
    diagonal : Curve
        By that diagonal without what h leaves out.
    quadratic : Curve
        By the quadratic term whole, mixed derivatives among them.
    gradient : Curve
        By the linear term, which is left out at a minimum.
    """

    measured: Curve
    saliencies: Curve
    diagonal: Curve
    quadratic: Curve
    gradient: Curve

    def medians(self, left: int) -> tuple[float, ...]:
        """Return the median of each over the networks, in this order, with so many left."""
        return tuple(getattr(self, field.name).median(left) for field in fields(self))


def foretold(bank: Bank, digits: Digits, steps: Iterable[Prune], tried: Digits) -> Foretold:
    """Delete from trained networks, and measure each term of the series that foretells the rise.

    Parameters
    ----------
    bank, digits, steps, tried
        As for `costs`; of what is tried, one digit in forty serves for the exact diagonal.
    """
    squares = bank.parameters.astype(np.float64) ** 2 / 2
    by_rule = saliencies(bank, bank.architecture.planes(tried.images))
    exact = squares * exact_curvature(bank, tried.select(slice(0, None, 40)))
    whole = objective(bank, tried)
    rises: dict[str, list[np.ndarray]] = {field.name: [] for field in fields(Foretold)}
    sizes = []
    for less in deleted(bank, digits, steps):
        sizes.append(less.size)
        gradient, quadratic = along_deletion(bank, tried, less.left)
        rises["measured"].append(objective(less.bank, tried) - whole)
        rises["saliencies"].append((by_rule * ~less.left).sum(axis=0))
        rises["diagonal"].append((exact * ~less.left).sum(axis=0))
        rises["quadratic"].append(quadratic)
        rises["gradient"].append(gradient)
    terms = {name: decibels(whole + np.array(each), whole) for name, each in rises.items()}
    return Foretold(**{name: Curve(tuple(sizes), values) for name, values in terms.items()})


def along_deletion(
    bank: Bank, digits: Digits, left: np.ndarray, way: float = 0.05
) -> tuple[np.ndarray, np.ndarray]:
    """Measure the linear and the quadratic term of the rise of E, from a little of the way.

    E is computed after `way` of the way to the deletion, and as far in the other direction: a
    central difference each.

    Parameters
    ----------
    bank : Bank
        Trained networks.
    digits : Digits
        What E is a mean over.
    left : ndarray of bool, shape (p, networks)
        What is not deleted.
    way : float
        The share of the way.

    Returns
    -------
    gradient, quadratic : ndarray, float64, shape (networks,)
    """
    direction = np.where(left, 0.0, -bank.parameters.astype(np.float64))
    ahead, behind = (objective(moved(bank, direction, sign * way), digits) for sign in (1, -1))
    here = objective(bank, digits)
    return (ahead - behind) / (2 * way), (ahead - 2 * here + behind) / way**2 / 2


def exact_curvature(bank: Bank, digits: Digits, step: float = 0.05) -> np.ndarray:
    """Return the diagonal of the Gauss-Newton second derivatives, nothing left out of it.

    The mean over the digits of the squared slopes of all outputs, a central difference for every
    parameter: what the rule's h estimates.

    Parameters
    ----------
    bank : Bank
    digits : Digits
        A few; two forward passes for every parameter.
    step : float
        By how much each parameter is moved, up and down.

    Returns
    -------
    ndarray, float64, shape (p, networks)
    """
    planes = bank.architecture.planes(digits.images)
    copy = moved(bank, np.zeros_like(bank.parameters), 0.0)
    exact = np.empty(bank.parameters.shape)
    for number, kept in enumerate(bank.parameters.copy()):
        slopes = np.zeros(())
        for sign in (1, -1):
            copy.parameters[number] = kept + np.float32(sign * step)
            slopes = slopes + sign * copy.outputs(planes).astype(np.float64)
        copy.parameters[number] = kept
        exact[number] = np.sum((slopes / (2 * step)) ** 2, axis=(0, 1)) / len(digits)
    return exact


@dataclass(frozen=True, eq=False)
class Group:
    """The weights or the biases of a layer, among all parameters of networks.

    Attributes
    ----------
    parameters : int
        How many they are.
    share : ndarray, float64, shape (networks,)
        Of the saliency of all parameters.
    left : ndarray of int, shape (networks,)
        How many of them a deletion leaves.
    """

    parameters: int
    share: np.ndarray
    left: np.ndarray


def by_group(architecture: Architecture, worth: np.ndarray, left: np.ndarray) -> dict[str, Group]:
    """Return what each group of parameters is worth, and what a deletion leaves of it.

    Parameters
    ----------
    architecture : Architecture
    worth : ndarray of float, shape (p, networks)
        Saliencies.
    left : ndarray of bool, shape (p, networks)
        What is not deleted.

    Returns
    -------
    dict of str to Group
        By their names, as "H1.weights".
    """
    shares = worth / worth.sum(axis=0)
    return {
        name: Group(len(left[place]), shares[place].sum(axis=0), left[place].sum(axis=0))
        for name, (place, _) in architecture.parameters.items()
    }
