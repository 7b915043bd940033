"""A run's folder: its files, whole or not at all, and one process at a time.

    recipe.json      architecture, recipe, seeds, versions, hashes of the digits
    history.csv      every network's errors and MSE on every set after every pass
    checkpoint.npz   all that an interrupted training needs to go on
    weights.npz      the trained weights, by layer
    summary.json     the figures, as medians and ranges over the networks
    *.svg, *.png     the figures as pictures (`reproduction.figures`)

summary.json is written last of all: a folder that has it holds a finished run.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import numpy as np

from data_prep import files
from data_prep.errors import InputError
from reproduction.learning.training import HISTORY, Progress
from reproduction.network.architecture import Architecture
from reproduction.network.bank import Bank

RECIPE_FILE = "recipe.json"
HISTORY_FILE = "history.csv"
CHECKPOINT_FILE = "checkpoint.npz"
WEIGHTS_FILE = "weights.npz"
SUMMARY_FILE = "summary.json"
LOCK_FILE = ".lock"

RUN_FILES = (SUMMARY_FILE, CHECKPOINT_FILE, WEIGHTS_FILE, HISTORY_FILE, RECIPE_FILE)
"""In the order in which they are forgotten: whatever is left then belongs to its recipe."""


def write(path: Path, contents: bytes, otherwise: str = "choose another --run") -> None:
    """Write a file whole or not at all.

    Raises
    ------
    InputError
        When the file cannot be written; `otherwise` is what to do if no room can be made.
    """
    try:
        files.write(path, contents)
    except OSError as problem:
        raise InputError(
            f"{path} cannot be written ({files.reason(problem)}); make room there, or {otherwise}."
        ) from problem


def write_json(path: Path, data: Any) -> None:
    """Write plain data as JSON."""
    write(path, (json.dumps(data, indent=2) + "\n").encode())


def _write_arrays(path: Path, **arrays: Any) -> None:
    contents = io.BytesIO()
    np.savez(contents, allow_pickle=False, **arrays)
    write(path, contents.getvalue())


def read_json(path: Path, way_out: str = "train the run again with --again") -> Any:
    """Read JSON; raise InputError, with the way out, if the file cannot be read or is spoiled."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InputError(f"{path} cannot be read ({problem}); {way_out}.") from problem


def write_history(path: Path, history: np.ndarray) -> None:
    """Write a history as a table."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HISTORY.names or ())
    writer.writerows(history.tolist())
    write(path, text.getvalue().encode())


def read_history(path: Path) -> np.ndarray:
    """Read a history.csv as an ndarray of HISTORY."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))[1:]
        history = np.array([tuple(line) for line in lines], HISTORY)
        if not len(history):
            raise ValueError("it has no lines")
        return history
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{path} cannot be read ({problem}); train the run again with --again."
        ) from problem


def write_checkpoint(path: Path, banks: list[Bank], progress: Progress, seconds: float) -> None:
    """Keep all that a training needs to go on, and how long it took so far."""
    averages = {f"average_{n:04}": average for n, average in enumerate(progress.averages)}
    left = {f"left_{n:04}": each for n, each in enumerate(progress.left)}
    _write_arrays(
        path,
        passes=progress.passes,
        seconds=seconds,
        parameters=np.hstack([bank.parameters for bank in banks]),
        history=progress.history,
        **averages,
        **left,
    )


def read_checkpoint(path: Path, banks: list[Bank]) -> tuple[Progress, float]:
    """Put the banks where the checkpoint left them; return how far that is, and the seconds."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            parameters = kept["parameters"]
            progress = Progress(
                int(kept["passes"]),
                kept["history"].astype(HISTORY),
                *(
                    [kept[name] for name in sorted(kept.files) if name.startswith(kind)]
                    for kind in ("average_", "left_")
                ),
            )
            seconds = float(kept["seconds"])
        starts = np.cumsum([0] + [len(bank.seeds) for bank in banks])
        for bank, start in zip(banks, starts, strict=False):
            bank.parameters[:] = parameters[:, start : start + len(bank.seeds)]
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        raise InputError(
            f"The checkpoint {path} is spoiled ({problem}); start the run anew with --again."
        ) from problem
    return progress, seconds


def write_weights(
    path: Path, architecture: Architecture, seeds: tuple[int, ...], parameters: np.ndarray
) -> None:
    """Write trained parameters, (p, networks), by layer."""
    named = {
        name: parameters[place].reshape(*shape, len(seeds))
        for name, (place, shape) in architecture.parameters.items()
    }
    _write_arrays(path, seeds=np.array(seeds), **named)


def read_weights(path: Path, architecture: Architecture, networks: int) -> np.ndarray:
    """Read trained parameters: float32, (p, networks)."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return np.vstack([kept[name].reshape(-1, networks) for name in architecture.parameters])
    except Exception as problem:  # whatever spoiled bytes can do to their readers
        raise InputError(
            f"{path} cannot be read ({problem}); train the run again with --again."
        ) from problem


@contextmanager
def alone_in(folder: Path, wait: bool) -> Iterator[None]:
    """Keep other processes out of a run's folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / LOCK_FILE)
        lock.acquire(blocking=wait)
    except filelock.Timeout as problem:
        raise InputError(
            f"Another process is at work in {folder}; wait for it, or choose another --run."
        ) from problem
    except OSError as problem:
        raise InputError(
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
