"""The rational function that stands for tanh: coefficients, and how they are scaled.

1.7159 tanh(2a/3) (Neural Computation 1989) is a P(a^2) / Q(a^2), of degree 9 over 6, with the
argument held within +-SATURATION: a minimax fit of the absolute error over that interval. It is
within MAXIMUM_ERROR for every float32 a. Any A tanh(S a) is the same function of another argument,
times a factor; both go into the coefficients, and it is within A MAXIMUM_ERROR.
"""

from __future__ import annotations

import numpy as np

from reproduction.network.architecture import Squashing

AMPLITUDE, STEEPNESS = 1.7159, 2.0 / 3.0
SATURATION = 11.5
MAXIMUM_ERROR = 1e-6

# From the constant term upwards, in a^2 (tests/reproduction/test_squashing.py fits them)
P = (
    1.143932580947876,
    0.06471764296293259,
    0.0006133682327345014,
    7.340283900703071e-07,
    -2.8696903187075407e-10,
)
Q = (1.0, 0.20472171902656555, 0.004528419114649296, 1.7483736883150414e-05)


def coefficients(squashing: Squashing) -> dict[str, np.float32]:
    """Return p0 to p4, q1 to q3, the saturation and the two of the slope for A tanh(S a).

    f'(a) = S (A - f(a)^2 / A): slope_at_zero + slope_loss f(a)^2.
    """
    amplitude = squashing.amplitude / AMPLITUDE
    steepness = squashing.steepness / STEEPNESS
    numbers = {
        "saturation": SATURATION / steepness,
        "slope_at_zero": squashing.steepness * squashing.amplitude,
        "slope_loss": -squashing.steepness / squashing.amplitude,
    }
    numbers |= {f"p{n}": p * amplitude * steepness ** (2 * n + 1) for n, p in enumerate(P)}
    numbers |= {f"q{n}": q * steepness ** (2 * n) for n, q in enumerate(Q) if n}
    return {name: np.float32(number) for name, number in numbers.items()}
