"""Architectures as data: layers, connection tables, borders, and the counts that follow from them.

A network is an input plane and a tuple of layers, each fed by the one before. Nothing is counted
by hand: units, connections and free parameters are derived from the layers, and a test compares
them with the figures that the papers print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite
from types import MappingProxyType

import numpy as np

from data_prep.errors import InputError

IMAGE_SIDE = 16
"""Height and width of a normalised digit, in pixels (NIPS 1989, p. 398)."""


SQUARES, CROSS_ENTROPY = "squares", "cross-entropy"
"""What is minimised: E = 1/2 sum (d - y)^2, or -log p of the class after a softmax."""


@dataclass(frozen=True)
class Squashing:
    """The squashing function f(a) = A tanh(S a) of a network's units.

    By default such that f(1) = 1 and f(-1) = -1 (Neural Computation 1989).

    Attributes
    ----------
    amplitude, steepness : float
        A and S.
    """

    amplitude: float = 1.7159
    steepness: float = 2.0 / 3.0

    def __post_init__(self) -> None:
        if not (0 < self.amplitude < inf and 0 < self.steepness < inf):
            raise InputError(f"{self}: amplitude and steepness must be above 0.")


@dataclass(frozen=True)
class Border:
    """Units of one constant value around a set of maps.

    Attributes
    ----------
    top, bottom, left, right : int
        Width of the border on each side, in units.
    value : float
        What every unit of the border holds.
    """

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0
    value: float = -1.0

    def __post_init__(self) -> None:
        if min(self.top, self.bottom, self.left, self.right) < 0:
            raise InputError(f"{self}: a border cannot be narrower than 0; use 0 for none.")
        if not isfinite(self.value):
            raise InputError(f"{self}: its value must be a number.")


@dataclass(frozen=True)
class Plane:
    """The input plane, and where the 16 x 16 image lies in it.

    Attributes
    ----------
    height, width : int
        Size of the plane in units.
    top, left : int
        Row and column of the image's upper left pixel.
    background : float
        Value of the units around the image.
    """

    height: int
    width: int
    top: int = 0
    left: int = 0
    background: float = -1.0

    def __post_init__(self) -> None:
        if not (
            0 <= self.top <= self.height - IMAGE_SIDE and 0 <= self.left <= self.width - IMAGE_SIDE
        ):
            raise InputError(
                f"{self}: a 16 x 16 image does not fit there; enlarge the plane or move the image."
            )
        if not isfinite(self.background):
            raise InputError(f"{self}: the background must be a number.")


@dataclass(frozen=True)
class Convolution:
    """Feature maps that look at the layer below through shared square kernels.

    Attributes
    ----------
    name : str
        Name of the layer, as "H1".
    maps : int
        Number of feature maps.
    kernel : int
        Side of the kernels in units.
    stride : int
        Step between neighbouring units' fields, in units of the layer below.
    table : tuple of tuples of int, optional
        For each map, the maps below that it reads (from 0). None connects every map to all.
    bias : {"map", "unit"}
        One bias shared by a map, or one for every unit.
    border : Border
        What lies around the maps below.
    squashed : bool
        Whether the units pass their weighted sum through the squashing function.
    """

    name: str
    maps: int
    kernel: int
    stride: int = 1
    table: tuple[tuple[int, ...], ...] | None = None
    bias: str = "map"
    border: Border = Border()
    squashed: bool = True

    def __post_init__(self) -> None:
        if self.table is not None:  # lists may be given, but data that hash are kept
            object.__setattr__(self, "table", tuple(tuple(row) for row in self.table))


@dataclass(frozen=True)
class Subsampling:
    """Maps of half the size: the sum of a 2 x 2 field times one weight a map, plus one bias a map.

    NIPS 1989, p. 400: all four weights of a unit are equal, and equal over its map. What the paper
    leaves open about them can be chosen.

    Attributes
    ----------
    name : str
        Name of the layer, as "H2".
    squashed : bool
        Whether the units pass their weighted sum through the squashing function.
    learned : bool
        Whether there are a weight and a bias; without them the weight is 1.
    mean : bool
        Whether the weight multiplies the mean of the field instead of its sum.
    summed_first : bool
        Whether the field counts as one input of the weight, so that its curvature has the square
        of the field's sum; otherwise as four, with the sum of the four squares (Becker & Le Cun
        1988, as written).
    """

    name: str
    squashed: bool = True
    learned: bool = True
    mean: bool = False
    summed_first: bool = False


@dataclass(frozen=True)
class Connection:
    """Units connected to every unit of the layer below, each with a bias.

    Attributes
    ----------
    name : str
        Name of the layer, as "output".
    units : int
        Number of units.
    squashed : bool
        Whether the units pass their weighted sum through the squashing function.
    """

    name: str
    units: int
    squashed: bool = True


Layer = Convolution | Subsampling | Connection


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


@dataclass(frozen=True)
class Counts:
    """Sizes of a network or of a layer, in the words of the papers."""

    units: int
    connections: int
    parameters: int


@dataclass(frozen=True)
class Architecture:
    """An input plane and the layers above it.

    Attributes
    ----------
    name : str
        Name by which the command line knows the architecture.
    plane : Plane
        The input plane.
    layers : tuple of layers
        From the input to the output; the last is a Connection.
    squashing : Squashing
        The function of all units that are squashed.
    energy : {"squares", "cross-entropy"}
        What is minimised. With cross-entropy the outputs are probabilities: the softmax of the
        last layer's weighted sums, which are not squashed.

    Raises
    ------
    InputError
        When a table names a map that is not there, a map has no input, sizes do not fit, names
        repeat, or outputs that should become probabilities are squashed.
    """

    name: str
    plane: Plane
    layers: tuple[Layer, ...]
    squashing: Squashing = Squashing()
    energy: str = SQUARES

    def __post_init__(self) -> None:
        names = [layer.name for layer in self.layers]
        if not self.name.strip() or len(self.name.splitlines()) > 1:
            raise InputError("An architecture needs a name of one line; give it one.")
        if len(set(names)) < len(names):
            raise InputError(f"{self.name}: two layers share a name; give each its own.")
        if not self.layers or not isinstance(self.layers[-1], Connection):
            raise InputError(f"{self.name}: the last layer must be a Connection: the output units.")
        if self.energy not in (SQUARES, CROSS_ENTROPY):
            raise InputError(
                f'{self.name}: energy "{self.energy}" is unknown; use "{SQUARES}" or '
                f'"{CROSS_ENTROPY}".'
            )
        if self.energy == CROSS_ENTROPY and self.layers[-1].squashed:
            raise InputError(
                f"{self.name}, {names[-1]}: a softmax takes sums that are not squashed; "
                "give the last layer squashed = false."
            )
        _ = self.shapes

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The derived shape of every layer, in order."""
        below = Shape(1, self.plane.height, self.plane.width, (), (), (), (), 0)
        shapes = []
        for layer in self.layers:
            below = _shape(self.name, layer, below)
            shapes.append(below)
        return tuple(shapes)

    @cached_property
    def parameters(self) -> Mapping[str, tuple[slice, tuple[int, ...]]]:
        """Where each layer's weights and biases lie among the parameters.

        Returns
        -------
        mapping
            "H1.weights", "H1.biases", ... -> (slice of the parameter vector, shape), in the order
            in which the initial values are drawn.
        """
        places = {}
        start = 0
        for layer, shape in zip(self.layers, self.shapes, strict=True):
            for what, size in (("weights", shape.weights), ("biases", shape.biases)):
                stop = start + int(np.prod(size))
                places[f"{layer.name}.{what}"] = (slice(start, stop), size)
                start = stop
        return MappingProxyType(places)

    @cached_property
    def fan_in(self) -> np.ndarray:
        """F of every parameter: the inputs of the unit it feeds, bias counted (int64, (p,))."""
        fans = []
        for shape in self.shapes:
            fan_in = np.array(shape.fan_in)
            pairs = np.array([len(row) for row in shape.table])
            weights_a_pair = int(np.prod(shape.weights)) // pairs.sum()
            fans.append(np.repeat(fan_in, pairs * weights_a_pair))
            fans.append(np.repeat(fan_in, int(np.prod(shape.biases)) // shape.maps))
        of_all = np.concatenate(fans)
        of_all.flags.writeable = False
        return of_all

    @property
    def outputs(self) -> int:
        """Number of output units."""
        return self.shapes[-1].maps

    @property
    def low_target(self) -> float:
        """What an output should be for another class than its own: -1, or 0 for probabilities."""
        return 0.0 if self.energy == CROSS_ENTROPY else -1.0

    def counts(self, plane_and_bias_unit: bool = True) -> Counts:
        """Units, connections and free parameters of the network.

        Parameters
        ----------
        plane_and_bias_unit : bool
            True counts every unit of the input plane and the unit that feeds the biases, as the
            NIPS paper does (p. 402); False counts the 256 pixels of the image and no bias unit, as
            the sister paper does (Neural Computation 1989).
        """
        if plane_and_bias_unit:
            entrance = self.plane.height * self.plane.width + 1
        else:
            entrance = IMAGE_SIDE * IMAGE_SIDE
        return Counts(
            units=entrance + sum(shape.units for shape in self.shapes),
            connections=sum(shape.connections for shape in self.shapes),
            parameters=sum(shape.parameters for shape in self.shapes),
        )

    def planes(self, images: np.ndarray) -> np.ndarray:
        """Place images in the input plane.

        Parameters
        ----------
        images : ndarray, shape (n, 16, 16)
            Gray levels from -1 (background) to 1 (ink).

        Returns
        -------
        ndarray, float32, shape (n, height, width)

        Raises
        ------
        InputError
            When the images are not (n, 16, 16).
        """
        images = np.asarray(images)
        if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
            raise InputError(
                f"The images have shape {images.shape}; give an array of shape (n, 16, 16)."
            )
        plane = self.plane
        planes = np.full((len(images), plane.height, plane.width), plane.background, np.float32)
        rows = slice(plane.top, plane.top + IMAGE_SIDE)
        columns = slice(plane.left, plane.left + IMAGE_SIDE)
        planes[:, rows, columns] = images
        return planes


def _shape(network: str, layer: Layer, below: Shape) -> Shape:
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


TABLE_1 = ((0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1), (2,), (2, 3), (2, 3), (3,), (2, 3), (2, 3))
"""The H2 maps that each of the 12 H3 maps reads, from 0 (NIPS 1989, Table 1, p. 402)."""

LENET1 = Architecture(
    name="LENET1",
    plane=Plane(height=28, width=28, top=6, left=6, background=-1.0),
    layers=(
        Convolution("H1", maps=4, kernel=5),
        Subsampling("H2"),
        Convolution("H3", maps=12, kernel=5, table=TABLE_1),
        Subsampling("H4"),
        Connection("output", units=10),
    ),
)
"""The network of the NIPS 1989 paper (pp. 400-402)."""
