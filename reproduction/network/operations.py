"""The floating-point operations of a pattern in a network, counted from its layers."""

from __future__ import annotations

from typing import NamedTuple

from reproduction.network.architecture import Architecture
from reproduction.network.layers import Layer, Subsampling
from reproduction.network.shapes import Shape


class Operations(NamedTuple):
    """Floating-point operations of one pattern in one network, a multiply-add counted as two.

    Counted are the sums over connections alone. A weight connection is one multiply-add in each of
    the sums that it takes part in: weighted sum, gradient, outgoing delta (not into the input). A
    subsampling unit adds its four inputs and multiplies once, in the weighted sum and again in the
    gradient; its outgoing delta is one product for all four. A bias starts a weighted sum, which is
    free, and its gradient adds one delta a unit. Squashing, slopes and the update are not counted,
    so that the share of peak that follows is what reaches the sums of the paper.
    """

    forward: int
    backward: int

    @property
    def training(self) -> int:
        """Forward and backward; the curvature's count is the same."""
        return self.forward + self.backward


def operations_by_layer(architecture: Architecture) -> dict[str, Operations]:
    """Count the operations of one pattern in each layer, by its name."""
    found: dict[str, Operations] = {}
    for layer, shape in zip(architecture.layers, architecture.shapes, strict=True):
        sums, outgoing = _of_layer(layer, shape)
        found[layer.name] = Operations(sums, sums + shape.units + (outgoing if found else 0))
    return found


def operations(architecture: Architecture) -> Operations:
    """Count the operations of one pattern in all layers."""
    return Operations(*map(sum, zip(*operations_by_layer(architecture).values(), strict=True)))


def _of_layer(layer: Layer, shape: Shape) -> tuple[int, int]:
    """Operations of the layer's weighted sums, and of its outgoing deltas."""
    if isinstance(layer, Subsampling):
        return (3 + 2) * shape.units, shape.units
    weight_connections = shape.connections - shape.units
    return 2 * weight_connections, 2 * weight_connections
