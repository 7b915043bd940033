"""What the chapters of the book work with: digits, runs by name, records.

A chapter asks for a run by its recipe's name; the first that asks trains it, the others wait for
it and read it. Nothing here writes to stderr, which a strict build takes for a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import data_prep
from data_prep.digits import HANDWRITTEN, DataSet, Digits
from data_prep.errors import InputError
from reproduction import evaluation, runs, studies
from reproduction.learning import RECIPES, Recipe
from reproduction.learning.sets import load_whole, sets_of, tried_on
from reproduction.learning.training import Progress, train
from reproduction.network import ARCHITECTURES, LENET1, Bank
from reproduction.studies import Record, comparison
from reproduction.studies.selection import Choice, choose

RUNS = Path(__file__).resolve().parents[2] / "_build" / "runs"
"""Where the runs of the book are kept, beside its pages."""

RECORDS = Path(__file__).resolve().parents[2] / "book" / "records"
"""What is measured once and kept: the studies, the choices, the speeds."""


@cache
def usps() -> DataSet:
    """Return the handwritten digits."""
    return data_prep.load(announce=lambda line: None, progress=False)


@cache
def sets(recipe: str = "paper") -> dict[str, Digits]:
    """Return the digits that a recipe learns from, "train", and those it is tried on, "test"."""
    quietly = partial(load_whole, announce=lambda line: None, progress=False)
    return sets_of(RECIPES[recipe].digits, quietly)


SHARED = (
    "paper",
    "handwritten",
    "staged",
    "parts",
    "layerwise",
    "lecun1998",
    "sgd",
    "net1989",
)
"""The recipes that the chapters ask for; `python -m reproduction.pages` trains them beforehand."""


@cache
def run(recipe: str = "paper") -> runs.Run:
    """Return the sixteen networks of a recipe, trained at the first call of all chapters.

    What another version has left there is forgotten.
    """
    return trained(recipe)


def trained(
    recipe: str, after_pass: Callable[[Progress], None] = lambda progress: None
) -> runs.Run:
    """Train a recipe's run, or read it if it is there; `after_pass` is told after every pass."""
    digits, plan = sets(recipe), plan_of(recipe)
    again = _is_of_another(RUNS / recipe, plan)
    return runs.train_run(
        RUNS / recipe, plan, digits, again=again, wait=True, after_pass=after_pass
    )


def is_trained(recipe: str) -> bool:
    """Tell whether a recipe's run is there, finished, and of this version."""
    folder = RUNS / recipe
    finished = (folder / runs.SUMMARY_FILE).exists()
    return finished and not _is_of_another(folder, plan_of(recipe))


def plan_of(recipe: str) -> runs.Plan:
    """Return what a recipe's run is: sixteen networks of its own architecture."""
    chosen = RECIPES[recipe]
    return runs.plan_of(chosen, ARCHITECTURES[chosen.architecture], tuple(range(16)), sets(recipe))


@cache
def outputs(recipe: str = "paper") -> np.ndarray:
    """Return what a recipe's sixteen networks say to its test digits.

    Returns
    -------
    ndarray, float32, shape (n, 10, 16)
        In the order of `sets(recipe)`'s test digits.
    """
    digits = sets(recipe)
    return runs.outputs_of(run(recipe).banks(), digits[tried_on(digits)].images)


def by_hand(recipe: str = "paper") -> tuple[Digits, np.ndarray]:
    """Return the handwritten ones of a recipe's test digits, and what its networks say to them.

    Returns
    -------
    Digits
        n of them.
    ndarray, float32, shape (n, 10, 16)
    """
    test = sets(recipe)[tried_on(sets(recipe))]
    chosen = test.origin == HANDWRITTEN
    return test.select(chosen), outputs(recipe)[chosen]


def errors_of(recipe: Recipe) -> np.ndarray:
    """Train sixteen LeNet-1 on the handwritten digits, and return what they misread of the test.

    Returns
    -------
    ndarray, float64, shape (16,)
        In percent.
    """
    bank = Bank(LENET1)
    train(bank, recipe, usps().train)
    test = usps().test
    return evaluation.error_percent(bank.outputs(LENET1.planes(test.images)), test.labels)


def _is_of_another(folder: Path, plan: runs.Plan) -> bool:
    """Tell whether a folder holds a run of another plan, or one that cannot be read."""
    if not (folder / runs.RECIPE_FILE).exists():
        return False
    try:
        if (folder / runs.SUMMARY_FILE).exists():
            runs.read_run(folder)
        return runs.read_plan(folder) != plan
    except InputError:
        return True


def choice(rule: str) -> Choice:
    """Return what held-out training digits chose for a rule: "second-order", "first-order"."""
    return choose(record(f"choice-{rule}"))


def record(study: str, *arms: str) -> Record:
    """Return the committed record of a study (book/records/), by its name: of all arms, or some."""
    whole = studies.read_record(RECORDS / f"{study}.json", study)
    return comparison.only(whole, arms) if arms else whole


def measurement(name: str) -> dict[str, Any]:
    """Return another committed record, of what is no study: "speed", "tutorial-adam"."""
    return runs.read_json(RECORDS / f"{name}.json")
