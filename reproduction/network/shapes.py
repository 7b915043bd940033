"""What follows for a layer from the one below it: its size, its inputs, its parameters.

Nothing is counted by hand: a test compares what comes of it with the figures that the papers print.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.errors import InputError
from reproduction.network.layers import Convolution, Layer, Subsampling


@dataclass(frozen=True)
class Shape:
    """What follows for one layer from its place in the network.

    Attributes
    ----------
    maps, height, width : int
        Size of the layer.
    table : tuple of tuples of int
        For each map, the maps below that feed it.
    weights, biases : tuple of int
        Shapes of the layer's weights and biases.
    fan_in : tuple of int
        Inputs of one unit of each map, its bias counted: the F of the initial weights.
    connections : int
        Connections into the layer, those from the bias unit counted.
    """

    maps: int
    height: int
    width: int
    table: tuple[tuple[int, ...], ...]
    weights: tuple[int, ...]
    biases: tuple[int, ...]
    fan_in: tuple[int, ...]
    connections: int

    @property
    def units(self) -> int:
        """Number of units in the layer."""
        return self.maps * self.height * self.width

    @property
    def parameters(self) -> int:
        """Number of free parameters of the layer."""
        return int(np.prod(self.weights)) + int(np.prod(self.biases))


def shape_of(network: str, layer: Layer, below: Shape) -> Shape:
    """Derive the shape of a layer from the one below it."""
    if isinstance(layer, Convolution):
        return _convolution_shape(network, layer, below)
    if isinstance(layer, Subsampling):
        return _subsampling_shape(network, layer, below)
    inputs = below.units
    if layer.units < 1:
        raise InputError(f"{network}, {layer.name}: {layer.units} units; give at least 1.")
    return Shape(
        maps=layer.units,
        height=1,
        width=1,
        table=(tuple(range(below.maps)),) * layer.units,
        weights=(layer.units, inputs),
        biases=(layer.units,),
        fan_in=(inputs + 1,) * layer.units,
        connections=layer.units * (inputs + 1),
    )


def _convolution_shape(network: str, layer: Convolution, below: Shape) -> Shape:
    where = f"{network}, {layer.name}"
    table = _checked_table(where, layer, below.maps)
    if layer.bias not in ("map", "unit"):
        raise InputError(f'{where}: bias "{layer.bias}" is unknown; use "map" or "unit".')
    if layer.kernel < 1 or layer.stride < 1:
        raise InputError(
            f"{where}: kernel {layer.kernel}, stride {layer.stride}; both must be at least 1."
        )
    sides = []
    for side, before, after in (
        (below.height, layer.border.top, layer.border.bottom),
        (below.width, layer.border.left, layer.border.right),
    ):
        free = before + side + after - layer.kernel
        if free < 0 or free % layer.stride:
            raise InputError(
                f"{where}: kernels of {layer.kernel} at stride {layer.stride} do not fit "
                f"{side} units with a border of {before} and {after}; change the border."
            )
        sides.append(free // layer.stride + 1)
    height, width = sides
    pairs = sum(len(row) for row in table)
    fan_in = tuple(len(row) * layer.kernel**2 + 1 for row in table)
    return Shape(
        maps=layer.maps,
        height=height,
        width=width,
        table=table,
        weights=(pairs, layer.kernel, layer.kernel),
        biases=(layer.maps,) if layer.bias == "map" else (layer.maps, height, width),
        fan_in=fan_in,
        connections=height * width * sum(fan_in),
    )


def _checked_table(where: str, layer: Convolution, maps_below: int) -> tuple[tuple[int, ...], ...]:
    if layer.maps < 1:
        raise InputError(f"{where}: {layer.maps} maps; give at least 1.")
    if layer.table is None:
        return (tuple(range(maps_below)),) * layer.maps
    if len(layer.table) != layer.maps:
        raise InputError(
            f"{where}: the table has {len(layer.table)} rows for {layer.maps} maps; give one a map."
        )
    for number, row in enumerate(layer.table):
        if not row:
            raise InputError(f"{where}: map {number} has no input; name at least one map below.")
        if not set(row) <= set(range(maps_below)):
            raise InputError(
                f"{where}: map {number} reads {row}, but the maps below are 0 to {maps_below - 1}."
            )
        if len(set(row)) < len(row):
            raise InputError(f"{where}: map {number} reads {row}; name each map below once.")
    return layer.table


def _subsampling_shape(network: str, layer: Subsampling, below: Shape) -> Shape:
    if below.height % 2 or below.width % 2:
        raise InputError(
            f"{network}, {layer.name}: maps of {below.height} x {below.width} cannot be halved; "
            "give the layer below even sides."
        )
    maps, height, width = below.maps, below.height // 2, below.width // 2
    learned = (maps,) if layer.learned else (0,)
    fan_in = 5 if layer.learned else 4  # without weight and bias, four inputs
    return Shape(
        maps=maps,
        height=height,
        width=width,
        table=tuple((number,) for number in range(maps)),
        weights=learned,
        biases=learned,
        fan_in=(fan_in,) * maps,
        connections=maps * height * width * fan_in,
    )
