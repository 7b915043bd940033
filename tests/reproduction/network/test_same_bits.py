"""Trained weights have the same bits everywhere: again, on other processors, in other threads.

Run as a program, this file trains all networks and prints the hashes of their weights with what
its machine code is made of, as one line of JSON.
"""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from llvmlite import binding

import reproduction
from reproduction.network import LENET1, Bank, machine_code
from reproduction.network.kernels.compiling import code_folder
from reproduction.network.kernels.network import present
from reproduction.network.relatives import NET1989, TUTORIAL
from tests.reproduction.reference import SISTER_LIKE

RELATIVES = {"NET1989": NET1989, "TUTORIAL": TUTORIAL}
NETWORKS = {"LENET1": LENET1, "sister-like": SISTER_LIKE} | RELATIVES

# A change of the order of sums (another blocking, say) changes these, and nothing else should. When
# it is meant, take the new ones from `python -m tests.reproduction.network.test_same_bits`.
EXPECTED = {
    "LENET1": "c6d71e25f18008cbbf7818648ad8d73be3301d30fa1c028061fb0c898b205586",
    "sister-like": "63c3b705346e43e9477d7a32b57d63f34963a4364f875f77c50e1597e3303b5c",
    "NET1989": "38bff8a50b2e0f18d4abe3f7ebeb19796bdd1dab0e1b87d614f3d2e5b7628414",
    "TUTORIAL": "9d1f6643a0b0554cffa9446f491e8025d4c1cf26fa81ac699b0c79abebaac94e",
}

PATTERNS = 60
CURVATURE_PATTERNS = 20
MU, ETA, GAMMA = np.float32(0.05), np.float32(1e-3), np.float32(2.0**-5)


def patterns(architecture, seed=1989):
    """Make planes and labels from raw bits: 24 of 64 make a gray level, exact in float32."""
    raw = np.random.PCG64(seed).random_raw(PATTERNS * 257).reshape(PATTERNS, 257)
    levels = (raw[:, 1:] >> np.uint64(40)).astype(np.int64) - 2**23
    images = levels.astype(np.float32).reshape(PATTERNS, 16, 16) / np.float32(2**23)
    return architecture.planes(images), (raw[:, 0] % np.uint64(10)).astype(np.int64)


def trained_hash(name, seeds=range(16)):
    """Train by every rule: rates from the curvature for a pass, then a running average for one.

    Relatives learn a third pass, by the size of the full curvature. Returns the SHA-256 of the
    weights, float32 in little-endian order, a row a parameter.
    """
    architecture = NETWORKS[name]
    planes, labels = patterns(architecture)
    bank = Bank(architecture, seeds)
    curvature = bank.curvature(planes[:CURVATURE_PATTERNS])
    bank.learn(planes, labels, np.arange(PATTERNS), ETA / (MU + curvature))
    backwards = np.arange(PATTERNS - 1, -1, -1)
    bank.learn_running(planes, labels, backwards, MU, ETA, GAMMA, curvature)
    if name in RELATIVES:
        few = slice(CURVATURE_PATTERNS)
        full = bank.full_curvature(planes[few], labels[few])
        bank.learn(planes, labels, np.arange(PATTERNS), ETA / (MU + np.abs(full)))
    assert np.isfinite(bank.parameters).all()
    return hashlib.sha256(bank.parameters.astype("<f4").tobytes()).hexdigest()


def all_hashes():
    return {name: trained_hash(name) for name in NETWORKS}


# --- here ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_trained_weights_have_the_expected_hash(name):
    assert trained_hash(name) == EXPECTED[name]


def test_the_same_run_gives_the_same_bits_again():
    assert all_hashes() == all_hashes()


def test_threads_do_not_change_bits():
    """Two banks in two threads, and one after the other."""
    seeds = [range(16), range(16, 32)]
    one_by_one = [trained_hash("LENET1", part) for part in seeds]
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda part: trained_hash("LENET1", part), seeds))
    assert together == one_by_one
    assert together[0] != together[1]


# --- other instruction sets ------------------------------------------------------------------

AVX2 = ["avx", "avx2", "fma"]
AVX512 = [*AVX2, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]

# name of the processor -> what it must have, and what its machine code must hold: vectors of 512
# bits (zmm), fused products in hardware (vfmadd)
PROCESSORS = {
    "x86-64": ([], {"zmm": False, "vfmadd": False}),
    "haswell": (AVX2, {"zmm": False, "vfmadd": True}),
    "skylake-avx512": (AVX512, {"zmm": True, "vfmadd": True}),
}


def can_run(processor):
    host = binding.get_host_cpu_features()
    return all(host.get(feature, False) for feature in PROCESSORS[processor][0])


def in_a_process_of_its_own(processor, folder):
    """Train in a new process with code for another processor; return what it prints."""
    environment = dict(
        os.environ,
        NUMBA_CPU_NAME=processor,
        NUMBA_CPU_FEATURES=",".join(f"+{feature}" for feature in PROCESSORS[processor][0]),
        NUMBA_CACHE_DIR=str(folder),
        PYTHONPATH=os.pathsep.join(
            str(Path(module).resolve().parents[levels])
            for module, levels in ((reproduction.__file__, 1), (__file__, 3))
        ),
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.reproduction.network.test_same_bits"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def elsewhere(pytestconfig):
    """Return what training gives with the code for each processor that this one can stand for.

    The code is compiled once, and kept where pytest keeps things from one session to the next.
    """
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return {}
    names = [name for name in PROCESSORS if can_run(name)]
    folders = [pytestconfig.cache.mkdir(f"code-for-{name}") for name in names]
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(in_a_process_of_its_own, names, folders))
    return dict(zip(names, results, strict=True))


@pytest.mark.parametrize("processor", PROCESSORS)
def test_instruction_sets_do_not_change_bits(processor, elsewhere):
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip(f"code for {processor} cannot run on {platform.machine()}")
    if processor not in elsewhere:
        pytest.skip(f"this processor lacks some of {', '.join(PROCESSORS[processor][0])}")
    result = elsewhere[processor]
    assert result["code"] == PROCESSORS[processor][1]
    assert result["hashes"] == EXPECTED


def what_the_code_holds():
    """Tell whether the engine's machine code has 512-bit vectors and fused products.

    Numba shows only code that it has just compiled, so what was seen then is kept beside it.
    """
    seen = code_folder() / "seen.json"
    engine = machine_code.ready(present)
    if not engine.stats.cache_hits:
        (code,) = engine.inspect_asm().values()
        seen.write_text(
            json.dumps({word: bool(re.search(word, code)) for word in ("zmm", "vfmadd")})
        )
    return json.loads(seen.read_text())


if __name__ == "__main__":
    hashes = all_hashes()
    print(json.dumps({"hashes": hashes, "code": what_the_code_holds()}))
