"""Find the order of the digits in the resampled copy, and write resampled_order.npy.

Run as ``python -m data_prep.resampled_order DIR``, DIR being a folder with the digits in the
order of the files (zip.train.gz and zip.test.gz, or LIBSVM's usps.bz2 and usps.t.bz2). The
resampled copy is fetched from the package index.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from data_prep import fetch, usps
from data_prep.errors import InputError
from data_prep.resampled import sharpened_copy


def find_order(
    copy: tuple[np.ndarray, np.ndarray], files: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Match digits by their pixels and labels.

    Parameters
    ----------
    copy, files : tuple of thousandths (n, 16, 16) and labels (n,)
        The same digits in two orders. Digits that are alike in everything are interchangeable;
        the earlier goes to the earlier.

    Returns
    -------
    ndarray, uint16, shape (n,)
        ``order`` such that ``copy[order]`` equals ``files``.

    Raises
    ------
    InputError
        If the two do not hold the same digits.
    """
    places: dict[bytes, list[int]] = {}
    for place, key in enumerate(_keys(*copy)):
        places.setdefault(key, []).append(place)
    try:
        order = [places[key].pop(0) for key in _keys(*files)]
    except (KeyError, IndexError):
        raise InputError("the resampled copy does not hold all digits of the files.") from None
    return np.array(order, dtype=np.uint16)


def _keys(thousandths: np.ndarray, labels: np.ndarray) -> list[bytes]:
    return [
        image.tobytes() + bytes([label])
        for image, label in zip(thousandths, labels.tolist(), strict=True)
    ]


def main(folder: str) -> None:
    """Write the order of the digits in `folder` beside this module."""
    arrays = usps.from_folder(Path(folder))
    copy = sharpened_copy(fetch.resampled_copy(progress=sys.stderr.isatty()))
    images = np.concatenate([arrays["train_images"], arrays["test_images"]])
    labels = np.concatenate([arrays["train_labels"], arrays["test_labels"]])
    target = Path(__file__).with_name("resampled_order.npy")
    np.save(target, find_order(copy, (images, labels)), allow_pickle=False)
    print(f"The order of {len(labels)} digits is in {target}.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m data_prep.resampled_order DIR")
    try:
        main(sys.argv[1])
    except (InputError, OSError) as problem:
        sys.exit(str(problem))
