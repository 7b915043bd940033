"""What a layer can be: a convolution, an averaging layer, a full connection; each one as data."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from data_prep.errors import InputError


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
        of the field's sum; otherwise as four that share it, with the sum of the four squares (as
        written in LeCun et al. 1998, appendix C, and in Optimal Brain Damage, p. 601).
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
