"""A small network with something of everything, and windows on the units of a layer."""

import numpy as np

from reproduction.network import (
    Architecture,
    Bank,
    Border,
    Connection,
    Convolution,
    Plane,
    Subsampling,
)

SMALL = Architecture(
    "small",
    Plane(18, 18, 1, 1),
    (
        Convolution("H1", 3, 5, bias="unit", border=Border(1, 1, 0, 0)),
        Subsampling("H2"),
        Convolution("H3", 2, 3, 2, table=((2, 0), (1,)), border=Border(0, 1, 1, 1)),
        Connection("output", 10),
    ),
)


def bits(array):
    """Return float32 as their bits, so that equal means the same to the last one."""
    return np.ascontiguousarray(array).view(np.uint32)


def assert_same_bits(found, wanted):
    np.testing.assert_array_equal(bits(found), bits(wanted))


def in_order(count):
    return np.arange(count)


def with_window(plane, *layers):
    """Build a bank whose outputs are the units of the last layer: full connection by identity."""
    below = Architecture("part", plane, (*layers, Connection("y", 1))).shapes[-2]
    window = Connection("window", below.units, squashed=False)
    bank = Bank(Architecture("window", plane, (*layers, window)), seeds=range(3))
    bank.weights("window")[...] = np.eye(below.units)[..., None]
    bank.biases("window")[...] = 0
    return bank, (below.maps, below.height, below.width)


def maps_of(bank, shape, planes):
    return bank.outputs(planes).reshape(len(planes), *shape, -1)
