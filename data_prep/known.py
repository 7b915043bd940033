"""Sets of digits that are known by their hashes: the proof, the cache, one source after the other.

What the sets are, and where they lie, is in `usps` and `mnist`. Whatever the source, nobody sees a
digit before the SHA-256 of all of them has been compared.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import filelock
import numpy as np
import platformdirs

from data_prep import files
from data_prep.digits import HANDWRITTEN, DataSet, Digits
from data_prep.errors import GET_IT_ANEW, InputError, fault

QUIET_VARIABLE = "LENET1989_QUIET"
"""Set to anything, it keeps messages off stderr, as where a notebook is built strictly."""

SECONDS_FOR_ANOTHER = 1200
"""How long one process waits for another that is fetching the digits."""

Arrays = dict[str, np.ndarray]
"""``train_images``, ``train_labels``, ``test_images`` and ``test_labels``."""

Announce = Callable[[str], None]
"""Is given a line of text for every source that is tried."""


@dataclass(frozen=True)
class Known:
    """What is known of a set of digits.

    Attributes
    ----------
    name : str
        What messages call them.
    counts : mapping of str to int
        How many there are of "train" and of "test".
    sha256 : mapping of str to str
        Of each array, little-endian, row by row.
    image : tuple of dtype and shape
        Of one image. Labels are uint8.
    """

    name: str
    counts: Mapping[str, int]
    sha256: Mapping[str, str]
    image: tuple[np.dtype, tuple[int, int]]

    # ---- Proof --------------------------------------------------------------------------------

    def verify(self, arrays: Arrays, names: Mapping[str, str]) -> None:
        """Compare the digits with the known hashes.

        Parameters
        ----------
        arrays : dict
            Images and labels of both parts.
        names : mapping of str to str
            What error messages call the files that the arrays came from.

        Raises
        ------
        InputError
            If they are not the digits, saying in what way.
        """
        found = hashes(arrays)
        unfit = [array for array in arrays if not self._fits(array, arrays[array])]
        if found == self.sha256 and not unfit:
            return
        for part, other, what in (("train", "test", "test"), ("test", "train", "training")):
            for kind in ("images", "labels"):
                if found[f"{part}_{kind}"] == self.sha256[f"{other}_{kind}"]:
                    raise InputError(
                        f"{names[f'{part}_{kind}']} holds the {what} digits; "
                        "give each file the name of what it holds."
                    )
        for array, name in names.items():
            part, kind = array.split("_")
            if array in unfit:
                raise InputError(
                    f"{name} holds {kind} of another shape or type than the {self.name}; "
                    f"{GET_IT_ANEW}"
                )
            if len(arrays[array]) != self.counts[part]:
                raise InputError(
                    f"{name} holds {len(arrays[array])} digits instead of {self.counts[part]}; "
                    f"{GET_IT_ANEW}"
                )
            if found[array] != self.sha256[array]:
                raise InputError(
                    f"{name} has other {kind} than the {self.name} "
                    f"(SHA-256 {found[array][:12]}..., not {self.sha256[array][:12]}...); "
                    f"{GET_IT_ANEW}"
                )

    def _fits(self, array: str, values: np.ndarray) -> bool:
        """Tell whether values have the type and the shape of one of the arrays."""
        dtype, shape = self.image if array.endswith("images") else (np.dtype(np.uint8), ())
        return values.ndim > 0 and (values.dtype, values.shape[1:]) == (dtype, shape)

    # ---- The cache ----------------------------------------------------------------------------

    def cached(
        self, cache: Path, made: Callable[[], tuple[Arrays, str]], announce: Announce
    ) -> tuple[Arrays, str, Path | None]:
        """Return what the cache keeps, or else what is made now, and keep that.

        Parameters
        ----------
        cache : Path
            The file that keeps the digits.
        made : callable
            Makes verified digits, and says where they came from. Of several processes, one at a
            time does.
        announce : callable

        Returns
        -------
        arrays : dict
        source : str
            Where they came from this time.
        cache : Path or None
            The file, if it keeps them now.

        Raises
        ------
        InputError
            As `made`.
        """
        files.sweep_scratch()
        with suppress(InputError):  # a spoiled cache is dealt with below, by one process at a time
            if kept := self.from_cache(cache):
                return self._found(kept, cache, announce)
        with self._alone_with(cache, announce) as writable:
            if kept := self.sound_cache(cache, announce):
                return self._found(kept, cache, announce)
            arrays, source = made()
            is_kept = writable and self.keep(arrays, cache, announce)
            return arrays, source, cache if is_kept else None

    def _found(
        self, arrays: Arrays, cache: Path, announce: Announce
    ) -> tuple[Arrays, str, Path | None]:
        announce(f"{self.name}: from the cache {cache}")
        return arrays, f"the cache {cache}", cache

    def from_cache(self, cache: Path) -> Arrays | None:
        """Read and verify the digits kept in a file, if there is one.

        Raises
        ------
        InputError
            If the file is there but cannot be read, or does not hold the digits.
        """
        try:
            arrays = read_npz(cache)
            if arrays.keys() != self.sha256.keys() or not all(
                self._fits(*each) for each in arrays.items()
            ):
                raise InputError("it is of another version")
            self.verify(arrays, dict.fromkeys(arrays, "it"))
            return arrays
        except (FileNotFoundError, NotADirectoryError):
            return None
        except InputError as problem:
            raise InputError(f"The cache {cache} is spoiled ({fault(problem)})") from None
        except OSError as problem:
            raise InputError(f"The cache {cache} is spoiled ({files.reason(problem)})") from problem

    def sound_cache(self, cache: Path, announce: Announce) -> Arrays | None:
        """Return what the cache keeps; name a spoiled one and set it aside."""
        try:
            return self.from_cache(cache)
        except InputError as spoiled:
            aside = cache.with_name(f"{cache.name}.spoiled")
            try:
                cache.replace(aside)
                announce(f"{spoiled}; it is set aside as {aside.name}, the digits are made anew.")
            except OSError as problem:
                announce(f"{spoiled} and cannot be set aside ({files.reason(problem)}).")
            return None

    def keep(self, arrays: Arrays, cache: Path, announce: Announce) -> bool:
        """Write the digits into the cache; tell whether that was possible."""
        contents = io.BytesIO()
        np.savez(contents, allow_pickle=False, **arrays)
        try:
            files.write(cache, contents.getvalue())
        except OSError as problem:
            _warn_of(cache, problem, announce)
            return False
        announce(f"{self.name}: kept in the cache {cache}")
        return True

    @contextmanager
    def _alone_with(self, cache: Path, announce: Announce) -> Iterator[bool]:
        """Keep other processes out while digits are made; yield whether that was possible."""
        lock = filelock.FileLock(cache.with_name(f"{cache.name}.lock"))
        try:
            cache.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(blocking=False)
            except filelock.Timeout:
                announce(f"{self.name}: another process is fetching them; waiting for it")
                lock.acquire(timeout=SECONDS_FOR_ANOTHER)
        except (OSError, NotImplementedError) as problem:
            _warn_of(cache, problem, announce)
        try:
            yield lock.is_locked
        finally:
            lock.release()

    # ---- One source after the other -----------------------------------------------------------

    def first_of(
        self, sources: Mapping[str, Callable[[], Arrays]], announce: Announce, way_out: str
    ) -> tuple[Arrays, str]:
        """Return the digits from the first source that has them, and its name.

        Parameters
        ----------
        sources : mapping of str to callable
            What fetches the digits, by the name of the source; in this order.
        announce : callable
        way_out : str
            What to do where none has them.

        Raises
        ------
        InputError
            If none has them, saying why for each.
        """
        from data_prep import fetch  # its libraries take longer to import than the cache to read

        failures = []
        for source, fetched in sources.items():
            announce(f"{self.name}: fetching from {source}")
            try:
                arrays = fetched()
                whose = {"train": "its training set", "test": "its test set"}
                self.verify(arrays, {name: whose[name.split("_")[0]] for name in arrays})
            except (OSError, InputError) as problem:
                failures.append(f"{source}: {fetch.why(problem)}")
                announce(f"{self.name}: not from {failures[-1]}.")
            else:
                return arrays, source
        raise InputError(
            f"The {self.name} cannot be had (the cache has none; {'; '.join(failures)}): {way_out}"
        )

    # ---- What comes of it ---------------------------------------------------------------------

    def data_set(self, thousandths: Arrays, source: str, cache: Path | None) -> DataSet:
        """Return both parts as digits, from images in whole thousandths."""
        train, test = (
            Digits(
                images=thousandths[f"{part}_images"] / np.float32(1000),  # rounded once
                labels=thousandths[f"{part}_labels"],
                origin=np.full(len(thousandths[f"{part}_labels"]), HANDWRITTEN),
            )
            for part in self.counts
        )
        return DataSet(train, test, source, cache, dict(self.sha256))


def hashes(arrays: Arrays) -> dict[str, str]:
    """Return the SHA-256 of each array, little-endian, row by row."""
    return {
        name: hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest()
        for name, array in arrays.items()
    }


def read_npz(path: Path) -> Arrays:
    """Read the arrays of an archive of numpy's; pickles are not opened.

    Raises
    ------
    OSError
        If the file cannot be read.
    InputError
        If it is too large, or its bytes are damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            if sum(member.file_size for member in archive.zip.infolist()) > files.LONGEST:
                raise InputError(f"it is too large; {GET_IT_ANEW}")
            return dict(archive)
    except (OSError, InputError):
        raise
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        raise InputError(f"its bytes are damaged; {GET_IT_ANEW}") from problem


def _warn_of(cache: Path, problem: Exception, announce: Announce) -> None:
    announce(
        f"Warning: the cache {cache} cannot be written ({files.reason(problem)}); "
        "this run goes on, the next one fetches the digits again."
    )


# ---- Places -------------------------------------------------------------------------------------


def to_stderr(line: str) -> None:
    """Print a message, unless the environment asks for quiet."""
    if not os.environ.get(QUIET_VARIABLE):
        print(line, file=sys.stderr, flush=True)


def cache_folder(variable: str) -> Path:
    """Return the platform's cache folder.

    Parameters
    ----------
    variable : str
        What names a folder with the digits in the environment.

    Raises
    ------
    InputError
        If the user has no home.
    """
    try:
        return Path(platformdirs.user_cache_dir("lenet1989", appauthor=False))
    except RuntimeError as problem:
        raise InputError(
            "This user has no home folder, so there is no cache for the digits; set HOME or "
            f"XDG_CACHE_HOME, or name a folder with the digits by --digits or {variable}."
        ) from problem


def way_out(wanted: str, variable: str) -> str:
    """Return what to do where no source has the digits.

    Parameters
    ----------
    wanted : str
        The files to look for.
    variable : str
        As for `cache_folder`.
    """
    return (
        f"put {wanted} into a folder and name it by --digits DIR or by the environment variable "
        f"{variable}."
    )
