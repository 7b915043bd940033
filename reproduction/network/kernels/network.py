"""Patterns through a whole network: forward, backward, and the one compiled entry point."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reproduction.network.kernels.compiling import compiled
from reproduction.network.kernels.connection import connect, connect_backward
from reproduction.network.kernels.convolution import convolve, convolve_backward
from reproduction.network.kernels.layout import CONVOLUTION, SUBSAMPLING, kernel
from reproduction.network.kernels.softmax import softmax
from reproduction.network.kernels.squashing import slope
from reproduction.network.kernels.subsampling import subsample, subsample_backward
from reproduction.network.lanes import at, broadcast, fma

ZERO, ONE, TWO = np.float32(0), np.float32(1), np.float32(2)
# Not Python's literals: numba would compile the whole backward pass for each of them.
VALUES, SQUARES = np.bool_(False), np.bool_(True)

FORWARD, GRADIENT, CURVATURE, RUNNING, FULL_CURVATURE = range(5)
"""What `present` does with each pattern."""


class Network(NamedTuple):
    """What a network is, for the kernels: see `layout.Layout`."""

    layers: np.ndarray
    table: np.ndarray
    pairs: np.ndarray
    border_units: np.ndarray
    border_values: np.ndarray
    plane_first: int
    plane_pitch: int
    softmax: bool


class Rows(NamedTuple):
    """The float32 rows of 16 that a bank works on.

    The first six have a row a parameter, the last three a row a stored unit.
    """

    squared_parameters: np.ndarray
    steps: np.ndarray
    ones: np.ndarray
    learning: np.ndarray
    curvature: np.ndarray
    average_curvature: np.ndarray
    units: np.ndarray
    deltas: np.ndarray
    bends: np.ndarray


@kernel
def _load(network, pattern, units):
    """Spread one pattern over the input plane, the same in every network, and fill the borders."""
    height, width = pattern.shape
    for r in range(height):
        row = units + (network.plane_first + r * network.plane_pitch)
        for c in range(width):
            row[c] = broadcast(pattern[r, c])
    for i in range(len(network.border_units)):
        units[network.border_units[i]] = broadcast(network.border_values[i])


@kernel
def _forward(network, parameters, units):
    """Compute every unit from the input plane up."""
    for n in range(len(network.layers)):
        layer = network.layers[n]
        if layer.kind == CONVOLUTION:
            convolve(layer, network.table, network.pairs, parameters, units)
        elif layer.kind == SUBSAMPLING:
            subsample(layer, parameters, units)
        else:
            connect(layer, parameters, units)
    if network.softmax:
        last = network.layers[len(network.layers) - 1]
        softmax(units + last.outputs, last.maps)


@kernel
def _backward(network, squares, bends, weights, units, deltas, steps, target):
    """Go down from dE/da of the output units; move `target` by `steps` times the gradient.

    With `squares`, `weights` and `units` hold squares and second derivatives go down instead, to
    which those of `bends` are added where there are any.
    """
    for n in range(len(network.layers) - 1, -1, -1):
        layer = network.layers[n]
        if layer.kind == CONVOLUTION:
            table, pairs = network.table, network.pairs
            convolve_backward(
                layer, squares, n > 0, table, pairs, weights, units, deltas, steps, target
            )
        elif layer.kind == SUBSAMPLING:
            subsample_backward(layer, squares, weights, units, deltas, steps, target)
        else:
            connect_backward(layer, squares, weights, units, deltas, steps, target)
        if squares and len(bends) and layer.squashed_below:
            bend, down = at(bends, layer.inputs), deltas + layer.inputs
            for i in range(layer.input_count):
                down[i] = down[i] + bend[i]


@kernel
def _square(numbers, count, squares):
    """Square `count` rows."""
    for i in range(count):
        squares[i] = numbers[i] * numbers[i]


@kernel
def _gradient(network, label, parameters, rows, target):
    """Move `target` by `rows.steps` times the gradient of E.

    dE/dy = y - d for E = 1/2 sum (y - d)^2; dE/da = p - d for E = -log p of the class, where p is
    the softmax of a and d is 0 for other classes.
    """
    last = network.layers[len(network.layers) - 1]
    units, deltas = at(rows.units, 0), at(rows.deltas, 0)
    low = ZERO if network.softmax else -ONE
    for k in range(last.maps):
        y = units[last.outputs + k]
        error = y - broadcast(ONE if k == label else low)
        deltas[last.outputs + k] = slope(last, y, VALUES) * error if last.squashed else error
    nothing = rows.bends[:0]
    _backward(network, VALUES, nothing, parameters, units, deltas, at(rows.steps, 0), target)


@kernel
def _bend(network, rows):
    """Keep f''(a) dE/dx of every unit in `rows.bends`, from x = f(a) and dE/da = f'(a) dE/dx.

    f'' = -2 S/A f f', so it is -2 S/A x dE/da.
    """
    layer = network.layers[0]
    units, deltas, bends = at(rows.units, 0), at(rows.deltas, 0), at(rows.bends, 0)
    for i in range(len(rows.units)):
        bends[i] = broadcast(TWO * layer.slope_loss) * units[i] * deltas[i]


@kernel
def _curvature(network, bends, rows):
    """Add d2E/dw2 to `rows.curvature`.

    d2E/dy2 of E = 1/2 sum (y - d)^2 is 1; d2E/da2 of a softmax's cross-entropy is p (1 - p).
    Squares the units in place.
    """
    last = network.layers[len(network.layers) - 1]
    units, deltas = at(rows.units, 0), at(rows.deltas, 0)
    for k in range(last.maps):
        p = units[last.outputs + k]
        deltas[last.outputs + k] = p * (broadcast(ONE) - p)
    _square(units, len(rows.units), units)
    if not network.softmax:
        for k in range(last.maps):
            second = broadcast(ONE)
            if last.squashed:
                second = slope(last, units[last.outputs + k], SQUARES)
                if len(bends):
                    second = second + at(bends, last.outputs)[k]
            deltas[last.outputs + k] = second
    weights, target = at(rows.squared_parameters, 0), at(rows.curvature, 0)
    _backward(network, SQUARES, bends, weights, units, deltas, at(rows.ones, 0), target)


@kernel
def _follow_curvature(rows, mu, eta, gamma):
    """Follow h <- (1 - gamma) h + gamma h(pattern) by the steps -eta / (mu + h).

    Where `rows.learning` is 0 instead of 1, there is no step.
    """
    pattern, average = at(rows.curvature, 0), at(rows.average_curvature, 0)
    step, learning = at(rows.steps, 0), at(rows.learning, 0)
    for k in range(len(rows.steps)):
        average[k] = fma(broadcast(gamma), pattern[k] - average[k], average[k])
        step[k] = broadcast(-eta) * learning[k] / (broadcast(mu) + average[k])
        pattern[k] = broadcast(ZERO)


@compiled
def present(
    mode, network, planes, labels, order, parameters, rows, target, outputs, mu, eta, gamma
):
    """Present patterns in the given order to sixteen networks; `mode` says what comes of each.

    FORWARD keeps the output units in `outputs`, a row a pattern and unit. GRADIENT moves `target`
    by `rows.steps` times the gradient: when `target` is `parameters` itself, that is learning,
    and when it is zero and the steps are one, it sums the gradient. CURVATURE adds to
    `rows.curvature` in the Gauss-Newton form, FULL_CURVATURE with the term of f'' as well, for
    which the steps must be zero. RUNNING learns with a running average of the curvature (LeCun,
    Bottou, Orr & Mueller 1998, section 9).
    """
    last = network.layers[len(network.layers) - 1]
    weights, units = at(parameters, 0), at(rows.units, 0)
    for n in range(len(order)):
        _load(network, planes[order[n]], units)
        _forward(network, weights, units)
        if mode == FORWARD:
            kept = at(outputs, n * last.maps)
            for k in range(last.maps):
                kept[k] = units[last.outputs + k]
        second = mode in (CURVATURE, RUNNING, FULL_CURVATURE)
        if mode == RUNNING or (second and n == 0):
            _square(weights, len(parameters), at(rows.squared_parameters, 0))
        if mode == FULL_CURVATURE:
            _gradient(network, labels[order[n]], weights, rows, at(rows.curvature, 0))
            _bend(network, rows)
        if second:
            _curvature(network, rows.bends if mode == FULL_CURVATURE else rows.bends[:0], rows)
        if mode == RUNNING:
            _follow_curvature(rows, mu, eta, gamma)
            _load(network, planes[order[n]], units)
            _forward(network, weights, units)
        if mode in (RUNNING, GRADIENT):
            _gradient(network, labels[order[n]], weights, rows, at(target, 0))
