"""Full connection: a_k = sum_i w_ki x_i + b_k over all units of the layer below."""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.compiling import kernel
from reproduction.network.kernels.squashing import handed_down, sloping, squash_row
from reproduction.network.lanes import broadcast, fma, local_lanes

AT_ONCE = 5  # units whose deltas go down together
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
        units[layer.outputs + k] = total + parameters[layer.biases + k]
    squash_row(layer, units + layer.outputs, layer.maps)


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
    whole = layer.maps - layer.maps % AT_ONCE
    d = local_lanes(AT_ONCE)
    for k0 in range(0, whole, AT_ONCE):
        for k in range(AT_ONCE):
            d[k] = delta[k0 + k]
        for i in range(count):
            value, outgoing = x[i], down[i]
            for k in range(AT_ONCE):
                n = (k0 + k) * count + i
                outgoing = fma(weight[n], d[k], outgoing)
                w[n] = fma(step[n], d[k] * value, w[n])
            down[i] = outgoing
    for k in range(whole, layer.maps):
        for i in range(count):
            n = k * count + i
            down[i] = fma(weight[n], delta[k], down[i])
            w[n] = fma(step[n], delta[k] * x[i], w[n])
    squashed, f1 = layer.squashed_below, sloping(layer)
    for i in range(count):
        down[i] = handed_down(squashed, f1, squares, x[i], down[i])
    b, bias_step = target + layer.biases, steps + layer.biases
    for k in range(layer.maps):
        b[k] = fma(bias_step[k], delta[k], b[k])
