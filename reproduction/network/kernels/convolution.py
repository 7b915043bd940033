"""Convolution with a connection table: a_i = sum of w x over the maps read and over taps, + b_i.

Sums are taken in blocks small enough for the registers. A block's shape and stride are constants
of its code, so that the compiler unrolls it; all other sizes are known at run time. In the forward
pass the blocks leave every unit's order of terms as it is. In the backward pass they fix it: the
gradient of a tap is summed in two parts, over the even and the odd columns of the blocks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reproduction.network.kernels.compiling import finished_kernel, has_many_registers, kernel
from reproduction.network.kernels.squashing import (
    handed_down,
    sloping,
    squash,
    squash_row,
    squashing,
)
from reproduction.network.lanes import broadcast, fma, local_lanes

ZERO = np.float32(0)
NOTHING = np.float32(-0.0)  # adds nothing too, and is not cleared by a slow call of memset
MANY = has_many_registers()  # that hold the coefficients of f beside the sums of a block
ROWS, SIDE = (4, 4) if MANY else (1, 8)  # rows and columns of a forward block
COLUMNS = {1: 8, 2: 4}  # of a backward block, by its stride
TAPS = 5  # taps of a kernel's row that a backward block takes at once
BIAS_SUMS = 8  # partial sums of a bias's gradient


def _weighted_sums(rows: int, columns: int, fixed_stride: int) -> Callable:
    """Make the code that sums a block of rows x columns units; stride 0: the layer's own."""
    size = rows * columns

    @finished_kernel
    def weighted_sums(layer, table, pairs, parameters, units, m, r0, c0):
        stride = fixed_stride if fixed_stride else layer.stride
        sums = local_lanes(size)
        bias = parameters + (layer.biases + m * layer.bias_map)
        for r in range(rows):
            for c in range(columns):
                sums[r * columns + c] = bias[(r0 + r) * layer.bias_row + (c0 + c) * layer.bias_unit]
        for p in range(table[layer.table + m].first_pair, table[layer.table + m].last_pair):
            corner = stride * (r0 * layer.input_pitch + c0)
            x = units + (pairs[p].inputs + corner)
            w = parameters + pairs[p].weights
            for i in range(layer.kernel):
                for j in range(layer.kernel):
                    tap = w[i * layer.kernel + j]
                    for r in range(rows):
                        for c in range(columns):
                            xi = x[(stride * r + i) * layer.input_pitch + stride * c + j]
                            sums[r * columns + c] = fma(tap, xi, sums[r * columns + c])
        f, at_once = squashing(layer), MANY and layer.squashed != 0
        y = units + (layer.outputs + m * layer.map + r0 * layer.pitch + c0)
        for r in range(rows):
            for c in range(columns):
                total = sums[r * columns + c]
                y[r * layer.pitch + c] = squash(f, total) if at_once else total
        if not MANY:
            for r in range(rows):
                squash_row(layer, y + r * layer.pitch, columns)

    return weighted_sums


_block_of_stride_1 = _weighted_sums(ROWS, SIDE, 1)
_block_of_stride_2 = _weighted_sums(ROWS, SIDE, 2)
_single_unit = _weighted_sums(1, 1, 0)


@kernel
def convolve(layer, table, pairs, parameters, units):
    """y_i = f(sum of w x over the maps that the table names and their kernels' taps, + b_i)."""
    blocks = layer.stride <= 2
    whole_rows = layer.height - layer.height % ROWS if blocks else 0
    whole_columns = layer.width - layer.width % SIDE if blocks else 0
    for m in range(layer.maps):
        for r in range(0, whole_rows, ROWS):
            for c in range(0, whole_columns, SIDE):
                if layer.stride == 1:
                    _block_of_stride_1(layer, table, pairs, parameters, units, m, r, c)
                else:
                    _block_of_stride_2(layer, table, pairs, parameters, units, m, r, c)
        for r in range(layer.height):
            for c in range(whole_columns if r < whole_rows else 0, layer.width):
                _single_unit(layer, table, pairs, parameters, units, m, r, c)


def _row_gradient(block_stride: int) -> Callable:
    """Make the code that steps along five taps of a row of a kernel, over a whole map."""
    columns = COLUMNS[block_stride]
    parts = 2 * TAPS

    @kernel
    def row_gradient(layer, inputs, m, tap, units, deltas, steps, target):
        gradient = local_lanes(parts)
        for n in range(parts):
            gradient[n] = broadcast(ZERO)
        whole = layer.width - layer.width % columns
        for r in range(layer.height):
            delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
            x_row = units + (inputs + block_stride * r * layer.input_pitch)
            for c0 in range(0, whole, columns):
                x = x_row + block_stride * c0
                for c in range(columns):
                    d = delta[c0 + c]
                    for j in range(TAPS):
                        part = 2 * j + c % 2
                        gradient[part] = fma(d, x[block_stride * c + j], gradient[part])
            for c in range(whole, layer.width):
                d = delta[c]
                for j in range(TAPS):
                    x_tap = x_row[block_stride * c + j]
                    gradient[2 * j] = fma(d, x_tap, gradient[2 * j])
        step, t = steps + tap, target + tap
        for j in range(TAPS):
            t[j] = fma(step[j], gradient[2 * j] + gradient[2 * j + 1], t[j])

    return row_gradient


def _row_down(block_stride: int) -> Callable:
    """Make the code that hands deltas down through five taps of a row of a kernel."""
    columns = COLUMNS[block_stride]
    window = (columns - 1) * block_stride + TAPS
    overlap = TAPS - block_stride  # units that two neighbouring columns share

    @kernel
    def row_down(layer, inputs, m, tap, weights, deltas):
        w = local_lanes(TAPS)
        down = local_lanes(window)
        whole = layer.width - layer.width % columns
        for j in range(TAPS):
            w[j] = weights[tap + j]
        for r in range(layer.height):
            delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
            down_row = deltas + (inputs + block_stride * r * layer.input_pitch)
            for c0 in range(0, whole, columns):
                below = down_row + block_stride * c0
                for n in range(overlap):
                    down[n] = below[n]
                for c in range(columns):
                    left = block_stride * c
                    for n in range(overlap, TAPS):
                        down[left + n] = below[left + n]
                    d = delta[c0 + c]
                    for j in range(TAPS):
                        down[left + j] = fma(w[j], d, down[left + j])
                    for n in range(block_stride):
                        below[left + n] = down[left + n]
                for n in range(window - overlap, window):
                    below[n] = down[n]
            for c in range(whole, layer.width):
                below, d = down_row + block_stride * c, delta[c]
                for j in range(TAPS):
                    below[j] = fma(w[j], d, below[j])

    return row_down


_gradient_of_stride_1, _gradient_of_stride_2 = _row_gradient(1), _row_gradient(2)
_down_by_stride_1, _down_by_stride_2 = _row_down(1), _row_down(2)


@kernel
def _single_tap(layer, inputs, m, tap, weights, units, deltas, steps, target):
    """Go back through one tap of a kernel, over a whole map, whatever the stride."""
    gradient = broadcast(ZERO)
    for r in range(layer.height):
        delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
        x = units + (inputs + layer.stride * r * layer.input_pitch)
        down = deltas + (inputs + layer.stride * r * layer.input_pitch)
        for c in range(layer.width):
            n = layer.stride * c
            gradient = fma(delta[c], x[n], gradient)
            down[n] = fma(weights[tap], delta[c], down[n])
    target[tap] = fma(steps[tap], gradient, target[tap])


@kernel
def _bias_backward(layer, m, deltas, steps, target):
    """Step along dE/db = the sum of dE/da_i over the units that share the bias."""
    step, b = steps + layer.biases, target + layer.biases
    sums = local_lanes(BIAS_SUMS)
    for s in range(BIAS_SUMS):
        sums[s] = broadcast(ZERO)
    whole = layer.width - layer.width % BIAS_SUMS
    for r in range(layer.height):
        delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
        if layer.bias_unit:
            for c in range(layer.width):
                unit = m * layer.bias_map + r * layer.bias_row + c * layer.bias_unit
                b[unit] = fma(step[unit], delta[c], b[unit])
        else:
            for c in range(0, whole, BIAS_SUMS):
                for s in range(BIAS_SUMS):
                    sums[s] = sums[s] + delta[c + s]
            for c in range(whole, layer.width):
                sums[0] = sums[0] + delta[c]
    if not layer.bias_unit:
        total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + (
            (sums[4] + sums[5]) + (sums[6] + sums[7])
        )
        b[m] = fma(step[m], total, b[m])


@kernel
def convolve_backward(
    layer, squares, outgoing, table, pairs, weights, units, deltas, steps, target
):
    """Hand dE/da down if `outgoing`; step along dE/dw_j = sum_i dE/da_i x_(i+j), and dE/db.

    A shared weight takes its step once, from the sum over its map.
    """
    x_below, down = units + layer.inputs, deltas + layer.inputs
    if outgoing:
        for i in range(layer.input_count):
            down[i] = broadcast(NOTHING)
    together = layer.kernel - layer.kernel % TAPS if layer.stride <= 2 else 0
    for m in range(layer.maps):
        for p in range(table[layer.table + m].first_pair, table[layer.table + m].last_pair):
            for i in range(layer.kernel):
                x = pairs[p].inputs + i * layer.input_pitch
                w = pairs[p].weights + i * layer.kernel
                for j in range(0, together, TAPS):
                    if layer.stride == 1:
                        if outgoing:
                            _down_by_stride_1(layer, x + j, m, w + j, weights, deltas)
                        _gradient_of_stride_1(layer, x + j, m, w + j, units, deltas, steps, target)
                    else:
                        if outgoing:
                            _down_by_stride_2(layer, x + j, m, w + j, weights, deltas)
                        _gradient_of_stride_2(layer, x + j, m, w + j, units, deltas, steps, target)
                for j in range(together, layer.kernel):
                    _single_tap(layer, x + j, m, w + j, weights, units, deltas, steps, target)
        _bias_backward(layer, m, deltas, steps, target)
    if outgoing:
        squashed, f1 = layer.squashed_below, sloping(layer)
        for i in range(layer.input_count):
            down[i] = handed_down(squashed, f1, squares, x_below[i], down[i])
