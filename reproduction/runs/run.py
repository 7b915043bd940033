"""Runs: trained in their folder, gone on with, and read again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cattrs
import numpy as np

from data_prep import files
from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import sealed
from reproduction.learning import history
from reproduction.learning.converter import converter
from reproduction.learning.sets import TRAIN
from reproduction.learning.training import Progress, banks_of, check_recipe, training_passes
from reproduction.network.bank import Bank
from reproduction.runs.folder import (
    CHECKPOINT_FILE,
    FIGURES_FILE,
    HISTORY_FILE,
    PICTURES,
    RECIPE_FILE,
    SUMMARY_FILE,
    WEIGHTS_FILE,
    Unwritable,
    alone_in,
    forget,
    history_text,
    read_checkpoint,
    read_history,
    read_weights,
    refuse_orphans,
    write_checkpoint,
    write_history,
    write_weights,
)
from reproduction.runs.plan import Plan, versions, weights_sha256
from reproduction.runs.summary import is_summary, summarize


@dataclass(frozen=True)
class Run:
    """A finished run, read from its folder.

    Attributes
    ----------
    folder : Path
    plan : Plan
    summary : dict
        Its figures, see `summarize`.
    history : ndarray of HISTORY
    """

    folder: Path
    plan: Plan
    summary: dict[str, Any]
    history: np.ndarray

    @property
    def median(self) -> int:
        """The place of the median network among the seeds: of one bank, its lane."""
        return self.plan.seeds.index(self.summary["median_network"])

    def errors(self, part: str) -> np.ndarray:
        """Return the errors on a set of digits, as "train": int, (passes, networks)."""
        return history.errors(self.history, part)

    def percent(self, part: str) -> np.ndarray:
        """Return the errors on a set in percent of its digits: float, (passes, networks)."""
        return history.percent(self.history, part)

    def median_percent(self, part: str) -> np.ndarray:
        """Return the median of that over the networks: float, (passes,)."""
        return np.asarray(np.median(self.percent(part), axis=1))

    def banks(self) -> list[Bank]:
        """Return the trained networks."""
        path = self.folder / WEIGHTS_FILE
        banks = banks_of(self.plan.architecture, self.plan.seeds)
        parameters = read_weights(path, self.plan.architecture, len(self.plan.seeds))
        if weights_sha256(parameters) != self.summary["weights_sha256"]:
            raise InputError(
                f"{path} holds other weights than the run's summary says; "
                "train the run again with --again."
            )
        for number, bank in enumerate(banks):
            start = number * len(banks[0].seeds)
            bank.parameters[:] = parameters[:, start : start + len(bank.seeds)]
        return banks

    def keep_pictures(self, pictures: Iterable[tuple[str, bytes]]) -> list[Path]:
        """Write the figures, by their files' names, and that they are this run's; return the files.

        Raises
        ------
        InputError
            When a file cannot be written.
        """
        kept = {}
        for name, contents in pictures:
            kept[name] = sealed.sha256(contents)
            sealed.write(self.folder / name, contents)
        sealed.write_json(self.folder / FIGURES_FILE, self._pictures(kept))
        return [self.folder / name for name in kept]

    def has_pictures(self) -> bool:
        """Tell whether all figures are in the folder, as they were drawn of these networks."""
        try:
            kept = sealed.read_json(self.folder / FIGURES_FILE)
            paths = [self.folder / name for name in PICTURES]
            found = [files.plain(path, str(path), sealed.LONGEST) for path in paths]
        except (OSError, InputError):
            return False
        return kept == self._pictures(dict(zip(PICTURES, map(sealed.sha256, found), strict=True)))

    def _pictures(self, sha256: Mapping[str, str]) -> dict[str, Any]:
        return {"weights_sha256": self.summary["weights_sha256"], "files": sha256}


def read_plan(folder: Path) -> Plan:
    """Read what a run was asked to be."""
    path = folder / RECIPE_FILE
    try:
        return converter.structure(sealed.read_json(path)["plan"], Plan)
    except (cattrs.BaseValidationError, KeyError, TypeError, AttributeError) as problem:
        raise InputError(
            f"{path} does not hold a run's recipe as this version writes it; "
            f"{sealed.AGAIN}, or choose another --run."
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
    file = folder / SUMMARY_FILE
    summary = sealed.read_json(file)
    of_plan, of_history = (summary.pop(name, "") for name in ("plan_sha256", "history_sha256"))
    if not is_summary(summary):
        raise InputError(
            f"{file} is no summary of a run as this version writes it; {sealed.AGAIN}."
        )
    if of_plan != _sha256_of(plan):
        raise InputError(f"{file} is of another run than {folder / RECIPE_FILE}; {sealed.AGAIN}.")
    return Run(folder, plan, summary, read_history(folder / HISTORY_FILE, of_history))


def _sha256_of(plan: Plan) -> str:
    return sealed.sha256_of(converter.unstructure(plan))


# ---- Training ---------------------------------------------------------------------------------


def train_run(
    folder: Path,
    plan: Plan,
    sets: Mapping[str, Digits],
    *,
    again: bool = False,
    wait: bool = False,
    after_pass: Callable[[Progress], None] = lambda progress: None,
    finish: Callable[[Run], None] = lambda run: None,
) -> Run:
    """Train a run in its folder, or go on with it, or return it if it is finished.

    A finished run is returned from a folder that cannot be written, too.

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
    finish : callable
        Is given the finished run while no other process may enter the folder, to draw its figures;
        not called where the folder cannot be written.

    Raises
    ------
    InputError
        When the folder belongs to another plan or another process is at work there, or a file in
        it is spoiled or cannot be written.
    """
    check_recipe(plan.recipe, plan.architecture, sets[TRAIN], len(plan.seeds))
    try:
        with alone_in(folder, wait):
            if again:
                forget(folder)
            if (folder / RECIPE_FILE).exists():
                _refuse_another(folder, read_plan(folder), plan)
            else:
                refuse_orphans(folder)
                sealed.write_json(
                    folder / RECIPE_FILE,
                    {"plan": converter.unstructure(plan), "versions": versions()},
                )
            if not (folder / SUMMARY_FILE).exists():
                _train(folder, plan, sets, after_pass)
            run = read_run(folder)
            finish(run)
            return run
    except Unwritable:
        if again or not (folder / SUMMARY_FILE).exists():
            raise
        run = read_run(folder)
        _refuse_another(folder, run.plan, plan)
        return run


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
        progress, before = read_checkpoint(checkpoint, banks)
        write_history(folder / HISTORY_FILE, progress.history)  # a pass may be missing there
        after_pass(progress)
    started = time.perf_counter()
    seconds = before
    with closing(training_passes(banks, plan.recipe, sets, progress)) as passes:
        for _ in passes:
            seconds = before + time.perf_counter() - started
            write_checkpoint(checkpoint, banks, progress, seconds)
            write_history(folder / HISTORY_FILE, progress.history)
            after_pass(progress)
    parameters = np.hstack([bank.parameters for bank in banks])
    write_weights(folder / WEIGHTS_FILE, plan.architecture, plan.seeds, parameters)
    belonging = {
        "plan_sha256": _sha256_of(plan),
        "history_sha256": sealed.sha256(history_text(progress.history)),
    }
    summary = summarize(plan, banks, sets, seconds)
    sealed.write_json(folder / SUMMARY_FILE, {**summary, **belonging})
