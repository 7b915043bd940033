"""Reading a file no further than it may go, and writing one whole or not at all."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from pathlib import Path

from data_prep import unpacking
from data_prep.errors import GET_IT_ANEW, InputError

LONGEST = 64 * 2**20
"""Bytes of a digit file at most, packed or unpacked; the longest real one has 15 million."""


def reason(problem: Exception) -> str:
    """Return what an OSError is about, without its number and file name."""
    return (getattr(problem, "strerror", None) or str(problem)).rstrip(".")


def read(path: Path, name: str) -> bytes:
    """Return the contents of a digit file, unpacked whatever it is packed by.

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
        raw = plain(path, name, LONGEST)
    except OSError as problem:
        raise InputError(
            f"{name} cannot be read ({reason(problem)}); put a readable file there."
        ) from problem
    if not raw:
        raise InputError(f"{name} is empty; {GET_IT_ANEW}")
    return unpacking.unpacked(raw, name, LONGEST)


def plain(path: Path, name: str, longest: int) -> bytes:
    """Return the contents of a file as they are.

    Parameters
    ----------
    path : Path
        The file to read.
    name : str
        What error messages call it.
    longest : int
        How many bytes it may have.

    Raises
    ------
    OSError
        If it cannot be read.
    InputError
        If it is too long, or a pipe or a device, which may have no end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise InputError(f"{name} is not a file; put a file there.")
    with path.open("rb") as file:
        contents = file.read(longest + 1)
    if len(contents) > longest:
        raise InputError(f"{name} is larger than {longest:,} bytes; put the right file there.")
    return contents


_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins like the mark of UTF-16, so it is asked before
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def decoded(contents: bytes) -> str:
    """Return a text in UTF-8, or as its byte order mark says: PowerShell writes UTF-16.

    Raises
    ------
    UnicodeDecodeError
        If it is no such text.
    """
    for mark, encoding in _MARKS.items():
        if contents.startswith(mark):
            return contents[len(mark) :].decode(encoding)
    return contents.decode("utf-8")


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
