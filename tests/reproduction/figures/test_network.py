"""The network drawn, as made and as learned: every figure is described and legible."""

import numpy as np

from reproduction.figures import learned, network
from reproduction.network import LENET1, Bank, plain
from tests.reproduction.figures.looked_at import EveryFigure

BANK = Bank(LENET1, (3, 8))
RNG = np.random.default_rng(1)
PLANES = LENET1.planes(RNG.uniform(-1, 1, (5, 16, 16)))
ARGUMENTS = np.linspace(-6, 6, 400).astype(np.float32)


def patterns():
    values = plain.units(LENET1, BANK.parameters[:, 0], PLANES)
    return [{name: maps[n] for name, maps in values.items()} for n in range(len(PLANES))]


SITUATIONS = {
    "layers": network.layers,
    "input plane": lambda: network.input_plane(PLANES[0, 6:22, 6:22]),
    "Table 1": network.table_1,
    "squashing": lambda: network.squashing(
        ARGUMENTS, (1.7159 * np.tanh(2 / 3 * ARGUMENTS)).astype(np.float32)
    ),
    "followed": lambda: network.followed(patterns()[0], "A digit"),
    "feature maps": lambda: learned.feature_maps(patterns(), "Five"),
    "kernels": lambda: learned.kernels(
        BANK.weights("H1")[..., 0], BANK.weights("H3")[..., 0], "A network"
    ),
    "halves": lambda: learned.halves_alone(
        {name: RNG.uniform(0, 9, (16, 10)) for name in ("whole", "better half", "other half")},
        "Sixteen networks",
    ),
    "seeds": lambda: learned.kernels_by_seed(
        RNG.normal(size=(16, 4, 5, 5)), range(16), [1.0, *[0.5] * 15]
    ),
}


class TestFigures(EveryFigure):
    """All figures of this module."""
