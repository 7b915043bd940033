"""How the recipe for the handwritten digits was chosen: on held-out training digits only.

The papers name the rule but neither mu nor eta. Candidates are trained on six sevenths of the
training file and tried on the seventh left out, in turn for each of seven contiguous blocks (the
file is uneven: its last digits are far too easy to judge by), sixteen seeds each, the same seeds
for every candidate. A candidate that is worse than the best by no more than twice the standard
error of their difference over the folds, in errors and in MSE alike, ties with it; among those the
simplest is taken - a constant eta before a falling one - and among equally simple ones the one
whose training figures are nearest to the paper's (1.1 % and .017, p. 402).

    python -m reproduction.selection [FILE]

writes the record, book/records/recipe-choice.json.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

import data_prep
from data_prep.digits import Digits
from reproduction import runs
from reproduction.architecture import LENET1
from reproduction.bank import Bank
from reproduction.learning import (
    HANDWRITTEN,
    Constant,
    Linear,
    Recipe,
    Sampled,
    Schedule,
    SecondOrder,
)
from reproduction.paper import PAPER
from reproduction.records import converter
from reproduction.training import TRAIN, Progress, training_passes

FOLDS = 7
SEEDS = range(16)
RECORD = Path("book/records/recipe-choice.json")


def candidate(mu: float, eta: Schedule) -> Recipe:
    """Return the handwritten recipe with another mu and eta."""
    rule = SecondOrder(mu=mu, curvature=Sampled(500))
    (stage,) = HANDWRITTEN.stages
    return replace(HANDWRITTEN, stages=(replace(stage, rule=rule, eta=eta),))


def falling(eta: float) -> Linear:
    """Return an eta that falls to a fiftieth."""
    return Linear(eta, eta / 50)


CANDIDATES = {
    "mu .02, eta .0005": candidate(0.02, Constant(5e-4)),
    "mu .05, eta .001": candidate(0.05, Constant(1e-3)),
    "mu .1, eta .002": candidate(0.1, Constant(2e-3)),
    "mu .2, eta .004": candidate(0.2, Constant(4e-3)),
    "mu .05, eta .001 falling": candidate(0.05, falling(1e-3)),
    "mu .1, eta .002 falling": candidate(0.1, falling(2e-3)),
    "mu .2, eta .004 falling": candidate(0.2, falling(4e-3)),
}


def folds(digits: Digits) -> list[dict[str, Digits]]:
    """Split digits into contiguous blocks; each is held out once from the others."""
    blocks = np.array_split(np.arange(len(digits)), FOLDS)
    return [
        {
            TRAIN: digits.select(np.setdiff1d(np.arange(len(digits)), block)),
            "held out": digits.select(block),
        }
        for block in blocks
    ]


def tried(recipe: Recipe, sets: Mapping[str, Digits]) -> dict[str, list[float]]:
    """Train a bank, and return each network's error (%) and MSE on both sets at the end."""
    bank = Bank(LENET1, SEEDS)
    progress = Progress()
    for _ in training_passes([bank], recipe, sets, progress):
        pass
    last = progress.history[progress.history["pass"] == recipe.passes]
    figures = {}
    for part in sets:
        lines = last[last["part"] == part]
        figures[f"{part} error"] = (100 * lines["errors"] / lines["patterns"]).round(4).tolist()
        figures[f"{part} mse"] = lines["mse"].round(7).tolist()
    return figures


def choose(results: Mapping[str, list[dict[str, list[float]]]]) -> dict[str, Any]:
    """Apply the rule of choice to every candidate's results, a fold each.

    Returns
    -------
    dict
        "candidates": each one's means, its difference from the best and that one's standard error,
        and whether it ties; "chosen": the name.
    """
    keys = ("held out error", "held out mse")
    means = {
        name: {key: np.array([np.mean(fold[key]) for fold in each]) for key in each[0]}
        for name, each in results.items()
    }
    candidates: dict[str, Any] = {}
    for name, mean in means.items():
        candidates[name] = {key: float(by_fold.mean()) for key, by_fold in mean.items()}
        candidates[name]["ties"] = True
        for key in keys:
            best = min(means.values(), key=lambda other: other[key].mean())
            worse = mean[key] - best[key]
            error = float(worse.std(ddof=1) / np.sqrt(len(worse)))
            candidates[name][f"{key} above the best"] = float(worse.mean())
            candidates[name][f"{key} standard error"] = error
            candidates[name]["ties"] &= bool(worse.mean() <= 2 * error)
    equals = [name for name, figures in candidates.items() if figures["ties"]]
    return {"candidates": candidates, "chosen": min(equals, key=lambda n: _rank(n, candidates[n]))}


def _rank(name: str, figures: Mapping[str, float]) -> tuple[bool, float]:
    """Rank the simpler first, then the nearer to the paper's two training figures."""
    error, mse = PAPER["train_error_percent"].value, PAPER["train_mse"].value
    distance = abs(figures["train error"] / error - 1) + abs(figures["train mse"] / mse - 1)
    return not isinstance(CANDIDATES[name].stages[0].eta, Constant), distance


def main(record: Path = RECORD) -> None:
    """Try every candidate on every fold, and write the record."""
    train = data_prep.load().train
    split = folds(train)
    jobs = list(product(CANDIDATES, range(FOLDS)))
    console = Console(stderr=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda job: tried(CANDIDATES[job[0]], split[job[1]]), jobs)
        shown = track(done, "choosing the recipe", len(jobs), console=console)
        figures = dict(zip(jobs, shown, strict=True))
    results = {name: [figures[name, fold] for fold in range(FOLDS)] for name in CANDIDATES}
    record.parent.mkdir(parents=True, exist_ok=True)
    runs.write_json(
        record,
        {
            "question": "mu and eta for the handwritten digits, by held-out training digits",
            "made by": "python -m reproduction.selection",
            "versions": runs.versions(),
            "folds": FOLDS,
            "seeds": list(SEEDS),
            "held out": [len(sets["held out"]) for sets in split],
            "recipes": {name: converter.unstructure(r) for name, r in CANDIDATES.items()},
            **choose(results),
            "results": results,
        },
    )
    console.print(f"{record}: {choose(results)['chosen']}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
