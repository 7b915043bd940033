"""The networks and their learning rule in plain float64, by explicit sums over connections.

A layer is written out as the list of its connections: unit i reads source j through weight k. The
sources are the units below, one unit that holds the border's value and one, always 1, that feeds
the biases. Sharing a weight is naming it more than once. Everything else is a sum over that list:

    a_i     = sum of w_k x_j                          over the connections of unit i
    dE/dw_k = sum of dE/da_i x_j                      over the connections that share w_k
    dE/dx_j = sum of w_k dE/da_i                      over the connections that read j
    h_k     = sum of d2E/da_i2 x_j^2                  over the connections that share w_k
    d2E/dx_j2 = sum of w_k^2 d2E/da_i2                over the connections that read j

with dE/da = f'(a) dE/dx and d2E/da2 = f'(a)^2 d2E/dx2 (Becker & Le Cun 1988; LeCun, Bottou, Bengio
& Haffner 1998, appendix C). Slow, and meant to be checked by reading.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from reproduction.architecture import (
    Architecture,
    Border,
    Connection,
    Convolution,
    Plane,
    Subsampling,
)


def f(a):
    """Squash: 1.7159 tanh(2a/3)."""
    return 1.7159 * np.tanh(2 / 3 * a)


def f_slope(a):
    """Differentiate f."""
    return 1.7159 * 2 / 3 * (1 - np.tanh(2 / 3 * a) ** 2)


@dataclass(frozen=True)
class Connections:
    """The connections into one layer: unit[n] reads source[n] through weight[n]."""

    unit: np.ndarray
    source: np.ndarray
    weight: np.ndarray
    units: int
    sources: int  # the last two are the border and the bias unit
    border: float
    squashed: bool

    def inputs(self, x):
        """Return the values of the sources."""
        return np.concatenate([x, [self.border, 1.0]])

    def sum_by(self, ends, terms, count):
        """Sum the terms of all connections with the same end."""
        return np.bincount(ends, terms, count)

    def value(self, a):
        """Return the units' values for their weighted sums."""
        return f(a) if self.squashed else a

    def slope(self, a):
        """Return the derivatives of the units' values."""
        return f_slope(a) if self.squashed else np.ones_like(a)


class Reference:
    """One network, one pattern at a time, all parameters in one float64 vector.

    Parameters
    ----------
    architecture : Architecture
        The network to write out.
    """

    def __init__(self, architecture):
        self.layers, self.parameters = written_out(architecture)
        self.last = self.layers[-1]

    def forward(self, w, plane):
        """Compute the sources of every layer and the weighted sums of every layer's units."""
        x = np.asarray(plane, np.float64).ravel()
        sources, sums = [], []
        for layer in self.layers:
            sources.append(layer.inputs(x))
            a = layer.sum_by(layer.unit, w[layer.weight] * sources[-1][layer.source], layer.units)
            sums.append(a)
            x = layer.value(a)
        return sources, sums

    def outputs(self, w, plane):
        """Compute the output units."""
        return self.last.value(self.forward(w, plane)[1][-1])

    def energy(self, w, plane, label):
        """E = 1/2 sum (d - y)^2; d is 1 for the class, -1 for the others."""
        return 0.5 * np.sum((self.target(label) - self.outputs(w, plane)) ** 2)

    def target(self, label):
        """Return the wanted outputs."""
        return np.where(np.arange(self.last.units) == label, 1.0, -1.0)

    def gradient(self, w, plane, label, outgoing=None):
        """dE/dw for one pattern; `outgoing` replaces the weights by which deltas go down."""
        outgoing = w if outgoing is None else outgoing
        sources, sums = self.forward(w, plane)
        result = np.zeros(self.parameters)
        by_x = self.last.value(sums[-1]) - self.target(label)
        for layer, x, a in reversed(list(zip(self.layers, sources, sums, strict=True))):
            by_a = layer.slope(a) * by_x
            result += layer.sum_by(
                layer.weight, by_a[layer.unit] * x[layer.source], self.parameters
            )
            by_x = layer.sum_by(
                layer.source, outgoing[layer.weight] * by_a[layer.unit], layer.sources
            )[:-2]
        return result

    def curvature(self, w, plane):
        """Return h for one pattern."""
        sources, sums = self.forward(w, plane)
        result = np.zeros(self.parameters)
        second_by_x = np.ones(self.last.units)
        for layer, x, a in reversed(list(zip(self.layers, sources, sums, strict=True))):
            second_by_a = layer.slope(a) ** 2 * second_by_x
            result += layer.sum_by(
                layer.weight, second_by_a[layer.unit] * x[layer.source] ** 2, self.parameters
            )
            second_by_x = layer.sum_by(
                layer.source, w[layer.weight] ** 2 * second_by_a[layer.unit], layer.sources
            )[:-2]
        return result

    def learn(self, w, planes, labels, order, rates):
        """Return the weights after w <- w - rate dE/dw for each pattern in turn."""
        for n in order:
            w = w - rates * self.gradient(w, planes[n], labels[n])
        return w

    def learn_running(self, w, planes, labels, order, mu, eta, gamma, average):
        """Return the weights and h after learning with h <- (1 - gamma) h + gamma h(pattern)."""
        for n in order:
            average = (1 - gamma) * average + gamma * self.curvature(w, planes[n])
            w = w - eta / (mu + average) * self.gradient(w, planes[n], labels[n])
        return w, average


@cache
def written_out(architecture):
    """List the connections of every layer, and count the weights."""
    below = (1, architecture.plane.height, architecture.plane.width)
    layers, weights = [], 0
    for layer in architecture.layers:
        write = {
            Convolution: _convolution,
            Subsampling: _subsampling,
            Connection: _connection,
        }[type(layer)]
        connections, below, weights = write(layer, below, weights)
        layers.append(connections)
    return layers, weights


class _List:
    """A list of connections that grows by whole arrays."""

    def __init__(self, below):
        self.below = below
        self.border = int(np.prod(below))
        self.bias = self.border + 1
        self.parts = []

    def add(self, unit, source, weight):
        """Add connections; single numbers stand for as many as there are units."""
        arrays = np.broadcast_arrays(unit, source, weight)
        self.parts.append([array.ravel() for array in arrays])

    def done(self, units, squashed, border=0.0):
        """Return the finished list."""
        unit, source, weight = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return Connections(unit, source, weight, units, self.border + 2, border, squashed)


def _numbered(*shape):
    return np.arange(np.prod(shape)).reshape(shape)


def _convolution(layer, below, next_weight):
    listed = _List(below)
    border = layer.border
    around = ((0, 0), (border.top, border.bottom), (border.left, border.right))
    sources = np.pad(_numbered(*below), around, constant_values=listed.border)
    last = np.array(sources.shape[1:]) - layer.kernel  # the last place for a kernel's corner
    height, width = (int(n) for n in last // layer.stride + 1)
    units = _numbered(layer.maps, height, width)
    table = layer.table or [range(below[0])] * layer.maps
    for m in range(layer.maps):
        for source_map in table[m]:
            for i in range(layer.kernel):
                for j in range(layer.kernel):
                    rows = slice(i, i + last[0] + 1, layer.stride)
                    columns = slice(j, j + last[1] + 1, layer.stride)
                    listed.add(units[m], sources[source_map, rows, columns], next_weight)
                    next_weight += 1
    for m in range(layer.maps):
        if layer.bias == "map":
            listed.add(units[m], listed.bias, next_weight)
            next_weight += 1
        else:
            listed.add(units[m], listed.bias, next_weight + _numbered(height, width))
            next_weight += height * width
    connections = listed.done(units.size, layer.squashed, border.value)
    return connections, units.shape, next_weight


def _subsampling(layer, below, next_weight):
    listed = _List(below)
    maps, height, width = below
    sources = _numbered(*below)
    units = _numbered(maps, height // 2, width // 2)
    for m in range(maps):
        for i in range(2):
            for j in range(2):
                listed.add(units[m], sources[m, i::2, j::2], next_weight + m)
        listed.add(units[m], listed.bias, next_weight + maps + m)
    return listed.done(units.size, layer.squashed), units.shape, next_weight + 2 * maps


def _connection(layer, below, next_weight):
    listed = _List(below)
    count = int(np.prod(below))
    for k in range(layer.units):
        listed.add(k, np.arange(count), next_weight + k * count + np.arange(count))
    first_bias = next_weight + layer.units * count
    listed.add(np.arange(layer.units), listed.bias, first_bias + np.arange(layer.units))
    return listed.done(layer.units, layer.squashed), (layer.units, 1, 1), first_bias + layer.units


SISTER_LIKE = Architecture(
    name="sister-like",
    plane=Plane(16, 16),
    layers=(
        Convolution("H1", 12, 5, 2, bias="unit", border=Border(1, 2, 1, 2)),
        Convolution(
            "H2",
            12,
            5,
            2,
            table=tuple(tuple((m + n) % 12 for n in range(8)) for m in range(12)),
            bias="unit",
            border=Border(2, 1, 2, 1),
        ),
        Connection("H3", 30),
        Connection("output", 10),
    ),
)
"""A network in the manner of the sister paper (Neural Computation 1989), its 8 of 12 made up."""
