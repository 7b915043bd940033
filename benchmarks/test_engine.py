"""The engine on LENET1: speed beside the core's peak, threads, AVX2, start, a whole training."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from llvmlite import binding

from benchmarks.engine import ROUNDS, microseconds, patterns, workloads
from benchmarks.measures import fma_peak
from reproduction.learning import recipes
from reproduction.network import LENET1, Bank
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


def test_engine_whole_training(benchmark, tables):
    """One pass of the main recipe, with its curvature and both evaluations, times its passes."""
    (stage,) = recipes.PAPER.stages
    train, test = (int(PUBLISHED["LENET1"][f"{part}_patterns"].value) for part in ("train", "test"))
    planes, labels = patterns(train)
    bank = Bank(LENET1)

    def one_pass() -> None:
        sample = stage.rule.curvature.pick(train)
        rates = stage.rule.rates(stage.eta.at_pass(0, 1), bank.curvature(planes[sample]))
        bank.learn(planes, labels, np.arange(train), rates)
        bank.outputs(planes)
        bank.outputs(planes[:test])

    benchmark.pedantic(one_pass, rounds=3)
    tables.whole_training(stage.passes, benchmark.stats.stats.min * stage.passes)


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
