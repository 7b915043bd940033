"""Learning by minibatches: a step after the mean gradient of several patterns.

The engine gives the gradients, and the steps are taken here, in float32 and by + - * / and square
roots alone: each is rounded once, as IEEE 754 says, so the bits are the same on every machine.
"""

from __future__ import annotations

import numpy as np

from reproduction.learning.rules import Adam
from reproduction.network import Bank


def learn_by_adam(
    bank: Bank,
    rule: Adam,
    planes: np.ndarray,
    labels: np.ndarray,
    order: np.ndarray,
    eta: float,
    averages: np.ndarray | None,
    before: int,
    learning: np.ndarray,
) -> np.ndarray:
    """Learn from patterns in their order by Adam, in place.

    Parameters
    ----------
    bank : Bank
        Learns.
    rule : Adam
    planes, labels
        As for `Bank.gradient`.
    order : ndarray, int64
        The patterns to present, by number.
    eta : float
    averages : ndarray, float32, shape (2, p, networks), optional
        m and v of the minibatches before; None where there were none.
    before : int
        How many minibatches there were before.
    learning : ndarray of bool, shape (p, networks)
        Which weights take steps.

    Returns
    -------
    ndarray, float32, shape (2, p, networks)
        m and v after the last minibatch.
    """
    parameters, number = bank.parameters, np.float32
    kept = np.zeros((2, *parameters.shape), number) if averages is None else averages.copy()
    m, v = kept
    step, where = np.empty_like(m), True if learning.all() else learning
    part1, part2 = number(1 - rule.beta1), number(1 - rule.beta2)
    for first in range(0, len(order), rule.batch):
        batch = order[first : first + rule.batch]
        gradient = bank.gradient(planes[batch], labels[batch])
        np.subtract(gradient, m, out=step)
        np.multiply(step, part1, out=step)
        np.add(m, step, out=m)
        np.multiply(gradient, gradient, out=gradient)
        np.subtract(gradient, v, out=gradient)
        np.multiply(gradient, part2, out=gradient)
        np.add(v, gradient, out=v)
        before += 1
        root = np.sqrt(1 - power(rule.beta2, before))  # m' / (sqrt(v') + epsilon), over it
        np.sqrt(v, out=step)
        np.add(step, number(rule.epsilon * root), out=step)
        np.divide(m, step, out=step)
        np.multiply(step, number(eta * root / (1 - power(rule.beta1, before))), out=step)
        np.subtract(parameters, step, out=parameters, where=where)
    return kept


def power(base: float, times: int) -> float:
    """Return base^times by products alone: a library's may differ in its last bit."""
    result = 1.0
    while times:
        if times & 1:
            result *= base
        base *= base
        times >>= 1
    return result
