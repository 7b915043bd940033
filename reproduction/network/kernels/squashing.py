"""The squashing function f(a) = A tanh(S a), by default 1.7159 tanh(2a/3), and its slope.

It is computed as a rational function, whose coefficients stand in the layer's record (`rational`).
No library's tanh is called, so f has the same bits everywhere.
"""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.compiling import kernel
from reproduction.network.lanes import broadcast, fma, larger, smaller

ONE = np.float32(1)


@kernel
def squashing(layer):
    """Read the coefficients of f, once and not again after every store."""
    p = layer.p0, layer.p1, layer.p2, layer.p3, layer.p4
    return layer.saturation, p, (layer.q1, layer.q2, layer.q3)


@kernel
def squash(f, a):
    """f(a) = a P(a^2) / Q(a^2), a held within the saturation; `f` is what `squashing` returns."""
    saturation, (p0, p1, p2, p3, p4), (q1, q2, q3) = f
    a = larger(broadcast(-saturation), smaller(broadcast(saturation), a))  # NaN stays
    t = a * a
    p = fma(broadcast(p4), t, broadcast(p3))
    p = fma(p, t, broadcast(p2))
    p = fma(p, t, broadcast(p1))
    p = fma(p, t, broadcast(p0))
    q = fma(broadcast(q3), t, broadcast(q2))
    q = fma(q, t, broadcast(q1))
    q = fma(q, t, broadcast(ONE))
    return a * p / q


@kernel
def squash_row(layer, sums, count):
    """Put the units' values in the place of their weighted sums, where the layer squashes."""
    if layer.squashed:
        f = squashing(layer)
        for i in range(count):
            sums[i] = squash(f, sums[i])


@kernel
def sloping(layer):
    """Read the coefficients of f', once and not again after every store."""
    return layer.slope_at_zero, layer.slope_loss


@kernel
def slope(f1, x, squares):
    """f'(a) from x = f(a): S (A - x^2 / A), which is 2/3 (1.7159 - x^2 / 1.7159) by default.

    `f1` is what `sloping` returns. With `squares`, x is the square of f(a), and so is what is
    returned the square of f'(a): second derivatives go through f'^2 (the Gauss-Newton form).
    """
    at_zero, loss = broadcast(f1[0]), broadcast(f1[1])
    if squares:
        root = fma(loss, x, at_zero)
        return root * root
    return fma(loss, x * x, at_zero)


@kernel
def handed_down(squashed, f1, squares, x, d):
    """dE/da of a unit from its value x and d = dE/dx: f'(a) d, where it is `squashed`."""
    return slope(f1, x, squares) * d if squashed else d
