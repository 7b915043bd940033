"""Full connection: a_k = sum_i w_ki x_i + b_k over all units of the layer below."""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.layout import kernel
from reproduction.network.kernels.squashing import handed_down, unit_value
from reproduction.network.lanes import broadcast, fma, local_lanes

PARTIAL_SUMS = 8  # enough independent sums to hide the latency of fma
ZERO = np.float32(0)
NOTHING = np.float32(-0.0)  # adds nothing too, and is not cleared by a slow call of memset


@kernel
def connect(layer, parameters, units):
    """y_k = f(sum_i w_ki x_i + b_k), in eight interleaved partial sums."""
    x = units + layer.inputs
    count = layer.input_count
    whole = count - count % PARTIAL_SUMS
    sums = local_lanes(PARTIAL_SUMS)
    for k in range(layer.maps):
        w = parameters + (layer.weights + k * count)
        for s in range(PARTIAL_SUMS):
            sums[s] = broadcast(ZERO)
        for i in range(0, whole, PARTIAL_SUMS):
            for s in range(PARTIAL_SUMS):
                sums[s] = fma(w[i + s], x[i + s], sums[s])
        for i in range(whole, count):
            sums[0] = fma(w[i], x[i], sums[0])
        total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + (
            (sums[4] + sums[5]) + (sums[6] + sums[7])
        )
        units[layer.outputs + k] = unit_value(layer, total + parameters[layer.biases + k])


@kernel
def connect_backward(layer, squares, weights, units, deltas, steps, target):
    """Hand dE/da_i down, and step along dE/dw_ki = dE/da_k x_i and dE/db_k = dE/da_k.

    dE/dx_i = sum_k w_ki dE/da_k, with the weights before the step.
    """
    count = layer.input_count
    x, down = units + layer.inputs, deltas + layer.inputs
    delta = deltas + layer.outputs
    weight, w = weights + layer.weights, target + layer.weights
    step = steps + layer.weights
    for i in range(count):
        down[i] = broadcast(NOTHING)
    for k in range(layer.maps):
        first = k * count
        for i in range(count):
            down[i] = fma(weight[first + i], delta[k], down[i])
            w[first + i] = fma(step[first + i], delta[k] * x[i], w[first + i])
    for i in range(count):
        down[i] = handed_down(layer, squares, x[i], down[i])
    b, bias_step = target + layer.biases, steps + layer.biases
    for k in range(layer.maps):
        b[k] = fma(bias_step[k], delta[k], b[k])
