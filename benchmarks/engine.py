"""The engine's work on LENET1, on patterns drawn from bits: speed does not ask what they show.

`python -m benchmarks.engine` does it in a process of its own and prints the figures as JSON: the
way to see a start with an empty code cache, or code for another processor.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable

STARTED = time.process_time()

import numpy as np  # noqa: E402  (the clock starts before what it times)

from reproduction.network import LENET1, NETWORKS, Bank  # noqa: E402
from reproduction.network.initial_weights import uniform  # noqa: E402

PATTERNS, ROUNDS = 100, 60  # short rounds, many of them: some are undisturbed
RATE = 1e-3


def patterns(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return planes of random gray levels, and labels."""
    images = 2.0 * uniform(1989, count * 256).reshape(count, 16, 16) - 1.0
    return LENET1.planes(images), np.arange(count) % LENET1.outputs


def workloads(
    seeds: Iterable[int] = range(NETWORKS), count: int = PATTERNS
) -> dict[str, Callable[[], object]]:
    """Return the engine's three kinds of work on one bank, each over all patterns once."""
    planes, labels = patterns(count)
    bank = Bank(LENET1, seeds)
    order = np.arange(count)
    rates = np.full(bank.parameters.shape, np.float32(RATE))
    return {
        "training": lambda: bank.learn(planes, labels, order, rates),
        "forward": lambda: bank.outputs(planes),
        "curvature": lambda: bank.curvature(planes),
    }


def microseconds(seconds: float, count: int = PATTERNS, networks: int = NETWORKS) -> float:
    """Microseconds a pattern and network."""
    return seconds / count / networks * 1e6


def _start() -> dict[str, float]:
    """Seconds of the processor from the first import to the first outputs, and for imports."""
    imported = time.process_time()
    Bank(LENET1).outputs(patterns(1)[0])
    return {
        "import_seconds": imported - STARTED,
        "start_seconds": time.process_time() - STARTED,
    }


def _speeds() -> dict[str, object]:
    """Measure what the table shows, and see whether the code uses registers of 512 bits."""
    from benchmarks.measures import fma_peak, least_seconds
    from reproduction.network.kernels.network import present

    work = {name: microseconds(least_seconds(job, ROUNDS)) for name, job in workloads().items()}
    code = "".join(present.inspect_asm().values())
    return {"peak_gflops": fma_peak(), "microseconds": work, "zmm": "zmm" in code}


if __name__ == "__main__":
    import sys

    figures: dict[str, object] = dict(_start())
    if "--speeds" in sys.argv:
        figures |= _speeds()
    print(json.dumps(figures))
