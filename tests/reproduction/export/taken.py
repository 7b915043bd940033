"""Networks to export: with their initial weights, of every architecture and of odd ones."""

from __future__ import annotations

import numpy as np

from data_prep import printed
from reproduction import ARCHITECTURES, Bank
from reproduction.evaluation import Thresholds
from reproduction.export import Networks
from reproduction.network import (
    CROSS_ENTROPY,
    Architecture,
    Border,
    Connection,
    Convolution,
    Plane,
    Squashing,
    Subsampling,
)

ODD = Architecture(
    "ODD",
    Plane(18, 20, top=2, left=1, background=-0.5),
    (
        Subsampling("S0", squashed=False, learned=False),
        Convolution("C1", 3, 4, 1, ((0,),) * 3, "unit", Border(2, 0, 2, 1, 0.25)),
        Subsampling("S1", mean=True),
        Convolution("C2", 2, 3, table=((2, 0), (1,)), squashed=False),
        Connection("inner", 7),
        Connection("output", 10, squashed=False),
    ),
    Squashing(1.3, 0.9),
    CROSS_ENTROPY,
)
"""Everything that a layer may be: a plain average first, uneven borders, a bias a unit."""

LEARNED_FIRST = Architecture(
    "LEARNED-FIRST", Plane(16, 16), (Subsampling("S0"), Connection("output", 10))
)

EVERY = {**ARCHITECTURES, ODD.name: ODD, LEARNED_FIRST.name: LEARNED_FIRST}

LIMITS = Thresholds(0.02, 0.4, 0.01)
"""Thresholds of which each rejects some of `images`, and none all of them."""


def bank(architecture: Architecture, networks: int = 2) -> Bank:
    """Return networks with initial weights; those whose biases stay at 0 get some."""
    made = Bank(architecture, range(networks))
    made.parameters[:] += np.random.default_rng(5).normal(0, 0.1, made.parameters.shape)
    return made


def networks(architecture: Architecture, count: int = 2) -> Networks:
    """Return the bank's networks, as they are exported."""
    made = bank(architecture, count)
    return Networks(architecture, made.seeds, made.parameters, LIMITS, {"recipe": "none"})


def images(count: int = 5) -> np.ndarray:
    """Return printed digits, (n, 16, 16)."""
    return printed.load().test.images[:count]
