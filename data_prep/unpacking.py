"""Digit files as people keep them: packed by gzip, bzip2, xz or zip, once or several times."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any

from data_prep.errors import GET_IT_ANEW, InputError

MOST_LAYERS = 4
"""How many times over a file may be packed."""


def unpacked(contents: bytes, name: str, longest: int) -> bytes:
    """Unpack as long as the first bytes are those of a packer.

    Parameters
    ----------
    contents : bytes
        What the file holds.
    name : str
        What error messages call it.
    longest : int
        How many bytes there may be, packed or not.

    Raises
    ------
    InputError
        If it is cut short, corrupt, too long, packed too many times, or an archive of several
        files or with a password.
    """
    for _ in range(MOST_LAYERS + 1):
        for packer, (sign, opened) in _PACKERS.items():
            if contents.startswith(sign):
                contents = _one_layer_less(contents, name, packer, opened, longest)
                break
        else:
            return contents
    raise InputError(f"{name} is packed more than {MOST_LAYERS} times over; unpack it yourself.")


def _one_layer_less(
    contents: bytes, name: str, packer: str, opened: Callable[[IO[bytes]], Any], longest: int
) -> bytes:
    try:
        with opened(io.BytesIO(contents)) as file:
            inner = file.read(longest + 1)
    except EOFError:
        raise InputError(
            f"{name} is cut short: its {packer} data end too early; {GET_IT_ANEW}"
        ) from None
    except _Unfit as problem:
        raise InputError(f"{name} {problem}; unpack it there.") from None
    except (OSError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile):
        raise InputError(
            f"{name} is damaged: its {packer} data are corrupt; {GET_IT_ANEW}"
        ) from None
    if len(inner) > longest:
        raise InputError(f"{name} is larger than any digit file can be; {GET_IT_ANEW}")
    return inner


class _Unfit(Exception):
    """An archive that is sound but does not say by itself what to take from it."""


def _only_member(contents: IO[bytes]) -> IO[bytes]:
    archive = zipfile.ZipFile(contents)
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        raise _Unfit(f"is a zip archive of {len(members)} files")
    try:
        return archive.open(members[0])
    except (RuntimeError, NotImplementedError):  # a password, or a method that Python lacks
        raise _Unfit("is a zip archive that needs a password or another program") from None


_PACKERS: dict[str, tuple[bytes, Callable[[IO[bytes]], Any]]] = {
    "gzip": (b"\x1f\x8b", gzip.open),
    "bzip2": (b"BZh", bz2.open),
    "xz": (b"\xfd7zXZ\0", lzma.open),
    "zip": (b"PK", _only_member),
}
