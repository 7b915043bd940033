"""Patterns through a whole network: forward, backward, and the one compiled entry point."""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.compiling import compiled, kernel
from reproduction.network.kernels.connection import connect, connect_backward
from reproduction.network.kernels.convolution import convolve, convolve_backward
from reproduction.network.kernels.layout import (
    CONVOLUTION,
    CURVATURE,
    FORWARD,
    FULL_CURVATURE,
    GRADIENT,
    LEARN,
    RUNNING,
    SUBSAMPLING,
)
from reproduction.network.kernels.softmax import softmax
from reproduction.network.kernels.squashing import slope, sloping
from reproduction.network.kernels.subsampling import subsample, subsample_backward
from reproduction.network.lanes import PARTS, at, broadcast, fma

ZERO, ONE, TWO = np.float32(0), np.float32(1), np.float32(2)
# Not Python's literals: numba would compile the whole backward pass for each of them.
VALUES, SQUARES = np.bool_(False), np.bool_(True)
STRAIGHT = np.bool_(False)


@kernel
def _load(network, pattern, units):
    """Spread one pattern over the input plane, the same in every network."""
    height, width = pattern.shape
    for r in range(height):
        row = units + (network.plane_first + r * network.plane_pitch)
        for c in range(width):
            row[c] = broadcast(pattern[r, c])


@kernel
def _fill_borders(network, units):
    """Give the units around maps their value: they keep it until all units are squared."""
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
def _backward(network, squares, bent, weights, units, deltas, bends, steps, target):
    """Go down from dE/da of the output units; move `target` by `steps` times the gradient.

    With `squares`, `weights` and `units` hold squares and second derivatives go down instead; where
    they are `bent`, those of `bends` are added.
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
        if bent and layer.squashed_below:
            bend, down = bends + layer.inputs, deltas + layer.inputs
            for i in range(layer.input_count):
                down[i] = down[i] + bend[i]


@kernel
def _square(numbers, count, squares):
    """Square `count` rows."""
    for i in range(count):
        squares[i] = numbers[i] * numbers[i]


@kernel
def _output_error(network, label, units, deltas):
    """Keep dE/da of the output units in `deltas`.

    dE/dy = y - d for E = 1/2 sum (y - d)^2; dE/da = p - d for E = -log p of the class, where p is
    the softmax of a and d is 0 for other classes.
    """
    last = network.layers[len(network.layers) - 1]
    low = ZERO if network.softmax else -ONE
    f1 = sloping(last)
    for k in range(last.maps):
        y = units[last.outputs + k]
        error = y - broadcast(ONE if k == label else low)
        deltas[last.outputs + k] = slope(f1, y, VALUES) * error if last.squashed else error


@kernel
def _bend(network, count, units, deltas, bends):
    """Keep f''(a) dE/dx of every unit in `bends`, from x = f(a) and dE/da = f'(a) dE/dx.

    f'' = -2 S/A f f', so it is -2 S/A x dE/da.
    """
    layer = network.layers[0]
    for i in range(count):
        bends[i] = broadcast(TWO * layer.slope_loss) * units[i] * deltas[i]


@kernel
def _output_curvature(network, bent, count, units, deltas, bends):
    """Keep d2E/da2 of the output units in `deltas`, and square all units in place.

    d2E/dy2 of E = 1/2 sum (y - d)^2 is 1; d2E/da2 of a softmax's cross-entropy is p (1 - p).
    """
    last = network.layers[len(network.layers) - 1]
    for k in range(last.maps):
        p = units[last.outputs + k]
        deltas[last.outputs + k] = p * (broadcast(ONE) - p)
    _square(units, count, units)
    if not network.softmax:
        for k in range(last.maps):
            second = broadcast(ONE)
            if last.squashed:
                second = slope(sloping(last), units[last.outputs + k], SQUARES)
                if bent:
                    second = second + bends[last.outputs + k]
            deltas[last.outputs + k] = second


@kernel
def _follow_curvature(count, pattern, average, learning, steps, mu, eta, gamma):
    """Follow h <- (1 - gamma) h + gamma h(pattern) by the steps -eta / (mu + h).

    Where `learning` is 0 instead of 1, there is no step.
    """
    for k in range(count):
        average[k] = fma(broadcast(gamma), pattern[k] - average[k], average[k])
        steps[k] = broadcast(-eta) * learning[k] / (broadcast(mu) + average[k])
        pattern[k] = broadcast(ZERO)


@kernel
def _fill(rows, count, number):
    """Give `count` rows the same number."""
    for i in range(count):
        rows[i] = broadcast(number)


@kernel
def _take(whole, part, rows):
    """Copy a part's lanes from the rows of a bank."""
    kept, own = at(whole, part), at(rows, 0)
    for i in range(len(rows)):
        own[i] = kept[PARTS * i]


@kernel
def _give_back(whole, part, rows):
    """Copy a part's lanes to the rows of a bank."""
    kept, own = at(whole, part), at(rows, 0)
    for i in range(len(rows)):
        kept[PARTS * i] = own[i]


@kernel
def _take_part(mode, bank, part, rows):
    """Copy what a part of a bank starts with, and no more than `mode` needs."""
    _take(bank.parameters, part, rows.parameters)
    if mode == LEARN:
        _take(bank.steps, part, rows.steps)
    if mode == RUNNING:
        _take(bank.learning, part, rows.learning)
        _take(bank.average_curvature, part, rows.average_curvature)


@kernel
def _give_part_back(mode, bank, part, rows):
    """Copy what has come of a part."""
    if mode in (LEARN, RUNNING):
        _give_back(bank.parameters, part, rows.parameters)
    if mode == RUNNING:
        _give_back(bank.average_curvature, part, rows.average_curvature)
    if mode in (GRADIENT, CURVATURE, FULL_CURVATURE):
        _give_back(bank.sums, part, rows.sums)


@compiled
def present(mode, network, planes, labels, order, bank, rows, outputs, mu, eta, gamma):
    """Present patterns in the given order to sixteen networks; `mode` says what comes of each.

    FORWARD keeps the output units in `outputs`, a row a pattern and unit. LEARN moves the
    parameters by `steps` times the gradient, and RUNNING by steps that follow a running average of
    the curvature (LeCun, Bottou, Orr & Mueller 1998, section 9). GRADIENT sums the gradient in
    `sums`, CURVATURE the curvature in the Gauss-Newton form, FULL_CURVATURE with the term of f''.

    What is kept stands in `bank`. Where a register does not hold all networks, the patterns are
    presented to one part after the other, whose own `rows` are copied from there and back.
    """
    last = network.layers[len(network.layers) - 1]
    units, deltas, bends = at(rows.units, 0), at(rows.deltas, 0), at(rows.bends, 0)
    weights, squares = at(rows.parameters, 0), at(rows.squared_parameters, 0)
    sums, average = at(rows.sums, 0), at(rows.average_curvature, 0)
    learning, ones = at(rows.learning, 0), at(rows.ones, 0)
    steps = ones if mode == GRADIENT else at(rows.steps, 0)
    target = weights if mode in (LEARN, RUNNING) else sums
    second, bent = mode in (RUNNING, CURVATURE, FULL_CURVATURE), mode == FULL_CURVATURE
    parameter_count, unit_count = len(rows.parameters), len(rows.units)
    for part in range(PARTS):
        if PARTS > 1:
            _take_part(mode, bank, part, rows)
        if mode not in (FORWARD, LEARN):
            _fill(sums, parameter_count, ZERO)
        if bent:
            _fill(steps, parameter_count, ZERO)  # the first way back is for the deltas alone
        for n in range(len(order)):
            if n == 0 or second:
                _fill_borders(network, units)
            _load(network, planes[order[n]], units)
            _forward(network, weights, units)
            if mode == FORWARD:
                kept = at(outputs, n * last.maps * PARTS + part)
                for k in range(last.maps):
                    kept[PARTS * k] = units[last.outputs + k]
            if mode == RUNNING or (second and n == 0):
                _square(weights, parameter_count, squares)
            if bent:
                _output_error(network, labels[order[n]], units, deltas)
                _backward(network, VALUES, STRAIGHT, weights, units, deltas, bends, steps, target)
                _bend(network, unit_count, units, deltas, bends)
            if second:
                _output_curvature(network, bent, unit_count, units, deltas, bends)
                _backward(network, SQUARES, bent, squares, units, deltas, bends, ones, sums)
            if mode == RUNNING:
                rule = mu, eta, gamma
                _follow_curvature(parameter_count, sums, average, learning, steps, *rule)
                _fill_borders(network, units)
                _load(network, planes[order[n]], units)
                _forward(network, weights, units)
            if mode in (LEARN, RUNNING, GRADIENT):
                _output_error(network, labels[order[n]], units, deltas)
                _backward(network, VALUES, STRAIGHT, weights, units, deltas, bends, steps, target)
        if PARTS > 1:
            _give_part_back(mode, bank, part, rows)
