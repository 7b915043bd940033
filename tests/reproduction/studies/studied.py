"""Made-up records of the book's studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reproduction.learning import Mixed
from reproduction.studies import STUDIES, comparison, packed
from reproduction.studies.record import record_of as written

PASSES = 6
WHOLE = {"train": 9840, "test": 2707, "test_handwritten": 2007, "test_printed": 700}
BY_HAND = {"train": 7291, "test_handwritten": 2007}
PERCENT = {"train": 1.08, "test": 3.5, "test_handwritten": 4.7, "test_printed": 0.05}
MSE = {"train": 0.0169, "test": 0.0243, "test_handwritten": 0.031, "test_printed": 0.004}

FIRST = "as in the recipe"
"""The first arm of most studies."""


# ---- Made-up records --------------------------------------------------------------------------


def bank_of(arm, seeds, lost, rng, worse):
    """Make what a bank tells; the networks in `lost` have diverged, half of them into NaN."""
    patterns = WHOLE if isinstance(arm.recipe.digits, Mixed) else BY_HAND
    sets = {}
    for name, count in patterns.items():
        percent = PERCENT[name] * worse * rng.normal(1, 0.07, len(seeds))
        errors = np.rint(count * percent / 100).clip(0).astype(int)
        errors[lost] = count * 9 // 10
        mse = (MSE[name] * worse * rng.normal(1, 0.05, len(seeds))).round(8).tolist()
        for number in np.flatnonzero(lost)[::2]:
            mse[number] = None
        sets[name] = {"patterns": count, "errors": errors.tolist(), "mse": mse}
        if name in ("test", "test_handwritten"):
            rejected = (count * worse * rng.normal(0.075, 0.009, len(seeds))).astype(int)
            rejected[lost] = count
            rules = ("difference", "thresholds")
            sets[name]["rejected"] = {rule: rejected.tolist() for rule in rules}
    hard = np.sort(rng.random(2007) ** 8)[::-1]
    misread = rng.random((2007, len(seeds))) < hard[:, np.newaxis]
    misread[:30] = True
    history = {
        name: [
            [round(each * (1 + 2 / number - 2 / PASSES)) for number in range(1, PASSES + 1)]
            for each in of_set["errors"]
        ]
        for name, of_set in sets.items()
    }
    return {
        "arm": arm.name,
        "seeds": list(seeds),
        "sets": sets,
        "misread": packed(misread),
        "history": history,
    }


def record_of(name, networks=32, arms=None, lost=None, worse=None, rng=0):
    """Make the record of a study: `lost` and `worse` tell by arm how many diverged, how it errs."""
    rng = np.random.default_rng(rng)
    study = STUDIES[name]
    chosen = [arm for arm in study.arms if arms is None or arm.name in arms]
    banks = []
    for arm in chosen:
        of_arm = np.arange(networks) < (lost or {}).get(arm.name, 0)
        for start in range(0, networks, 16):
            seeds = range(start, min(start + 16, networks))
            factor = (worse or {}).get(arm.name, 1)
            banks.append(bank_of(arm, seeds, of_arm[seeds.start : seeds.stop], rng, factor))
    made = replace(study, arms=tuple(chosen), seeds=tuple(range(networks)), follow=True)
    return written(made, banks, {})


def sound(record, arm, measure):
    """Give a measure of the networks that have not diverged."""
    return comparison.values(record, arm, measure)[~comparison.diverged(record, arm)]
