"""Convolution with a connection table: a_i = sum of w x over the maps read and over taps, + b_i.

Five taps of a kernel's row go along the rows of a map together, one block of units after another.
Five, the width of a block and the stride are constants of the code, so that the compiler unrolls a
block and keeps taps and units in registers; all other sizes are known at run time. Taps left over,
and all taps of a stride above 2, go one by one. On the way forward a unit's terms come in the order
of the table and of the taps. On the way back the gradient of each of five taps is summed in two
parts, over the even and the odd units of the blocks (units left over go to the even part); that of
a single tap, in one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reproduction.network.kernels.compiling import block_kernel, kernel
from reproduction.network.kernels.squashing import handed_down, sloping, squash_row
from reproduction.network.lanes import broadcast, fma, local_lanes

ZERO = np.float32(0)
NOTHING = np.float32(-0.0)  # adds nothing too, and is not cleared by a slow call of memset
TAPS = 5  # taps of a kernel's row that go over a map together
COLUMNS = {1: 8, 2: 4}  # units of a block, by its stride
SIDE_BY_SIDE = 2  # units summed together: one alone would wait for its own last term
STRIP = 8  # rows of a map summed together, so that their sums stay in the nearest cache
BIAS_SUMS = 8  # partial sums of a bias's gradient


@kernel
def _in_fives(layer, block_stride):
    """Return how many taps of a kernel's row go in fives: none by the code for another stride."""
    return layer.kernel - layer.kernel % TAPS if layer.stride == block_stride else 0


def _kernel_sums(block_stride: int) -> Callable:
    """Make the code that adds the terms of a kernel's taps to some rows of a map.

    `before` says where the sums so far stand: the first of them, and the steps to the next row and
    to the next unit. At first these are the biases, and then `sums`.
    """
    columns = COLUMNS[block_stride]
    window = (columns - 1) * block_stride + TAPS
    overlap = TAPS - block_stride  # units that two neighbouring columns share
    seen = TAPS + (SIDE_BY_SIDE - 1) * block_stride

    @kernel
    def add_to_block(w, x_block, before, unit_step, sums):
        x, total = local_lanes(window), local_lanes(SIDE_BY_SIDE)
        for n in range(overlap):
            x[n] = x_block[n]
        for c in range(0, columns, SIDE_BY_SIDE):
            left = block_stride * c
            for n in range(overlap, seen):
                x[left + n] = x_block[left + n]
            for n in range(SIDE_BY_SIDE):
                total[n] = before[(c + n) * unit_step]
            for j in range(TAPS):
                for n in range(SIDE_BY_SIDE):
                    total[n] = fma(w[j], x[left + block_stride * n + j], total[n])
            for n in range(SIDE_BY_SIDE):
                sums[c + n] = total[n]

    @block_kernel
    def kernel_sums(layer, weights, inputs, before, sums, rows):
        w = local_lanes(TAPS)
        whole, together = layer.width - layer.width % columns, _in_fives(layer, block_stride)
        for i in range(layer.kernel):
            taps, x_first = weights + i * layer.kernel, inputs + i * layer.input_pitch
            for j0 in range(0, together, TAPS):
                first, row_step, unit_step = before
                for j in range(TAPS):
                    w[j] = taps[j0 + j]
                for r in range(rows):
                    x = x_first + (block_stride * r * layer.input_pitch + j0)
                    b, y = first + r * row_step, sums + r * layer.pitch
                    for c in range(0, whole, columns):
                        add_to_block(w, x + block_stride * c, b + c * unit_step, unit_step, y + c)
                    for c in range(whole, layer.width):
                        total = b[c * unit_step]
                        for j in range(TAPS):
                            total = fma(w[j], x[block_stride * c + j], total)
                        y[c] = total
                before = sums, layer.pitch, 1
            for j in range(together, layer.kernel):
                _tap_sums(layer, taps[j], x_first + j, before, sums, rows)
                before = sums, layer.pitch, 1

    return kernel_sums


@kernel
def _tap_sums(layer, tap, inputs, before, sums, rows):
    """Add the terms of one tap to some rows of a map, whatever the stride."""
    first, row_step, unit_step = before
    for r in range(rows):
        x = inputs + layer.stride * r * layer.input_pitch
        b, y = first + r * row_step, sums + r * layer.pitch
        for c in range(layer.width):
            y[c] = fma(tap, x[layer.stride * c], b[c * unit_step])


# Those of stride 2 serve wider strides, too, tap by tap
_sums_by_1, _sums_by_2 = _kernel_sums(1), _kernel_sums(2)


@kernel
def convolve(layer, table, pairs, parameters, units):
    """y_i = f(sum of w x over the maps that the table names and their kernels' taps, + b_i).

    Strip by strip of a map. The first terms are added to the biases, all others to the sums so far.
    """
    for m in range(layer.maps):
        for r in range(0, layer.height, STRIP):
            rows = min(STRIP, layer.height - r)
            y = units + (layer.outputs + m * layer.map + r * layer.pitch)
            biases = parameters + (layer.biases + m * layer.bias_map + r * layer.bias_row)
            before = biases, layer.bias_row, layer.bias_unit
            for p in range(table[layer.table + m].first_pair, table[layer.table + m].last_pair):
                x = units + (pairs[p].inputs + layer.stride * r * layer.input_pitch)
                w = parameters + pairs[p].weights
                if layer.stride == 1:
                    _sums_by_1(layer, w, x, before, y, rows)
                else:
                    _sums_by_2(layer, w, x, before, y, rows)
                before = y, layer.pitch, 1
            for n in range(rows):
                squash_row(layer, y + n * layer.pitch, layer.width)


def _kernel_gradient(block_stride: int) -> Callable:
    """Make the code that steps along a kernel's taps: dE/dw_j = sum_i dE/da_i x_(i+j)."""
    columns = COLUMNS[block_stride]
    parts = 2 * TAPS

    @block_kernel
    def kernel_gradient(layer, first_weight, inputs, deltas, steps, target):
        gradient = local_lanes(parts)
        whole, together = layer.width - layer.width % columns, _in_fives(layer, block_stride)
        for i in range(layer.kernel):
            first_tap = first_weight + i * layer.kernel
            step, t = steps + first_tap, target + first_tap
            x_first = inputs + i * layer.input_pitch
            for j0 in range(0, together, TAPS):
                for n in range(parts):
                    gradient[n] = broadcast(ZERO)
                for r in range(layer.height):
                    delta = deltas + r * layer.pitch
                    x = x_first + (block_stride * r * layer.input_pitch + j0)
                    for c0 in range(0, whole, columns):
                        x_block = x + block_stride * c0
                        for c in range(columns):
                            d = delta[c0 + c]
                            for j in range(TAPS):
                                part = 2 * j + c % 2
                                gradient[part] = fma(
                                    d, x_block[block_stride * c + j], gradient[part]
                                )
                    for c in range(whole, layer.width):
                        d = delta[c]
                        for j in range(TAPS):
                            x_tap = x[block_stride * c + j]
                            gradient[2 * j] = fma(d, x_tap, gradient[2 * j])
                for j in range(TAPS):
                    of_tap = gradient[2 * j] + gradient[2 * j + 1]
                    t[j0 + j] = fma(step[j0 + j], of_tap, t[j0 + j])
            for j in range(together, layer.kernel):
                of_tap = _tap_gradient(layer, x_first + j, deltas)
                t[j] = fma(step[j], of_tap, t[j])

    return kernel_gradient


@kernel
def _tap_gradient(layer, inputs, deltas):
    """Return sum_i dE/da_i x_(i+j) of one tap over a whole map, whatever the stride."""
    gradient = broadcast(ZERO)
    for r in range(layer.height):
        delta, x = deltas + r * layer.pitch, inputs + layer.stride * r * layer.input_pitch
        for c in range(layer.width):
            gradient = fma(delta[c], x[layer.stride * c], gradient)
    return gradient


def _kernel_down(block_stride: int) -> Callable:
    """Make the code that hands a map's deltas down through a kernel: sum_j w_j dE/da_(i-j)."""
    columns = COLUMNS[block_stride]
    window = (columns - 1) * block_stride + TAPS
    overlap = TAPS - block_stride  # units that two neighbouring columns share

    @kernel
    def block_down(w, delta, below):
        down = local_lanes(window)
        for n in range(overlap):
            down[n] = below[n]
        for c in range(columns):
            left = block_stride * c
            for n in range(overlap, TAPS):
                down[left + n] = below[left + n]
            for j in range(TAPS):
                down[left + j] = fma(w[j], delta[c], down[left + j])
            for n in range(block_stride):
                below[left + n] = down[left + n]
        for n in range(window - overlap, window):
            below[n] = down[n]

    @block_kernel
    def kernel_down(layer, weights, deltas, below):
        w = local_lanes(TAPS)
        whole, together = layer.width - layer.width % columns, _in_fives(layer, block_stride)
        for i in range(layer.kernel):
            taps, first = weights + i * layer.kernel, below + i * layer.input_pitch
            for j0 in range(0, together, TAPS):
                for j in range(TAPS):
                    w[j] = taps[j0 + j]
                for r in range(layer.height):
                    delta = deltas + r * layer.pitch
                    down = first + (block_stride * r * layer.input_pitch + j0)
                    for c in range(0, whole, columns):
                        block_down(w, delta + c, down + block_stride * c)
                    for c in range(whole, layer.width):
                        for j in range(TAPS):
                            n = block_stride * c + j
                            down[n] = fma(w[j], delta[c], down[n])
            for j in range(together, layer.kernel):
                _tap_down(layer, taps[j], deltas, first + j)

    return kernel_down


@kernel
def _tap_down(layer, tap, deltas, below):
    """Hand a map's deltas down through one tap, whatever the stride."""
    for r in range(layer.height):
        delta, down = deltas + r * layer.pitch, below + layer.stride * r * layer.input_pitch
        for c in range(layer.width):
            n = layer.stride * c
            down[n] = fma(tap, delta[c], down[n])


_gradient_by_1, _gradient_by_2 = _kernel_gradient(1), _kernel_gradient(2)
_down_by_1, _down_by_2 = _kernel_down(1), _kernel_down(2)


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
    for m in range(layer.maps):
        delta = deltas + (layer.outputs + m * layer.map)
        for p in range(table[layer.table + m].first_pair, table[layer.table + m].last_pair):
            x, w = units + pairs[p].inputs, pairs[p].weights
            below = deltas + pairs[p].inputs
            if layer.stride == 1:
                if outgoing:
                    _down_by_1(layer, weights + w, delta, below)
                _gradient_by_1(layer, w, x, delta, steps, target)
            else:
                if outgoing:
                    _down_by_2(layer, weights + w, delta, below)
                _gradient_by_2(layer, w, x, delta, steps, target)
        _bias_backward(layer, m, deltas, steps, target)
    if outgoing:
        squashed, f1 = layer.squashed_below, sloping(layer)
        for i in range(layer.input_count):
            down[i] = handed_down(squashed, f1, squares, x_below[i], down[i])
