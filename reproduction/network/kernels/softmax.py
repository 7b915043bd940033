"""Softmax: p_k = exp(a_k) / sum_j exp(a_j), from an exponential that is the same everywhere.

No library's exp is called: exp(x) = 2^n exp(r) with n the whole number nearest to x / ln 2, and
|r| <= ln(2) / 2, where the Taylor polynomial of degree 7 is exact to float32. It is within
MAXIMUM_RELATIVE_ERROR of exp(x) for x from LOWEST to 0, the only arguments that a softmax has.
"""

from __future__ import annotations

import numpy as np

from reproduction.network.kernels.compiling import kernel
from reproduction.network.lanes import broadcast, fma, larger, two_to_the

LOWEST = np.float32(-87.0)  # exp of it is still a normal number
MAXIMUM_RELATIVE_ERROR = 2e-7

SHIFT = np.float32(
    1.5 * 2**23
)  # added to a number, it leaves the nearest whole one in the last bits
PER_LN2 = np.float32(1 / np.log(2))
MINUS_LN2 = np.float32(-np.log(2))
MINUS_LN2_REST = np.float32(-np.log(2) - np.float64(MINUS_LN2))
ONE = np.float32(1)
C2, C3, C4, C5, C6, C7 = (np.float32(1 / n) for n in (2, 6, 24, 120, 720, 5040))


@kernel
def exponential(x):
    """exp(x) for x <= 0; below LOWEST that of LOWEST."""
    x = larger(broadcast(LOWEST), x)  # NaN stays NaN
    shifted = fma(x, broadcast(PER_LN2), broadcast(SHIFT))
    n = shifted - broadcast(SHIFT)
    r = fma(n, broadcast(MINUS_LN2_REST), fma(n, broadcast(MINUS_LN2), x))
    p = fma(broadcast(C7), r, broadcast(C6))
    p = fma(p, r, broadcast(C5))
    p = fma(p, r, broadcast(C4))
    p = fma(p, r, broadcast(C3))
    p = fma(p, r, broadcast(C2))
    p = fma(p, r, broadcast(ONE))
    p = fma(p, r, broadcast(ONE))
    return p * two_to_the(shifted)


@kernel
def softmax(sums, count):
    """Put p_k in the place of a_k. The largest a_k is taken from all first: it changes no p_k."""
    largest = sums[0]
    for k in range(1, count):
        largest = larger(largest, sums[k])
    total = broadcast(np.float32(0))
    for k in range(count):
        sums[k] = exponential(sums[k] - largest)
        total = total + sums[k]
    for k in range(count):
        sums[k] = sums[k] / total
