"""Convolution with a connection table: a_i = sum of w x over the maps read and over taps, + b_i.

Sums are taken in blocks small enough for the registers. A block's shape and stride are constants
of its code, so that the compiler unrolls it; all other sizes are known at run time. In the forward
pass the blocks leave every unit's order of terms as it is. In the backward pass they fix it: the
gradient of a tap is summed in two parts, over the even and the odd columns of the blocks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reproduction.network.kernels.compiling import has_long_vectors
from reproduction.network.kernels.layout import kernel
from reproduction.network.kernels.squashing import handed_down, unit_value
from reproduction.network.lanes import broadcast, fma, local_lanes

ZERO = np.float32(0)
NOTHING = np.float32(-0.0)  # adds nothing too, and is not cleared by a slow call of memset
SIDE = 4  # columns of a forward block
ROWS = 4 if has_long_vectors() else 1  # of a forward block, whose sums must fit in the registers
COLUMNS = {0: 1, 1: 8, 2: 4}  # columns of a backward block, by its stride; 0: any, no blocks
TAPS = 5  # taps of a kernel's row that a backward block takes at once
BIAS_SUMS = 8  # partial sums of a bias's gradient


def _weighted_sums(rows: int, columns: int, fixed_stride: int) -> Callable:
    """Make the code that sums a block of rows x columns units; stride 0: the layer's own."""
    size = rows * columns

    @kernel
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
        y = units + (layer.outputs + m * layer.map + r0 * layer.pitch + c0)
        for r in range(rows):
            for c in range(columns):
                y[r * layer.pitch + c] = unit_value(layer, sums[r * columns + c])

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


def _kernel_row_backward(taps: int, block_stride: int, outgoing: bool) -> Callable:
    """Make the code that goes back through `taps` taps of one row of a kernel, over a whole map.

    Each delta meets each tap once, for the tap's gradient and, where `outgoing`, for the outgoing
    deltas, which use the weights before the step. Some columns are taken at once where the layer's
    stride is `block_stride` (0: nowhere), the others one by one.
    """
    columns = COLUMNS[block_stride]
    window = (columns - 1) * block_stride + taps
    parts = 2 * taps

    @kernel
    def kernel_row_backward(layer, inputs, m, tap, weights, units, deltas, steps, target):
        w = local_lanes(taps)
        gradient = local_lanes(parts)
        down = local_lanes(window)
        for j in range(taps):
            w[j] = weights[tap + j]
            gradient[2 * j] = broadcast(ZERO)
            gradient[2 * j + 1] = broadcast(ZERO)
        whole = layer.width - layer.width % columns if block_stride else 0
        for r in range(layer.height):
            delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
            x_row = units + (inputs + layer.stride * r * layer.input_pitch)
            down_row = deltas + (inputs + layer.stride * r * layer.input_pitch)
            for c0 in range(0, whole, columns):
                x = x_row + block_stride * c0
                below = down_row + block_stride * c0
                if outgoing:
                    for n in range(window):
                        down[n] = below[n]
                for c in range(columns):
                    d = delta[c0 + c]
                    for j in range(taps):
                        part = 2 * j + c % 2
                        n = block_stride * c + j
                        gradient[part] = fma(d, x[n], gradient[part])
                        if outgoing:
                            down[n] = fma(w[j], d, down[n])
                if outgoing:
                    for n in range(window):
                        below[n] = down[n]
            for c in range(whole, layer.width):
                d = delta[c]
                for j in range(taps):
                    n = layer.stride * c + j
                    gradient[2 * j] = fma(d, x_row[n], gradient[2 * j])
                    if outgoing:
                        down_row[n] = fma(w[j], d, down_row[n])
        step, t = steps + tap, target + tap
        for j in range(taps):
            t[j] = fma(step[j], gradient[2 * j] + gradient[2 * j + 1], t[j])

    return kernel_row_backward


_last_row_of_stride_1 = _kernel_row_backward(TAPS, 1, outgoing=False)
_last_row_of_stride_2 = _kernel_row_backward(TAPS, 2, outgoing=False)
_row_of_stride_1 = _kernel_row_backward(TAPS, 1, outgoing=True)
_row_of_stride_2 = _kernel_row_backward(TAPS, 2, outgoing=True)
_single_tap = _kernel_row_backward(1, 0, outgoing=True)


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
                    arguments = (layer, x + j, m, w + j, weights, units, deltas, steps, target)
                    if layer.stride == 1 and outgoing:
                        _row_of_stride_1(*arguments)
                    elif layer.stride == 1:
                        _last_row_of_stride_1(*arguments)
                    elif outgoing:
                        _row_of_stride_2(*arguments)
                    else:
                        _last_row_of_stride_2(*arguments)
                for j in range(together, layer.kernel):
                    _single_tap(layer, x + j, m, w + j, weights, units, deltas, steps, target)
        _bias_backward(layer, m, deltas, steps, target)
    if outgoing:
        for i in range(layer.input_count):
            down[i] = handed_down(layer, squares, x_below[i], down[i])
