"""A run's summary: its figures, as medians and ranges over the networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypedDict

import cattrs
import numpy as np

from data_prep.digits import Digits
from reproduction import evaluation
from reproduction.learning.converter import converter
from reproduction.learning.sets import TRAIN, parts_of, tried_on
from reproduction.network.architecture import checked_images
from reproduction.network.bank import Bank
from reproduction.runs.plan import Plan, weights_sha256

BLOCK = 1000
"""Images that are in planes at a time: one of LENET1 takes three times the memory of its image."""


def outputs_of(banks: list[Bank], images: np.ndarray) -> np.ndarray:
    """Compute all networks' outputs for images (n, 16, 16): float32, (n, 10, networks)."""
    images = checked_images(images)
    ends = np.cumsum([0, *(len(bank.seeds) for bank in banks)])
    outputs = np.empty((len(images), banks[0].architecture.outputs, ends[-1]), np.float32)
    for start in range(0, max(1, len(images)), BLOCK):
        block = slice(start, start + BLOCK)
        planes = banks[0].architecture.planes(images[block])
        for bank, first, end in zip(banks, ends[:-1], ends[1:], strict=True):
            outputs[block, :, first:end] = bank.outputs(planes)
    return outputs


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
        tried = _Tried.of(banks, name, digits)
        diverged |= tried.diverged
        if name == TRAIN:
            unlearned = tried.errors >= len(digits) - digits.counts.max()
        for part, members in tried.parts.items():
            labels = digits.labels[members]
            spreads = {key: evaluation.spread(each) for key, each in tried.measures[part].items()}
            by_rule = {rule: spreads.pop(rule) for rule in RULES}
            summary[part] = {"patterns": len(labels), **spreads, "rejected": by_rule}
            together[part] = _committee_summary(tried.committee[members], labels, low)
        if name == tried_on(sets):
            summary["median_network"] = _median_seed(tried.errors, plan.seeds)
    summary["committee"] = together
    seeds = np.array(plan.seeds)
    summary["diverged"] = seeds[diverged].tolist()
    summary["unlearned"] = seeds[unlearned & ~diverged].tolist()
    return summary


RULES = {
    "difference": evaluation.reject_by_difference,
    "thresholds": evaluation.reject_by_thresholds,
}


@dataclass(frozen=True)
class _Tried:
    """What networks do on a set: they are tried bank after bank, so that none waits in memory.

    Attributes
    ----------
    parts : dict
        Which digits belong to each part, see `parts_of`.
    measures : dict of dict of ndarray, shape (networks,)
        Of each part: error_percent, mse, and what is rejected by each of the rules.
    errors : ndarray of int, shape (networks,)
        On the whole set.
    diverged : ndarray of bool, shape (networks,)
        Which have outputs that are no numbers.
    committee : ndarray, float64, shape (n, 10, 1)
        What all of them say together.
    """

    parts: dict[str, np.ndarray | slice]
    measures: dict[str, dict[str, np.ndarray]]
    errors: np.ndarray
    diverged: np.ndarray
    committee: np.ndarray

    @classmethod
    def of(cls, banks: list[Bank], name: str, digits: Digits) -> _Tried:
        """Try banks on a set."""
        parts, voices = parts_of(name, digits), evaluation.Voices()
        low = banks[0].architecture.low_target
        measures: dict[str, list] = {part: [] for part in parts}
        errors, diverged = [], []
        for bank in banks:
            outputs = outputs_of([bank], digits.images)
            voices.add(outputs)
            errors.append(evaluation.errors(outputs, digits.labels))
            diverged.append(~np.isfinite(outputs).all(axis=(0, 1)))
            for part, members in parts.items():
                measures[part].append(_measures(outputs[members], digits.labels[members], low))
            del outputs  # or two banks' would be in memory while the next are computed
        return cls(
            parts,
            {
                part: {key: np.concatenate([one[key] for one in each]) for key in each[0]}
                for part, each in measures.items()
            },
            np.concatenate(errors),
            np.concatenate(diverged),
            voices.mean(),
        )


def _measures(outputs: np.ndarray, labels: np.ndarray, low: float) -> dict[str, Any]:
    """Return measures of each network, its rejected percentages by rule among them."""
    return {
        "error_percent": evaluation.error_percent(outputs, labels),
        "mse": evaluation.mean_squared_error(outputs, labels, low),
        **{
            rule: [each.rejected_percent for each in reject(outputs, labels)]
            for rule, reject in RULES.items()
        },
    }


def _median_seed(counts: np.ndarray, seeds: tuple[int, ...]) -> int:
    """Return the seed of the median network by errors; the lower one, ties by seed."""
    by_seed = np.argsort(seeds)
    return int(np.array(seeds)[by_seed][evaluation.median_network(counts[by_seed])])


def _committee_summary(mean: np.ndarray, labels: np.ndarray, low: float) -> dict[str, Any]:
    """Summarize what the mean of all networks' outputs answers."""
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
