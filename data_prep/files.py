"""Reading a file no further than it may go, and writing one whole or not at all."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import os
import stat
import zlib
from pathlib import Path

from data_prep.errors import GET_IT_ANEW, InputError

LONGEST = 64 * 2**20
"""Bytes of a digit file at most, packed or unpacked; the longest real one has 15 million."""


def reason(problem: Exception) -> str:
    """Return what an OSError is about, without its number and file name."""
    return (getattr(problem, "strerror", None) or str(problem)).rstrip(".")


def read(path: Path, name: str) -> bytes:
    """Return the contents of a file, unpacked if its first bytes are those of gzip or bzip2.

    Parameters
    ----------
    path : Path
        The file to read.
    name : str
        What error messages call it.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, too long, cut short or corrupt.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would wait for ever
            raise InputError(f"{name} is not a file; put the digit file itself there.")
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as problem:
        raise InputError(
            f"{name} cannot be read ({reason(problem)}); put a readable file there."
        ) from problem
    if not raw:
        raise InputError(f"{name} is empty; {GET_IT_ANEW}")
    contents = _unpacked(raw, name)
    if len(contents) > LONGEST:
        raise InputError(f"{name} is larger than any digit file can be; {GET_IT_ANEW}")
    return contents


def _unpacked(raw: bytes, name: str) -> bytes:
    file: gzip.GzipFile | bz2.BZ2File
    if raw.startswith(b"\x1f\x8b"):
        packer, file = "gzip", gzip.GzipFile(fileobj=io.BytesIO(raw))
    elif raw.startswith(b"BZh"):
        packer, file = "bzip2", bz2.BZ2File(io.BytesIO(raw))
    else:
        return raw
    try:
        with file:
            return file.read(LONGEST + 1)
    except EOFError:
        raise InputError(
            f"{name} is cut short: its {packer} data end too early; {GET_IT_ANEW}"
        ) from None
    except (OSError, zlib.error):
        raise InputError(
            f"{name} is damaged: its {packer} data are corrupt; {GET_IT_ANEW}"
        ) from None


def write(path: Path, contents: bytes) -> None:
    """Write a file whole or, whatever goes wrong, leave what was there before.

    Raises
    ------
    OSError
        If there is no room, or the place cannot be written.
    """
    if path.exists() and not path.is_file():  # a folder, or a device, which is not to be replaced
        raise OSError(errno.EEXIST, "it is there, and no file", str(path))
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        # After success the part has become the file; after NotADirectoryError there is none.
        if part.exists():
            part.unlink()
