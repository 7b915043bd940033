"""The engine on LENET1: speed beside the core's peak, threads, AVX2, start, a whole training."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from llvmlite import binding

from benchmarks import scaling
from benchmarks.engine import ROUNDS, microseconds, workloads
from benchmarks.layers import layers
from benchmarks.measures import fma_peak
from reproduction.learning import recipes
from reproduction.paper import PUBLISHED

HASWELL = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"}
"""A laptop's processor: vectors of 256 bits, as if the machine had no longer ones."""


def in_a_process_of_its_own(cache: Path, *arguments: str, **environment: str) -> dict:
    """Run `benchmarks.engine` with its own code cache and return its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine", *arguments],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_engine_peak(tables):
    tables.peak(fma_peak())


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("work", ["training", "forward", "curvature"])
def test_engine_speed(work, benchmark, tables):
    benchmark.pedantic(workloads()[work], rounds=ROUNDS, warmup_rounds=2)
    tables.speed(work, microseconds(benchmark.stats.stats.min))


def test_engine_two_threads(benchmark, tables):
    """32 networks in two banks on two threads, beside 16 in one bank on one."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("one core only")
    one, other = (workloads(seeds)["training"] for seeds in (range(16), range(16, 32)))
    with ThreadPoolExecutor(2) as threads:

        def both() -> None:
            for done in [threads.submit(one), threads.submit(other)]:
                done.result()

        benchmark.pedantic(both, rounds=ROUNDS, warmup_rounds=2)
    tables.threads(microseconds(benchmark.stats.stats.min, networks=32))


def test_engine_layers(tables):
    """What each layer takes, beside what its arithmetic alone would at the core's peak."""
    tables.layers(layers(2 * ROUNDS))


def test_engine_scaling(tables):
    """Time against networks, passes and cores."""
    sets = scaling.digits(scaling.LEARNED, scaling.TRIED)
    tables.trainings(scaling.least_seconds_of(scaling.trainings(), sets, rounds=3))


def test_engine_whole_training(tables):
    """The main recipe on its many digits: a training of one pass, and what more passes take."""
    learned, tried = (
        int(PUBLISHED["LENET1"][f"{part}_patterns"].value) for part in ("train", "test")
    )
    sets, passes = scaling.digits(learned, tried), recipes.PAPER.passes
    cores = sorted({1, scaling.processors()})
    wanted = [scaling.Training(16, measured, on) for on in cores for measured in (1, 3)]
    least = scaling.least_seconds_of(wanted, sets, rounds=3)
    took = {}
    for on in cores:
        one, three = (least[16, measured, on] for measured in (1, 3))
        took[on] = one + (passes - 1) * (three - one) / 2
    tables.whole_training(passes, took)


def test_engine_start(tmp_path, tables):
    """From nothing to the first outputs, and the same with the code at hand."""
    from_nothing = in_a_process_of_its_own(tmp_path)
    compiled_before = in_a_process_of_its_own(tmp_path)
    tables.start(from_nothing, compiled_before)


def test_engine_avx2(tmp_path, tables):
    """The same with vectors of 256 bits: what to expect of a machine without AVX-512."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("AVX2 is an instruction set of x86 processors")
    if not {"avx2", "fma"} <= {n for n, has in binding.get_host_cpu_features().items() if has}:
        pytest.skip("this processor has no AVX2 and FMA")
    figures = in_a_process_of_its_own(tmp_path, "--speeds", **HASWELL)
    assert not figures["zmm"], "the code uses registers of 512 bits"
    tables.avx2(figures)
