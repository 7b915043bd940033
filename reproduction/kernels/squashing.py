"""The squashing function f(a) = 1.7159 tanh(2a/3), and its slope (Neural Computation 1989).

f is computed as a rational function of degree 9 over 6, a P(a^2) / Q(a^2) with the argument held
within +-SATURATION: a minimax fit of the absolute error over that interval. No library's tanh is
called, so f has the same bits everywhere. It is within MAXIMUM_ERROR of 1.7159 tanh(2a/3) for
every float32 a, and never beyond +-AMPLITUDE.
"""

from __future__ import annotations

import numpy as np

from reproduction.kernels.layout import kernel
from reproduction.lanes import broadcast, fma, larger, smaller

AMPLITUDE = np.float32(1.7159)
STEEPNESS = 2.0 / 3.0
SATURATION = np.float32(11.5)
MAXIMUM_ERROR = 1e-6

# P and Q from the constant term upwards, in a^2 (tests/reproduction/test_squashing.py fits them)
P0 = np.float32(1.143932580947876)
P1 = np.float32(0.06471764296293259)
P2 = np.float32(0.0006133682327345014)
P3 = np.float32(7.340283900703071e-07)
P4 = np.float32(-2.8696903187075407e-10)
Q0 = np.float32(1.0)
Q1 = np.float32(0.20472171902656555)
Q2 = np.float32(0.004528419114649296)
Q3 = np.float32(1.7483736883150414e-05)

SLOPE_AT_ZERO = np.float32(STEEPNESS * 1.7159)
SLOPE_LOSS = np.float32(-STEEPNESS / 1.7159)


@kernel
def squash(a):
    """f(a) = 1.7159 tanh(2a/3), to within MAXIMUM_ERROR."""
    a = larger(broadcast(-SATURATION), smaller(broadcast(SATURATION), a))  # NaN stays NaN
    t = a * a
    p = fma(broadcast(P4), t, broadcast(P3))
    p = fma(p, t, broadcast(P2))
    p = fma(p, t, broadcast(P1))
    p = fma(p, t, broadcast(P0))
    q = fma(broadcast(Q3), t, broadcast(Q2))
    q = fma(q, t, broadcast(Q1))
    q = fma(q, t, broadcast(Q0))
    return a * p / q


@kernel
def unit_value(layer, a):
    """Value of a unit of the layer with the weighted sum a: f(a), or a if not squashed."""
    if layer.squashed:
        return squash(a)
    return a


@kernel
def slope(x, squares):
    """f'(a) from x = f(a): 2/3 (1.7159 - x^2 / 1.7159).

    With `squares`, x is the square of f(a), and so is what is returned the square of f'(a): second
    derivatives go through f'^2 (the Gauss-Newton form).
    """
    if squares:
        f1 = fma(broadcast(SLOPE_LOSS), x, broadcast(SLOPE_AT_ZERO))
        return f1 * f1
    return fma(broadcast(SLOPE_LOSS), x * x, broadcast(SLOPE_AT_ZERO))


@kernel
def handed_down(layer, squares, x, d):
    """dE/da of a unit below the layer from its value x and d = dE/dx: f'(a) d."""
    if layer.squashed_below:
        return slope(x, squares) * d
    return d
