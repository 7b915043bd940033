"""What each layer takes: networks that end with one layer or the next, squashed or not."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.engine import PATTERNS, microseconds, patterns
from reproduction.network import LENET1, Bank
from reproduction.network.kernels.layout import FORWARD, GRADIENT, lane_array


def layers(rounds: int) -> dict[str, object]:
    """Measure loading, and every layer of LENET1: microseconds a pattern and network.

    A layer's time is by how much a network that ends with it takes longer than one that ends before
    it. Its squashing is what is saved where its sums are not squashed.

    Returns
    -------
    dict
        "load", and "layers": for each its "name", "forward", of which is "squashing", and
        "backward".
    """
    jobs = _jobs()
    least = dict.fromkeys(jobs, float("inf"))
    for _ in range(rounds):  # side by side, so that all are disturbed alike
        for name, job in jobs.items():
            start = time.process_time()
            job()
            least[name] = min(least[name], time.process_time() - start)
    took = {name: microseconds(seconds) for name, seconds in least.items()}
    found = []
    for number, layer in enumerate(LENET1.layers):
        values, before = took["forward", number], took["forward", number - 1]
        back, back_before = took["gradient", number] - values, took["gradient", number - 1] - before
        found.append(
            {
                "name": layer.name,
                "forward": values - before,
                "squashing": values - took["sums", number],
                "backward": back - back_before,
            }
        )
    return {"load": took["forward", -1], "layers": found}


def _jobs() -> dict[tuple[str, int], Callable[[], None]]:
    """Return what is measured, by kind and the number of the last layer; -1 only loads."""
    planes, labels = patterns(PATTERNS)
    jobs = {}
    for last in range(-1, len(LENET1.layers)):
        for kind in ("forward", "sums", "gradient"):
            jobs[kind, last] = _job(kind, last, planes, labels)
    return jobs


def _job(kind: str, last: int, planes: np.ndarray, labels: np.ndarray) -> Callable[[], None]:
    bank = Bank(LENET1)
    records = bank._network.layers[: max(last, 0) + 1].copy()
    if last < 0:
        records["maps"] = 0
    if kind == "sums":
        records["squashed"][last] = 0
    bank._network = bank._network._replace(layers=records)
    room = lane_array(len(planes) * int(records["maps"][-1]))
    mode = GRADIENT if kind == "gradient" else FORWARD
    return lambda: bank._present(mode, planes, labels, outputs=room)
