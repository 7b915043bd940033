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
from reproduction.network import Bank


def objective(bank: Bank, digits: Digits) -> np.ndarray:
    """Return E of every network, a mean over some digits: float64, shape (networks,)."""
    architecture = bank.architecture
    outputs = bank.outputs(architecture.planes(digits.images))
    mse = mean_squared_error(outputs, digits.labels, architecture.low_target)
    return architecture.outputs * mse  # E is the sum over outputs, MSE half their mean


def decibels(energies: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Return E as 10 log10 of its ratio to that of the trained networks."""
    return 10 * np.log10(energies / trained)


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


def costs(bank: Bank, digits: Digits, steps: Iterable[Prune], tried: Digits) -> np.ndarray:
    """Return E without what each of some steps deletes, in dB above that of the whole.

    Parameters
    ----------
    bank, digits, steps
        As for `deleted`.
    tried : Digits
        What E is a mean over.

    Returns
    -------
    ndarray, float64, shape (steps, networks)
    """
    whole = objective(bank, tried)
    return np.array(
        [decibels(objective(less.bank, tried), whole) for less in deleted(bank, digits, steps)]
    )


def moved(bank: Bank, direction: np.ndarray, way: float) -> Bank:
    """Return a copy of a bank, its parameters moved along a direction, float (p, networks)."""
    copy = Bank(bank.architecture, bank.seeds)
    copy.parameters[:] = bank.parameters + way * direction
    return copy


@dataclass(frozen=True)
class Foretold:
    """The rise of E by deletions, and what a series foretells of it.

    In dB above the whole networks' E, float64, shape (steps, networks) each.

    Attributes
    ----------
    measured : ndarray
    saliencies : ndarray
        By their sum: the diagonal of the quadratic term, from the h of the learning rule.
    diagonal : ndarray
        By that diagonal without what h leaves out.
    quadratic : ndarray
        By the quadratic term whole, mixed derivatives among them.
    gradient : ndarray
        By the linear term, which is left out at a minimum.
    """

    measured: np.ndarray
    saliencies: np.ndarray
    diagonal: np.ndarray
    quadratic: np.ndarray
    gradient: np.ndarray


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
    for less in deleted(bank, digits, steps):
        gradient, quadratic = along_deletion(bank, tried, less.left)
        rises["measured"].append(objective(less.bank, tried) - whole)
        rises["saliencies"].append((by_rule * ~less.left).sum(axis=0))
        rises["diagonal"].append((exact * ~less.left).sum(axis=0))
        rises["quadratic"].append(quadratic)
        rises["gradient"].append(gradient)
    return Foretold(
        **{name: decibels(whole + np.array(each), whole) for name, each in rises.items()}
    )


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
