"""The network drawn, as made and as learned: every figure is described and legible."""

import numpy as np
import pytest

from reproduction.figures import learned, network
from reproduction.network import LENET1, Bank, plain
from tests.reproduction.figures.looked_at import faults_of


@pytest.fixture(scope="module")
def bank():
    return Bank(LENET1, (3, 8))


def patterns_of(planes, bank):
    values = plain.units(LENET1, bank.parameters[:, 0], planes)
    return [{name: maps[n] for name, maps in values.items()} for n in range(len(planes))]


RNG = np.random.default_rng(1)
ARGUMENTS = np.linspace(-6, 6, 400).astype(np.float32)
FIGURES = {
    "layers": lambda bank, planes: network.layers(),
    "input plane": lambda bank, planes: network.input_plane(planes[0, 6:22, 6:22]),
    "Table 1": lambda bank, planes: network.table_1(),
    "squashing": lambda bank, planes: network.squashing(
        ARGUMENTS, (1.7159 * np.tanh(2 / 3 * ARGUMENTS)).astype(np.float32)
    ),
    "followed": lambda bank, planes: network.followed(patterns_of(planes, bank)[0], "A digit"),
    "feature maps": lambda bank, planes: learned.feature_maps(patterns_of(planes, bank), "Five"),
    "kernels": lambda bank, planes: learned.kernels(
        bank.weights("H1")[..., 0], bank.weights("H3")[..., 0], "A network"
    ),
    "halves": lambda bank, planes: learned.halves_alone(
        {name: RNG.uniform(0, 9, (16, 10)) for name in ("whole", "better half", "other half")},
        "Sixteen networks",
    ),
    "seeds": lambda bank, planes: learned.kernels_by_seed(
        RNG.normal(size=(16, 4, 5, 5)), range(16), [1.0, *[0.5] * 15]
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_described_and_legible_wide_and_narrow(name, bank, make_patterns):
    planes, _ = make_patterns(LENET1, 5)
    assert not faults_of(FIGURES[name](bank, planes))
