"""Digits: images with their labels and where they come from."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep import files
from data_prep.errors import InputError

HANDWRITTEN = "handwritten"
"""The origin of a digit from the mail."""

PRINTED = "printed"
"""The origin of a digit from a printed face."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of digits in a fixed order.

    Lists, and arrays of other types, are turned into arrays of the types below.

    Attributes
    ----------
    images : ndarray, float32, shape (n, 16, 16)
        Gray levels from -1 (background) to 1 (ink).
    labels : ndarray, uint8, shape (n,)
        The digit each image shows, 0 to 9.
    origin : ndarray, str, shape (n,)
        "handwritten" or "printed" for each image.

    Raises
    ------
    InputError
        If the three are not of these shapes, or hold what cannot be.
    """

    images: np.ndarray
    labels: np.ndarray
    origin: np.ndarray

    def __post_init__(self) -> None:
        images, labels, origin = _arrays(self.images, self.labels, self.origin)
        n = len(labels) if labels.ndim else 0
        if (images.shape, labels.shape, origin.shape) != ((n, 16, 16), (n,), (n,)):
            raise InputError(
                f"images, labels and origin have shapes {images.shape}, {labels.shape} and "
                f"{origin.shape}; they must be (n, 16, 16), (n,) and (n,)."
            )
        check_levels(images)
        if n and (labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 9):
            raise InputError("labels are not whole numbers from 0 to 9; give the digits shown.")
        object.__setattr__(self, "images", images.astype(np.float32, copy=False))
        object.__setattr__(self, "labels", labels.astype(np.uint8, copy=False))
        object.__setattr__(self, "origin", origin)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        origins = " and ".join(np.unique(self.origin).tolist())
        return f"<{len(self)} {origins} digits>".replace("  ", " ")

    @property
    def counts(self) -> np.ndarray:
        """How many there are of each digit; int64, shape (10,)."""
        return np.bincount(self.labels, minlength=10)

    def first(self, digit: int) -> int:
        """Return the place of the first image of a digit.

        Raises
        ------
        ValueError
            If there is none.
        """
        return self.labels.tolist().index(digit)

    def select(self, which: np.ndarray | slice) -> Digits:
        """Return some of the digits.

        Parameters
        ----------
        which : ndarray or slice
            Indices, in the order wanted, or a mask of n truth values.
        """
        return Digits(self.images[which], self.labels[which], self.origin[which])

    def join(self, *others: Digits) -> Digits:
        """Return these digits followed by others."""
        parts = (self, *others)
        return Digits(
            np.concatenate([part.images for part in parts]),
            np.concatenate([part.labels for part in parts]),
            np.concatenate([part.origin for part in parts]),
        )

    def interleave(self, other: Digits) -> Digits:
        """Return these digits and others evenly mixed, each in its own order.

        Digit i of n stands where (i + 1/2) / n says, between 0 and 1.
        """
        places = [(np.arange(len(part)) + 0.5) / len(part) for part in (self, other)]
        return self.join(other).select(np.argsort(np.concatenate(places), kind="stable"))


@dataclass(frozen=True, eq=False)
class DataSet:
    """Digits to learn from, and digits to be tried on.

    Attributes
    ----------
    train, test : Digits
        In the order of the files.
    source : str
        Where they came from this time.
    cache : Path or None
        The file that keeps them for the next time, if there is one.
    sha256 : dict
        The hashes that were compared, by array: ``train_images``, ``train_labels``,
        ``test_images``, ``test_labels``.
    """

    train: Digits
    test: Digits
    source: str
    cache: Path | None
    sha256: dict[str, str]


def _arrays(*given: object) -> Iterator[np.ndarray]:
    for each in given:
        try:
            yield np.asarray(each)
        except ValueError as problem:
            raise InputError(
                f"images, labels or origin are no arrays ({problem}); give lists of equal length."
            ) from None


def check_levels(images: np.ndarray) -> None:
    """Raise InputError if images do not have gray levels from -1 (background) to 1 (ink).

    Images without a level below 0, but with others, are taken for such from 0 to 1.
    """
    if images.dtype.kind not in "iuf":
        raise InputError(f"images are of {images.dtype}; give numbers from -1 to 1.")
    if not images.size:
        return
    low, high = images.min(), images.max()
    if low >= -1 and high <= 1 and not (low >= 0 and high > 0):
        return
    if not np.isfinite(images).all():
        way_out = "give finite numbers from -1 (background) to 1 (ink)"
    elif low >= 0 and high <= 1:
        way_out = "if background is 0 and ink 1, give 2 * images - 1"
    elif low >= 0 and high <= 255:
        way_out = "if background is 0 and ink 255, give images / 127.5 - 1"
    else:
        way_out = "scale them to -1 (background) to 1 (ink)"
    raise InputError(
        f"images have gray levels from {low:g} to {high:g}, not from -1 to 1; {way_out}."
    )


def contact_sheet(digits: Digits, path: str | os.PathLike[str], columns: int = 28) -> None:
    """Draw a picture of the digits: a row for each class, taken evenly from the whole file.

    Parameters
    ----------
    digits : Digits
    path : path
        The PNG file to write.
    columns : int
        How many of each class.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from PIL import Image  # not needed for anything else here

    scale, gap, margin = 3, 9, 30
    paper, ink = np.array([250, 247, 240]), np.array([24, 26, 34])
    cell = 16 * scale + gap
    sheet = np.full((10 * cell - gap + 2 * margin, columns * cell - gap + 2 * margin), -1.0)
    for digit in range(10):
        shown = np.flatnonzero(digits.labels == digit)
        evenly = np.linspace(0, len(shown) - 1, min(columns, len(shown))).round().astype(int)
        for column, image in enumerate(digits.images[shown[evenly]]):
            top, left = margin + digit * cell, margin + column * cell
            enlarged = image.repeat(scale, axis=0).repeat(scale, axis=1)
            sheet[top : top + 16 * scale, left : left + 16 * scale] = enlarged
    blackness = (sheet[..., np.newaxis] + 1) / 2
    colours = np.rint(paper + blackness * (ink - paper)).astype(np.uint8)
    picture = io.BytesIO()
    Image.fromarray(colours).save(picture, "PNG", optimize=True)
    try:
        files.write(Path(path), picture.getvalue())
    except OSError as problem:
        raise InputError(
            f"{path} cannot be written ({files.reason(problem)}); name another place."
        ) from problem
