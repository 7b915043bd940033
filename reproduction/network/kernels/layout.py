"""Where a network's layers lie in memory: one record of integers a layer, read by the kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reproduction.network.architecture import (
    CROSS_ENTROPY,
    Architecture,
    Border,
    Convolution,
    Shape,
    Squashing,
    Subsampling,
)
from reproduction.network.kernels import NETWORKS
from reproduction.network.kernels.rational import coefficients

CONVOLUTION, SUBSAMPLING, CONNECTION = range(3)

FORWARD, LEARN, RUNNING, GRADIENT, CURVATURE, FULL_CURVATURE = range(6)
"""What `present` does with each pattern."""

_INTEGERS = [
    (field, np.int64)
    for field in (
        "kind",  # CONVOLUTION, SUBSAMPLING or CONNECTION
        "squashed",  # 1 where the layer's sums are squashed
        "squashed_below",  # 1 where those of the layer below are
        "inputs",  # first stored unit of the layer below, its border included
        "input_pitch",  # stored units from one row of the layer below to the next
        "input_map",  # stored units from one map of the layer below to the next
        "input_count",  # stored units of the layer below
        "outputs",  # first unit of the layer, inside its border
        "pitch",  # stored units from one row of the layer to the next
        "map",  # stored units from one map of the layer to the next
        "maps",
        "height",
        "width",
        "kernel",
        "stride",
        "weights",  # first weight among the parameters
        "biases",  # first bias among the parameters
        "bias_map",  # biases from one map to the next, one row to the next, one unit to the
        "bias_row",  # next: 1, 0, 0 with one bias a map; height * width, width, 1 with one
        "bias_unit",  # a unit
        "table",  # the layer's first row of `table`
        "learned",  # 1 where a subsampling layer has a weight and a bias
        "fields",  # where it keeps the sums of its fields, which its curvature needs; 0: nowhere
    )
]
_NUMBERS = [
    (field, np.float32)
    for field in (
        *coefficients(Squashing()),  # of the squashing function
        "share",  # of a field's sum that a subsampling layer's weight multiplies
    )
]
LAYER = np.dtype(_INTEGERS + _NUMBERS, align=True)
"""One layer as the kernels see it; every place is counted in rows of 16 lanes."""

ROW = np.dtype([("first_pair", np.int64), ("last_pair", np.int64)])
"""A row of a connection table: the pairs that make one map, the last not counted."""

PAIR = np.dtype([("inputs", np.int64), ("weights", np.int64)])
"""A map below that a map reads: its first stored unit, and the first weight of their kernel."""


class Layout(NamedTuple):
    """A network's memory, as the kernels see it.

    Attributes
    ----------
    layers : ndarray of LAYER
        One record a layer.
    table : ndarray of ROW
        The connection tables of the convolutions, one row a map, as compressed rows.
    pairs : ndarray of PAIR
        What the rows of `table` point to.
    units : int
        Stored units, borders included.
    border_units : ndarray, int64
        The stored units that belong to a border.
    border_values : ndarray, float32
        What each of them holds.
    plane_first, plane_pitch : int
        First unit of the input plane, and the units from one row of it to the next.
    softmax : bool
        Whether the output units are the softmax of the last layer's sums.
    """

    layers: np.ndarray
    table: np.ndarray
    pairs: np.ndarray
    units: int
    border_units: np.ndarray
    border_values: np.ndarray
    plane_first: int
    plane_pitch: int
    softmax: bool


class Rows(NamedTuple):
    """The float32 rows that are worked on: a row a parameter, in the last three a row a unit.

    A bank's have 16 lanes, those of a part of it LANES.
    """

    parameters: np.ndarray
    squared_parameters: np.ndarray
    steps: np.ndarray
    ones: np.ndarray
    learning: np.ndarray
    sums: np.ndarray
    average_curvature: np.ndarray
    units: np.ndarray
    deltas: np.ndarray
    bends: np.ndarray


@dataclass(frozen=True)
class _Region:
    """The stored maps of one layer with the border that the layer above wants around them."""

    start: int
    maps: int
    height: int
    width: int
    border: Border

    @property
    def pitch(self) -> int:
        return self.border.left + self.width + self.border.right

    @property
    def map(self) -> int:
        return self.pitch * (self.border.top + self.height + self.border.bottom)

    @property
    def first(self) -> int:
        return self.start + self.border.top * self.pitch + self.border.left

    @property
    def stop(self) -> int:
        return self.start + self.maps * self.map

    @property
    def border_units(self) -> np.ndarray:
        stored = np.arange(self.start, self.stop).reshape(self.maps, -1, self.pitch)
        rows = slice(self.border.top, self.border.top + self.height)
        columns = slice(self.border.left, self.border.left + self.width)
        return np.setdiff1d(stored, stored[:, rows, columns])

    @property
    def border_values(self) -> np.ndarray:
        return np.full(len(self.border_units), self.border.value, np.float32)


def lane_array(rows: int, lanes: int = NETWORKS) -> np.ndarray:
    """Return zeros, float32, shape (rows, lanes), the first on a 64-byte address."""
    size = rows * lanes * 4
    memory = np.zeros(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(np.float32).reshape(rows, lanes)


def lay_out(architecture: Architecture) -> Layout:
    """Give every unit, weight and connection of an architecture its place."""
    regions = _regions(architecture)
    layers = np.zeros(len(architecture.layers), LAYER)
    table: list[tuple[int, int]] = []
    pairs: list[tuple[int, int]] = []
    squashed_below = False
    units = regions[-1].stop
    for record, layer, shape, below, region in zip(
        layers,
        architecture.layers,
        architecture.shapes,
        regions,
        regions[1:],
        strict=False,
    ):
        for name, number in coefficients(architecture.squashing).items():
            record[name] = number
        record["squashed"] = layer.squashed
        record["squashed_below"] = squashed_below
        squashed_below = layer.squashed
        record["inputs"] = below.start
        record["input_pitch"] = below.pitch
        record["input_map"] = below.map
        record["input_count"] = below.maps * below.map
        record["outputs"] = region.first
        record["pitch"] = region.pitch
        record["map"] = region.map
        record["maps"], record["height"], record["width"] = shape.maps, shape.height, shape.width
        record["weights"] = architecture.parameters[f"{layer.name}.weights"][0].start
        record["biases"] = architecture.parameters[f"{layer.name}.biases"][0].start
        record["bias_map"] = 1
        if isinstance(layer, Convolution):
            record["kind"] = CONVOLUTION
            record["kernel"], record["stride"] = layer.kernel, layer.stride
            record["table"] = len(table)
            _append_table(shape, below, int(record["weights"]), table, pairs)
            if layer.bias == "unit":
                record["bias_map"] = shape.height * shape.width
                record["bias_row"], record["bias_unit"] = shape.width, 1
        elif isinstance(layer, Subsampling):
            record["kind"] = SUBSAMPLING
            record["learned"] = layer.learned
            record["share"] = 0.25 if layer.mean else 1.0
            if layer.summed_first:
                record["fields"] = units
                units += shape.units
        else:
            record["kind"] = CONNECTION
    return Layout(
        layers=layers,
        table=np.array(table, ROW),
        pairs=np.array(pairs, PAIR),
        units=units,
        border_units=np.concatenate([region.border_units for region in regions]),
        border_values=np.concatenate([region.border_values for region in regions]),
        plane_first=regions[0].first,
        plane_pitch=regions[0].pitch,
        softmax=architecture.energy == CROSS_ENTROPY,
    )


def _append_table(shape: Shape, below: _Region, weights: int, table: list, pairs: list) -> None:
    """Append a convolution's rows and pairs, kernels one after the other in the table's order."""
    kernel_size = shape.weights[1] * shape.weights[2]
    for row in shape.table:
        table.append((len(pairs), len(pairs) + len(row)))
        for number in row:
            pairs.append((below.start + number * below.map, weights))
            weights += kernel_size


def _regions(architecture: Architecture) -> list[_Region]:
    """Place the input plane and every layer's maps one after the other."""
    plane = architecture.plane
    sizes = [(1, plane.height, plane.width)]
    sizes += [(shape.maps, shape.height, shape.width) for shape in architecture.shapes]
    above = [
        layer.border if isinstance(layer, Convolution) else Border()
        for layer in architecture.layers
    ]
    regions: list[_Region] = []
    for size, border in zip(sizes, [*above, Border()], strict=True):
        start = regions[-1].stop if regions else 0
        regions.append(_Region(start, *size, border))
    return regions
