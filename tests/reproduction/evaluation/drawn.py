"""Outputs of networks of any skill."""

import numpy as np


def random_outputs(seed=0, n=60, networks=3, skill=1.0):
    """Make outputs of networks that lean towards the right digit, more so with more skill."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, n).astype(np.uint8)
    outputs = rng.uniform(-1.7, 0.7, (n, 10, networks))
    outputs[np.arange(n), labels] += rng.uniform(0, skill, (n, networks))
    return outputs.astype(np.float32), labels
