"""Compile the engine's entry point once, and keep the machine code for the next start.

Numba's own key for kept code knows the file that a function stands in, not the files of the
kernels that it calls. So the code is kept in a folder named by all that it follows from: every
source of the engine, the versions of the compilers, and the processor that it is made for.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from pathlib import Path

import llvmlite
import numba
from llvmlite import binding
from platformdirs import user_cache_path

_PACKAGE = Path(__file__).resolve().parents[1]
_SOURCES = [_PACKAGE / "lanes.py", *sorted((_PACKAGE / "kernels").glob("*.py"))]


def sources_sha256() -> str:
    """Return the SHA-256 of the engine's sources: what the bits of a training depend on."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _features() -> str:
    """Return the instruction sets that code is made for, as "+avx2,-avx512f,..."."""
    given = numba.config.CPU_FEATURES
    return binding.get_host_cpu_features().flatten() if given is None else given


def lanes_of_a_register() -> int:
    """Return how many float32 numbers a vector register of the processor holds."""
    features = set(_features().split(","))
    if "+avx512f" in features:
        return 16
    return 8 if features & {"+avx", "+avx2", "+fma"} else 4  # each of the three implies AVX


def has_many_registers() -> bool:
    """Tell whether there are 32 vector registers, not 16."""
    return lanes_of_a_register() == 16 or platform.machine().lower() in ("arm64", "aarch64")


def code_folder() -> Path:
    """Return the folder for the engine's machine code: in NUMBA_CACHE_DIR, or the user's cache."""
    cpu = numba.config.CPU_NAME or binding.get_host_cpu_name()
    level = os.environ.get("NUMBA_OPT", "")
    versions = (numba.__version__, llvmlite.__version__, platform.python_version())
    follows_from = (sources_sha256(), versions, platform.machine(), cpu, _features(), level)
    name = hashlib.sha256(repr(follows_from).encode()).hexdigest()[:16]
    given = numba.config.CACHE_DIR
    base = Path(given) if given else user_cache_path("lenet1989", appauthor=False)
    return base / f"engine-{name}"


def compiled(function: Callable) -> Callable:
    """Return `function` compiled at its first call, with its code kept where that can be.

    Compiled code runs without the interpreter's lock, so that each bank can have a thread.
    """
    options = {"nogil": True, "error_model": "numpy"}
    given = numba.config.CACHE_DIR
    try:
        numba.config.CACHE_DIR = str(code_folder())
        return numba.njit(cache=True, **options)(function)
    except (OSError, RuntimeError):  # no place to write: compile at every start
        return numba.njit(**options)(function)
    finally:
        numba.config.CACHE_DIR = given
