"""Studies: many networks by several recipes and architectures, as banks of sixteen.

A study is data: its arms, each a recipe and an architecture, and the seeds. Every arm trains the
same seeds, so arms can be compared network by network. The banks are independent of one another:
they run on all cores, or on the machines of a Dask cluster, in any order, and end in the same bits
everywhere. A finished bank is kept in a file named by what it is; so a study that is killed goes on
from there, and studies share the banks that they have in common.

The record of a study is one JSON file: what ran, with which versions, and for every bank the hash
of its weights after the first pass and at the end, and every network's figures. What follows from
them is computed by `reproduction.studies.comparison`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cattrs
import numpy as np

import data_prep
from data_prep.digits import Digits
from data_prep.errors import InputError
from data_prep.usps import USPS
from reproduction import evaluation, runs
from reproduction.learning import Material, Recipe
from reproduction.learning.converter import converter
from reproduction.learning.sets import TRAIN, parts_of, sets_of
from reproduction.learning.training import Progress, check_recipe, training_passes
from reproduction.network import CROSS_ENTROPY, NETWORKS, Architecture, Bank
from reproduction.network.bank import checked_seeds
from reproduction.runs import Plan

BANKS = Path("runs") / "banks"
"""Where finished banks are kept until the record is written, and after."""

Figures = dict[str, Any]
"""What a bank did: see `trained`."""


@dataclass(frozen=True)
class Arm:
    """One way to train.

    Attributes
    ----------
    name : str
        In a few words, what is different here.
    recipe : Recipe
    architecture : Architecture
    """

    name: str
    recipe: Recipe
    architecture: Architecture


@dataclass(frozen=True)
class Study:
    """Ways to train that are to be compared.

    Attributes
    ----------
    name : str
        Name by which the command line knows the study.
    question : str
        What it is to find out.
    arms : tuple of Arm
        The first is what the others are compared with.
    seeds : tuple of int
        A network for each, in every arm.
    follow : bool
        Whether the networks are tried after every pass, not only at the end.
    """

    name: str
    question: str
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    follow: bool = False

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if not names:
            raise InputError(f'The study "{self.name}" has no arms; give it at least one.')
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(
                f'The study "{self.name}" has two arms of one name, "{twice}"; give the recipes '
                "or the architectures names of their own."
            )
        checked_seeds(self.seeds)

    @property
    def banks(self) -> list[tuple[int, ...]]:
        """The seeds of each bank of an arm."""
        return [self.seeds[n : n + NETWORKS] for n in range(0, len(self.seeds), NETWORKS)]


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
    """

    plan: Plan
    follow: bool = False
    folder: Path | None = None

    @property
    def key(self) -> str:
        """SHA-256 of all that the result depends on; names and words do not count."""
        stages = tuple(replace(stage, name="any") for stage in self.plan.recipe.stages)
        recipe = replace(self.plan.recipe, name="any", about="", architecture="any", stages=stages)
        plan = replace(
            self.plan, recipe=recipe, architecture=replace(self.plan.architecture, name="any")
        )
        text = json.dumps([converter.unstructure(plan), self.follow], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


# ---- One bank ---------------------------------------------------------------------------------


@cache
def _usps(folder: Path | None) -> USPS:
    return data_prep.load(folder, announce=lambda line: None)


@cache
def _sets(material: Material, folder: Path | None) -> dict[str, Digits]:
    return sets_of(material, _usps(folder))


def trained(job: Job) -> Figures:
    """Train a bank and try its networks.

    Returns
    -------
    dict
        "seeds"; "after_first_pass" and "weights_sha256"; "cpu_seconds"; "sets": for every set of
        digits its patterns and each network's errors, mse and, on test digits, rejected patterns
        by either rule; "misread": the handwritten test digits that each network gets wrong, see
        `packed`; "history", if followed: errors on each set after every pass, a list a network.

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
    sets = _sets(plan.recipe.digits, job.folder)
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
    figures: Figures = {
        "seeds": list(plan.seeds),
        "after_first_pass": first,
        "weights_sha256": runs.weights_sha256(bank.parameters),
        **_tried(bank, sets),
    }
    if job.follow:
        figures["history"] = _followed(progress.history, plan.seeds)
    return {**figures, "cpu_seconds": round(time.process_time() - started, 1)}


def after_first_pass(plan: Plan, sets: Mapping[str, Digits]) -> str:
    """Return the hash of a bank's weights after the first pass of its recipe."""
    bank = Bank(plan.architecture, plan.seeds, plan.recipe.initial)
    next(training_passes([bank], plan.recipe, sets, Progress(), ()))
    return runs.weights_sha256(bank.parameters)


def _tried(bank: Bank, sets: Mapping[str, Digits]) -> Figures:
    """Return the figures of every set, and the handwritten test digits that are misread."""
    tried = runs.tried_sets(sets)
    if "test_printed" not in tried:
        del tried["test"]  # the same as test_handwritten
    figures: Figures = {"sets": {}}
    for name, digits in tried.items():
        outputs = runs.outputs_of([bank], digits.images)
        figures["sets"][name] = _figures(bank.architecture, name, outputs, digits.labels)
        if name == "test_handwritten":
            figures["misread"] = packed(evaluation.wrong(outputs, digits.labels))
    return figures


def _figures(
    architecture: Architecture, name: str, outputs: np.ndarray, labels: np.ndarray
) -> Figures:
    mse = evaluation.mean_squared_error(outputs, labels, architecture.low_target)
    figures: Figures = {
        "patterns": len(labels),
        "errors": evaluation.errors(outputs, labels).tolist(),
        "mse": _numbers(mse),
    }
    if architecture.energy == CROSS_ENTROPY:
        figures["cross_entropy"] = _numbers(evaluation.cross_entropy(outputs, labels))
    if name not in (TRAIN, "test_printed"):
        rules = {
            "difference": evaluation.reject_by_difference,
            "thresholds": evaluation.reject_by_thresholds,
        }
        figures["rejected"] = {
            rule: [each.rejected for each in reject(outputs, labels)]
            for rule, reject in rules.items()
        }
    return figures


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


def packed(misread: np.ndarray) -> str:
    """Pack which patterns (rows) which networks (columns) misread into text: bits, zlib, base64."""
    bits = np.packbits(misread.T, axis=1).tobytes()
    return base64.b64encode(zlib.compress(bits, 9)).decode()


def unpacked(text: str, patterns: int) -> np.ndarray:
    """Undo `packed`: bool, (patterns, networks)."""
    bits = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    return np.unpackbits(bits.reshape(-1, (patterns + 7) // 8), axis=1)[:, :patterns].T.astype(bool)


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
        sets = _sets(arm.recipe.digits, folder)
        check_recipe(arm.recipe, arm.architecture, sets[TRAIN])
        for seeds in study.banks:
            plan = runs.plan_of(arm.recipe, arm.architecture, seeds, sets)
            jobs[arm.name, seeds] = Job(plan, study.follow, folder)
    return jobs


def unfinished(jobs: Iterable[Job], kept: Path = BANKS) -> list[Job]:
    """Return the jobs, each once, that no file in `kept` holds the result of."""
    by_key = {job.key: job for job in jobs}
    return [job for key, job in by_key.items() if _read_bank(kept / f"{key}.json") is None]


Spread = Callable[[list[Job]], Iterator[tuple[Job, Figures]]]
"""Runs jobs somewhere and hands results over as they come: see `reproduction.studies.spreading`."""


def run(
    study: Study,
    spread: Spread,
    *,
    folder: Path | None = None,
    kept: Path = BANKS,
    after_bank: Callable[[Figures], None] = lambda figures: None,
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
    for job, figures in spread(unfinished(jobs.values(), kept)):
        kept.mkdir(parents=True, exist_ok=True)
        runs.write(kept / f"{job.key}.json", as_text(figures).encode(), "start elsewhere")
        after_bank(figures)
    banks = []
    for (arm, _), job in jobs.items():
        kept_figures = _read_bank(kept / f"{job.key}.json")
        if kept_figures is None:
            raise InputError(f"A bank of {arm} was not trained; the same command trains it.")
        banks.append({"arm": arm, "digits": job.plan.digits, **kept_figures})
    return {
        "study": study.name,
        "question": study.question,
        "made by": f"lenet1989 study {study.name}",
        "versions": runs.versions() | next(iter(jobs.values())).plan.made_by,
        "seeds": list(study.seeds),
        "follow": study.follow,
        "arms": {
            arm.name: {
                "recipe": converter.unstructure(arm.recipe),
                "architecture": converter.unstructure(arm.architecture),
            }
            for arm in study.arms
        },
        "banks": banks,
    }


def _read_bank(path: Path) -> Figures | None:
    """Return what is kept of a bank, or None where there is nothing that can be read."""
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
        return figures if _is_bank(figures) else None
    except (OSError, ValueError, AttributeError, TypeError):
        return None


# ---- Records ----------------------------------------------------------------------------------


def as_text(record: Mapping[str, Any]) -> str:
    """Return a record as JSON, every list of plain values on a line of its own."""
    text = json.dumps(record, indent=1)
    plain_list = r"\[\n\s*([^\[\]{}\"]*?)\s*\]"  # in a text of JSON no line ends
    return re.sub(plain_list, _on_one_line, text) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return f"[{' '.join(found[1].split())}]"


def read_record(path: Path) -> dict[str, Any]:
    """Read a study's record.

    Raises
    ------
    InputError
        When there is none, or it cannot be read.
    """
    if not path.exists():
        raise InputError(f"There is no record {path}; make one by lenet1989 study.")
    record = runs.read_json(path, "make it anew by lenet1989 study")
    try:
        arms = {arm.name for arm in study_of(record).arms}
        whole = all(bank["arm"] in arms and _is_bank(bank) for bank in record["banks"])
    except (KeyError, TypeError, AttributeError, cattrs.BaseValidationError, InputError):
        whole = False
    if not whole:
        raise InputError(
            f"{path} is no record of a study as this version writes it; make it anew by lenet1989 "
            "study."
        )
    return record


def _is_bank(figures: Any) -> bool:
    """Tell whether these are the figures of a bank, as far as their keys say."""
    keys = {"seeds", "after_first_pass", "weights_sha256", "cpu_seconds", "sets", "misread"}
    return keys <= figures.keys() and {TRAIN, "test_handwritten"} <= figures["sets"].keys()


def study_of(record: Mapping[str, Any]) -> Study:
    """Return the study that a record is of."""
    arms = tuple(
        Arm(
            name,
            converter.structure(arm["recipe"], Recipe),
            converter.structure(arm["architecture"], Architecture),
        )
        for name, arm in record["arms"].items()
    )
    seeds = tuple(record["seeds"])
    return Study(record["study"], record["question"], arms, seeds, record["follow"])


def part_of(record: Mapping[str, Any], seeds: Collection[int] | None) -> dict[str, Any]:
    """Return a record of only the banks whose seeds are all among those given; None for all.

    Raises
    ------
    InputError
        When there is no such bank.
    """
    if seeds is None:
        return dict(record)
    banks = [bank for bank in record["banks"] if set(bank["seeds"]) <= set(seeds)]
    if not banks:
        raise InputError(
            "No bank of the record has only these seeds; give those of a whole bank, as --seeds "
            f"{record['banks'][0]['seeds'][0]}-{record['banks'][0]['seeds'][-1]}."
        )
    there = sorted({seed for bank in banks for seed in bank["seeds"]}, key=record["seeds"].index)
    return {**record, "seeds": there, "banks": banks}


def differences(record: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Say in which banks another record of the same study differs: in bits, or in figures."""
    found = []
    there = {(bank["arm"], tuple(bank["seeds"])): bank for bank in again["banks"]}
    for bank in record["banks"]:
        name = f"{bank['arm']}, seeds {bank['seeds'][0]} to {bank['seeds'][-1]}"
        other = there.get((bank["arm"], tuple(bank["seeds"])))
        if other is None:
            found.append(f"{name}: it is missing")
            continue
        same = {key: bank[key] == other[key] for key in ("after_first_pass", "weights_sha256")}
        if not same["after_first_pass"]:
            found.append(f"{name}: other weights after the first pass")
        elif not same["weights_sha256"]:
            found.append(f"{name}: other weights at the end")
        elif any(bank.get(key) != other.get(key) for key in ("sets", "misread", "history")):
            found.append(f"{name}: other figures from the same weights")
    return found
