"""The engine's machine code as it is kept between starts: checked before it runs, or made anew.

Numba runs the code that it finds as it is, and a flipped bit ends the process. So beside the code
stands the SHA-256 of each of its files, and code that is not as it was written is compiled again.
It is kept in the folder that `kernels.compiling` names by all that it follows from, and nowhere
else: numba would also take code from the tree, keyed by the file of the entry point alone, which
outlives a change of the kernels.
"""

from __future__ import annotations

import gc
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock
import numba

from data_prep import files
from data_prep.errors import InputError
from reproduction.network.kernels.compiling import code_folder
from reproduction.network.kernels.network import present

SUMS = "SHA256SUMS"
"""The file with the hashes, as `sha256sum` reads it."""

SECONDS_FOR_ANOTHER = 600
"""How long one process waits for another that is compiling."""

_ready: dict[Callable, Callable] = {}
_one_thread = threading.Lock()


def call(function: Callable, *arguments: Any) -> None:
    """Call a function of `kernels.compiling.compiled`, at first with its code loaded or made.

    Raises
    ------
    InputError
        If the user forbids compilation.
    """
    if function not in _ready:
        with _one_thread:
            if function not in _ready:
                _ready[function] = _made_ready(function, arguments)
    _ready[function](*arguments)


def ready(function: Callable) -> Any:
    """Return what `call` has compiled for a function: numba's, with its code."""
    return _ready[function]


def is_compiled() -> bool:
    """Tell whether the engine's machine code is at hand for this processor, and sound.

    Raises
    ------
    InputError
        If the user forbids compilation.
    """
    folder = _folder_of(present)
    return folder is not None and _is_sound(folder)


def _made_ready(function: Any, arguments: tuple) -> Callable:
    """Return the function with code for arguments of these types."""
    types = tuple(map(numba.typeof, arguments))
    if folder := _folder_of(function):
        lock = filelock.FileLock(folder / "lock")
        try:
            with lock.acquire(timeout=SECONDS_FOR_ANOTHER):
                if not _is_sound(folder):
                    for file in _code_in(folder):
                        file.unlink()
                _compile(function, types)
                if function.stats.cache_misses:
                    files.write(folder / SUMS, _sums(folder).encode())
        except Exception:  # whatever a disk can do; the compiler's own errors come again below
            if not function.overloads:
                folder = None
    if folder:
        return function
    unkept = numba.jit(**function.targetoptions)(function.py_func)
    _compile(unkept, types)
    return unkept


def _compile(function: Any, types: tuple) -> None:
    """Compile a function, or load its code.

    Meanwhile no thread looks for cycles to collect: among a compiler's many objects that would
    take a tenth of the time.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        function.compile(types)
    finally:
        if searching:
            gc.enable()


def _folder_of(function: Any) -> Path | None:
    """Return the folder where a function's code is kept, if that is the engine's own."""
    if numba.config.DISABLE_JIT:
        raise InputError(
            "The engine runs only as compiled code, which the environment variable "
            "NUMBA_DISABLE_JIT forbids; unset it."
        )
    place = function.stats.cache_path
    try:
        return Path(place) if place and code_folder() in Path(place).parents else None
    except RuntimeError:  # a user without a home has no cache
        return None


def _code_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.nb[ci]"))


def _sums(folder: Path) -> str:
    return "".join(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in _code_in(folder)
    )


def _is_sound(folder: Path) -> bool:
    """Tell whether there is code in a folder, every bit as it was written."""
    try:
        expected = (folder / SUMS).read_bytes()
        return bool(expected) and expected == _sums(folder).encode()
    except OSError:
        return False
