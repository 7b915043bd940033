"""What speed is measured by: the peak of a core, the machine."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numba
import numpy as np
from llvmlite import binding

from reproduction.network.kernels.layout import lane_array
from reproduction.network.lanes import LANES, at, broadcast, fma, local_lanes

HALF = np.float32(0.5)
PACKAGES = ("lenet1989", "numpy", "numba", "llvmlite", "torch", "jax")


def _chains(count: int) -> Callable:
    """Make a kernel that runs `count` independent chains of fma, a register's lanes each."""

    @numba.njit(nogil=True, error_model="numpy")
    def chains(turns, rows):
        place = at(rows, 0)
        values = local_lanes(count)
        half = broadcast(HALF)
        for s in range(count):
            values[s] = place[s]
        for _ in range(turns):
            for s in range(count):
                values[s] = fma(values[s], half, half)
        for s in range(count):
            place[s] = values[s]

    return chains


def fma_peak(rounds: int = 100, turns: int = 20_000) -> float:
    """Measure what one core can do: GFLOP/s of float32 fma, all operands in registers.

    Ten and twelve chains: enough to hide the latency of fma, and few enough to stay in the
    registers. The better of the two counts.
    """
    rows = lane_array(12, LANES)
    best = 0.0
    for count in (10, 12):
        chains = _chains(count)
        seconds = least_seconds(lambda chains=chains: chains(turns, rows), rounds)
        best = max(best, 2 * LANES * count * turns / seconds / 1e9)
    return best


def least_seconds(function: Callable[[], object], rounds: int) -> float:
    """Seconds that `function` takes: the least of some rounds, after one that does not count.

    Of the processor, as `function` is to use one core: others that are at work then do not count.
    """
    function()
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        seconds.append(time.process_time() - start)
    return min(seconds)


def machine() -> dict[str, object]:
    """Return what a reader must know to compare: processor, system, versions, date."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "code_for": numba.config.CPU_NAME or binding.get_host_cpu_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "versions": versions,
    }


def _processor() -> str:
    """Name the processor as its maker does, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
