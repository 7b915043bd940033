"""Subsampling: a_i = w_m s (x_1 + x_2 + x_3 + x_4) + b_m, the x of a 2 x 2 field of one map.

The share s is 1, or 1/4 where the weight multiplies the mean of the field. A layer that does not
learn has w = 1 and b = 0.
"""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.compiling import kernel
from reproduction.network.kernels.squashing import handed_down, sloping, squash_row
from reproduction.network.lanes import broadcast, fma

ZERO = np.float32(0)


@kernel
def field_sum(x, pitch, c):
    """Sum of the 2 x 2 field whose upper left unit is x[2c]."""
    return (x[2 * c] + x[2 * c + 1]) + (x[pitch + 2 * c] + x[pitch + 2 * c + 1])


@kernel
def subsample(layer, parameters, units):
    """y_i = f(w_m s * field_i + b_m)."""
    for m in range(layer.maps):
        weight, bias = broadcast(layer.share), broadcast(ZERO)
        if layer.learned:
            weight = parameters[layer.weights + m] * weight
            bias = parameters[layer.biases + m]
        for r in range(layer.height):
            x = units + (layer.inputs + m * layer.input_map + 2 * r * layer.input_pitch)
            y = units + (layer.outputs + m * layer.map + r * layer.pitch)
            kept = units + (layer.fields + (m * layer.height + r) * layer.width)
            for c in range(layer.width):
                field = field_sum(x, layer.input_pitch, c)
                if layer.fields:
                    kept[c] = field
                y[c] = fma(weight, field, bias)
            squash_row(layer, y, layer.width)


@kernel
def subsample_backward(layer, squares, weights, units, deltas, steps, target):
    """Hand dE/da down, and step along dE/dw_m = s sum_i dE/da_i field_i, dE/db_m = sum_i dE/da_i.

    A shared weight takes its step once, from the sum over its map. Where the sums of the fields
    are kept, it is their squares that `squares` finds there.
    """
    pitch = layer.input_pitch
    squashed, f1 = layer.squashed_below, sloping(layer)
    share = broadcast(layer.share * layer.share if squares else layer.share)
    for m in range(layer.maps):
        weight = share
        if layer.learned:
            weight = weights[layer.weights + m] * share
        gradient = broadcast(ZERO)
        bias_gradient = broadcast(ZERO)
        for r in range(layer.height):
            below = layer.inputs + m * layer.input_map + 2 * r * pitch
            x, down = units + below, deltas + below
            delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
            kept = units + (layer.fields + (m * layer.height + r) * layer.width)
            for c in range(layer.width):
                d = delta[c]
                if layer.fields:
                    gradient = fma(d, kept[c], gradient)
                else:
                    gradient = fma(d, field_sum(x, pitch, c), gradient)
                bias_gradient = bias_gradient + d
                outgoing = weight * d
                for n in range(2):
                    i, j = 2 * c + n, pitch + 2 * c + n
                    down[i] = handed_down(squashed, f1, squares, x[i], outgoing)
                    down[j] = handed_down(squashed, f1, squares, x[j], outgoing)
        if layer.learned:
            w, b = layer.weights + m, layer.biases + m
            target[w] = fma(steps[w], gradient * share, target[w])
            target[b] = fma(steps[b], bias_gradient, target[b])
