"""A run's summary: its figures, as medians and ranges over the networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from data_prep.digits import Digits
from reproduction import evaluation
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
    test digits decide.
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
    low = plan.architecture.low_target
    for name, digits in sets.items():
        all_outputs = outputs_of(banks, digits.images)
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
    return summary


def is_summary(data: Any) -> bool:
    """Tell whether this is a summary as `summarize` makes it, as far as its keys say."""
    if not isinstance(data, dict) or not data.keys() >= {"weights_sha256", "committee"}:
        return False
    parts = [data.get(TRAIN), data.get(tried_on(data))]
    return all(isinstance(part, dict) and "rejected" in part for part in parts)


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
        "rejected": {
            "difference": by_difference.rejected_percent,
            "thresholds": by_thresholds.rejected_percent,
        },
        "thresholds": by_thresholds.thresholds.to_json(),
    }
