"""How mu and eta were chosen: on held-out training digits only.

The papers name the rule but neither mu nor eta; plain gradient descent, for contrast, must have its
own best eta to be a fair one. Candidates are trained on six sevenths of the handwritten training
file and tried on the seventh left out, in turn for each of seven contiguous blocks (the file is
uneven: its last digits are far too easy to judge by), sixteen seeds each, the same for every
candidate. Each is also trained on the whole experiment's 9840 training digits, for which the paper
prints its training figures. No test digit takes part. The rule of choice:

1. A candidate whose held-out errors are above the best one's by more than twice the standard error
   of the difference over the folds is out. The others tie. The MSE stands beside in the record,
   but does not decide: it falls with eta itself, whether or not the errors do.
2. Of those that tie the simplest are taken: a constant eta before a falling one.
3. Of those, the one whose training error and MSE are nearest to the paper's (1.1 % and .017, p.
   402).

LeNet-1's relatives choose in the same way, on the handwritten digits alone and by the training
figures of their own papers; where there are none, the held-out errors decide among the simplest.

    python -m reproduction.studies.selection [second-order | first-order | net1989 | ...]

writes the record, book/records/choice-second-order.json and so on, of some choices or of all. What
the record already holds of a candidate is not trained again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

import data_prep
from data_prep.digits import Digits
from reproduction import runs
from reproduction.evaluation import errors, mean_squared_error
from reproduction.learning import (
    HANDWRITTEN,
    Constant,
    FirstOrder,
    Handwritten,
    Linear,
    Material,
    Mixed,
    Part,
    Recipe,
    Rule,
    Sampled,
    Schedule,
    SecondOrder,
)
from reproduction.learning.converter import converter
from reproduction.learning.training import TRAIN, Progress, sets_of, training_passes
from reproduction.network.bank import Bank
from reproduction.network.relatives import ARCHITECTURES
from reproduction.paper import PUBLISHED, Fact

FOLDS = 7
SEEDS = range(16)
RECORDS = Path("book/records")

Figures = dict[str, list[float]]
"""A figure a network, by its name: "train error" (%), "train mse", "held out error" ..."""

Results = Mapping[str, Mapping[str, Sequence[Figures]]]
"""Of each candidate: "folds", the figures a fold each, and "whole", those of the experiment."""


def candidate(
    rule: Rule, eta: Schedule, architecture: str = HANDWRITTEN.architecture, passes: int = 30
) -> Recipe:
    """Return the handwritten recipe with another rule and eta, perhaps for another network."""
    (stage,) = HANDWRITTEN.stages
    stages = (replace(stage, rule=rule, eta=eta, passes=passes),)
    return replace(HANDWRITTEN, stages=stages, architecture=architecture)


def falling(eta: float) -> Linear:
    """Return an eta that falls to a fiftieth."""
    return Linear(eta, eta / 50)


def second_order(mu: float, eta: Schedule, *other: Any) -> Recipe:
    """Return a candidate by the second-order rule."""
    return candidate(SecondOrder(mu=mu, curvature=Sampled(500)), eta, *other)


def on_a_grid(
    mus: Sequence[float], ratios: Sequence[float], *other: Any, falling_too: bool = False
) -> dict[str, Recipe]:
    """Return a candidate for every mu and every ratio of eta to mu.

    Where the choice falls at an edge of the grid, the grid is too small: a test asks for tried
    neighbours of what is chosen, in mu, in eta and in the ratio.
    """
    ways: dict[str, Callable[[float], Schedule]] = {"": Constant}
    if falling_too:
        ways[" falling"] = falling
    return {
        f"mu {mu:g}, eta {eta:g}{name}": second_order(mu, way(eta), *other)
        for name, way in ways.items()
        for mu in mus
        for eta in (float(f"{mu * ratio:.3g}") for ratio in ratios)
    }


CANDIDATES = {
    "second-order": {
        **on_a_grid((0.01, 0.02, 0.05, 0.1, 0.2), (0.00625, 0.0125, 0.025)),
        **on_a_grid((0.05, 0.1, 0.2), (0.02,), falling_too=True),
    },
    "first-order": {
        "eta .001": candidate(FirstOrder(), Constant(1e-3)),
        "eta .002": candidate(FirstOrder(), Constant(2e-3)),
        "eta .004": candidate(FirstOrder(), Constant(4e-3)),
        "eta .008": candidate(FirstOrder(), Constant(8e-3)),
        "eta .016": candidate(FirstOrder(), Constant(1.6e-2)),
        "eta .004 falling": candidate(FirstOrder(), falling(4e-3)),
        "eta .008 falling": candidate(FirstOrder(), falling(8e-3)),
        "eta .016 falling": candidate(FirstOrder(), falling(1.6e-2)),
        "eta .032 falling": candidate(FirstOrder(), falling(3.2e-2)),
    },
    "net1989": {
        **on_a_grid((0.02,), (0.003, 0.006, 0.0125, 0.025), "NET1989", 23),
        **on_a_grid((0.05, 0.1, 0.2), (0.0025, 0.005, 0.01), "NET1989", 23),
        **on_a_grid((0.05, 0.1), (0.02,), "NET1989", 23),
        **on_a_grid((0.5,), (0.005, 0.01), "NET1989", 23),
        "mu 0.02, eta 0.0005 falling": second_order(0.02, falling(5e-4), "NET1989", 23),
    },
    "fc40": {
        **on_a_grid((0.02,), (0.003, 0.006, 0.0125, 0.025), "FC40", 23),
        **on_a_grid((0.05, 0.1, 0.2), (0.0025, 0.005, 0.01), "FC40", 23),
        **on_a_grid((0.05, 0.1), (0.02,), "FC40", 23),
        **on_a_grid((0.5,), (0.005, 0.01), "FC40", 23),
        "mu 0.02, eta 0.0005 falling": second_order(0.02, falling(5e-4), "FC40", 23),
    },
    "tutorial-second-order": {
        **on_a_grid((0.01, 0.02, 0.05), (0.0125, 0.025, 0.04), "TUTORIAL"),
        **on_a_grid((0.05, 0.1), (0.02,), "TUTORIAL"),
    },
    "tutorial-first-order": {
        "eta .01": candidate(FirstOrder(), Constant(1e-2), "TUTORIAL"),
        "eta .02": candidate(FirstOrder(), Constant(2e-2), "TUTORIAL"),
        "eta .04": candidate(FirstOrder(), Constant(4e-2), "TUTORIAL"),
        "eta .02 falling": candidate(FirstOrder(), falling(2e-2), "TUTORIAL"),
        "eta .05 falling": candidate(FirstOrder(), falling(5e-2), "TUTORIAL"),
    },
}
"""For each choice, what was tried."""

PAPER_OF: Mapping[str, Mapping[str, Fact]] = {
    "second-order": PUBLISHED["LENET1"],
    "first-order": PUBLISHED["LENET1"],
    "net1989": PUBLISHED["NET1989"],
    "fc40": PUBLISHED["FC40"],
}
"""The papers whose training figures decide among candidates that tie."""


def record_of(rule: str) -> Path:
    """Return where the choice for a rule is recorded."""
    return RECORDS / f"choice-{rule}.json"


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


def tried(recipe: Recipe, sets: Mapping[str, Digits]) -> Figures:
    """Train a bank, and return each network's error (%) and MSE on every set at the end."""
    bank = Bank(ARCHITECTURES[recipe.architecture], SEEDS, recipe.initial)
    for _ in training_passes([bank], recipe, sets, Progress(), ()):
        pass
    figures = {}
    for part, digits in sets.items():
        outputs = bank.outputs(bank.architecture.planes(digits.images))
        percent = 100 * errors(outputs, digits.labels) / len(digits)
        mse = mean_squared_error(outputs, digits.labels, bank.architecture.low_target)
        figures[f"{part} error"] = percent.round(4).tolist()
        figures[f"{part} mse"] = mse.round(7).tolist()
    return figures


def choose(
    recipes: Mapping[str, Recipe],
    results: Results,
    published: Mapping[str, Fact] = PUBLISHED["LENET1"],
) -> dict[str, Any]:
    """Apply the rule of choice.

    Parameters
    ----------
    recipes : mapping of str to Recipe
        The candidates.
    results : mapping
        What each of them did.
    published : mapping of str to Fact
        The paper with the training figures.

    Returns
    -------
    dict
        "candidates": each one's means, what it is above the best and the standard error of that,
        and whether it ties; "chosen": the name.
    """
    folds_of = {
        name: {
            key: np.array([np.mean(fold[key]) for fold in each["folds"]])
            for key in ("held out error", "held out mse")
        }
        for name, each in results.items()
    }
    candidates: dict[str, Any] = {}
    for name, by_fold in folds_of.items():
        (whole,) = results[name]["whole"]
        found: dict[str, Any] = {key: float(np.mean(values)) for key, values in whole.items()}
        for key, values in by_fold.items():
            best = min(folds_of.values(), key=lambda other: other[key].mean())
            above = values - best[key]
            found[key] = float(values.mean())
            found[f"{key} above the best"] = float(above.mean())
            found[f"{key} standard error"] = float(above.std(ddof=1) / np.sqrt(len(above)))
        error = "held out error"
        found["ties"] = found[f"{error} above the best"] <= 2 * found[f"{error} standard error"]
        candidates[name] = found
    equals = [name for name in candidates if candidates[name]["ties"]]
    chosen = min(equals, key=lambda name: _rank(recipes[name], candidates[name], published))
    return {"candidates": candidates, "chosen": chosen}


def _rank(
    recipe: Recipe, found: Mapping[str, float], published: Mapping[str, Fact]
) -> tuple[bool, float]:
    """Rank the simpler first, then the nearer to the paper's training figures."""
    figures = {"train error": "train.error_percent", "train mse": "train.mse"}
    distances = [
        abs(found[ours] / published[theirs].value - 1)
        for ours, theirs in figures.items()
        if theirs in published
    ]
    distance = sum(distances) if distances else found["held out error"]
    return not isinstance(recipe.stages[0].eta, Constant), distance


def select(rule: str) -> None:
    """Try every candidate for a rule, and write the record."""
    recipes = CANDIDATES[rule]
    usps = data_prep.load()
    whole = sets_of(_whole(rule), usps)[TRAIN]
    sets = {"folds": folds(usps.train), "whole": [{TRAIN: whole}]}
    learned = {"folds": runs.digits_sha256(usps.train), "whole": runs.digits_sha256(whole)}
    results = _kept(record_of(rule), recipes, learned)
    jobs = [(name, kind) for name in recipes for kind in sets if kind not in results[name]]
    tasks = [(name, kind, each) for name, kind in jobs for each in sets[kind]]
    console = Console(stderr=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda task: tried(_on(recipes[task[0]], rule, task[1]), task[2]), tasks)
        shown = track(done, f"choosing eta, {rule}", len(tasks), console=console)
        for (name, kind, _), figures in zip(tasks, shown, strict=True):
            results[name].setdefault(kind, []).append(figures)
    choice = choose(recipes, results, PAPER_OF.get(rule, {}))
    RECORDS.mkdir(parents=True, exist_ok=True)
    runs.write_json(
        record_of(rule),
        {
            "question": f"mu and eta, {rule}, by held-out training digits",
            "made by": f"python -m reproduction.studies.selection {rule}",
            "versions": runs.versions(),
            "seeds": list(SEEDS),
            "digits": learned,
            "held out": [len(each["held out"]) for each in sets["folds"]],
            "recipes": {name: converter.unstructure(recipe) for name, recipe in recipes.items()},
            **choice,
            "results": results,
        },
    )
    console.print(f"{record_of(rule)}: {choice['chosen']}")


def _whole(rule: str) -> Material:
    """Return the digits for which the training figures are printed."""
    return Mixed() if PAPER_OF.get(rule) is PUBLISHED["LENET1"] else Handwritten()


def _on(recipe: Recipe, rule: str, kind: str) -> Recipe:
    """Return a recipe for the whole experiment where that is asked for."""
    if kind == "folds":
        return recipe
    (stage,) = recipe.stages
    return replace(recipe, stages=(replace(stage, part=Part()),), digits=_whole(rule))


def _kept(
    record: Path, recipes: Mapping[str, Recipe], learned: Mapping[str, str]
) -> dict[str, dict[str, list[Figures]]]:
    """Return what a record already holds of every candidate, learned from the same digits."""
    if not record.exists():
        return {name: {} for name in recipes}
    before = runs.read_json(record, "remove it, and choose anew")
    there = {
        converter.structure(recipe, Recipe): before["results"][name]
        for name, recipe in before["recipes"].items()
    }
    same = [
        kind for kind, digits in learned.items() if before.get("digits", {}).get(kind) == digits
    ]
    return {
        name: {kind: there[recipe][kind] for kind in same if kind in there.get(recipe, {})}
        for name, recipe in recipes.items()
    }


def main(rules: Sequence[str]) -> None:
    """Choose for the rules named, or for all."""
    for rule in rules or CANDIDATES:
        if rule not in CANDIDATES:
            sys.exit(f'There is no choice "{rule}" to make; there are {", ".join(CANDIDATES)}.')
        select(rule)


if __name__ == "__main__":
    main(sys.argv[1:])
