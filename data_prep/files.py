"""Reading a file no further than it may go, and writing one whole or not at all.

A file is written beside its place, under a name that nobody can foretell, and put there when it is
whole. The writer holds a lock on it meanwhile; so what a killed writer left is known, and taken
away by the next one. Folders for a while are made and cleared away in the same manner.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

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


# ---- Writing ----------------------------------------------------------------------------------


def write(path: Path, contents: bytes) -> None:
    """Write a file whole or, whatever goes wrong, leave what was there before.

    What earlier writers of this file left when they were killed is removed.

    Raises
    ------
    OSError
        If there is no room, or the place cannot be written.
    """
    if path.exists() and not path.is_file():  # a folder, or a device, which is not to be replaced
        raise OSError(errno.EEXIST, "it is there, and no file", str(path))
    part, number = _new_part(path)
    try:
        with open(number, "wb") as file:  # noqa: PTH123 - a descriptor, and locked
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
            if fcntl is not None:
                part.replace(path)
        if fcntl is None:
            part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sweep(path.parent, _begins(path.name))


LETTERS = 40
"""Of a file's name that its part has too: names have an end."""


def _begins(name: str) -> str:
    return f"{name[:LETTERS]}."


def _new_part(path: Path) -> tuple[Path, int]:
    """Make and lock a file beside another; return its path and descriptor."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        part = path.with_name(f"{_begins(path.name)}{secrets.token_hex(8)}.part")
        number = os.open(part, flags, 0o666)
        if fcntl is None:
            return part, number
        fcntl.flock(number, fcntl.LOCK_EX)
        if os.fstat(number).st_nlink:  # not swept away before it was locked
            return part, number
        os.close(number)


def sweep(folder: Path, begins: str = "") -> None:
    """Remove the parts of files that killed writers left in a folder, as far as that can be.

    Parameters
    ----------
    folder : Path
    begins : str
        How the names of the parts begin; by default they are those of any file.
    """
    with suppress(OSError):
        for part in list(folder.iterdir()):
            if part.name.startswith(begins) and re.search(r"\.[0-9a-f]{16}\.part$", part.name):
                _remove_abandoned(part)


def _remove_abandoned(part: Path) -> None:
    """Remove a part, if no writer has it locked."""
    with suppress(OSError):
        if fcntl is None:
            part.unlink()
            return
        number = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
        finally:
            os.close(number)


# ---- Folders for a while ----------------------------------------------------------------------

SCRATCH = "lenet1989-"
"""How the names of folders for a while begin, in the system's temporary folder."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for a while; remove those that killed processes of this user left.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    sweep_scratch()
    with (
        tempfile.TemporaryDirectory(prefix=SCRATCH, ignore_cleanup_errors=True) as name,
        filelock.FileLock(Path(name) / _LOCK),
    ):
        yield Path(name)


_LOCK = ".lock"

SECONDS_TO_LOCK = 10
"""How old a folder for a while without its lock must be to have been left by a killed process."""


def sweep_scratch() -> None:
    """Remove the folders for a while that killed processes of this user left."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
            with suppress(OSError, NotImplementedError, filelock.Timeout):
                found = folder.lstat()
                if not stat.S_ISDIR(found.st_mode) or found.st_uid != _user(found.st_uid):
                    continue
                lock = folder / _LOCK
                if not lock.exists() and time.time() - found.st_mtime > SECONDS_TO_LOCK:
                    folder.rmdir()
                if not stat.S_ISREG(lock.lstat().st_mode):
                    continue
                with filelock.FileLock(lock, blocking=False):
                    shutil.rmtree(folder, ignore_errors=True)


def _user(otherwise: int) -> int:
    return os.getuid() if hasattr(os, "getuid") else otherwise
