"""The forward pass in JavaScript beside the engine's, for architectures of every kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from reproduction.learning.converter import converter
from reproduction.network import ARCHITECTURES, LENET1, Architecture, Bank, plain
from reproduction.network.architecture import CROSS_ENTROPY, Plane, Squashing
from reproduction.network.layers import Border, Connection, Convolution, Subsampling
from tests.js import node

STRANGE = Architecture(
    name="every other choice",
    plane=Plane(height=20, width=18, top=3, left=1, background=0.25),
    layers=(
        Convolution("A", maps=3, kernel=3, bias="unit", border=Border(2, 2, 1, 1, -0.5)),
        Subsampling("B", mean=True),
        Convolution("C", maps=4, kernel=2, table=((2, 0), (1,), (0, 1, 2), (2,)), squashed=False),
        Subsampling("D", learned=False, squashed=False),
        Connection("output", units=10),
    ),
    squashing=Squashing(1.0, 0.5),
)
PROBABILITIES = replace(
    LENET1,
    name="probabilities",
    layers=(*LENET1.layers[:-1], Connection("output", units=10, squashed=False)),
    energy=CROSS_ENTROPY,
)


def asked(architecture: Architecture) -> dict:
    """Return an architecture, weights, images, and what the engine and the plain sums say."""
    rng = np.random.default_rng(len(architecture.name))
    images = rng.uniform(-1, 1, (3, 16, 16)).astype(np.float32)
    bank = Bank(architecture, (5,))
    weights = bank.parameters[:, 0]
    units = plain.units_of(architecture, weights, images[0])
    return {
        "architecture": converter.unstructure(architecture),
        "parameters": weights,
        "images": images.reshape(3, -1),
        "outputs": bank.outputs(architecture.planes(images))[:, :, 0],
        "units": {name: maps.ravel() for name, maps in units.items()},
    }


@node.needs_node
def test_the_forward_pass_is_the_engines(tmp_path: Path) -> None:
    architectures = (*ARCHITECTURES.values(), STRANGE, PROBABILITIES)
    node.run("network", {"architectures": [asked(each) for each in architectures]}, tmp_path)
