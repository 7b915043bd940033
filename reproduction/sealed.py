"""Files that carry the SHA-256 of what they hold, and are believed only while it is right.

Everything that a run, a study or the book keeps is written and read here. JSON carries the hash as
its last key, "sha256", an archive of arrays (.npz) as an array of that name; where a file cannot
carry it, as a table or a picture, a sealed file beside it does.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from data_prep import files
from data_prep.errors import InputError

SEAL = "sha256"

LONGEST = 2**31
"""Bytes of a kept file at most."""

AGAIN = "train the run again with --again"
"""The way out of a run that cannot be read."""


def write(path: Path, contents: bytes, otherwise: str = "choose another --run") -> None:
    """Write a file whole or not at all; make its folder if need be.

    Raises
    ------
    InputError
        When the file cannot be written; `otherwise` is what to do if no room can be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, contents)
    except OSError as problem:
        raise InputError(
            f"{path} cannot be written ({files.reason(problem)}); make room there, or {otherwise}."
        ) from problem


def sha256(contents: bytes) -> str:
    """Return the SHA-256 of some bytes, as text."""
    return hashlib.sha256(contents).hexdigest()


def _refuse(path: Path, problem: object, way_out: str, cause: Exception | None = None) -> NoReturn:
    raise InputError(f"{path} cannot be read ({problem}); {way_out}.") from cause


UNSEALED = "it carries no SHA-256 of what it holds: it is spoiled, or an earlier version wrote it"
BROKEN = "it is spoiled: it does not hold what its SHA-256 says"


# ---- JSON -------------------------------------------------------------------------------------


def as_text(data: Mapping[str, Any]) -> str:
    """Return plain data as sealed JSON, every list of plain values on a line of its own."""
    text = json.dumps({**data, SEAL: sha256_of(data)}, indent=1, allow_nan=False)
    plain_list = r"\[\n\s*([^\[\]{}\"]*?)\s*\]"  # in a text of JSON no line ends
    return re.sub(plain_list, _on_one_line, text) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return f"[{' '.join(found[1].split())}]"


def sha256_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data: of its shortest JSON, in the order of its keys."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode("ascii"))


def write_json(
    path: Path, data: Mapping[str, Any], otherwise: str = "choose another --run"
) -> None:
    """Write plain data as sealed JSON; see `write`."""
    write(path, as_text(data).encode("ascii"), otherwise)


def read_json(path: Path, way_out: str = AGAIN) -> dict[str, Any]:
    """Read sealed JSON, without its seal.

    Raises
    ------
    InputError
        When the file cannot be read, or does not hold what its SHA-256 says; `way_out` is what to
        do.
    """
    try:
        data = json.loads(files.plain(path, str(path), LONGEST))
    except OSError as problem:
        _refuse(path, files.reason(problem), way_out, problem)
    except (ValueError, RecursionError) as problem:
        _refuse(path, problem, way_out, problem)
    if not isinstance(data, dict) or SEAL not in data:
        _refuse(path, UNSEALED, way_out)
    seal = data.pop(SEAL)
    try:
        sound = seal == sha256_of(data)
    except (ValueError, RecursionError):  # NaN, which is no JSON
        sound = False
    if not sound:
        _refuse(path, BROKEN, way_out)
    return data


# ---- Arrays -----------------------------------------------------------------------------------


def write_arrays(path: Path, **arrays: Any) -> None:
    """Write a sealed archive of arrays; see `write`."""
    named = {name: np.asarray(array) for name, array in arrays.items()}
    contents = io.BytesIO()
    np.savez(contents, allow_pickle=False, **named, **{SEAL: np.array(_sha256_of_arrays(named))})
    write(path, contents.getvalue())


def read_arrays(path: Path, way_out: str = AGAIN) -> dict[str, np.ndarray]:
    """Read a sealed archive of arrays, without its seal.

    Raises
    ------
    InputError
        As `read_json`.
    """
    try:
        contents = io.BytesIO(files.plain(path, str(path), LONGEST))
        with np.load(contents, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
    except OSError as problem:
        _refuse(path, files.reason(problem), way_out, problem)
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        _refuse(path, "it is spoiled", way_out, problem)
    if SEAL not in arrays:
        _refuse(path, UNSEALED, way_out)
    seal = arrays.pop(SEAL)
    if seal.shape != () or str(seal) != _sha256_of_arrays(arrays):
        _refuse(path, BROKEN, way_out)
    return arrays


def _sha256_of_arrays(arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(repr((name, array.dtype.descr, array.shape)).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
