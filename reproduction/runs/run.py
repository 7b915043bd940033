"""A run's folder: what was asked, how it went, what came out - and how to go on with it.

    recipe.json      architecture, recipe, seeds, versions, hashes of the digits
    history.csv      every network's errors and MSE on every set after every pass
    checkpoint.npz   all that an interrupted training needs to go on
    weights.npz      the trained weights, by layer
    summary.json     the figures, as medians and ranges over the networks
    *.svg, *.png     the figures as pictures (`reproduction.figures`)

Every file is written whole or not at all, and summary.json last of all: a folder that has it holds
a finished run.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cattrs
import filelock
import llvmlite
import numba
import numpy as np
import scipy

from data_prep import files
from data_prep.digits import HANDWRITTEN, PRINTED, Digits
from data_prep.errors import InputError
from reproduction import evaluation
from reproduction.learning import Recipe
from reproduction.learning.converter import converter
from reproduction.learning.training import (
    HISTORY,
    TRAIN,
    Progress,
    banks_of,
    check_recipe,
    training_passes,
)
from reproduction.network.architecture import Architecture
from reproduction.network.bank import Bank
from reproduction.network.kernels.compiling import sources_sha256

RECIPE_FILE = "recipe.json"
HISTORY_FILE = "history.csv"
CHECKPOINT_FILE = "checkpoint.npz"
WEIGHTS_FILE = "weights.npz"
SUMMARY_FILE = "summary.json"
LOCK_FILE = ".lock"

RUN_FILES = (SUMMARY_FILE, CHECKPOINT_FILE, WEIGHTS_FILE, HISTORY_FILE, RECIPE_FILE)
"""In the order in which they are forgotten: whatever is left then belongs to its recipe."""

SUMMARY_KEYS = {"weights_sha256", "train", "test", "reject_percent_for_1_percent_error"}


@dataclass(frozen=True)
class Plan:
    """What a run is: two runs of equal plans end in the same bits.

    Attributes
    ----------
    recipe : Recipe
    architecture : Architecture
    seeds : tuple of int
    digits : dict
        SHA-256 of the digits of each set.
    made_by : dict
        The version of this software, and the SHA-256 of its engine's sources.
    """

    recipe: Recipe
    architecture: Architecture
    seeds: tuple[int, ...]
    digits: dict[str, str]
    made_by: dict[str, str]


def plan_of(
    recipe: Recipe,
    architecture: Architecture,
    seeds: tuple[int, ...],
    sets: Mapping[str, Digits],
) -> Plan:
    """Put together the plan of a run with the digits at hand and this version."""
    return Plan(
        recipe=recipe,
        architecture=architecture,
        seeds=tuple(seeds),
        digits={name: digits_sha256(digits) for name, digits in sets.items()},
        made_by=made_by(),
    )


def made_by() -> dict[str, str]:
    """Return the version of this software, and the SHA-256 of its engine's sources."""
    return {"lenet1989": version("lenet1989"), "engine": sources_sha256()}


def digits_sha256(digits: Digits) -> str:
    """Return the SHA-256 of the images (float32, little-endian) and labels of some digits."""
    images = np.ascontiguousarray(digits.images, "<f4")
    return hashlib.sha256(images.tobytes() + digits.labels.tobytes()).hexdigest()


def weights_sha256(parameters: np.ndarray) -> str:
    """Return the SHA-256 of trained parameters, float32 little-endian, network after network."""
    return hashlib.sha256(np.ascontiguousarray(parameters.T, "<f4").tobytes()).hexdigest()


# ---- Files ------------------------------------------------------------------------------------


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


def _write_history(path: Path, history: np.ndarray) -> None:
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


def _write_checkpoint(path: Path, banks: list[Bank], progress: Progress, seconds: float) -> None:
    averages = {f"average_{n:04}": average for n, average in enumerate(progress.averages)}
    _write_arrays(
        path,
        passes=progress.passes,
        seconds=seconds,
        parameters=np.hstack([bank.parameters for bank in banks]),
        history=progress.history,
        **averages,
    )


def _read_checkpoint(path: Path, banks: list[Bank]) -> tuple[Progress, float]:
    """Put the banks where the checkpoint left them."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            parameters = kept["parameters"]
            progress = Progress(
                int(kept["passes"]),
                kept["history"].astype(HISTORY),
                [kept[name] for name in sorted(kept.files) if name.startswith("average_")],
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


@contextmanager
def _alone_in(folder: Path, wait: bool) -> Iterator[None]:
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


# ---- A run that is there ----------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A finished run, read from its folder.

    Attributes
    ----------
    folder : Path
    plan : Plan
    summary : dict
        As in summary.json.
    history : ndarray of HISTORY
    """

    folder: Path
    plan: Plan
    summary: dict[str, Any]
    history: np.ndarray

    def banks(self) -> list[Bank]:
        """Return the trained networks."""
        path = self.folder / WEIGHTS_FILE
        banks = banks_of(self.plan.architecture, self.plan.seeds)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                names = self.plan.architecture.parameters
                parameters = np.vstack(
                    [kept[name].reshape(-1, len(self.plan.seeds)) for name in names]
                )
        except Exception as problem:  # whatever spoiled bytes can do to their readers
            raise InputError(
                f"{path} cannot be read ({problem}); train the run again with --again."
            ) from problem
        if weights_sha256(parameters) != self.summary["weights_sha256"]:
            raise InputError(
                f"{path} holds other weights than the run's summary says; "
                "train the run again with --again."
            )
        for number, bank in enumerate(banks):
            start = number * len(banks[0].seeds)
            bank.parameters[:] = parameters[:, start : start + len(bank.seeds)]
        return banks


def read_plan(folder: Path) -> Plan:
    """Read what a run was asked to be."""
    path = folder / RECIPE_FILE
    try:
        return converter.structure(read_json(path)["plan"], Plan)
    except (cattrs.BaseValidationError, KeyError, TypeError, AttributeError) as problem:
        raise InputError(
            f"{path} does not hold a run's recipe as this version writes it; "
            "train the run again with --again, or choose another --run."
        ) from problem


def read_run(folder: Path) -> Run:
    """Read a finished run.

    Raises
    ------
    InputError
        When there is none in the folder, it is unfinished, or its files cannot be read.
    """
    if not (folder / RECIPE_FILE).exists():
        raise InputError(f"{folder} holds no run; make one by lenet1989 train --run {folder.name}.")
    plan = read_plan(folder)
    if not (folder / SUMMARY_FILE).exists():
        raise InputError(
            f"The run in {folder} is not finished; go on by the command that began it."
        )
    summary = read_json(folder / SUMMARY_FILE)
    if not isinstance(summary, dict) or not set(summary) >= SUMMARY_KEYS:
        raise InputError(
            f"{folder / SUMMARY_FILE} is no summary of a run; train the run again with --again."
        )
    return Run(folder, plan, summary, read_history(folder / HISTORY_FILE))


# ---- Training ---------------------------------------------------------------------------------


def train_run(
    folder: Path,
    plan: Plan,
    sets: Mapping[str, Digits],
    *,
    again: bool = False,
    wait: bool = False,
    after_pass: Callable[[Progress], None] = lambda progress: None,
) -> Run:
    """Train a run in its folder, or go on with it, or return it if it is finished.

    Parameters
    ----------
    folder : Path
        Made if need be.
    plan : Plan
        What to train. A folder with another plan is refused.
    sets : mapping of str to Digits
        "train", and others on which the networks are tried.
    again : bool
        Forget what is there and start anew.
    wait : bool
        Wait for another process that is at work in the folder, instead of refusing.
    after_pass : callable
        Is told after every pass, once it is kept, and once before the first how far a run that
        goes on has come.

    Raises
    ------
    InputError
        When the folder belongs to another plan or another process is at work there, or a file in
        it is spoiled or cannot be written.
    """
    check_recipe(plan.recipe, plan.architecture, sets[TRAIN])
    with _alone_in(folder, wait):
        if again:
            _forget(folder)
        if (folder / RECIPE_FILE).exists():
            _refuse_another(folder, read_plan(folder), plan)
        else:
            _refuse_orphans(folder)
            write_json(
                folder / RECIPE_FILE,
                {"plan": converter.unstructure(plan), "versions": versions()},
            )
        if not (folder / SUMMARY_FILE).exists():
            _train(folder, plan, sets, after_pass)
        return read_run(folder)


def versions() -> dict[str, str]:
    """Return what the run is made with, for the record: the bits do not depend on it."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "numba": numba.__version__,
        "llvmlite": llvmlite.__version__,
        "machine": platform.machine(),
        "system": platform.system(),
    }


def _forget(folder: Path) -> None:
    """Remove a run's own files, its recipe last: killed between two, the rest is still its own."""
    for name in RUN_FILES:
        (folder / name).unlink(missing_ok=True)


def _refuse_orphans(folder: Path) -> None:
    """Raise InputError if the folder has a run's files, but not the recipe that they belong to."""
    orphans = [name for name in RUN_FILES if (folder / name).exists()]
    if orphans:
        raise InputError(
            f"{folder} holds {orphans[0]} without {RECIPE_FILE}; choose another --run, or train "
            "it --again."
        )


def _refuse_another(folder: Path, there: Plan, wanted: Plan) -> None:
    """Raise InputError if the folder's plan is not the one wanted, naming what differs."""
    names = {
        "recipe": "another recipe",
        "architecture": "another architecture",
        "seeds": "other seeds",
        "digits": "other digits",
        "made_by": "another version of lenet1989",
    }
    for field, what in names.items():
        if getattr(there, field) != getattr(wanted, field):
            raise InputError(
                f"{folder} holds a run with {what}; choose another --run, or train it --again."
            )


def _train(
    folder: Path,
    plan: Plan,
    sets: Mapping[str, Digits],
    after_pass: Callable[[Progress], None],
) -> None:
    checkpoint = folder / CHECKPOINT_FILE
    banks = banks_of(plan.architecture, plan.seeds, plan.recipe.initial)
    progress, before = Progress(), 0.0
    if checkpoint.exists():
        progress, before = _read_checkpoint(checkpoint, banks)
        _write_history(folder / HISTORY_FILE, progress.history)  # a pass may be missing there
        after_pass(progress)
    started = time.perf_counter()
    seconds = before
    for _ in training_passes(banks, plan.recipe, sets, progress):
        seconds = before + time.perf_counter() - started
        _write_checkpoint(checkpoint, banks, progress, seconds)
        _write_history(folder / HISTORY_FILE, progress.history)
        after_pass(progress)
    _write_weights(folder / WEIGHTS_FILE, plan, banks)
    write_json(folder / SUMMARY_FILE, summarize(plan, banks, sets, seconds))


def _write_weights(path: Path, plan: Plan, banks: list[Bank]) -> None:
    parameters = np.hstack([bank.parameters for bank in banks])
    named = {
        name: parameters[place].reshape(*shape, len(plan.seeds))
        for name, (place, shape) in plan.architecture.parameters.items()
    }
    _write_arrays(path, seeds=np.array(plan.seeds), **named)


# ---- Results ----------------------------------------------------------------------------------


def tried_sets(sets: Mapping[str, Digits]) -> dict[str, Digits]:
    """Return the sets, and each other than "train" split by where its digits come from."""
    tried = dict(sets)
    for name, digits in sets.items():
        if name != TRAIN:
            for origin in (HANDWRITTEN, PRINTED):
                if np.any(digits.origin == origin):
                    tried[f"{name}_{origin}"] = digits.select(digits.origin == origin)
    return tried


def outputs_of(banks: list[Bank], images: np.ndarray) -> np.ndarray:
    """Compute all networks' outputs for images (n, 16, 16): float32, (n, 10, networks)."""
    planes = banks[0].architecture.planes(images)
    return np.concatenate([bank.outputs(planes) for bank in banks], axis=2)


def summarize(
    plan: Plan, banks: list[Bank], sets: Mapping[str, Digits], seconds: float
) -> dict[str, Any]:
    """Compute a run's figures: every number of summary.json.

    The thresholds of rejection are fitted on the very digits that they are reported for, as in
    the paper (NIPS 1989, p. 402): the only thing that test digits decide.
    """
    summary: dict[str, Any] = {
        "recipe": plan.recipe.name,
        "architecture": plan.architecture.name,
        "energy": plan.architecture.energy,
        "networks": len(plan.seeds),
        "seeds": list(plan.seeds),
        "passes": plan.recipe.passes,
        "seconds": round(seconds, 3),
        "weights_sha256": weights_sha256(np.hstack([bank.parameters for bank in banks])),
    }
    rejected, together = {}, {}
    low = plan.architecture.low_target
    for name, digits in tried_sets(sets).items():
        outputs = outputs_of(banks, digits.images)
        summary[name] = evaluation.summarize(outputs, digits.labels, low)
        rejected[name] = evaluation.rejection_summary(outputs, digits.labels)
        together[name] = _committee_summary(outputs, digits.labels, low)
        if name == "test":
            counts = evaluation.errors(outputs, digits.labels)
            summary["median_network"] = _median_seed(counts, plan.seeds)
    summary["reject_percent_for_1_percent_error"] = rejected
    summary["committee"] = together
    return summary


def _median_seed(counts: np.ndarray, seeds: tuple[int, ...]) -> int:
    """Return the seed of the median network by errors; the lower one, ties by seed."""
    by_seed = np.argsort(seeds)
    return int(np.array(seeds)[by_seed][evaluation.median_network(counts[by_seed])])


def _committee_summary(outputs: np.ndarray, labels: np.ndarray, low: float) -> dict[str, Any]:
    """Summarize what the mean of all networks' outputs answers."""
    mean = evaluation.committee(outputs)
    by_difference = evaluation.reject_by_difference(mean, labels)[0]
    by_thresholds = evaluation.reject_by_thresholds(mean, labels)[0]
    return {
        "error_percent": float(evaluation.error_percent(mean, labels)[0]),
        "mse": float(evaluation.mean_squared_error(mean, labels, low)[0]),
        "reject_percent_for_1_percent_error": {
            "difference": by_difference.rejected_percent,
            "thresholds": by_thresholds.rejected_percent,
        },
        "thresholds": by_thresholds.thresholds.to_json(),
    }
