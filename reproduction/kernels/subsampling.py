"""Subsampling: a_i = w_m (x_1 + x_2 + x_3 + x_4) + b_m, the x of a 2 x 2 field of one map."""

from __future__ import annotations

import numpy as np

from reproduction.kernels.layout import kernel
from reproduction.kernels.squashing import handed_down, unit_value
from reproduction.lanes import broadcast, fma

ZERO = np.float32(0)


@kernel
def field_sum(x, pitch, c):
    """Sum of the 2 x 2 field whose upper left unit is x[2c]."""
    return (x[2 * c] + x[2 * c + 1]) + (x[pitch + 2 * c] + x[pitch + 2 * c + 1])


@kernel
def subsample(layer, parameters, units):
    """y_i = f(w_m * field_i + b_m)."""
    for m in range(layer.maps):
        weight = parameters[layer.weights + m]
        bias = parameters[layer.biases + m]
        for r in range(layer.height):
            x = units + (layer.inputs + m * layer.input_map + 2 * r * layer.input_pitch)
            y = units + (layer.outputs + m * layer.map + r * layer.pitch)
            for c in range(layer.width):
                y[c] = unit_value(layer, fma(weight, field_sum(x, layer.input_pitch, c), bias))


@kernel
def subsample_backward(layer, squares, weights, units, deltas, steps, target):
    """Hand dE/da down, and step along dE/dw_m = sum_i dE/da_i field_i and dE/db_m = sum_i dE/da_i.

    A shared weight takes its step once, from the sum over its map.
    """
    pitch = layer.input_pitch
    for m in range(layer.maps):
        weight = weights[layer.weights + m]
        w, b = target + (layer.weights + m), target + (layer.biases + m)
        gradient = broadcast(ZERO)
        bias_gradient = broadcast(ZERO)
        for r in range(layer.height):
            below = layer.inputs + m * layer.input_map + 2 * r * pitch
            x, down = units + below, deltas + below
            delta = deltas + (layer.outputs + m * layer.map + r * layer.pitch)
            for c in range(layer.width):
                d = delta[c]
                gradient = fma(d, field_sum(x, pitch, c), gradient)
                bias_gradient = bias_gradient + d
                outgoing = weight * d
                for n in range(2):
                    i, j = 2 * c + n, pitch + 2 * c + n
                    down[i] = handed_down(layer, squares, x[i], outgoing)
                    down[j] = handed_down(layer, squares, x[j], outgoing)
        w[0] = fma(steps[layer.weights + m], gradient, w[0])
        b[0] = fma(steps[layer.biases + m], bias_gradient, b[0])
