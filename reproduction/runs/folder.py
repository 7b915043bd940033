"""A run's folder: its files, whole or not at all, and one process at a time.

    recipe.json      architecture, recipe, seeds, versions, hashes of the digits
    history.csv      every network's errors and MSE on every set after every pass
    checkpoint.npz   all that an interrupted training needs to go on
    weights.npz      the trained weights, by layer
    summary.json     the figures, as medians and ranges over the networks
    *.svg, *.png     the figures as pictures (`reproduction.figures`)
    figures.json     whose figures they are

summary.json is written when the networks are trained: a folder that has it holds a finished run.
Every file is sealed (`reproduction.sealed`); history.csv by summary.json, pictures by figures.json.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
import numpy as np

from data_prep import files
from data_prep.errors import InputError
from reproduction import sealed
from reproduction.learning.training import HISTORY, Progress
from reproduction.network.architecture import Architecture
from reproduction.network.bank import Bank

RECIPE_FILE = "recipe.json"
HISTORY_FILE = "history.csv"
CHECKPOINT_FILE = "checkpoint.npz"
WEIGHTS_FILE = "weights.npz"
SUMMARY_FILE = "summary.json"
FIGURES_FILE = "figures.json"
LOCK_FILE = ".lock"

PICTURES = tuple(
    f"{name}.{kind}"
    for name in ("error-rates", "error-reject", "confusion", "misclassified")
    for kind in ("svg", "png")
)
"""The files of a run's figures."""

RUN_FILES = (
    *(SUMMARY_FILE, FIGURES_FILE, *PICTURES),
    *(CHECKPOINT_FILE, WEIGHTS_FILE, HISTORY_FILE, RECIPE_FILE),
)
"""In the order in which they are forgotten: whatever is left then belongs to its recipe."""


OF_EACH_BANK = {"average": "averages", "left": "left", "mean": "means", "teacher": "teacher"}
"""What a checkpoint calls the fields of a progress that have an array a bank."""


def history_text(history: np.ndarray) -> bytes:
    """Return a history as the contents of history.csv."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HISTORY.names or ())
    writer.writerows(history.tolist())
    return text.getvalue().encode()


def write_history(path: Path, history: np.ndarray) -> None:
    """Write a history as a table."""
    sealed.write(path, history_text(history))


def read_history(path: Path, sha256: str | None = None) -> np.ndarray:
    """Read a history.csv as an ndarray of HISTORY.

    Parameters
    ----------
    path : Path
    sha256 : str, optional
        Of the file, as the run's summary knows it; None to read one that has no summary.

    Raises
    ------
    InputError
        When it cannot be read, or is not the one that is wanted.
    """
    try:
        contents = files.plain(path, str(path), sealed.LONGEST)
        if sha256 not in (None, sealed.sha256(contents)):
            raise ValueError("it is not the one that the run's summary was written with")
        head, *lines = csv.reader(io.StringIO(contents.decode(), newline=""))
        if tuple(head) != HISTORY.names:
            raise ValueError("it has other columns than a history")
        if not lines:
            raise ValueError("it has no lines")
        return np.array([tuple(line) for line in lines], HISTORY)
    except (OSError, ValueError, OverflowError, csv.Error) as problem:
        raise InputError(
            f"{path} cannot be read ({files.reason(problem)}); {sealed.AGAIN}."
        ) from problem


def write_checkpoint(path: Path, banks: list[Bank], progress: Progress, seconds: float) -> None:
    """Keep all that a training needs to go on, and how long it took so far."""
    of_each = {
        f"{kind}_{n:04}": each
        for kind, name in OF_EACH_BANK.items()
        for n, each in enumerate(getattr(progress, name))
    }
    sealed.write_arrays(
        path,
        passes=progress.passes,
        seconds=seconds,
        parameters=np.hstack([bank.parameters for bank in banks]),
        history=progress.history,
        **of_each,
    )


def read_checkpoint(path: Path, banks: list[Bank]) -> tuple[Progress, float]:
    """Put the banks where the checkpoint left them; return how far that is, and the seconds."""
    kept = sealed.read_arrays(path, "start the run anew with --again")
    try:
        parameters = kept["parameters"]
        progress = Progress(
            int(kept["passes"]),
            kept["history"].astype(HISTORY),
            **{
                name: [kept[key] for key in sorted(kept) if key.startswith(f"{kind}_")]
                for kind, name in OF_EACH_BANK.items()
            },
        )
        starts = np.cumsum([0] + [len(bank.seeds) for bank in banks])
        for bank, start in zip(banks, starts, strict=False):
            bank.parameters[:] = parameters[:, start : start + len(bank.seeds)]
        for kept_of_each in filter(None, (progress.averages, progress.left, progress.means)):
            for bank, each in zip(banks, kept_of_each, strict=True):
                _ = np.broadcast_to(bank.parameters, each.shape)  # refuses what fits no bank
        return progress, float(kept["seconds"])
    except (KeyError, ValueError, TypeError, IndexError) as problem:
        raise InputError(
            f"{path} is no checkpoint as this version writes it; start the run anew with --again."
        ) from problem


def write_weights(
    path: Path, architecture: Architecture, seeds: tuple[int, ...], parameters: np.ndarray
) -> None:
    """Write trained parameters, (p, networks), by layer."""
    named = {
        name: parameters[place].reshape(*shape, len(seeds))
        for name, (place, shape) in architecture.parameters.items()
    }
    sealed.write_arrays(path, seeds=np.array(seeds), **named)


def read_weights(path: Path, architecture: Architecture, networks: int) -> np.ndarray:
    """Read trained parameters: float32, (p, networks)."""
    kept = sealed.read_arrays(path)
    try:
        return np.vstack([kept[name].reshape(-1, networks) for name in architecture.parameters])
    except (KeyError, ValueError) as problem:
        raise InputError(
            f"{path} holds no weights of {architecture.name} as this version writes them; "
            f"{sealed.AGAIN}."
        ) from problem


class Unwritable(InputError):
    """A folder that cannot be written."""


@contextmanager
def alone_in(folder: Path, wait: bool) -> Iterator[None]:
    """Keep other processes out of a run's folder, which is made if need be.

    Raises
    ------
    InputError
        When another process is there, and `wait` is false; `Unwritable`, when no lock can be had.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.sweep(folder)
        lock = filelock.FileLock(folder / LOCK_FILE)
        lock.acquire(blocking=wait)
    except filelock.Timeout as problem:
        raise InputError(
            f"Another process is at work in {folder}; wait for it, or choose another --run."
        ) from problem
    except (OSError, NotImplementedError) as problem:
        raise Unwritable(
            f"{folder} cannot be written ({files.reason(problem)}); choose another --run."
        ) from problem
    try:
        yield
    finally:
        lock.release()


def forget(folder: Path) -> None:
    """Remove a run's own files, its recipe last: killed between two, the rest is still its own."""
    for name in RUN_FILES:
        (folder / name).unlink(missing_ok=True)


def refuse_orphans(folder: Path) -> None:
    """Raise InputError if the folder has a run's files, but not the recipe that they belong to."""
    orphans = [name for name in RUN_FILES if (folder / name).exists()]
    if orphans:
        raise InputError(
            f"{folder} holds {orphans[0]} without {RECIPE_FILE}; choose another --run, or train "
            "it --again."
        )
