"""The first weights: drawn from a seed, the same ones for ever."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from data_prep.errors import InputError
from reproduction.network.architecture import Architecture

INITIAL_RANGE = 2.4
"""Initial weights are uniform in +-2.4 / F (Neural Computation 1989; F: inputs, bias counted)."""


def uniform(seed: int, count: int) -> np.ndarray:
    """Draw numbers from a seed, uniform in [0, 1), the same ones for ever.

    The upper 53 of every 64 raw bits of PCG-64, over 2^53. The raw bits of a bit generator are
    fixed; what numpy makes of them may change from one version to the next.

    Parameters
    ----------
    seed : int
        Any integer from 0.
    count : int
        How many numbers.

    Returns
    -------
    ndarray, float64, shape (count,)
    """
    raw = np.random.PCG64(seed).random_raw(count)
    return (raw >> np.uint64(11)) * 2.0**-53


@dataclass(frozen=True)
class Initial:
    """How wide the initial weights are: uniform in +-width / F, F the inputs of the unit they feed.

    As printed in Neural Computation 1989 by default; what can be read into it can be chosen.

    Attributes
    ----------
    width : float
    square_root : bool
        Whether it is divided by the square root of F instead.
    bias_counts : bool
        Whether F counts the bias as an input.
    """

    width: float = INITIAL_RANGE
    square_root: bool = False
    bias_counts: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.width < inf:
            raise InputError(f"width is {self.width:g}; give a number above 0.")

    def ranges(self, architecture: Architecture) -> np.ndarray:
        """Return the largest size of every parameter (float64, (p,))."""
        fan_in = architecture.fan_in if self.bias_counts else architecture.fan_in - 1
        return self.width / (np.sqrt(fan_in) if self.square_root else fan_in)


AS_PRINTED = Initial()
"""+-2.4 / F, the bias counted, biases drawn as weights are (Neural Computation 1989)."""


def initial_parameters(
    architecture: Architecture, seed: int, initial: Initial = AS_PRINTED
) -> np.ndarray:
    """Draw a network's weights and biases in the order of the parameters, biases as weights.

    Returns
    -------
    ndarray, float32, shape (p,)
    """
    ranges = initial.ranges(architecture)
    draws = uniform(seed, len(ranges))
    return ((2.0 * draws - 1.0) * ranges).astype(np.float32)
