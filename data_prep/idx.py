"""The idx format, in which the MNIST digits are handed on.

Two zero bytes, the type (8, unsigned bytes), the number of axes; the length of each axis, as 32
bits, big-endian; then the values, the last axis running fastest.
"""

from __future__ import annotations

import math

import numpy as np

from data_prep.errors import GET_IT_ANEW, InputError
from data_prep.formats import refuse_web_page

UNSIGNED_BYTES = 8
SIDE = 28
"""Rows and columns of an image."""

IMAGES, LABELS = 3, 1
"""Axes of a file."""

_WHAT = {IMAGES: "images", LABELS: "labels"}


def parse_images(contents: bytes, name: str) -> np.ndarray:
    """Read images.

    Parameters
    ----------
    contents : bytes
        Of the file.
    name : str
        What error messages call it.

    Returns
    -------
    ndarray, uint8, shape (n, 28, 28)
        0 on the paper, up to 255 in the ink.

    Raises
    ------
    InputError
        If it is no idx file, is cut short, or holds something else.
    """
    images = _parse(contents, name, IMAGES)
    if images.shape[1:] != (SIDE, SIDE):
        rows, columns = images.shape[1:]
        raise InputError(
            f"{name} holds images of {rows} x {columns} pixels, not {SIDE} x {SIDE}; {GET_IT_ANEW}"
        )
    return images


def parse_labels(contents: bytes, name: str) -> np.ndarray:
    """Read labels: uint8, shape (n,); see `parse_images`."""
    return _parse(contents, name, LABELS)


def _parse(contents: bytes, name: str, axes: int) -> np.ndarray:
    refuse_web_page(contents, name)
    if contents[:3] != bytes((0, 0, UNSIGNED_BYTES)) or len(contents) < 4:
        raise InputError(f"{name} is no idx file of bytes, packed or not; {GET_IT_ANEW}")
    if contents[3] != axes:
        there = _WHAT.get(contents[3], f"{contents[3]} axes")
        raise InputError(
            f"{name} holds {there}, not {_WHAT[axes]}; give each file the name of what it holds."
        )
    start = 4 + 4 * axes
    shape = tuple(int.from_bytes(contents[at : at + 4]) for at in range(4, start, 4))
    if len(contents) < start or len(contents) != start + math.prod(shape):
        raise InputError(
            f"{name} is cut short or too long: it has {len(contents)} bytes, and its first ones "
            f"promise {start + math.prod(shape)}; {GET_IT_ANEW}"
        )
    return np.frombuffer(contents, np.uint8, offset=start).reshape(shape)
