"""A run's summary: its figures, as medians and ranges over the networks."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, TypedDict

import cattrs
import numpy as np

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.learning.converter import converter
from reproduction.learning.sets import TRAIN, parts_of, tried_on
from reproduction.network.bank import Bank
from reproduction.runs.plan import Plan, weights_sha256


def outputs_of(banks: list[Bank], images: np.ndarray) -> np.ndarray:
    """Compute all networks' outputs for images (n, 16, 16): float32, (n, 10, networks)."""
    planes = banks[0].architecture.planes(images)
    return np.concatenate([bank.outputs(planes) for bank in banks], axis=2)


def summarize(
    plan: Plan, banks: list[Bank], sets: Mapping[str, Digits], seconds: float
) -> dict[str, Any]:
    """Compute a run's figures: every number of summary.json.

    The way through the summary is the name of a measure: "train.error_percent", "test.mse",
    "test_handwritten.rejected.thresholds". The thresholds of rejection are fitted on the very
    digits that they are reported for, as in the paper (NIPS 1989, p. 402): the only thing that
    test digits decide. "diverged" has the seeds of networks with outputs that are no numbers,
    "unlearned" those of others that get no more training digits right than whoever always says the
    same.
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
    together = {}
    diverged = np.zeros(len(plan.seeds), bool)
    low = plan.architecture.low_target
    for name, digits in sets.items():
        all_outputs = outputs_of(banks, digits.images)
        diverged |= ~np.isfinite(all_outputs).all(axis=(0, 1))
        if name == TRAIN:
            wrong = evaluation.errors(all_outputs, digits.labels)
            unlearned = wrong >= len(digits) - digits.counts.max()
        for part, members in parts_of(name, digits).items():
            outputs, labels = all_outputs[members], digits.labels[members]
            summary[part] = {
                **evaluation.summarize(outputs, labels, low),
                "rejected": evaluation.rejection_summary(outputs, labels),
            }
            together[part] = _committee_summary(outputs, labels, low)
        if name == tried_on(sets):
            counts = evaluation.errors(all_outputs, digits.labels)
            summary["median_network"] = _median_seed(counts, plan.seeds)
    summary["committee"] = together
    seeds = np.array(plan.seeds)
    summary["diverged"] = seeds[diverged].tolist()
    summary["unlearned"] = seeds[unlearned & ~diverged].tolist()
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
    mse = float(evaluation.mean_squared_error(mean, labels, low)[0])
    return {
        "error_percent": float(evaluation.error_percent(mean, labels)[0]),
        "mse": mse if isfinite(mse) else None,
        "rejected": {
            "difference": by_difference.rejected_percent,
            "thresholds": by_thresholds.rejected_percent,
        },
        "thresholds": by_thresholds.thresholds.to_json(),
    }


# ---- Its shape --------------------------------------------------------------------------------


class _Spread(TypedDict):
    median: float | None
    min: float | None
    max: float | None
    each: list[float | None]


class _Rejected(TypedDict):
    difference: _Spread
    thresholds: _Spread


class _Set(TypedDict):
    patterns: int
    error_percent: _Spread
    mse: _Spread
    rejected: _Rejected


class _ByRule(TypedDict):
    difference: float | None
    thresholds: float | None


class _Together(TypedDict):
    error_percent: float
    mse: float | None
    rejected: _ByRule
    thresholds: dict[str, float | None]


class _Always(TypedDict):
    recipe: str
    architecture: str
    energy: str
    networks: int
    seeds: list[int]
    passes: int
    seconds: float
    weights_sha256: str
    train: _Set
    median_network: int
    committee: dict[str, _Together]
    diverged: list[int]
    unlearned: list[int]


class _Summary(_Always, total=False):
    test: _Set
    test_handwritten: _Set
    test_printed: _Set
    held_out: _Set


def is_summary(data: Any) -> bool:
    """Tell whether this is a summary as `summarize` makes it."""
    try:
        converter.structure(data, _Summary)
    except cattrs.BaseValidationError:
        return False
    tried = tried_on(data)
    return tried in data and data["committee"].keys() >= {TRAIN, tried}
