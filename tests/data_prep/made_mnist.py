"""A few hundred digits in the place of MNIST's, in every dress that those are kept in."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from data_prep import mnist, printed
from data_prep.known import Arrays


def made() -> Arrays:
    """Return printed digits in the middle of 28 x 28, as if they were those of MNIST."""
    digits = printed.specimen()
    scans = np.zeros((len(digits), 28, 28), np.uint8)
    scans[:, 6:22, 6:22] = np.rint((digits.images + 1.0) * 127.5)
    arrays: Arrays = {}
    for part, some in (("train", slice(0, 250)), ("test", slice(250, 350))):
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = scans[some], digits.labels[some]
    return arrays


def idx(array: np.ndarray) -> bytes:
    """Return an array in the idx format, by its definition."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def packed(arrays: Arrays) -> dict[str, bytes]:
    """Return the four files, packed by gzip, by their names."""
    return {
        f"{mnist.FILES[name]}.gz": gzip.compress(idx(array), compresslevel=1)
        for name, array in arrays.items()
    }


def put_files(folder: Path, contents: dict[str, bytes]) -> Path:
    """Write files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def npm_that(
    folder: Path, program: str, patch: pytest.MonkeyPatch, told: Path | str = "/dev/null"
) -> None:
    """Put a program of the shell in the place of npm.

    `$dest` is the folder that it is given; `told` gets its arguments.
    """
    npm = folder / "bin" / "npm"
    npm.parent.mkdir(parents=True)
    beginning = f'echo "$*" > {told}; while [ "$1" != --pack-destination ]; do shift; done; dest=$2'
    npm.write_text(f"#!/bin/sh\n{beginning}\n{program}\n")
    npm.chmod(0o755)
    patch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
