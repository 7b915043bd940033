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
from typing import Any

import llvmlite
import numba
from llvmlite import binding
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from platformdirs import user_cache_path

from reproduction.network.kernels.sources import sources_sha256


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


TRIED = "0.68."
"""The numba whose inner workings `_KernelCode` knows; another compiles all, and takes longer."""


class _KernelCode(JITCodeLibrary):
    """The code of a kernel: linked into what calls it, and never run by itself.

    Numba would make machine code of each kernel, with all that it calls, only to throw it away.
    """

    codegen = property(lambda self: self)  # asked for no more than `set_env`

    def set_env(self, name: str, env: Any) -> None:
        """Leave Python's names alone: a kernel uses none."""

    def _finalize_final_module(self) -> None:
        self._finalized = True

    def _optimize_final_module(self) -> None:
        """Leave it to what calls the kernel."""


class _BlockCode(_KernelCode):
    """The code of a kernel that is optimised by itself first, and once more within the whole.

    The first time unrolls its loops, the second finds that its local arrays are registers.
    """

    _optimize_final_module = JITCodeLibrary._optimize_final_module


class _KernelCompiler(Compiler):
    """Numba's compiler, with the code of a kernel for its result."""

    code = _KernelCode

    def __init__(self, typing_context: Any, target_context: Any, _: Any, *rest: Any) -> None:
        code = self.code(target_context.codegen(), "kernel")
        super().__init__(typing_context, target_context, code, *rest)


class _BlockCompiler(_KernelCompiler):
    code = _BlockCode


def _decorator(compiler: type[Compiler]) -> Callable:
    # Linked into the one entry point, the kernels need no wrappers of their own, and numpy's rule
    # for a division by zero spares the test for it. None needs what numba would rewrite; a constant
    # index into a tuple of several types would.
    return numba.njit(
        nogil=True,
        error_model="numpy",
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        no_rewrites=True,
        pipeline_class=compiler if numba.__version__.startswith(TRIED) else Compiler,
    )


kernel = _decorator(_KernelCompiler)
"""Compile a kernel as a part of what calls it."""

block_kernel = _decorator(_BlockCompiler)
"""Compile a kernel whose loops over blocks must be unrolled before it is linked."""


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
