"""The networks and their learning rule in plain float64, by explicit sums over connections.

A layer is written out as the list of its connections: unit i reads source j through weight k, times
a fixed factor s: 1, or 1/4 where the mean of four is read. The sources are the units below, one
unit that holds the border's value and one, always 1, that feeds the biases. Sharing a weight is
naming it more than once; what is not learned names one more weight behind the others, always 1.
Everything else is a sum over that list:

    a_i     = sum of w_k s x_j                        over the connections of unit i
    dE/dw_k = sum of dE/da_i s x_j                    over the connections that share w_k
    dE/dx_j = sum of w_k s dE/da_i                    over the connections that read j
    h_k     = sum of d2E/da_i2 (s x_j)^2              over the connections that share w_k
    d2E/dx_j2 = sum of (w_k s)^2 d2E/da_i2            over the connections that read j

with dE/da = f'(a) dE/dx and d2E/da2 = f'(a)^2 d2E/dx2, to which the full form adds f''(a) dE/dx
(Becker & Le Cun 1988; LeCun, Bottou, Bengio & Haffner 1998, appendix C). Where connections count as
one input, h_k has the square of the sum of their s x_j, and not the sum of the squares.

At the top, E = 1/2 sum (d - y)^2 has dE/dy = y - d and d2E/dy2 = 1. Or the outputs are p, the
softmax of a; then E = -log p of the class has dE/da = p - d and d2E/da2 = p (1 - p). Slow, and
meant to be checked by reading.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from reproduction.network import (
    CROSS_ENTROPY,
    Architecture,
    Border,
    Connection,
    Convolution,
    Plane,
    Squashing,
    Subsampling,
)


@dataclass(frozen=True)
class Connections:
    """The connections into one layer: unit[n] reads source[n] through weight[n], factor[n] of it.

    Those with the same number in `input` count as one input of their weight.
    """

    unit: np.ndarray
    source: np.ndarray
    weight: np.ndarray
    factor: np.ndarray
    input: np.ndarray
    units: int
    sources: int  # the last two are the border and the bias unit
    border: float
    squashing: Squashing | None = None  # None: a unit is its weighted sum

    def inputs(self, x):
        """Return s x_j for every connection, from the values of the units below."""
        return self.factor * np.concatenate([x, [self.border, 1.0]])[self.source]

    def value(self, a):
        """f(a) = A tanh(S a)."""
        if self.squashing is None:
            return a
        return self.squashing.amplitude * np.tanh(self.squashing.steepness * a)

    def slope(self, a):
        """f'(a) = A S (1 - tanh^2 S a)."""
        if self.squashing is None:
            return np.ones_like(a)
        amplitude, steepness = self.squashing.amplitude, self.squashing.steepness
        return amplitude * steepness * (1 - np.tanh(steepness * a) ** 2)

    def bend(self, a):
        """f''(a) = -2 S tanh(S a) f'(a)."""
        if self.squashing is None:
            return np.zeros_like(a)
        steepness = self.squashing.steepness
        return -2 * steepness * np.tanh(steepness * a) * self.slope(a)


def sum_by(ends, terms, count=0):
    """Sum the terms of all connections with the same end."""
    return np.bincount(ends, terms, count)


def softmax(a):
    """p_k = exp(a_k) / sum_j exp(a_j)."""
    e = np.exp(a - a.max())
    return e / e.sum()


class Reference:
    """One network, one pattern at a time, all parameters in one float64 vector.

    Parameters
    ----------
    architecture : Architecture
        The network to write out.
    """

    def __init__(self, architecture):
        self.layers, self.parameters = written_out(architecture)
        self.softmax = architecture.energy == CROSS_ENTROPY

    def forward(self, w, plane):
        """Compute s x_j of every layer's connections, and the weighted sums of its units."""
        w = np.append(w, 1.0)
        x = np.asarray(plane, np.float64).ravel()
        inputs, sums = [], []
        for layer in self.layers:
            inputs.append(layer.inputs(x))
            sums.append(sum_by(layer.unit, w[layer.weight] * inputs[-1], layer.units))
            x = layer.value(sums[-1])
        return inputs, sums

    def answer(self, sums):
        """Return the output units from all layers' weighted sums."""
        return softmax(sums[-1]) if self.softmax else self.layers[-1].value(sums[-1])

    def outputs(self, w, plane):
        """Compute the output units."""
        return self.answer(self.forward(w, plane)[1])

    def energy(self, w, plane, label):
        """E = 1/2 sum (d - y)^2, or -log p of the class."""
        y = self.outputs(w, plane)
        return -np.log(y[label]) if self.softmax else 0.5 * np.sum((self.target(label) - y) ** 2)

    def target(self, label):
        """Return the wanted outputs: 1 for the class, -1 for the others, or the probability 0."""
        others = 0.0 if self.softmax else -1.0
        return np.where(np.arange(self.layers[-1].units) == label, 1.0, others)

    def by_x(self, w, sums, label):
        """dE/dx of every layer's units."""
        w, result = np.append(w, 1.0), [self.answer(sums) - self.target(label)]
        for layer, a in reversed(list(zip(self.layers, sums, strict=True))):
            by_a = layer.slope(a) * result[0]
            terms = w[layer.weight] * layer.factor * by_a[layer.unit]
            result.insert(0, sum_by(layer.source, terms, layer.sources)[:-2])
        return result[1:]

    def gradient(self, w, plane, label, outgoing=None):
        """dE/dw for one pattern; `outgoing` replaces the weights by which deltas go down."""
        inputs, sums = self.forward(w, plane)
        by_x = self.by_x(w if outgoing is None else outgoing, sums, label)
        result = np.zeros(self.parameters + 1)
        for layer, x, a, by in zip(self.layers, inputs, sums, by_x, strict=True):
            by_a = layer.slope(a) * by
            result += sum_by(layer.weight, by_a[layer.unit] * x, len(result))
        return result[:-1]

    def curvature(self, w, plane, label=None):
        """Return h for one pattern: in the Gauss-Newton form, or with its label in the full one."""
        inputs, sums = self.forward(w, plane)
        w, result = np.append(w, 1.0), np.zeros(self.parameters + 1)
        by_x = [0.0 for _ in sums] if label is None else self.by_x(w[:-1], sums, label)
        y = self.answer(sums)
        second_by_x = y * (1 - y) if self.softmax else np.ones_like(y)
        for layer, x, a, by in reversed(list(zip(self.layers, inputs, sums, by_x, strict=True))):
            second_by_a = layer.slope(a) ** 2 * second_by_x + layer.bend(a) * by
            together = sum_by(layer.input, x)[layer.input]  # x alone, or the sum that x is part of
            terms = second_by_a[layer.unit] * x * together
            result += sum_by(layer.weight, terms, len(result))
            terms = (w[layer.weight] * layer.factor) ** 2 * second_by_a[layer.unit]
            second_by_x = sum_by(layer.source, terms, layer.sources)[:-2]
        return result[:-1]

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


NOT_LEARNED = -1
"""The weight behind all others, until these are counted."""


@cache
def written_out(architecture):
    """List the connections of every layer, and count the weights that are learned."""
    below = (1, architecture.plane.height, architecture.plane.width)
    layers, weights = [], 0
    for layer in architecture.layers:
        write = {
            Convolution: _convolution,
            Subsampling: _subsampling,
            Connection: _connection,
        }[type(layer)]
        connections, below, weights = write(layer, below, weights)
        squashing = architecture.squashing if layer.squashed else None
        layers.append(replace(connections, squashing=squashing))
    for layer in layers:
        layer.weight[layer.weight == NOT_LEARNED] = weights
    return layers, weights


class _List:
    """A list of connections that grows by whole arrays."""

    def __init__(self, below):
        self.below = below
        self.border = int(np.prod(below))
        self.bias = self.border + 1
        self.parts = []

    def add(self, unit, source, weight, factor=1.0):
        """Add connections; single numbers stand for as many as there are units."""
        arrays = np.broadcast_arrays(unit, source, weight, factor)
        self.parts.append([array.ravel() for array in arrays])

    def done(self, units, border=0.0, summed_first=False):
        """Return the finished list; `summed_first` makes one input of what a unit reads below."""
        columns = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        unit, source, weight, factor = columns
        together = 2 * unit + (source == self.bias)
        number = together if summed_first else np.arange(len(unit))
        return Connections(unit, source, weight, factor, number, units, self.border + 2, border)


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
    return listed.done(units.size, border.value), units.shape, next_weight


def _subsampling(layer, below, next_weight):
    listed = _List(below)
    maps, height, width = below
    sources = _numbered(*below)
    units = _numbered(maps, height // 2, width // 2)
    factor = 0.25 if layer.mean else 1.0
    for m in range(maps):
        weight = next_weight + m if layer.learned else NOT_LEARNED
        for i in range(2):
            for j in range(2):
                listed.add(units[m], sources[m, i::2, j::2], weight, factor)
        if layer.learned:
            listed.add(units[m], listed.bias, next_weight + maps + m)
    next_weight += 2 * maps if layer.learned else 0
    return listed.done(units.size, summed_first=layer.summed_first), units.shape, next_weight


def _connection(layer, below, next_weight):
    listed = _List(below)
    count = int(np.prod(below))
    for k in range(layer.units):
        listed.add(k, np.arange(count), next_weight + k * count + np.arange(count))
    first_bias = next_weight + layer.units * count
    listed.add(np.arange(layer.units), listed.bias, first_bias + np.arange(layer.units))
    return listed.done(layer.units), (layer.units, 1, 1), first_bias + layer.units


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
