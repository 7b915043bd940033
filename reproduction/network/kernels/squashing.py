"""The squashing function f(a) = A tanh(S a), by default 1.7159 tanh(2a/3), and its slope.

It is computed as a rational function, whose coefficients stand in the layer's record (`rational`).
No library's tanh is called, so f has the same bits everywhere.
"""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.layout import kernel
from reproduction.network.lanes import broadcast, fma, larger, smaller

ONE = np.float32(1)


@kernel
def squash(layer, a):
    """f(a) = a P(a^2) / Q(a^2), a held within the saturation."""
    a = larger(broadcast(-layer.saturation), smaller(broadcast(layer.saturation), a))  # NaN stays
    t = a * a
    p = fma(broadcast(layer.p4), t, broadcast(layer.p3))
    p = fma(p, t, broadcast(layer.p2))
    p = fma(p, t, broadcast(layer.p1))
    p = fma(p, t, broadcast(layer.p0))
    q = fma(broadcast(layer.q3), t, broadcast(layer.q2))
    q = fma(q, t, broadcast(layer.q1))
    q = fma(q, t, broadcast(ONE))
    return a * p / q


@kernel
def unit_value(layer, a):
    """Value of a unit of the layer with the weighted sum a: f(a), or a if not squashed."""
    if layer.squashed:
        return squash(layer, a)
    return a


@kernel
def slope(layer, x, squares):
    """f'(a) from x = f(a): S (A - x^2 / A), which is 2/3 (1.7159 - x^2 / 1.7159) by default.

    With `squares`, x is the square of f(a), and so is what is returned the square of f'(a): second
    derivatives go through f'^2 (the Gauss-Newton form).
    """
    at_zero, loss = broadcast(layer.slope_at_zero), broadcast(layer.slope_loss)
    if squares:
        f1 = fma(loss, x, at_zero)
        return f1 * f1
    return fma(loss, x * x, at_zero)


@kernel
def handed_down(layer, squares, x, d):
    """dE/da of a unit below the layer from its value x and d = dE/dx: f'(a) d."""
    if layer.squashed_below:
        return slope(layer, x, squares) * d
    return d
