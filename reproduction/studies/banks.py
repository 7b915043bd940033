"""The banks of a study: sixteen networks each, trained wherever there is room, and kept.

The banks are independent of one another: they run on all cores, or on the machines of a Dask
cluster (`reproduction.studies.spreading`), in any order, and end in the same bits everywhere. A
finished bank is kept in a file named by what it is; so a study that is killed goes on from there,
and studies share the banks that they have in common.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.digits import Digits
from data_prep.errors import InputError
from reproduction import evaluation, runs
from reproduction.learning import Material
from reproduction.learning.converter import converter
from reproduction.learning.recipe import Whole
from reproduction.learning.sets import TEST, TRAIN, load_whole, parts_of, sets_of
from reproduction.learning.training import Progress, check_recipe, training_passes
from reproduction.network.architecture import CROSS_ENTROPY, Architecture
from reproduction.network.bank import Bank
from reproduction.runs import Plan
from reproduction.studies.record import (
    BY_HAND,
    Measures,
    Record,
    packed,
    read_bank,
    record_of,
    study_of,
    write_bank,
)
from reproduction.studies.study import Study

BANKS = Path("runs") / "banks"
"""Where finished banks are kept until the record is written, and after."""


@dataclass(frozen=True)
class Job:
    """A bank to be trained, wherever it is.

    Attributes
    ----------
    plan : Plan
        What to train, and the hashes of the digits to train it on.
    follow : bool
        Whether to try the networks after every pass.
    folder : Path, optional
        Where the digits are, if they are not to be fetched.
    committee : bool
        Whether to try the networks as one, too.
    """

    plan: Plan
    follow: bool = False
    folder: Path | None = None
    committee: bool = False

    @property
    def key(self) -> str:
        """SHA-256 of all that the result depends on; names and words do not count."""
        stages = tuple(replace(stage, name="any") for stage in self.plan.recipe.stages)
        recipe = replace(self.plan.recipe, name="any", about="", architecture="any", stages=stages)
        plan = replace(
            self.plan, recipe=recipe, architecture=replace(self.plan.architecture, name="any")
        )
        asked = [self.follow, "committee"] if self.committee else [self.follow]
        text = json.dumps([converter.unstructure(plan), *asked], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


# ---- One bank ---------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _whole(whole: Whole, folder: Path | None) -> tuple[Digits, Digits]:
    return load_whole(whole, folder, announce=lambda line: None)


@lru_cache(maxsize=8)
def digits_of(material: Material, folder: Path | None = None) -> dict[str, Digits]:
    """Return the sets of digits of a recipe, read once in a process or little more often."""
    return sets_of(material, partial(_whole, folder=folder))


def trained(job: Job) -> Measures:
    """Train a bank and try its networks.

    Returns
    -------
    dict
        "seeds"; "after_first_pass" and "weights_sha256"; "cpu_seconds"; "sets": for every set of
        digits its patterns and each network's errors, mse and, on test digits, rejected patterns
        by either rule; "misread", if there are such: the handwritten test digits that each network
        gets wrong, see `packed`; "committee", if asked for: its errors on those digits, and its
        answers one after another, "-" for none; "history", if followed: errors on each set after
        every pass, a list a network; "left", where the recipe deletes: which parameters are not
        deleted, packed alike; "mse", if followed through several stages: that on each set at the
        end of every stage, a list a network.

    Raises
    ------
    InputError
        When the digits here are not those of the plan, or the software is another version.
    """
    plan = job.plan
    if plan.made_by != runs.made_by():
        raise InputError(
            "This machine has another version of lenet1989 than the one that asks; install the "
            "same on both."
        )
    sets = digits_of(plan.recipe.digits, job.folder)
    here = {name: runs.digits_sha256(digits) for name, digits in sets.items()}
    if here != plan.digits:
        raise InputError("The digits of this machine are not those of the study; name them alike.")
    started = time.process_time()
    bank = Bank(plan.architecture, plan.seeds, plan.recipe.initial)
    progress = Progress()
    passes = training_passes([bank], plan.recipe, sets, progress, sets if job.follow else ())
    next(passes)
    first = runs.weights_sha256(bank.parameters)
    for _ in passes:
        pass
    measures: Measures = {
        "seeds": list(plan.seeds),
        "after_first_pass": first,
        "weights_sha256": runs.weights_sha256(bank.parameters),
        **_tried(bank, sets, job.committee),
    }
    if any(stage.prune for stage in plan.recipe.stages):
        measures["left"] = packed(progress.left[0])
    if job.follow:
        measures["history"] = _followed(progress.history, plan.seeds)
        if len(plan.recipe.stages) > 1:
            measures["mse"] = _at_stages_ends(progress.history, plan)
    return {**measures, "cpu_seconds": round(time.process_time() - started, 1)}


def after_first_pass(plan: Plan, sets: Mapping[str, Digits]) -> str:
    """Return the hash of a bank's weights after the first pass of its recipe."""
    bank = Bank(plan.architecture, plan.seeds, plan.recipe.initial)
    next(training_passes([bank], plan.recipe, sets, Progress(), ()))
    return runs.weights_sha256(bank.parameters)


def first_pass_again(record: Record, bank: Record, folder: Path | None = None) -> str:
    """Train a bank of a record for one pass again, and return its weights' hash after it.

    Parameters
    ----------
    record : mapping
        A study's record.
    bank : mapping
        One of its banks.
    folder : Path, optional
        Where the digits are.

    Raises
    ------
    InputError
        When the digits cannot be had.
    """
    plan = jobs_of(study_of(record), folder)[bank["arm"], tuple(bank["seeds"])].plan
    return after_first_pass(plan, digits_of(plan.recipe.digits, folder))


def _tried(bank: Bank, sets: Mapping[str, Digits], committee: bool) -> Measures:
    """Return the measures of every set, and the handwritten test digits that are misread."""
    measures: Measures = {"sets": {}}
    for whole, digits in sets.items():
        outputs = bank.outputs(bank.architecture.planes(digits.images))
        for name, belongs in parts_of(whole, digits).items():
            of_part, labels = outputs[belongs], digits.labels[belongs]
            measures["sets"][name] = _measures(bank.architecture, name, of_part, labels)
            if name == BY_HAND:
                measures["misread"] = packed(evaluation.wrong(of_part, labels))
                if committee:
                    measures["committee"] = _together(evaluation.committee(of_part), labels)
    return measures


def _together(outputs: np.ndarray, labels: np.ndarray) -> Measures:
    """Return what a committee makes of digits."""
    (errors,), (answers,) = evaluation.errors(outputs, labels), evaluation.answers(outputs).T
    silent = np.isnan(outputs).any(axis=(1, 2))
    return {"errors": int(errors), "answers": "".join(np.where(silent, "-", answers.astype(str)))}


def _measures(
    architecture: Architecture, name: str, outputs: np.ndarray, labels: np.ndarray
) -> Measures:
    mse = evaluation.mean_squared_error(outputs, labels, architecture.low_target)
    measures: Measures = {
        "patterns": len(labels),
        "errors": evaluation.errors(outputs, labels).tolist(),
        "mse": _numbers(mse),
    }
    if architecture.energy == CROSS_ENTROPY:
        measures["cross_entropy"] = _numbers(evaluation.cross_entropy(outputs, labels))
    if name in (TEST, BY_HAND):
        rules = {
            "difference": evaluation.reject_by_difference,
            "thresholds": evaluation.reject_by_thresholds,
        }
        measures["rejected"] = {
            rule: [each.rejected for each in reject(outputs, labels)]
            for rule, reject in rules.items()
        }
    return measures


def _numbers(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 8) if np.isfinite(value) else None for value in values]


def _followed(history: np.ndarray, seeds: tuple[int, ...]) -> dict[str, list[list[int]]]:
    """Return the errors on each set after every pass, a list a network."""
    return {
        str(part): [
            history["errors"][(history["part"] == part) & (history["network"] == seed)].tolist()
            for seed in seeds
        ]
        for part in np.unique(history["part"])
    }


def _at_stages_ends(history: np.ndarray, plan: Plan) -> dict[str, list[list[float | None]]]:
    """Return the mean squared error on each set at the end of every stage, a list a network."""
    ends = np.cumsum([stage.passes for stage in plan.recipe.stages])
    there = history[np.isin(history["pass"], ends)]
    return {
        str(part): [
            _numbers(there["mse"][(there["part"] == part) & (there["network"] == seed)])
            for seed in plan.seeds
        ]
        for part in np.unique(there["part"])
    }


# ---- All banks --------------------------------------------------------------------------------


def jobs_of(study: Study, folder: Path | None = None) -> dict[tuple[str, tuple[int, ...]], Job]:
    """Return the jobs of a study by arm and seeds, their digits at hand and their recipes checked.

    Raises
    ------
    InputError
        When a recipe asks for what is not there.
    """
    jobs = {}
    for arm in study.arms:
        sets = digits_of(arm.recipe.digits, folder)
        check_recipe(arm.recipe, arm.architecture, sets[TRAIN])
        for seeds in study.banks:
            plan = runs.plan_of(arm.recipe, arm.architecture, seeds, sets)
            jobs[arm.name, seeds] = Job(plan, study.follow, folder, study.committee)
    return jobs


def unfinished(jobs: Iterable[Job], kept: Path = BANKS) -> list[Job]:
    """Return the jobs, each once, that no file in `kept` holds the result of."""
    by_key = {job.key: job for job in jobs}
    return [job for key, job in by_key.items() if read_bank(kept / f"{key}.json") is None]


Spread = Callable[[list[Job]], Generator[tuple[Job, Measures], None, None]]
"""Runs jobs somewhere and hands results over as they come: see `reproduction.studies.spreading`."""


def run(
    study: Study,
    spread: Spread,
    *,
    folder: Path | None = None,
    kept: Path = BANKS,
    after_bank: Callable[[Measures], None] = lambda measures: None,
) -> dict[str, Any]:
    """Run a study, or go on with it, and return its record.

    Parameters
    ----------
    study : Study
    spread : callable
        Where the banks run.
    folder : Path, optional
        Where the digits are, if they are not to be fetched.
    kept : Path
        The folder of finished banks.
    after_bank : callable
        Is told of every bank that was trained now, once it is kept.
    """
    jobs = jobs_of(study, folder)
    with closing(spread(unfinished(jobs.values(), kept))) as results:  # interrupted, it ends now
        for job, measures in results:
            write_bank(kept / f"{job.key}.json", measures)
            after_bank(measures)
    banks = []
    for (arm, _), job in jobs.items():
        found = read_bank(kept / f"{job.key}.json")
        if found is None:
            raise InputError(f"A bank of {arm} was not trained; the same command trains it.")
        banks.append({"arm": arm, "digits": job.plan.digits, **found})
    return record_of(study, banks, next(iter(jobs.values())).plan.made_by)
