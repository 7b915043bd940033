"""Architectures as data: an input plane and layers, each fed by the one before.

The kinds of layers are in `layers`. Units, connections and free parameters are not given: they are
derived from the layers (`shapes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from math import inf, isfinite
from types import MappingProxyType

import numpy as np

from data_prep.digits import check_levels
from data_prep.errors import InputError
from reproduction.network.layers import (
    Border,  # noqa: F401 - the engine's sources, whose hash is recorded, take it from here
    Connection,
    Convolution,
    Layer,
    Subsampling,
)
from reproduction.network.shapes import Shape, shape_of

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

    def __getstate__(self) -> dict[str, object]:
        """Return what travels to another process: what is derived is derived there."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The derived shape of every layer, in order."""
        below = Shape(1, self.plane.height, self.plane.width, (), (), (), (), 0)
        shapes = []
        for layer in self.layers:
            below = shape_of(self.name, layer, below)
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
            When the images are not (n, 16, 16), or their levels not from -1 to 1.
        """
        images = checked_images(images)
        plane = self.plane
        planes = np.full((len(images), plane.height, plane.width), plane.background, np.float32)
        rows = slice(plane.top, plane.top + IMAGE_SIDE)
        columns = slice(plane.left, plane.left + IMAGE_SIDE)
        planes[:, rows, columns] = images
        return planes


def checked_images(images: np.ndarray) -> np.ndarray:
    """Return images as an array, if they are (n, 16, 16), of levels from -1 to 1 (InputError)."""
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise InputError(
            f"The images have shape {images.shape}; give an array of shape (n, 16, 16)."
        )
    check_levels(images)
    return images


TABLE_1 = ((0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1), (2,), (2, 3), (2, 3), (3,), (2, 3), (2, 3))
"""The H2 maps that each of the 12 H3 maps reads, from 0 (NIPS 1989, Table 1, p. 400)."""

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
