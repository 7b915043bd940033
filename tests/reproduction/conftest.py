"""Patterns for the tests of the engine."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def make_patterns():
    """Return a function that makes planes and labels for an architecture, the same each time."""

    def patterns(architecture, count, seed=0):
        rng = np.random.default_rng(seed)
        ink = rng.uniform(-1, 1, (count, 16, 16))
        labels = rng.integers(0, architecture.outputs, count)
        return architecture.planes(ink), labels

    return patterns
