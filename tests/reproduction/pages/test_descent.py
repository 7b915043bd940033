"""Of a quadratic energy the fall is known: the gradient's part, less half the curvature's."""

from __future__ import annotations

import numpy as np
import pytest

from reproduction.pages.descent import descent
from tests.reproduction.pages.test_arms import rows_of

CURVATURE = np.array([1.0, 4.0])
W = np.array([3.0, -1.0])
RATES = (0.01, 0.1, 1.0)


def energy(w: np.ndarray) -> float:
    return float(0.5 * CURVATURE @ w**2)


def test_the_fall_is_what_the_series_of_a_quadratic_says() -> None:
    gradient = CURVATURE * W
    found = descent(energy, W, gradient, RATES)
    assert found.before == 0.5 * (9 + 4)
    square, along = 9 + 16, 9 + 4 * 16
    for n, rate in enumerate(RATES):
        assert found.predicted[n] == pytest.approx(rate * square)
        assert found.real[n] == pytest.approx(rate * square - 0.5 * rate**2 * along)
        assert found.share[n] == pytest.approx(1 - 0.5 * rate * along / square)
        assert found.after[n] == pytest.approx(energy(W - rate * gradient))


def test_the_table_has_a_row_a_rate() -> None:
    head, *rows = rows_of(descent(energy, W, CURVATURE * W, RATES).table("The fall"))
    assert head == ["rate", "predicted", "real", "real / predicted"]
    assert [row[0] for row in rows] == ["0.01", "0.1", "1.0"]
    assert rows[1][1:] == ["2.5000", "2.1350", "0.8540"]
